package conformance

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	conformancev1 "github.com/endpoints-frameworks/endpoints-go/gen/conformance/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/emptypb"
)

//go:embed data
var data embed.FS

// read decodes a file of the folder data.
func read[T any](name string) (v T, err error) {
	content, err := data.ReadFile("data/" + name)
	if err != nil {
		return v, err
	}
	if err := json.Unmarshal(content, &v); err != nil {
		return v, fmt.Errorf("%s: %w", name, err)
	}
	return v, nil
}

// newHandlers returns the handlers of all rpcs that do more than show their
// request, by the name of the rpc.
func newHandlers(o Options) (map[string]handler, error) {
	all := map[string]handler{
		"Decode.Echo":   echo,
		"JavaBody.All":  echo,
		"Encode.Nested": always(nested()),
	}
	for _, add := range []func(map[string]handler, Options) error{addErrors, addEncode, addJavaErr, addJavaRet, addJavaBody, addJavaMisc, addJavaAuth} {
		if err := add(all, o); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func echo(_ context.Context, request proto.Message) (proto.Message, error) { return request, nil }

func always(m proto.Message) handler {
	return func(context.Context, proto.Message) (proto.Message, error) { return m, nil }
}

func nothing(context.Context, proto.Message) (proto.Message, error) { return nil, nil }

func nested() *conformancev1.Node {
	return &conformancev1.Node{
		Name:   new("n"),
		Leaf:   &conformancev1.Leaf{S: new("a"), I: new(int32(1)), L: new(int64(2))},
		Leaves: []*conformancev1.Leaf{{S: new("b")}, {}},
	}
}

// addErrors serves the service Errors.
func addErrors(all map[string]handler, _ Options) error {
	texts, err := read[map[string]*string]("messages.json")
	if err != nil {
		return err
	}
	byKind := func(raise func(kind string) (proto.Message, error)) handler {
		return func(_ context.Context, request proto.Message) (proto.Message, error) {
			return raise(request.(*conformancev1.KindRequest).GetKind())
		}
	}
	all["Errors.Raise"] = func(_ context.Context, request proto.Message) (proto.Message, error) {
		r := request.(*conformancev1.RaiseRequest)
		return nil, withText(int(r.GetCode()), r.Msg)
	}
	all["Errors.Predef"] = byKind(func(kind string) (proto.Message, error) {
		name, text, _ := strings.Cut(kind, "~")
		class, ok := exceptions.ClassByName(strings.TrimSuffix(name, "Exception"))
		if !ok {
			return nil, fmt.Errorf("no exception is called %q", name)
		}
		return nil, withText(class.Status, texts[text])
	})
	byStatus := byKind(func(kind string) (proto.Message, error) {
		number, text, _ := strings.Cut(kind, "~")
		status, err := strconv.Atoi(number)
		if err != nil {
			return nil, err
		}
		return nil, withText(status, texts[text])
	})
	all["Errors.Msg"], all["Errors.VoidMsg"] = byStatus, byStatus
	all["Errors.Other"] = byKind(other)
	all["Errors.Ret"] = byKind(func(kind string) (proto.Message, error) {
		return pick(kind, map[string]proto.Message{"ok": &conformancev1.Text{Text: new("ok")}, "empty": &conformancev1.Text{}})
	})
	all["Errors.RetVoid"] = byKind(func(kind string) (proto.Message, error) {
		return pick(kind, map[string]proto.Message{"ok": &emptypb.Empty{}})
	})
	all["Errors.RetReq"] = byKind(func(kind string) (proto.Message, error) {
		return pick(kind, map[string]proto.Message{
			"ok":          &conformancev1.Required{Rs: new("a"), Ri: new(int64(1))},
			"missing_all": &conformancev1.Required{},
			"missing_one": &conformancev1.Required{Rs: new("a")},
		})
	})
	all["Errors.RetEmpty"] = always(&conformancev1.EmptyMessage{})
	all["Errors.NoResp"], all["Errors.NoArgs"] = always(&emptypb.Empty{}), always(&emptypb.Empty{})
	return nil
}

// withText raises status with a text, or without a message if text is nil.
func withText(status int, text *string) error {
	if text == nil {
		return exceptions.NewStatus(status)
	}
	return exceptions.New(status, "%s", *text)
}

// pick returns the reply of that name, nothing for "none".
func pick(kind string, replies map[string]proto.Message) (proto.Message, error) {
	reply, ok := replies[kind]
	if !ok && kind != "none" {
		return nil, fmt.Errorf("no reply is called %q", kind)
	}
	return reply, nil
}

// subclass is a NotFound of a service's own.
type subclass struct{ exceptions.NotFound }

// override is a NotFound that says another status.
type override struct{ exceptions.NotFound }

func (*override) HTTPStatus() int { return 409 }

// other raises errors of unusual kinds.
func other(kind string) (proto.Message, error) {
	switch kind {
	case "subclass_of_NotFound":
		return nil, &subclass{*exceptions.NewNotFound("sub")}
	case "subclass_override":
		return nil, &override{*exceptions.NewNotFound("sub2")}
	case "custom_init":
		return nil, exceptions.NewGone("custom init message")
	case "UnicodeException":
		return nil, errors.New("café")
	}
	return nil, errors.New("boom")
}

// addEncode serves the service Encode.
func addEncode(all map[string]handler, _ Options) error {
	raw, err := read[map[string]json.RawMessage]("encode.json")
	if err != nil {
		return err
	}
	messages := map[string]proto.Message{}
	for name, text := range raw {
		m := &conformancev1.AllTypes{}
		if err := protojson.Unmarshal(text, m); err != nil {
			return fmt.Errorf("encode.json: %s: %w", name, err)
		}
		messages[name] = m
	}
	all["Encode.All"] = func(_ context.Context, request proto.Message) (proto.Message, error) {
		return pick(request.(*conformancev1.KindRequest).GetKind(), messages)
	}
	return nil
}

// addJavaRet serves the service JavaRet.
func addJavaRet(all map[string]handler, _ Options) error {
	returns, err := read[map[string]struct {
		Value json.RawMessage
	}]("returns.json")
	if err != nil {
		return err
	}
	methods := conformancev1.File_conformance_v1_java_proto.Services().ByName("JavaRet").Methods()
	for i := range methods.Len() {
		method := methods.Get(i)
		name := string(method.Name())
		value := returns[strings.ToLower(name[:1])+name[1:]].Value
		switch {
		case name == "GetterThrows": // a reply that no JSON can hold
			all[rpcName(method)] = always(&conformancev1.Text{Text: new("\xff")})
			continue
		case string(value) == "null":
			all[rpcName(method)] = nothing
			continue
		}
		m, err := newMessage(method.Output().FullName())
		if err != nil {
			return err
		}
		if err := protojson.Unmarshal(value, m); err != nil {
			return fmt.Errorf("returns.json: %s: %w", name, err)
		}
		all[rpcName(method)] = always(m)
	}
	return nil
}

// addJavaBody serves what JavaBody does beside showing.
func addJavaBody(all map[string]handler, _ Options) error {
	asWithID := func(_ context.Context, request proto.Message) (proto.Message, error) {
		m := &conformancev1.JavaWithId{}
		for _, field := range []protoreflect.Name{"id", "name", "count"} {
			copyField(m, field, request, field)
		}
		return m, nil
	}
	maps.Copy(all, map[string]handler{
		"JavaBody.NoParams": always(&conformancev1.JavaItem{Name: new("n"), Size: new(int64(1))}),
		"JavaBody.VoidIn":   nothing,
		"JavaBody.Patch":    asWithID,
		"JavaBody.DelBody":  asWithID,
		"JavaBody.GetBody":  asWithID,
	})
	return nil
}

// addJavaMisc serves what JavaMisc and JavaMiscV2 do beside showing.
func addJavaMisc(all map[string]handler, _ Options) error {
	item := func(_ context.Context, request proto.Message) (proto.Message, error) {
		m := &conformancev1.JavaItem{}
		copyField(m, "name", request, "name")
		copyField(m, "size", request, "size")
		return m, nil
	}
	named := func(size int64) handler {
		return func(_ context.Context, request proto.Message) (proto.Message, error) {
			return &conformancev1.JavaItem{Name: new(request.(*conformancev1.JavaIdRequest).GetId()), Size: &size}, nil
		}
	}
	maps.Copy(all, map[string]handler{
		"JavaMisc.ListThings": always(&conformancev1.JavaItemCollection{
			Items: []*conformancev1.JavaItem{{Name: new("a"), Size: new(int64(1))}},
		}),
		"JavaMisc.InsertThing": item,
		"JavaMisc.UpdateThing": item,
		"JavaMisc.PatchThing":  item,
		"JavaMisc.DoSomething": named(1),
		"JavaMisc.DeleteThing": nothing,
		"JavaMisc.RemoveOther": nothing,
		"JavaMisc.Boom": func(context.Context, proto.Message) (proto.Message, error) {
			return nil, exceptions.NewNotFound("boom")
		},
		"JavaMiscV2.GetWidget":   named(2),
		"JavaMiscV2.ListWidgets": nothing,
	})
	return nil
}
