package main

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	conformancev1 "github.com/endpoints-frameworks/endpoints-go/internal/interop/gen/connectrpc/conformance/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/interop/suite"
	"google.golang.org/protobuf/proto"
)

// A failure is an exception with the code and the message that the suite asks
// for.
type failure struct {
	code    conformancev1.Code
	message string
	details []proto.Message
}

func (f *failure) Error() string { return f.message }

// HTTPStatus is 500: the code is what counts here.
func (f *failure) HTTPStatus() int { return http.StatusInternalServerError }

func (f *failure) DescribeException() exceptions.Description {
	return exceptions.Description{
		Class:   &exceptions.Class{Name: "Failure", Status: http.StatusInternalServerError, Code: exceptions.Code(f.code)},
		Message: f.message, Blank: true, Details: f.details,
	}
}

// raise makes the error that a definition asks for. info goes into its details,
// if there is any.
func raise(e *conformancev1.Error, header []*conformancev1.Header, info *conformancev1.ConformancePayload_RequestInfo) error {
	f := &failure{code: e.GetCode(), message: e.GetMessage()}
	for _, d := range e.GetDetails() {
		f.details = append(f.details, d)
	}
	if info != nil {
		f.details = append(f.details, info)
	}
	var options []exceptions.Option
	for _, h := range header {
		for _, v := range h.GetValue() {
			options = append(options, exceptions.Header(h.GetName(), v))
		}
	}
	return exceptions.Raise(f, options...)
}

func requestInfo(ctx context.Context, call *endpoints.Call, requests []proto.Message) (*conformancev1.ConformancePayload_RequestInfo, error) {
	packed, err := suite.Pack(requests)
	if err != nil {
		return nil, err
	}
	info := &conformancev1.ConformancePayload_RequestInfo{RequestHeaders: suite.Fields(call.RequestHeader()), Requests: packed}
	if deadline, ok := ctx.Deadline(); ok {
		info.TimeoutMs = proto.Int64(time.Until(deadline).Milliseconds())
	}
	if query, ok := ctx.Value(queryKey{}).(url.Values); ok {
		info.ConnectGetInfo = &conformancev1.ConformancePayload_ConnectGetInfo{QueryParams: suite.Fields(query)}
	}
	return info, nil
}

type queryKey struct{}

// withQuery lets handlers see the query of a GET request.
func withQuery(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			r = r.WithContext(context.WithValue(r.Context(), queryKey{}, r.URL.Query()))
		}
		h.ServeHTTP(w, r)
	})
}
