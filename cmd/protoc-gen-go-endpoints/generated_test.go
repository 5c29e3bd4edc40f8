package main

import (
	"context"
	"errors"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/cmd/protoc-gen-go-endpoints/internal/testpb/value"
	"github.com/endpoints-frameworks/endpoints-go/cmd/protoc-gen-go-endpoints/internal/testpb/value/valueendpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
)

var errFull = errors.New("the shelf is full")

// library implements a few methods; the others are those of a nil interface.
type library struct {
	libraryv1endpoints.LibraryServer
}

func (library) GetShelf(_ context.Context, r *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
	return &libraryv1.Shelf{Name: r.GetName()}, nil
}

func (library) GetBook(context.Context, *libraryv1.GetBookRequest) (*libraryv1.Book, error) {
	return nil, nil
}

func (library) DeleteShelf(context.Context, *libraryv1.DeleteShelfRequest) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

func (library) CreateBook(context.Context, *libraryv1.CreateBookRequest) (*libraryv1.Book, error) {
	return nil, errFull
}

// TestGeneratedCalls calls the methods of an implementation through the code
// that was generated for it.
func TestGeneratedCalls(t *testing.T) {
	api := endpoints.New()
	if err := libraryv1endpoints.RegisterLibrary(api, library{}); err != nil {
		t.Fatal(err)
	}
	methods := make(map[string]*endpoints.Method)
	for _, m := range api.Methods() {
		methods[m.Name] = m
	}
	tests := []struct {
		method  string
		request proto.Message
		reply   proto.Message // nil: plain nil, not a nil pointer
		err     error
	}{
		{method: "GetShelf", request: &libraryv1.GetShelfRequest{Name: "shelves/a"}, reply: &libraryv1.Shelf{Name: "shelves/a"}},
		{method: "GetBook", request: &libraryv1.GetBookRequest{}},
		{method: "DeleteShelf", request: &libraryv1.DeleteShelfRequest{}, reply: &emptypb.Empty{}},
		{method: "CreateBook", request: &libraryv1.CreateBookRequest{}, err: errFull},
	}
	for _, tt := range tests {
		t.Run(tt.method, func(t *testing.T) {
			m := methods[tt.method]
			if got, want := m.NewRequest().ProtoReflect().Descriptor(), tt.request.ProtoReflect().Descriptor(); got != want {
				t.Errorf("NewRequest makes a %s, want a %s", got.FullName(), want.FullName())
			}
			reply, err := m.Call(t.Context(), tt.request)
			if err != tt.err {
				t.Errorf("error = %v, want %v", err, tt.err)
			}
			if tt.reply == nil {
				if reply != nil {
					t.Errorf("reply = %#v, want nil", reply)
				}
			} else if !proto.Equal(reply, tt.reply) {
				t.Errorf("reply = %v, want %v", reply, tt.reply)
			}
		})
	}
}

func TestGeneratedRegisterNil(t *testing.T) {
	err := libraryv1endpoints.RegisterLibrary(endpoints.New(), nil)
	if err == nil || err.Error() != "register library.v1.Library: no implementation" {
		t.Errorf("error = %v", err)
	}
}

// values returns what it gets.
type values struct{}

func (values) Put(_ context.Context, r *value.Every) (*value.Every, error)    { return r, nil }
func (values) Choose(_ context.Context, r *value.Every) (*value.Every, error) { return r, nil }
func (values) Plain(_ context.Context, r *value.Every) (*value.Every, error)  { return r, nil }

// TestGeneratedSetters fills requests through generated functions, and those that
// are the same but for the functions through reflection.
func TestGeneratedSetters(t *testing.T) {
	generated := endpoints.New()
	if err := valueendpoints.RegisterValues(generated, values{}); err != nil {
		t.Fatal(err)
	}
	service := endpoints.Service{Descriptor: value.File_plugintest_good_value_proto.Services().ByName("Values")}
	for _, m := range generated.Methods() {
		if has := m.SetText != nil && m.SetInteger != nil; has != (m.Name != "Plain") || (m.NewWithBody != nil) != (m.Name == "Put") {
			t.Errorf("%s: functions to set text %t, integers %t, a body %t", m.Name, m.SetText != nil, m.SetInteger != nil, m.NewWithBody != nil)
		}
		service.Methods = append(service.Methods, endpoints.Method{Name: m.Name, NewRequest: m.NewRequest, Call: m.Call})
	}
	reflected := endpoints.New()
	if err := reflected.Register(service); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ verb, target, body, want string }{
		{"GET", "/values/a?small=5&large=6&color=COLOR_RED", "", `{"name":"a","small":5,"large":"6","color":"COLOR_RED"}`},
		{"GET", "/values/a%20b?small=-5&large=-6&color=1&natural=7&flag=true&maybe=m&tags=x&tags=y&left=l", "",
			`{"name":"a b","small":-5,"large":"-6","color":"COLOR_RED","natural":7,"flag":true,"maybe":"m","tags":["x","y"],"left":"l"}`},
		{"GET", "/values/a?part.title=b", "", `{"name":"a","part":{"title":"b"}}`},
		{"GET", "/values/a?small=2147483648", "", "400"},
		{"GET", "/values/a?small=x&color=BLUE", "", "400"},
		{"PUT", "/values/a", `{"title":"b"}`, `{"name":"a","part":{"title":"b"}}`},
		{"PUT", "/values/a?small=5", `{"title":"b"}`, `{"name":"a","small":5,"part":{"title":"b"}}`},
		{"PUT", "/values/a", `{"title":5}`, "400"},
		{"PUT", "/values/a", "", `{"name":"a"}`},
		{"PUT", "/values/a", " \n", `{"name":"a"}`},
		{"PUT", "/values/a", "{}", `{"name":"a","part":{}}`},
		{"PUT", "/values/a", "null", "400"},
		{"POST", "/values/a", `{"name":"b","small":5}`, `{"name":"a","small":5}`},
		{"PATCH", "/values/a", `{"x":[1]}`, `{"name":"a","free":{"x":[1]}}`},
		{"POST", "/choices/COLOR_RED", `{"title":"b"}`, `{"color":"COLOR_RED","right":{"title":"b"}}`},
		{"POST", "/choices/9999999999", `{"title":"b"}`, "400"},
	}
	for _, tt := range tests {
		for way, api := range map[string]*endpoints.API{"generated": generated, "reflected": reflected} {
			w := httptest.NewRecorder()
			api.ServeHTTP(w, httptest.NewRequest(tt.verb, tt.target, strings.NewReader(tt.body)))
			if got := w.Body.String(); w.Code == 200 && got != tt.want || w.Code != 200 && strconv.Itoa(w.Code) != tt.want {
				t.Errorf("%s: %s %s %s: got %d, %s, want %s", way, tt.verb, tt.target, tt.body, w.Code, got, tt.want)
			}
		}
	}
}
