package arena

import (
	"bytes"
	"encoding/json"

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

// FindScenario returns the scenario with the name, or nil.
func FindScenario(name string) *Scenario {
	for i := range Scenarios {
		if Scenarios[i].Name == name {
			return &Scenarios[i]
		}
	}
	return nil
}

// RPC is the scenario's method name and JSON request message.
func (s Scenario) RPC() (method string, in []byte) { return s.rpc, s.rpcIn }
