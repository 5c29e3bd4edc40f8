package arena

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"sort"

	benchv1 "github.com/endpoints-frameworks/endpoints-go/internal/bench/gen/bench/v1"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// Scenario is one request every contestant serves.
type Scenario struct {
	Name   string
	Status int           // HTTP status expected of REST-shaped contestants
	Want   proto.Message // expected response; nil: an error body
	rest   Req           // google.api.http shape
	rpc    string        // RPC-style: method name …
	rpcIn  []byte        // … and JSON request message
}

// Req is one HTTP request in template form.
type Req struct {
	Method, Target string
	Body           []byte
	Header         map[string]string
}

// JSON is m in canonical proto JSON without spaces.
func JSON(m proto.Message) []byte {
	b, err := protojson.Marshal(m)
	if err != nil {
		panic(err)
	}
	var c bytes.Buffer // protojson randomizes its whitespace; fix it
	if err := json.Compact(&c, b); err != nil {
		panic(err)
	}
	return c.Bytes()
}

var (
	SmallJSON  = JSON(SmallProto)
	MediumJSON = JSON(MediumProto)
	LargeJSON  = JSON(LargeProto)

	import50   = JSON(&benchv1.ImportBooksRequest{Books: MediumProto.Books})
	import1000 = JSON(&benchv1.ImportBooksRequest{Books: LargeProto.Books})
	create     = JSON(&benchv1.CreateBookRequest{Shelf: "17", Book: SmallProto})
	badBook    = []byte(`{"name":"shelves/17/books/42","title":"Solaris","isbn":"not a number"}`)
	badCreate  = []byte(`{"shelf":"17","book":` + string(badBook) + `}`)
)

// Scenarios in reporting order.
var Scenarios = []Scenario{
	{Name: "get", Status: 200, Want: SmallProto,
		rest: Req{Method: "GET", Target: "/v1/shelves/17/books/42?view=BOOK_VIEW_FULL&language=en"},
		rpc:  "GetBook", rpcIn: []byte(`{"shelf":"17","book":"42","view":"BOOK_VIEW_FULL","language":"en"}`)},
	{Name: "post", Status: 200, Want: SmallProto,
		rest: Req{Method: "POST", Target: "/v1/shelves/17/books", Body: SmallJSON},
		rpc:  "CreateBook", rpcIn: create},
	{Name: "err", Status: 404,
		rest: Req{Method: "GET", Target: "/v1/shelves/17/books/404?view=BOOK_VIEW_FULL&language=en"},
		rpc:  "GetBook", rpcIn: []byte(`{"shelf":"17","book":"404","view":"BOOK_VIEW_FULL","language":"en"}`)},
	{Name: "badjson", Status: 400,
		rest: Req{Method: "POST", Target: "/v1/shelves/17/books", Body: badBook},
		rpc:  "CreateBook", rpcIn: badCreate},
	{Name: "list50", Status: 200, Want: MediumProto,
		rest: Req{Method: "GET", Target: "/v1/shelves/17/books?page_size=50"},
		rpc:  "ListBooks", rpcIn: []byte(`{"shelf":"17","pageSize":50}`)},
	{Name: "list1000", Status: 200, Want: LargeProto,
		rest: Req{Method: "GET", Target: "/v1/shelves/17/books?page_size=1000"},
		rpc:  "ListBooks", rpcIn: []byte(`{"shelf":"17","pageSize":1000}`)},
	{Name: "import50", Status: 200, Want: &benchv1.ImportBooksResponse{Imported: MediumN},
		rest: Req{Method: "POST", Target: "/v1/imports", Body: import50},
		rpc:  "ImportBooks", rpcIn: import50},
	{Name: "import1000", Status: 200, Want: &benchv1.ImportBooksResponse{Imported: LargeN},
		rest: Req{Method: "POST", Target: "/v1/imports", Body: import1000},
		rpc:  "ImportBooks", rpcIn: import1000},
}

func FindScenario(name string) *Scenario {
	for i := range Scenarios {
		if Scenarios[i].Name == name {
			return &Scenarios[i]
		}
	}
	return nil
}

// Contestant is one framework under test. Put it in one file under
// contestants/ whose init calls Register.
type Contestant struct {
	Name string
	New  func() http.Handler

	// RPCPrefix, when set, marks a contestant that has no path templates: it is
	// sent POST <RPCPrefix><Method> with the request message as the JSON body.
	RPCPrefix string

	// Request overrides the request of a scenario (nil result: the default).
	Request func(Scenario) *Req

	// MutatesRequest makes the harness rebuild the request headers every
	// iteration (about 100 ns; see BenchmarkHarness).
	MutatesRequest bool

	// Skip names scenarios the contestant cannot serve.
	Skip []string

	// OpaqueBody: the body is prebuilt; do not compare it (the floor).
	OpaqueBody bool

	// Status overrides the expected HTTP status of a scenario, for contestants
	// whose error mapping differs.
	Status map[string]int
}

