package jsonpb

import (
	"errors"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/known/anypb"
)

// A failure is an error with a text of ours and a cause for the log.
type failure struct {
	reason string
	cause  error
}

func (f *failure) Error() string { return f.reason }

var errTypeMissing = errors.New("google.protobuf.Any with a value and without a type")

// AppendAny appends a: the message inside with an additional member "@type".
// What has a JSON form of its own stands in a member "value".
func AppendAny(b []byte, a *anypb.Any, mode Mode) ([]byte, error) {
	url := a.GetTypeUrl()
	if url == "" {
		if len(a.GetValue()) > 0 {
			return b, errTypeMissing
		}
		return append(b, '{', '}'), nil
	}
	mt, err := protoregistry.GlobalTypes.FindMessageByURL(url)
	if err != nil {
		return b, &failure{"google.protobuf.Any of an unknown type", err}
	}
	m := mt.New()
	if err := (proto.UnmarshalOptions{AllowPartial: true}).Unmarshal(a.GetValue(), m.Interface()); err != nil {
		return b, &failure{"google.protobuf.Any with a malformed value", err}
	}
	if b, err = AppendString(append(b, `{"@type":`...), url); err != nil {
		return b, err
	}
	if name := mt.Descriptor().FullName(); isWellKnown(name) && name != emptyName {
		if b, err = appendWellKnown(append(b, `,"value":`...), m, mode); err != nil {
			return b, err
		}
		return append(b, '}'), nil
	}
	// The message is written as an object of its own, then joined.
	at := len(b)
	b, err = AppendMessage(b, m.Interface(), mode|Partial)
	switch {
	case len(b) == at:
	case err == nil && len(b) == at+len("{}"):
		b = append(b[:at], '}')
	default:
		b[at] = ','
	}
	return b, err
}

// Any reads a google.protobuf.Any. The type must be registered.
func (d *Decoder) Any() *anypb.Any {
	if !d.shallow() {
		return nil
	}
	d.depth--
	a := d.any()
	d.depth++
	return a
}

func (d *Decoder) any() *anypb.Any {
	start := d.i
	if d.i >= len(d.data) || d.data[d.i] != '{' {
		d.wrong("an object")
		return nil
	}
	open := d.open
	url, at := d.typeURL()
	if url == "" {
		return new(anypb.Any)
	}
	d.i, d.open = start, open
	mt, err := protoregistry.GlobalTypes.FindMessageByURL(url)
	if err != nil {
		d.fail(at, "unknown message type")
		d.cause = err
		return nil
	}
	m := mt.New()
	d.content(m)
	if d.failed {
		return nil
	}
	value, err := proto.MarshalOptions{AllowPartial: true, Deterministic: true}.Marshal(m.Interface())
	if err != nil {
		d.fail(start, "message that cannot be encoded")
		d.cause = err
		return nil
	}
	return &anypb.Any{TypeUrl: url, Value: value}
}

// content reads the object of an Any into the message inside.
func (d *Decoder) content(m protoreflect.Message) {
	most, typeAt, typeRead, partial := d.most, d.typeAt, d.typeRead, d.partial
	// protojson looks for the type first and skips everything else, with a
	// limit of its own.
	d.most = min(d.most, d.open+1+d.depth)
	d.partial = true
	if isWellKnown(m.Descriptor().FullName()) {
		d.contentValue(m)
	} else {
		d.typeAt, d.typeRead = d.open+1, false
		d.Message(m.Interface())
	}
	d.most, d.typeAt, d.typeRead, d.partial = most, typeAt, typeRead, partial
}

// contentValue reads the members "@type" and "value".
func (d *Decoder) contentValue(m protoreflect.Message) {
	typeRead, found := false, false
	for k := d.openObject(); k != nil; k = d.nextKey() {
		switch string(k) {
		case "@type":
			if typeRead {
				d.fail(d.key, "duplicate field")
			}
			typeRead = true
			d.skip(0)
		case "value":
			if found {
				d.fail(d.key, "duplicate field")
			}
			found = true
			d.depth++ // it does not count as a message of its own
			d.readWellKnown(m)
			d.depth--
		default:
			if !d.discard {
				d.fail(d.key, "unknown field")
			}
			d.skip(d.depth)
		}
	}
	if !found && !d.failed && m.Descriptor().FullName() != emptyName {
		d.fail(d.i-1, `missing "value"`)
	}
}

// typeURL returns the text of the member "@type" and where it stands. If it
// comes first, as it should, nothing else is read. If there is none, the
// object is read and the result empty.
func (d *Decoder) typeURL() (url string, at int) {
	start, open, members := d.i, d.open, 0
	for k := d.openObject(); k != nil; k = d.nextKey() {
		members++
		if string(k) != "@type" {
			d.skip(d.depth)
			continue
		}
		if url != "" {
			d.fail(d.key, "duplicate field")
			return "", 0
		}
		at = d.i
		if url = d.String(); url == "" {
			d.fail(at, "want a message type")
			return "", 0
		}
		if members == 1 {
			return url, at
		}
	}
	if d.failed {
		return "", 0
	}
	if url == "" && members > 0 {
		if !d.discard {
			d.fail(start, `missing "@type"`)
			return "", 0
		}
		d.i, d.open = start, open
		d.skip(d.depth) // as an unknown value, with the limit of one
	}
	return url, at
}
