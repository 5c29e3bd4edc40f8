package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client/rpcclient"
	conformancev1 "github.com/endpoints-frameworks/endpoints-go/internal/interop/gen/connectrpc/conformance/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/interop/gen/connectrpc/conformance/v1/conformancev1endpoints"
)

// A peer is what connections depend on.
type peer struct {
	version                       conformancev1.HTTPVersion
	serverCert, cert, key, target string
}

// connections are the HTTP clients that were made so far.
type connections struct {
	mu  sync.Mutex
	all map[peer]*http.Client
}

// client returns a client of the service for one call.
func (c *connections) client(r *conformancev1.ClientCompatRequest) (*conformancev1endpoints.ConformanceServiceClient, error) {
	target := net.JoinHostPort(r.GetHost(), strconv.Itoa(int(r.GetPort())))
	h, err := c.http(peer{
		version:    r.GetHttpVersion(),
		serverCert: string(r.GetServerTlsCert()),
		cert:       string(r.GetClientTlsCreds().GetCert()),
		key:        string(r.GetClientTlsCreds().GetKey()),
		target:     target,
	})
	if err != nil {
		return nil, err
	}
	protocol, err := protocolOf(r)
	if err != nil {
		return nil, err
	}
	scheme := "http://"
	if len(r.GetServerTlsCert()) > 0 {
		scheme = "https://"
	}
	return conformancev1endpoints.NewConformanceServiceClient(scheme+target,
		client.WithHTTPClient(h),
		client.WithTransport(protocol),
		client.WithReplyBytes(int64(r.GetMessageReceiveLimit())), // 0: the default
		client.WithRetry(client.Retry{Attempts: 1}),
	)
}

// protocolOf returns the protocol that a call is made over.
func protocolOf(r *conformancev1.ClientCompatRequest) (client.Opener, error) {
	protocol, ok := map[conformancev1.Protocol]client.Opener{
		conformancev1.Protocol_PROTOCOL_CONNECT:  rpcclient.Connect,
		conformancev1.Protocol_PROTOCOL_GRPC:     rpcclient.GRPC,
		conformancev1.Protocol_PROTOCOL_GRPC_WEB: rpcclient.GRPCWeb,
	}[r.GetProtocol()]
	if !ok {
		return nil, fmt.Errorf("the protocol %v is not known", r.GetProtocol())
	}
	var options []rpcclient.Option
	switch r.GetCodec() {
	case conformancev1.Codec_CODEC_PROTO:
	case conformancev1.Codec_CODEC_JSON:
		options = append(options, rpcclient.JSON())
	default:
		return nil, fmt.Errorf("the codec %v is not known", r.GetCodec())
	}
	switch r.GetCompression() {
	case conformancev1.Compression_COMPRESSION_IDENTITY, conformancev1.Compression_COMPRESSION_UNSPECIFIED:
	case conformancev1.Compression_COMPRESSION_GZIP:
		options = append(options, rpcclient.Gzip(0))
	default:
		return nil, fmt.Errorf("the compression %v is not known", r.GetCompression())
	}
	if r.GetUseGetHttpMethod() {
		options = append(options, rpcclient.GET())
	}
	return rpcclient.With(protocol, options...), nil
}

// http returns a client for a peer.
func (c *connections) http(p peer) (*http.Client, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if h := c.all[p]; h != nil {
		return h, nil
	}
	transport := &http.Transport{Protocols: new(http.Protocols)}
	switch {
	case p.version == conformancev1.HTTPVersion_HTTP_VERSION_1:
		transport.Protocols.SetHTTP1(true)
	case p.version == conformancev1.HTTPVersion_HTTP_VERSION_2 && p.serverCert == "":
		transport.Protocols.SetUnencryptedHTTP2(true)
	case p.version == conformancev1.HTTPVersion_HTTP_VERSION_2:
		transport.Protocols.SetHTTP2(true)
	default:
		return nil, fmt.Errorf("the version %v is not known", p.version)
	}
	if p.serverCert != "" {
		transport.TLSClientConfig = &tls.Config{RootCAs: x509.NewCertPool()}
		if !transport.TLSClientConfig.RootCAs.AppendCertsFromPEM([]byte(p.serverCert)) {
			return nil, errors.New("the certificate of the server is not valid")
		}
	}
	if p.cert != "" {
		pair, err := tls.X509KeyPair([]byte(p.cert), []byte(p.key))
		if err != nil {
			return nil, err
		}
		transport.TLSClientConfig.Certificates = []tls.Certificate{pair}
	}
	if c.all == nil {
		c.all = make(map[peer]*http.Client)
	}
	c.all[p] = &http.Client{Transport: transport}
	return c.all[p], nil
}
