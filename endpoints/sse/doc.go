// Package sse sends the messages of server-streaming methods over plain HTTP: as
// server-sent events, which browsers read with EventSource, or as one line of
// JSON per message.
//
//	api := endpoints.New(endpoints.With(sse.Transport()))
//
// A method needs a google.api.http rule. Its requests are routed and read as
// those of any other method, and its messages have the same JSON.
package sse
