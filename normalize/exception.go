package normalize

import (
	"strconv"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
)

// own returns the message that is the exception itself, with its type's name:
// its first detail, if the class is declared by that message. It is nil for
// exceptions that are no messages, and for those whose details are dropped by
// the policy.
func (v *Verdict) own() proto.Message {
	if v.Class == nil || len(v.Details) == 0 || v.Details[0] == nil {
		return nil
	}
	m := v.Details[0]
	if string(m.ProtoReflect().Descriptor().FullName()) != v.Class.Name {
		return nil
	}
	return m
}

// What of an exception's fields goes into the metadata of google.rpc.ErrorInfo,
// so that no reply grows without bounds. Nothing is cut: half a value misleads.
const (
	maxMetadata      = 64   // entries
	maxMetadataValue = 1024 // bytes of one value
)

// appendMetadata appends the fields of an exception as the member metadata of
// google.rpc.ErrorInfo, for clients that do not know the message (AIP-193): all
// that are set and have a plain text, under their JSON names. Messages, lists,
// maps and bytes are left out; the message itself is among the details.
func appendMetadata(dst []byte, m proto.Message) []byte {
	r := m.ProtoReflect()
	fields := r.Descriptor().Fields()
	before := len(dst)
	dst = append(dst, `,"metadata":{`...)
	open, n := len(dst), 0
	for i := range fields.Len() {
		f := fields.Get(i)
		if !plain(f) || !metadataKey(f.JSONName()) || !r.Has(f) {
			continue
		}
		value := r.Get(f)
		if f.Kind() == protoreflect.StringKind && len(value.String()) > maxMetadataValue {
			continue
		}
		if n++; n > maxMetadata {
			break
		}
		dst = append(appendComma(dst, open), '"')
		dst = append(dst, f.JSONName()...)
		dst = append(dst, `":`...)
		dst = appendPlain(dst, f, value)
	}
	if len(dst) == open {
		return dst[:before]
	}
	return append(dst, '}')
}

// plain says whether a field has a text for the metadata.
func plain(f protoreflect.FieldDescriptor) bool {
	return f.Cardinality() != protoreflect.Repeated && f.Message() == nil && f.Kind() != protoreflect.BytesKind
}

// metadataKey says whether google.rpc.ErrorInfo allows a key.
func metadataKey(key string) bool {
	for i := range len(key) {
		switch c := key[i]; {
		case c >= 'a' && c <= 'z':
		case i > 0 && (c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_'):
		default:
			return false
		}
	}
	return key != "" && len(key) <= 64
}

// appendPlain appends a value as a JSON string.
func appendPlain(dst []byte, f protoreflect.FieldDescriptor, value protoreflect.Value) []byte {
	switch f.Kind() {
	case protoreflect.StringKind:
		return appendString(dst, value.String())
	case protoreflect.EnumKind:
		if e := f.Enum().Values().ByNumber(value.Enum()); e != nil {
			return appendString(dst, string(e.Name()))
		}
		return append(strconv.AppendInt(append(dst, '"'), int64(value.Enum()), 10), '"')
	}
	return appendString(dst, value.String())
}

// appendOwn appends the fields of an exception as members of an object that is
// not empty, leaving out those whose names Problem has a meaning for.
func appendOwn(dst []byte, m proto.Message) []byte {
	before := len(dst)
	out, err := jsonpb.Append(append(dst, ','), withoutReserved(m), jsonpb.AppendOptions{})
	if err != nil || out[len(out)-2] == '{' && len(out) == before+3 {
		return dst[:before]
	}
	return append(out[:before+1], out[before+2:len(out)-1]...)
}

// withoutReserved returns m, or if it has fields that cannot be members of a
// problem, a copy without them.
func withoutReserved(m proto.Message) proto.Message {
	r := m.ProtoReflect()
	fields := r.Descriptor().Fields()
	clean := true
	for i := range fields.Len() {
		clean = clean && !problemMember(fields.Get(i).JSONName())
	}
	if clean {
		return m
	}
	c := r.New()
	r.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if !problemMember(f.JSONName()) {
			c.Set(f, v)
		}
		return true
	})
	return c.Interface()
}

// problemMember says whether a member of a problem has a meaning of its own, in
// RFC 9457 or here.
func problemMember(name string) bool {
	switch name {
	case "type", "title", "status", "detail", "instance", "reason", "domain", "errors", "details":
		return true
	}
	return false
}
