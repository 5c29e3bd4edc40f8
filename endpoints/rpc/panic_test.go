package rpc_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"connectrpc.com/connect"
	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// A mine is a message that cannot be touched.
type mine struct{}

func (mine) ProtoReflect() protoreflect.Message { panic("secret") }

// TestPanics: a panic in a handler, or while a reply is written, is an internal
// error on every protocol, logged once with its stack.
func TestPanics(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		handler func(context.Context, *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error)
		mine    bool
	}{
		{name: "in the handler", handler: func(context.Context, *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) { panic("secret") }},
		{name: "while the reply is written", mine: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var logs lockedBuffer
			lay := func(next endpoints.HandlerFunc) endpoints.HandlerFunc {
				return func(ctx context.Context, c *endpoints.Call) (proto.Message, error) {
					m, err := next(ctx, c)
					if err == nil && tt.mine {
						return mine{}, nil
					}
					return m, err
				}
			}
			s := serve(t, newAPI(t, library{getShelf: tt.handler}, desk{}, nil,
				endpoints.WithInterceptors(lay), endpoints.WithLogger(slog.New(slog.NewTextHandler(&logs, nil)))))
			for _, p := range protocols {
				_, err := getShelf(s, p).CallUnary(t.Context(), shelf("shelves/a"))
				checkTold(t, err, told{Code: connect.CodeUnknown, Message: "Internal Server Error", Details: []proto.Message{info("INTERNAL_ERROR", "global")}})
			}
			if err := s.server.Shutdown(t.Context()); err != nil { // waits for the records
				t.Fatal(err)
			}
			all := logs.String()
			if n := strings.Count(all, "level=ERROR"); n != len(protocols) || strings.Count(all, "panic: secret") != n || strings.Count(all, "stack=") != n {
				t.Errorf("want %d records with stacks, got:\n%s", len(protocols), all)
			}
		})
	}
}

// A lockedBuffer is a buffer for several goroutines.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
