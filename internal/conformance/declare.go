package conformance

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	endpointsv1 "github.com/endpoints-frameworks/endpoints-go/gen/endpoints/v1"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	_ "google.golang.org/protobuf/types/known/emptypb"
	_ "google.golang.org/protobuf/types/known/structpb"
)

// An inputSpec are the declared parameters and body fields of a case.
type inputSpec struct {
	Path   map[string]fieldSpec `json:"path"`
	Query  map[string]fieldSpec `json:"query"`
	Header map[string]fieldSpec `json:"header"`
	Cookie map[string]fieldSpec `json:"cookie"`
	Body   ordered              `json:"body"`
}

type fieldSpec struct {
	Type     string          `json:"type"`
	Required bool            `json:"required"`
	Default  json.RawMessage `json:"default"`

	MaxLength *uint32  `json:"max_length"`
	MinLength *uint32  `json:"min_length"`
	Minimum   *float64 `json:"ge"`
	Maximum   *float64 `json:"le"`
}

// An ordered is an object of fields in the order in which they are written,
// which is the order of problems.
type ordered struct {
	names  []string
	fields map[string]fieldSpec
}

func (o *ordered) UnmarshalJSON(text []byte) error {
	if err := json.Unmarshal(text, &o.fields); err != nil {
		return err
	}
	d := json.NewDecoder(strings.NewReader(string(text)))
	for depth := 0; ; {
		token, err := d.Token()
		if err != nil {
			return nil // the end: it has been decoded before
		}
		switch t := token.(type) {
		case json.Delim:
			if t == '{' || t == '[' {
				depth++
			} else {
				depth--
			}
		case string:
			if _, ok := o.fields[t]; ok && depth == 1 {
				o.names = append(o.names, t)
			}
		}
	}
}

// declare makes the proto file of the case and returns its service.
func (s *script) declare() (protoreflect.ServiceDescriptor, error) {
	rule := &annotations.HttpRule{Pattern: &annotations.HttpRule_Custom{
		Custom: &annotations.CustomHttpPattern{Kind: s.Route.Method, Path: s.Route.Path},
	}}
	request := &descriptorpb.DescriptorProto{Name: proto.String("Request")}
	options := &endpointsv1.MethodOptions{}
	if err := s.declareInput(request, rule, options); err != nil {
		return nil, err
	}
	output := ".google.protobuf.Value"
	switch {
	case s.Echo:
		output = ".conformance.route.Request"
	case s.has("return") && !s.replies():
		output = ".google.protobuf.Empty"
	}
	if s.DefaultStatus != 0 && s.declarable() {
		options.SuccessStatus = int32(s.DefaultStatus)
	}
	method := &descriptorpb.MethodOptions{}
	proto.SetExtension(method, annotations.E_Http, rule)
	proto.SetExtension(method, endpointsv1.E_Method, options)
	file := &descriptorpb.FileDescriptorProto{
		Name: proto.String("conformance/route.proto"), Package: proto.String("conformance.route"), Syntax: proto.String("proto3"),
		Dependency: []string{
			"endpoints/v1/annotations.proto", "google/api/annotations.proto", "google/protobuf/empty.proto", "google/protobuf/struct.proto",
		},
		MessageType: []*descriptorpb.DescriptorProto{request},
		Service: []*descriptorpb.ServiceDescriptorProto{{Name: proto.String("Route"), Method: []*descriptorpb.MethodDescriptorProto{{
			Name: proto.String("Call"), InputType: proto.String(".conformance.route.Request"), OutputType: &output, Options: method,
		}}}},
	}
	made, err := protodesc.NewFile(file, protoregistry.GlobalFiles)
	if err != nil {
		return nil, err
	}
	return made.Services().Get(0), nil
}

// declareInput declares the fields of the request message and how they are
// bound.
func (s *script) declareInput(request *descriptorpb.DescriptorProto, rule *annotations.HttpRule, options *endpointsv1.MethodOptions) error {
	in := s.Request
	if in == nil {
		return nil
	}
	add := func(name string, spec fieldSpec) error {
		f, err := spec.declare(name, int32(len(request.Field)+1))
		request.Field = append(request.Field, f)
		return err
	}
	for _, fields := range []map[string]fieldSpec{in.Path, in.Query} {
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			if err := add(name, fields[name]); err != nil {
				return err
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(in.Header)) {
		field := strings.ToLower(strings.ReplaceAll(name, "-", "_"))
		if err := add(field, in.Header[name]); err != nil {
			return err
		}
		options.RequestHeaders = append(options.RequestHeaders, &endpointsv1.Header{Name: name, Field: field})
	}
	for _, name := range slices.Sorted(maps.Keys(in.Cookie)) {
		if err := add(name, in.Cookie[name]); err != nil {
			return err
		}
		options.RequestHeaders = append(options.RequestHeaders, &endpointsv1.Header{Name: "Cookie", Field: name, Cookie: name})
	}
	if in.Body.fields != nil {
		rule.Body = "*"
	}
	for _, name := range in.Body.names {
		if err := add(name, in.Body.fields[name]); err != nil {
			return err
		}
	}
	return nil
}

// kinds are the types of the cases.
var kinds = map[string]descriptorpb.FieldDescriptorProto_Type{
	"string": descriptorpb.FieldDescriptorProto_TYPE_STRING,
	"int":    descriptorpb.FieldDescriptorProto_TYPE_INT32,
	"float":  descriptorpb.FieldDescriptorProto_TYPE_DOUBLE,
	"bool":   descriptorpb.FieldDescriptorProto_TYPE_BOOL,
}

func (f fieldSpec) declare(name string, number int32) (*descriptorpb.FieldDescriptorProto, error) {
	kind, label := f.Type, descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL
	if element, ok := strings.CutPrefix(kind, "list<"); ok {
		kind, label = strings.TrimSuffix(element, ">"), descriptorpb.FieldDescriptorProto_LABEL_REPEATED
	}
	t, ok := kinds[kind]
	if !ok {
		return nil, fmt.Errorf("field %s: no type %q", name, f.Type)
	}
	options := &descriptorpb.FieldOptions{}
	proto.SetExtension(options, endpointsv1.E_Field, &endpointsv1.FieldOptions{
		Required: f.Required, Default: f.fallback(),
		MaxLength: f.MaxLength, MinLength: f.MinLength, Minimum: f.Minimum, Maximum: f.Maximum,
	})
	return &descriptorpb.FieldDescriptorProto{
		Name: &name, JsonName: &name, Number: &number, Type: t.Enum(), Label: label.Enum(), Options: options,
	}, nil
}

// fallback is the text of a default, unless it is what a field holds anyway.
func (f fieldSpec) fallback() *string {
	switch text := string(f.Default); text {
	case "", "null", "[]", "0", "false", `""`:
		return nil
	default:
		text = strings.Trim(text, `"`)
		return &text
	}
}
