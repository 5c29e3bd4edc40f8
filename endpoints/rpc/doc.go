// Package rpc serves the methods of an API on Connect, gRPC and gRPC-Web, beside
// REST and on the same port:
//
//	api := endpoints.New(endpoints.With(rpc.Transport()))
//	if err := libraryv1endpoints.RegisterLibrary(api, library); err != nil {
//		log.Fatal(err)
//	}
//	log.Fatal(endpoints.NewServer("127.0.0.1:8080", api).ListenAndServe())
//
// An exception is told in the terms of the protocol: the code of its class,
// whatever the status policy makes of its number on REST, its message, its
// details with google.rpc.ErrorInfo first, and its header fields.
package rpc
