// Package websocket carries the streams of an API over WebSockets (RFC 6455),
// by github.com/coder/websocket.
//
//	api := endpoints.New(endpoints.With(websocket.Transport()))
//
// Every streaming method is at the path /package.Service/Method. One that is
// server-streaming and has a google.api.http rule with GET is at that path too;
// then the request comes from path and query, and all that is wrong with it is
// known before the handshake is accepted.
//
// One connection is one call. Each message is one frame: text with JSON, as in
// REST, or, where client and server agree on the subprotocol [SubprotocolProto],
// binary in the format of protobuf. A method that is not client-streaming takes
// its request as the first message. An empty text frame, in both subprotocols,
// says that the client sends no more messages; a client that closes before that
// has given up.
//
// The handshake is accepted when the handler first sends or receives, or calls
// [Accept]. An exception before that is a plain HTTP reply. After it, an exception is a text
// frame, an object with the only key "error", and then a close frame whose code
// says what kind of error it was; see [CloseCode].
package websocket
