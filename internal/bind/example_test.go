package bind_test

import (
	"fmt"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/bind"
	"github.com/endpoints-frameworks/endpoints-go/internal/route"
)

func Example() {
	template, err := route.Parse("/v1/{name=shelves/*}")
	if err != nil {
		fmt.Println(err)
		return
	}
	request := &libraryv1.DeleteShelfRequest{}
	plan, err := bind.NewCompiler(bind.Options{}).Compile(request.ProtoReflect().Descriptor(),
		bind.Rule{Method: "DELETE", Template: template})
	if err != nil {
		fmt.Println(err)
		return
	}
	in := &bind.Input{
		Variables: []bind.Variable{{FieldPath: "name", Raw: "shelves/%37"}},
		RawQuery:  "name=shelves/8&force=true",
	}
	fmt.Println(plan.Bind(in, request), request.GetName(), request.GetForce())

	in.RawQuery = "force=maybe"
	e, _ := exceptions.Of(plan.Bind(in, request))
	fmt.Println(e.HTTPStatus(), exceptions.Describe(e).Message)
	// Output:
	// <nil> shelves/7 true
	// 400 Invalid value for parameter "force": not true or false.
}
