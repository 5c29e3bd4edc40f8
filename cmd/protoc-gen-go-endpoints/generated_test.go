package main

import (
	"context"
	"errors"
	"testing"

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
