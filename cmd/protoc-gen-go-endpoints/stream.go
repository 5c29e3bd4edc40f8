package main

import (
	"strings"

	"google.golang.org/protobuf/compiler/protogen"
)

// streaming says whether messages of m come or go one after the other.
func streaming(m *protogen.Method) bool {
	return m.Desc.IsStreamingClient() || m.Desc.IsStreamingServer()
}

// stream is the name of the interface that the implementation of m gets. It is
// an interface so that tests of an implementation can have one of their own.
func (w *serviceWriter) stream(m *protogen.Method) string {
	return w.service.GoName + m.GoName + "Stream"
}

// streamImpl is the name of the type behind it.
func (w *serviceWriter) streamImpl(m *protogen.Method) string {
	name := w.stream(m)
	return strings.ToLower(name[:1]) + name[1:]
}

// signature writes parameters and results of m as the implementation has them:
// what does not stream is passed as in any other method.
func (w *serviceWriter) signature(m *protogen.Method) string {
	parameters, results := w.context(), "error"
	if !m.Desc.IsStreamingClient() {
		parameters += ", *" + w.QualifiedGoIdent(m.Input.GoIdent)
	}
	if streaming(m) {
		parameters += ", " + w.stream(m)
	}
	if !m.Desc.IsStreamingServer() {
		results = "(*" + w.QualifiedGoIdent(m.Output.GoIdent) + ", error)"
	}
	return "(" + parameters + ") " + results
}

// writeStream writes the interface and the type behind it.
func (w *serviceWriter) writeStream(m *protogen.Method) {
	name, impl := w.stream(m), w.streamImpl(m)
	receives, sends := m.Desc.IsStreamingClient(), m.Desc.IsStreamingServer()

	w.P("// ", name, " is the open end of one call of ", m.Desc.FullName(), ".")
	w.P("// It is used as [", w.endpoints("Stream"), "] says.")
	w.P("type ", name, " interface {")
	if receives {
		w.P("// Receive returns the next message of the client, and io.EOF after the last.")
		w.P("Receive() (*", m.Input.GoIdent, ", error)")
	}
	if sends {
		w.P("// Send sends a message to the client, and waits while it does not keep up.")
		w.P("Send(*", m.Output.GoIdent, ") error")
	}
	w.P("}")
	w.P()
	w.P("type ", impl, " struct{ stream ", w.endpoints("Stream"), " }")
	w.P()
	if receives {
		w.P("func (", w.self, " ", impl, ") Receive() (*", m.Input.GoIdent, ", error) {")
		w.P(w.message, ", ", w.err, " := ", w.self, ".stream.Receive()")
		w.P("if ", w.err, " != nil {")
		w.P("return nil, ", w.err)
		w.P("}")
		w.P("return ", w.message, ".(*", m.Input.GoIdent, "), nil")
		w.P("}")
		w.P()
	}
	if sends {
		w.P("func (", w.self, " ", impl, ") Send(", w.message, " *", m.Output.GoIdent, ") error { return ", w.self, ".stream.Send(", w.message, ") }")
		w.P()
	}
}

// writeStreamCall writes the code behind a streaming method.
func (w *serviceWriter) writeStreamCall(m *protogen.Method) {
	arguments := []string{w.ctx}
	request := "_"
	if !m.Desc.IsStreamingClient() {
		request = w.request
		arguments = append(arguments, w.request+".(*"+w.QualifiedGoIdent(m.Input.GoIdent)+")")
	}
	arguments = append(arguments, w.streamImpl(m)+"{"+w.calls+"}")
	call := w.impl + "." + m.GoName + "(" + strings.Join(arguments, ", ") + ")"

	w.P("Stream: func(", w.ctx, " ", w.context(), ", ", request, " ", w.proto(), ", ", w.calls, " ", w.endpoints("Stream"), ") (", w.proto(), ", error) {")
	if m.Desc.IsStreamingServer() {
		w.P("return nil, ", call)
	} else {
		w.P(w.reply, ", ", w.err, " := ", call)
		w.P("if ", w.reply, " == nil {")
		w.P("return nil, ", w.err)
		w.P("}")
		w.P("return ", w.reply, ", ", w.err)
	}
	w.P("},")
}

// writeStreamCall writes the method of a client that opens a stream. The type of
// the stream has those of the messages that stream, or come at its end.
func (w *clientWriter) writeStreamCall(m *protogen.Method) {
	kind, messages := "ServerStream", w.QualifiedGoIdent(m.Output.GoIdent)
	parameters := w.ctx + " " + w.context()
	arguments := w.ctx + ", " + w.self + `.client, "` + string(m.Desc.Name()) + `"`
	if m.Desc.IsStreamingClient() {
		kind, messages = "ClientStream", w.QualifiedGoIdent(m.Input.GoIdent)+", "+messages
		if m.Desc.IsStreamingServer() {
			kind = "BidiStream"
		}
	} else {
		parameters += ", " + w.request + " *" + w.QualifiedGoIdent(m.Input.GoIdent)
		arguments += ", " + w.request
	}
	w.P("func (", w.self, " *", w.client, ") ", m.GoName, "(", parameters, ", ", w.options, " ...", w.runtime("CallOption"), ")",
		" (*", w.runtime(kind), "[", messages, "], error) {")
	w.P("return ", w.runtime("Open"+kind), "[", messages, "](", arguments, ", ", w.options, "...)")
	w.P("}")
	w.P()
}
