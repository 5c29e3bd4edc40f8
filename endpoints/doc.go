// Package endpoints serves RPC-style APIs that are declared in protobuf.
//
// An [API] is an [http.Handler]. Generated code registers services with it:
//
//	api := endpoints.New(endpoints.WithProfile(endpoints.Modern()))
//	if err := libraryv1endpoints.RegisterLibrary(api, library); err != nil {
//		log.Fatal(err)
//	}
//	log.Fatal(endpoints.NewServer("127.0.0.1:8080", api).ListenAndServe())
//
// Every request goes one way: route, bind, interceptors and handler, outcome,
// policy, verdict, format. A [Profile] says how each step behaves; a
// [Transport] stands at the two ends.
package endpoints
