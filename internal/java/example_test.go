package java_test

import (
	"fmt"

	conformancev1 "github.com/endpoints-frameworks/endpoints-go/gen/conformance/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/bind"
	"github.com/endpoints-frameworks/endpoints-go/internal/java"
)

// A reply in both layouts: a 64-bit integer is a string, an empty list is left
// out.
func ExampleAppend() {
	reply := &conformancev1.JavaItemCollection{NextPageToken: new("t")}
	reply.Items = append(reply.Items, &conformancev1.JavaItem{Name: new("a"), Size: new(int64(7))}, &conformancev1.JavaItem{})
	pretty, _ := java.Append(nil, reply, true)
	compact, _ := java.Append(nil, &conformancev1.JavaItemCollection{NextPageToken: new("t")}, false)
	fmt.Printf("%s\n%s\n", pretty, compact)
	// Output:
	// {
	//  "items": [
	//   {
	//    "name": "a",
	//    "size": "7"
	//   },
	//   { }
	//  ],
	//  "nextPageToken": "t"
	// }
	// {"nextPageToken":"t"}
}

// The body beats the query, and the query beats the path.
func ExampleBinder() {
	request := new(conformancev1.JavaWithRequiredId)
	err := new(java.Binder).Bind(&bind.Input{
		Variables: []bind.Variable{{FieldPath: "id", Raw: "from%20path"}},
		RawQuery:  "name=from+query&count=5",
		Body:      []byte(`{name: 'from body' /* lenient */}`),
		BodyField: "*",
	}, request)
	fmt.Println(request.GetId(), "|", request.GetName(), "|", request.GetCount(), err)

	err = new(java.Binder).Bind(&bind.Input{RawQuery: "count=5"}, new(conformancev1.JavaWithRequiredId))
	fmt.Println(err)
	// Output:
	// from path | from body | 5 <nil>
	// null value for parameter 'id' not allowed
}
