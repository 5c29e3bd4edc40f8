//go:build ignore

// Command testee is the program that protobuf's conformance runner tests. It
// reads requests from standard input and writes responses to standard output,
// each behind its length in four bytes, little end first.
//
// It is built in a module of its own, together with code generated from the
// runner's protos; see the script run beside it. The environment variable CODEC
// says what reads and writes JSON: jsonpb, dynamic (jsonpb on messages of
// dynamicpb) or protojson, whose failures are the measure.
package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log"
	"os"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/endpoints-frameworks/endpoints-go/jsonpb"

	"conformance/gen/conformance"
	_ "conformance/gen/edition2023"
	_ "conformance/gen/proto2"
	_ "conformance/gen/proto2editions"
	_ "conformance/gen/proto3"
	_ "conformance/gen/proto3editions"
)

func main() {
	in, out := bufio.NewReader(os.Stdin), bufio.NewWriter(os.Stdout)
	for {
		if err := serve(in, out); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			log.Fatal(err)
		}
	}
}

// serve answers one request.
func serve(in io.Reader, out *bufio.Writer) error {
	var size [4]byte
	if _, err := io.ReadFull(in, size[:]); err != nil {
		return err
	}
	data := make([]byte, binary.LittleEndian.Uint32(size[:]))
	if _, err := io.ReadFull(in, data); err != nil {
		return err
	}
	req := new(conformance.ConformanceRequest)
	if err := proto.Unmarshal(data, req); err != nil {
		return err
	}
	data, err := proto.Marshal(answer(req))
	if err != nil {
		return err
	}
	binary.LittleEndian.PutUint32(size[:], uint32(len(data)))
	out.Write(size[:])
	out.Write(data)
	return out.Flush()
}

func answer(req *conformance.ConformanceRequest) *conformance.ConformanceResponse {
	// What the runner asks first, to learn what is known to fail.
	if req.GetMessageType() == "conformance.FailureSet" {
		return &conformance.ConformanceResponse{Result: &conformance.ConformanceResponse_ProtobufPayload{}}
	}
	mt, err := protoregistry.GlobalTypes.FindMessageByName(protoreflect.FullName(req.GetMessageType()))
	if err != nil {
		return &conformance.ConformanceResponse{Result: &conformance.ConformanceResponse_Skipped{Skipped: err.Error()}}
	}
	var m proto.Message = mt.New().Interface()
	if os.Getenv("CODEC") == "dynamic" {
		m = dynamicpb.NewMessage(mt.Descriptor())
	}
	switch p := req.GetPayload().(type) {
	case *conformance.ConformanceRequest_ProtobufPayload:
		err = proto.Unmarshal(p.ProtobufPayload, m)
	case *conformance.ConformanceRequest_JsonPayload:
		err = unmarshal([]byte(p.JsonPayload), m, req.GetTestCategory() == conformance.TestCategory_JSON_IGNORE_UNKNOWN_PARSING_TEST)
	case *conformance.ConformanceRequest_TextPayload:
		err = prototext.Unmarshal([]byte(p.TextPayload), m)
	default:
		return &conformance.ConformanceResponse{Result: &conformance.ConformanceResponse_Skipped{Skipped: fmt.Sprintf("payload %T", p)}}
	}
	if err != nil {
		return &conformance.ConformanceResponse{Result: &conformance.ConformanceResponse_ParseError{ParseError: err.Error()}}
	}
	return encode(m, req)
}

func encode(m proto.Message, req *conformance.ConformanceRequest) *conformance.ConformanceResponse {
	var err error
	var data []byte
	res := new(conformance.ConformanceResponse)
	switch req.GetRequestedOutputFormat() {
	case conformance.WireFormat_PROTOBUF:
		data, err = proto.Marshal(m)
		res.Result = &conformance.ConformanceResponse_ProtobufPayload{ProtobufPayload: data}
	case conformance.WireFormat_JSON:
		data, err = marshal(m)
		res.Result = &conformance.ConformanceResponse_JsonPayload{JsonPayload: string(data)}
	case conformance.WireFormat_TEXT_FORMAT:
		data, err = prototext.MarshalOptions{EmitUnknown: req.GetPrintUnknownFields()}.Marshal(m)
		res.Result = &conformance.ConformanceResponse_TextPayload{TextPayload: string(data)}
	default:
		res.Result = &conformance.ConformanceResponse_Skipped{Skipped: "output format"}
	}
	if err != nil {
		res.Result = &conformance.ConformanceResponse_SerializeError{SerializeError: err.Error()}
	}
	return res
}

func unmarshal(data []byte, m proto.Message, discard bool) error {
	if os.Getenv("CODEC") == "protojson" {
		return protojson.UnmarshalOptions{DiscardUnknown: discard}.Unmarshal(data, m)
	}
	return jsonpb.Unmarshal(data, m, jsonpb.UnmarshalOptions{DiscardUnknown: discard})
}

func marshal(m proto.Message) ([]byte, error) {
	if os.Getenv("CODEC") == "protojson" {
		return protojson.Marshal(m)
	}
	return jsonpb.Append(nil, m, jsonpb.AppendOptions{})
}
