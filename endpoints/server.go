package endpoints

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// The limits that belong to a connection and not to a call.
const (
	headerTime  = 10 * time.Second // to send the header of a request
	idleTime    = 2 * time.Minute  // between two requests
	headerBytes = 64 << 10
	drainTime   = 30 * time.Second // for running calls once the server stops
	silentTime  = 30 * time.Second // on HTTP/2, before the client is asked whether it is there
	pingTime    = 15 * time.Second // to say so
)

// protocols are the versions of HTTP that a server speaks. gRPC needs HTTP/2; a
// client without TLS opens it with prior knowledge (RFC 9113, section 3.3).
func protocols() *http.Protocols {
	p := new(http.Protocols)
	p.SetHTTP1(true)
	p.SetHTTP2(true)
	p.SetUnencryptedHTTP2(true)
	return p
}

// NewServer returns a server for h, an [API] or what is wrapped around one,
// with limits on what a connection may cost: 10 seconds to send the header of a
// request, 64 KiB for it (net/http answers a larger one with 431), and two
// minutes of idleness. [Limits] bound the rest. It speaks HTTP/1.1 and HTTP/2,
// both with and without TLS; on HTTP/2 a client that is silent for 30 seconds is
// pinged, so that streams end whose client has vanished. The caller may change
// all of it before the server runs.
func NewServer(addr string, h http.Handler) *http.Server {
	return &http.Server{
		Addr: addr, Handler: h,
		ReadHeaderTimeout: headerTime, IdleTimeout: idleTime, MaxHeaderBytes: headerBytes,
		Protocols: protocols(),
		HTTP2:     &http.HTTP2Config{SendPingTimeout: silentTime, PingTimeout: pingTime},
	}
}

// Serve serves h on l until ctx ends. Then it takes no more requests, lets the
// running ones finish, for 30 seconds at most, and returns nil. What still runs
// after that is cut off, which is an error, as is a failure to serve. If h is an
// [API], its streams are ended by [API.Shutdown]; what is wrapped around one can
// pass that method on. It closes l.
func Serve(ctx context.Context, l net.Listener, h http.Handler) error {
	server := NewServer("", h)
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	err := drain(context.WithoutCancel(ctx), server, h)
	if served := <-served; err == nil && !errors.Is(served, http.ErrServerClosed) {
		err = served
	}
	return err
}

// drain stops the server. New connections are refused at once, while the streams
// end.
func drain(ctx context.Context, server *http.Server, h http.Handler) error {
	ctx, cancel := context.WithTimeout(ctx, drainTime)
	defer cancel()
	var streams error
	var wait sync.WaitGroup
	if s, ok := h.(shutter); ok {
		wait.Go(func() { streams = s.Shutdown(ctx) })
	}
	err := server.Shutdown(ctx)
	wait.Wait()
	if err = errors.Join(err, streams); ctx.Err() != nil && err != nil {
		err = fmt.Errorf("endpoints: calls still ran %v after the stop and were cut off: %w", drainTime, err)
	}
	return errors.Join(err, server.Close())
}
