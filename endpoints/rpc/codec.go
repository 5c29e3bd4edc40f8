package rpc

import (
	"fmt"
	"mime"
	"net/http"
	"strings"

	"google.golang.org/protobuf/proto"
)

// A kind is what the body of a request for a unary method is.
type kind int

const (
	kindNone   kind = iota // nothing that is served here
	kindBinary             // a message
	kindJSON               // a message as JSON
	kindGRPC               // frames of gRPC or gRPC-Web
)

// acceptPost are the content types of unary methods.
const acceptPost = "application/grpc, application/grpc+json, application/grpc+proto, " +
	"application/grpc-web, application/grpc-web+json, application/grpc-web+proto, application/json, application/proto"

// kindOf reads the content type of a request.
func kindOf(r *http.Request) kind {
	values := r.Header["Content-Type"]
	if len(values) == 0 {
		return kindNone
	}
	switch v := values[0]; {
	case v == "application/json":
		return kindJSON
	case v == "application/proto":
		return kindBinary
	case strings.HasPrefix(v, "application/grpc"):
		return kindGRPC // package connect knows the rest
	}
	media, parameters, err := mime.ParseMediaType(values[0])
	if err != nil {
		return kindNone
	}
	switch media {
	case "application/json":
		if charset := parameters["charset"]; charset == "" || strings.EqualFold(charset, "utf-8") {
			return kindJSON
		}
	case "application/proto":
		return kindBinary
	}
	return kindNone
}

// contentTypes are those of replies.
var contentTypes = [...][]string{kindBinary: {"application/proto"}, kindJSON: {"application/json"}}

// jsonCodec and binaryCodec are the codecs of the messages of one method, for
// package connect.
type (
	jsonCodec struct {
		p    *procedure
		name string
	}
	binaryCodec struct{ p *procedure }
)

func (c jsonCodec) Name() string { return c.name }

func (c jsonCodec) Marshal(message any) ([]byte, error) { return c.MarshalAppend(nil, message) }

func (c jsonCodec) MarshalAppend(dst []byte, message any) ([]byte, error) {
	m, ok := message.(proto.Message)
	if !ok {
		return dst, notAMessage(message)
	}
	return c.p.middle.AppendJSON(dst, m)
}

func (c jsonCodec) Unmarshal(data []byte, message any) error {
	in, ok := message.(*incoming)
	if !ok {
		return notAMessage(message)
	}
	return in.read(data, c.p.reader.ReadJSON)
}

func (c binaryCodec) Name() string { return "proto" }

func (c binaryCodec) Marshal(message any) ([]byte, error) { return c.MarshalAppend(nil, message) }

func (c binaryCodec) MarshalAppend(dst []byte, message any) ([]byte, error) {
	m, ok := message.(proto.Message)
	if !ok {
		return dst, notAMessage(message)
	}
	return c.p.middle.AppendBinary(dst, m)
}

func (c binaryCodec) Unmarshal(data []byte, message any) error {
	in, ok := message.(*incoming)
	if !ok {
		return notAMessage(message)
	}
	return in.read(data, c.p.reader.ReadBinary)
}

// An incoming is the place for a message that is received. Package connect does
// not ask the codec about a frame without bytes, which is an empty message.
type incoming struct {
	message proto.Message // nil: it is dropped
	decoded bool
	err     error // of decoding, as it was
}

func (in *incoming) read(data []byte, read func([]byte, proto.Message) error) error {
	in.decoded = true
	if in.message == nil {
		return nil
	}
	in.err = read(data, in.message)
	return in.err
}

func notAMessage(v any) error { return fmt.Errorf("%T is not a proto message", v) }
