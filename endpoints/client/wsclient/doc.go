// Package wsclient carries the streams of generated clients over WebSockets, as
// package endpoints/websocket serves them:
//
//	desk, err := libraryv1endpoints.NewDeskClient("https://library.example.com",
//		client.WithTransport(wsclient.WebSocket))
//
// Every call has a connection of its own. It carries all kinds of streams, also
// over HTTP/1.1 and through proxies that know nothing of HTTP/2. An rpc without a
// stream is none of its business.
package wsclient
