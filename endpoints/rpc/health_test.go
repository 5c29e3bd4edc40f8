package rpc_test

import (
	"bufio"
	"encoding/binary"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"connectrpc.com/grpcreflect"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/rpc"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/descriptorpb"
)

const check = "grpc.health.v1.Health/Check"

func TestHealthCheck(t *testing.T) {
	t.Parallel()
	health := rpc.NewHealth()
	api := newAPI(t, library{}, desk{}, rpc.Transport(rpc.WithHealth(health)))
	ask := func(service string) string {
		w := post(t, api, check, "application/json", `{"service":"`+service+`"}`)
		return strings.TrimSpace(w.Body.String())
	}
	want := func(service, reply string) {
		t.Helper()
		if got := strings.ReplaceAll(ask(service), " ", ""); got != reply {
			t.Errorf("%q: %s, want %s", service, got, reply)
		}
	}
	const (
		serving    = `{"status":"SERVING"}`
		notServing = `{"status":"NOT_SERVING"}`
		unknown    = `{"code":"not_found","message":"unknownservice"}`
	)
	want("", serving)
	want("library.v1.Library", serving)
	want("library.v1.Nothing", unknown)
	health.Set("library.v1.Library", rpc.HealthNotServing)
	health.Set("library.v1.Nothing", rpc.HealthServing)
	want("library.v1.Library", notServing)
	want("library.v1.Nothing", serving)
	want("library.v1.Desk", serving)
	if err := api.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	health.Set("", rpc.HealthServing)
	want("", notServing)
	want("library.v1.Desk", notServing)

	w := httptest.NewRecorder()
	api.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/"+check+"?encoding=json&message="+url.QueryEscape("{}"), nil))
	if got := strings.ReplaceAll(w.Body.String(), " ", ""); w.Code != 200 || got != notServing {
		t.Errorf("by GET: %d %s", w.Code, got)
	}
}

// TestHealthWatch follows a service that is not known at first.
func TestHealthWatch(t *testing.T) {
	t.Parallel()
	health := rpc.NewHealth()
	s := serve(t, newAPI(t, library{}, desk{}, rpc.Transport(rpc.WithHealth(health))))
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/grpc.health.v1.Health/Watch",
		strings.NewReader("\x00\x00\x00\x00\x0f"+`{"service":"x"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/connect+json")
	resp, err := s.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	frames := bufio.NewReader(resp.Body)
	want := func(status string) {
		t.Helper()
		var head [5]byte
		if _, err := io.ReadFull(frames, head[:]); err != nil {
			t.Fatal(err)
		}
		body := make([]byte, binary.BigEndian.Uint32(head[1:]))
		if _, err := io.ReadFull(frames, body); err != nil {
			t.Fatal(err)
		}
		if got := strings.ReplaceAll(string(body), " ", ""); got != `{"status":"`+status+`"}` {
			t.Errorf("status = %s, want %s", got, status)
		}
	}
	want("SERVICE_UNKNOWN")
	health.Set("other", rpc.HealthServing) // of no interest
	health.Set("x", rpc.HealthServing)
	want("SERVING")
	health.Set("x", rpc.HealthServing) // no change
	health.Set("x", rpc.HealthNotServing)
	want("NOT_SERVING")
}

// TestNoHealth: what is not asked for is not there.
func TestNoHealth(t *testing.T) {
	t.Parallel()
	api := newAPI(t, library{}, desk{}, nil)
	for _, path := range []string{check, "grpc.reflection.v1.ServerReflection/ServerReflectionInfo"} {
		if w := post(t, api, path, "application/json", "{}"); w.Code != 404 {
			t.Errorf("%s: status = %d", path, w.Code)
		}
	}
}

func TestReflection(t *testing.T) {
	t.Parallel()
	s := serve(t, newAPI(t, library{}, desk{}, rpc.Transport(rpc.WithHealth(rpc.NewHealth()), rpc.WithReflection())))
	client := grpcreflect.NewClient(s.client, s.url, connect.WithGRPC())
	stream := client.NewStream(t.Context())
	defer stream.Close()
	services, err := stream.ListServices()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, name := range services {
		names = append(names, string(name))
	}
	slices.Sort(names)
	if diff := cmp.Diff([]string{"grpc.health.v1.Health", "library.v1.Desk", "library.v1.Library"}, names); diff != "" {
		t.Errorf("services (-want +got):\n%s", diff)
	}
	holds := func(files []*descriptorpb.FileDescriptorProto, err error, file string) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(files, func(f *descriptorpb.FileDescriptorProto) bool { return f.GetName() == file }) {
			t.Errorf("%s is not among the %d files", file, len(files))
		}
	}
	files, err := stream.FileContainingSymbol("library.v1.Library.GetShelf")
	holds(files, err, "library/v1/library.proto")
	files, err = stream.FileContainingSymbol("grpc.health.v1.HealthCheckRequest")
	holds(files, err, "grpc/health/v1/health.proto")
	files, err = stream.FileByFilename("grpc/health/v1/health.proto")
	holds(files, err, "grpc/health/v1/health.proto")
	if _, err = stream.FileContainingSymbol("library.v1.Nothing"); err == nil {
		t.Error("no error for an unknown symbol")
	}
}