var registry []Contestant

func Register(c Contestant) { registry = append(registry, c) }

// Contestants returns all registered contestants sorted by name.
func Contestants() []Contestant {
	cs := append([]Contestant(nil), registry...)
	sort.Slice(cs, func(i, j int) bool { return cs[i].Name < cs[j].Name })
	return cs
}

func FindContestant(name string) *Contestant {
	for i := range registry {
		if registry[i].Name == name {
			return &registry[i]
		}
	}
	return nil
}

// StatusFor is the HTTP status expected of the contestant.
func (c *Contestant) StatusFor(s Scenario) int {
	if v, ok := c.Status[s.Name]; ok {
		return v
	}
	return s.Status
}

func (c *Contestant) Skips(s string) bool {
	for _, k := range c.Skip {
		if k == s {
			return true
		}
	}
	return false
}

// RequestFor is the request the contestant is sent for a scenario.
func (c *Contestant) RequestFor(s Scenario) Req {
	if c.Request != nil {
		if r := c.Request(s); r != nil {
			return *r
		}
	}
	if c.RPCPrefix != "" {
		return Req{Method: "POST", Target: c.RPCPrefix + s.rpc, Body: s.rpcIn}
	}
	return s.rest
}

// --- in-process harness -------------------------------------------------

// Client drives a handler without a network: the request and the writer are
// reused, so what is left is the handler's own cost.
type Client struct {
	h      http.Handler
	tmpl   http.Request
	url    url.URL
	header http.Header
	body   rewinder
	hasB   bool
	mutate bool

	req http.Request
	u   url.URL
	W   Writer
}

type rewinder struct {
	b   []byte
	off int
}

func (r *rewinder) Read(p []byte) (int, error) {
	if r.off >= len(r.b) {
		return 0, io.EOF
	}
	n := copy(p, r.b[r.off:])
	r.off += n
	return n, nil
}
func (r *rewinder) Close() error { return nil }

// Writer is a reusable ResponseWriter that counts, and can keep, the body.
type Writer struct {
	H      http.Header
	Status int
	N      int
	Keep   bool
	Body   []byte
}

func (w *Writer) Header() http.Header { return w.H }
func (w *Writer) WriteHeader(c int) {
	if w.Status == 0 {
		w.Status = c
	}
}
func (w *Writer) Write(p []byte) (int, error) {
	if w.Status == 0 {
		w.Status = 200
	}
	w.N += len(p)
	if w.Keep {
		w.Body = append(w.Body, p...)
	}
	return len(p), nil
}
func (w *Writer) WriteString(s string) (int, error) {
	if w.Status == 0 {
		w.Status = 200
	}
	w.N += len(s)
	if w.Keep {
		w.Body = append(w.Body, s...)
	}
	return len(s), nil
}
func (w *Writer) Flush() {}

// NewClient prepares a client for one request.
func NewClient(h http.Handler, r Req, mutates bool) *Client {
	u, err := url.ParseRequestURI(r.Target)
	if err != nil {
		panic(err)
	}
	c := &Client{h: h, url: *u, mutate: mutates}
	c.header = http.Header{"Accept": {"*/*"}, "User-Agent": {"bench/1"}}
	if r.Body != nil {
		c.header["Content-Type"] = []string{"application/json"}
		c.body.b = r.Body
		c.hasB = true
	}
	for k, v := range r.Header {
		c.header[k] = []string{v}
	}
	c.tmpl = http.Request{
		Method: r.Method, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Host: "bench.local", RemoteAddr: "127.0.0.1:4242", RequestURI: r.Target,
		Header: c.header, Body: http.NoBody,
	}
	if c.hasB {
		c.tmpl.ContentLength = int64(len(r.Body))
	}
	c.W.H = http.Header{}
	return c
}

// Do sends the request once.
func (c *Client) Do() {
	c.req = c.tmpl
	c.u = c.url
	c.req.URL = &c.u
	if c.hasB {
		c.body.off = 0
		c.req.Body = &c.body
	}
	if c.mutate {
		h := make(http.Header, len(c.header))
		for k, v := range c.header {
			h[k] = v
		}
		c.req.Header = h
	}
	clear(c.W.H)
	c.W.Status, c.W.N = 0, 0
	if c.W.Keep {
		c.W.Body = c.W.Body[:0]
	}
	c.h.ServeHTTP(&c.W, &c.req)
}

// RPC is the scenario's method name and JSON request message.
func (s Scenario) RPC() (method string, in []byte) { return s.rpc, s.rpcIn }
