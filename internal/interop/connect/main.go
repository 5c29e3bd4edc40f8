// Command connect is the server under test of the Connect conformance suite: it
// implements connectrpc.conformance.v1.ConformanceService on this framework. The
// suite starts it, tells it by standard input what it must speak, and reads from
// standard output where it listens.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/rpc"
	conformancev1 "github.com/endpoints-frameworks/endpoints-go/internal/interop/gen/connectrpc/conformance/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/interop/gen/connectrpc/conformance/v1/conformancev1endpoints"
	"github.com/endpoints-frameworks/endpoints-go/internal/interop/suite"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	want := new(conformancev1.ServerCompatRequest)
	if err := suite.Read(os.Stdin, want); err != nil {
		return err
	}
	api := endpoints.New(
		endpoints.With(rpc.Transport(rpc.WithoutErrorInfo())),
		endpoints.WithLimits(endpoints.Limits{BodyBytes: bodyBytes(want)}),
		endpoints.WithLogger(slog.New(slog.DiscardHandler)),
	)
	if err := conformancev1endpoints.RegisterConformanceService(api, service{}); err != nil {
		return err
	}
	server := endpoints.NewServer("", withQuery(api))
	server.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	got := &conformancev1.ServerCompatResponse{Host: "127.0.0.1", Port: uint32(listener.Addr().(*net.TCPAddr).Port)}
	if want.GetUseTls() {
		if server.TLSConfig, err = tlsConfig(want); err != nil {
			return err
		}
		got.PemCert = want.GetServerCreds().GetCert()
	}
	if err := suite.Write(os.Stdout, got); err != nil {
		return err
	}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	if want.GetUseTls() {
		err = server.ServeTLS(listener, "", "")
	} else {
		err = server.Serve(listener)
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// bodyBytes is the limit that the suite asks for, or none.
func bodyBytes(want *conformancev1.ServerCompatRequest) int64 {
	if max := want.GetMessageReceiveLimit(); max > 0 {
		return int64(max)
	}
	return -1
}

func tlsConfig(want *conformancev1.ServerCompatRequest) (*tls.Config, error) {
	pair, err := tls.X509KeyPair(want.GetServerCreds().GetCert(), want.GetServerCreds().GetKey())
	if err != nil {
		return nil, err
	}
	config := &tls.Config{Certificates: []tls.Certificate{pair}}
	if ca := want.GetClientTlsCert(); len(ca) > 0 {
		config.ClientAuth = tls.RequireAndVerifyClientCert
		config.ClientCAs = x509.NewCertPool()
		if !config.ClientCAs.AppendCertsFromPEM(ca) {
			return nil, errors.New("the certificate of the client is not valid")
		}
	}
	return config, nil
}
