package everyprotocol_test

import (
	"context"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/streamtest"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/rpc"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/sse"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/websocket"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the files in testdata")

// A service raises one exception: in a call without streams at once, in a
// stream after the first message.
type service struct {
	libraryv1endpoints.LibraryServer
	libraryv1endpoints.DeskServer
	raised error
	gone   chan struct{} // if it is not nil: a stream lasts until its client leaves, and says so
}

func (s *service) UpdateBook(context.Context, *libraryv1.UpdateBookRequest) (*libraryv1.Book, error) {
	return nil, s.raised
}

func (s *service) WatchLoans(ctx context.Context, _ *libraryv1.WatchLoansRequest, stream libraryv1endpoints.DeskWatchLoansStream) error {
	if err := stream.Send(&libraryv1.Loan{Number: 1}); err != nil {
		return err
	}
	if s.gone != nil {
		<-ctx.Done()
		s.gone <- struct{}{}
	}
	return s.raised
}

// A live is the service on every protocol, and clients of it that know nothing
// of this framework.
type live struct {
	*service
	http1, http2 *http.Client
	dial         func(context.Context) (net.Conn, error)
}

const origin = "http://library"

func serve(t testing.TB, profile endpoints.Profile) *live {
	l := &live{service: &service{}}
	api := streamtest.NewAPI(t, &streamtest.Desk{Watch: l.WatchLoans}, endpoints.WithProfile(profile),
		endpoints.With(rpc.Transport()), endpoints.With(sse.Transport()), endpoints.With(websocket.Transport()))
	if err := libraryv1endpoints.RegisterLibrary(api, l.service); err != nil {
		t.Fatal(err)
	}
	s := streamtest.Serve(t, api)
	l.http1, l.dial = s.Client, s.Dial
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	transport := &http.Transport{
		Protocols:   &protocols,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return s.Dial(ctx) },
	}
	l.http2 = &http.Client{Transport: transport}
	t.Cleanup(transport.CloseIdleConnections)
	return l
}

// TestEveryProtocol raises every exception over every protocol.
func TestEveryProtocol(t *testing.T) {
	t.Parallel()
	for name, profile := range map[string]endpoints.Profile{"modern": endpoints.Modern(), "frameworks": endpoints.Frameworks()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, modern := serve(t, profile), name == "modern"
			page := strings.Builder{}
			for _, r := range rows {
				l.raised = r.raised
				var wire, client paragraphs
				for _, w := range wires {
					seen := w.read(t, l)
					seen.check(t, r, modern)
					wire.add(w.name, seen.String())
				}
				for name, err := range rebuilt(t, l) {
					r.check(t, name, err, modern)
					client.add(name, describe(t, err))
				}
				fmt.Fprintf(&page, "## %s\n\n%s%s", r.name, wire.page(""), client.page("-> "))
			}
			compare(t, name+".txt", page.String())
		})
	}
}

// paragraphs are texts under the names of those to whom they belong: the same
// text is there once.
type paragraphs struct {
	texts []string
	names map[string][]string
}

func (p *paragraphs) add(name, text string) {
	if p.names == nil {
		p.names = map[string][]string{}
	}
	if p.names[text] == nil {
		p.texts = append(p.texts, text)
	}
	p.names[text] = append(p.names[text], name)
}

// page returns all of them; what stands before the names tells their kind.
func (p *paragraphs) page(kind string) string {
	var page strings.Builder
	for _, text := range p.texts {
		fmt.Fprintf(&page, "%s%s\n   %s\n\n", kind, strings.Join(p.names[text], ", "), strings.ReplaceAll(text, "\n", "\n   "))
	}
	return page.String()
}

// compare compares with a file in testdata, or writes it.
func compare(t *testing.T, name, got string) {
	t.Helper()
	for _, private := range []string{"private", "10.0.0.7", "secret"} {
		if strings.Contains(got, private) {
			t.Errorf("private text has got out: %s", private)
		}
	}
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}
