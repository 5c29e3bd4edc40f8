package bench_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"regexp"
	"testing"

	_ "github.com/endpoints-frameworks/endpoints-go/internal/bench/contestants"
	"github.com/endpoints-frameworks/endpoints-go/internal/bench/arena"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// TestContestants checks that every contestant really serves every scenario:
// right status, and a body that is the expected message in canonical JSON.
func TestContestants(t *testing.T) {
	for _, c := range arena.Contestants() {
		t.Run(c.Name, func(t *testing.T) {
			h := c.New()
			for _, s := range arena.Scenarios {
				if c.Skips(s.Name) {
					continue
				}
				cl := arena.NewClient(h, c.RequestFor(s), c.MutatesRequest)
				cl.W.Keep = true
				for i := 0; i < 3; i++ { // reuse must not change the answer
					cl.Do()
					if cl.W.Status != c.StatusFor(s) {
						t.Errorf("%s: status %d, want %d: %.300s", s.Name, cl.W.Status, c.StatusFor(s), cl.W.Body)
						break
					}
					if !json.Valid(cl.W.Body) {
						t.Errorf("%s: body is not JSON: %.300s", s.Name, cl.W.Body)
					}
					if s.Want == nil {
						if i == 0 {
							t.Logf("%s: %s", s.Name, cl.W.Body)
						}
						continue
					}
					if c.OpaqueBody {
						continue
					}
					got := s.Want.ProtoReflect().New().Interface()
					if err := protojson.Unmarshal(cl.W.Body, got); err != nil || !proto.Equal(got, s.Want) {
						t.Errorf("%s: wrong body (%v): %.300s", s.Name, err, cl.W.Body)
					}
					var want, have bytes.Buffer
					wb, _ := protojson.Marshal(s.Want)
					json.Compact(&want, wb)
					json.Compact(&have, cl.W.Body)
					if i == 0 && !bytes.Equal(want.Bytes(), bytes.TrimSpace(have.Bytes())) {
						t.Logf("%s: not byte-identical to canonical: %.200s", s.Name, have.Bytes())
					}
				}
			}
		})
	}
}

var only = flag.String("contestants", "", "regexp of contestants to benchmark")

// BenchmarkHandler/<scenario>/<contestant>.
func BenchmarkHandler(b *testing.B) {
	re := regexp.MustCompile(*only)
	for _, s := range arena.Scenarios {
		b.Run(s.Name, func(b *testing.B) {
			for _, c := range arena.Contestants() {
				if c.Skips(s.Name) || !re.MatchString(c.Name) {
					continue
				}
				b.Run(c.Name, func(b *testing.B) {
					cl := arena.NewClient(c.New(), c.RequestFor(s), c.MutatesRequest)
					cl.Do()
					if cl.W.Status != c.StatusFor(s) {
						b.Fatalf("status %d", cl.W.Status)
					}
					arena.Loop(b, cl.Do)
				})
			}
		})
	}
}

// BenchmarkHarness is the harness's own share of every BenchmarkHandler number.
func BenchmarkHarness(b *testing.B) {
	nop := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {})
	for _, m := range []bool{false, true} {
		name := "plain"
		if m {
			name = "mutates-request"
		}
		b.Run(name, func(b *testing.B) {
			c := arena.FindContestant("floor")
			cl := arena.NewClient(nop, c.RequestFor(arena.Scenarios[1]), m)
			arena.Loop(b, cl.Do)
		})
	}
}
