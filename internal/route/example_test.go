package route_test

import (
	"fmt"

	"github.com/endpoints-frameworks/endpoints-go/internal/route"
)

func Example() {
	tree := route.New[string](route.Options{})
	for _, r := range []struct{ method, template, name string }{
		{"GET", "/v1/{name=shelves/*}", "GetShelf"},
		{"GET", "/v1/{parent=shelves/*}/books/{id}", "GetBook"},
		{"POST", "/v1/{name=shelves/*}:lock", "LockShelf"},
	} {
		t, err := route.Parse(r.template)
		if err != nil {
			fmt.Println(err)
			return
		}
		if err := tree.Add(r.method, t, r.name); err != nil {
			fmt.Println(err)
		}
	}

	var m route.Match
	if name, ok := tree.Lookup("GET", "/v1/shelves/7/books/a%2Fb", &m); ok {
		fmt.Println(name, m.FieldPath(0), m.Value(0), m.FieldPath(1), m.Value(1))
	}
	if _, ok := tree.Lookup("DELETE", "/v1/shelves/7", &m); !ok {
		fmt.Println("Allow:", tree.Allowed("/v1/shelves/7"))
	}
	// Output:
	// GetBook parent shelves/7 id a%2Fb
	// Allow: [GET]
}

func ExampleParse_error() {
	_, err := route.Parse("/v1/{name=shelves/*/books")
	fmt.Println(err)
	// Output:
	// path template "/v1/{name=shelves/*/books", column 26: the variable is not closed with "}"
}

func ExampleTree_Add_conflict() {
	tree := route.New[int](route.Options{})
	a, _ := route.Parse("/v1/shelves/{id}")
	b, _ := route.Parse("/v1/{name=shelves/*}")
	_ = tree.Add("GET", a, 1)
	fmt.Println(tree.Add("GET", b, 2))
	// Output:
	// the routes GET /v1/{name=shelves/*} and GET /v1/shelves/{id} take the same requests
}
