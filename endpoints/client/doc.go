// Package client calls services as they are declared in proto: with typed
// requests, replies and exceptions. The plugin writes a client for every
// service on top of it:
//
//	library, err := libraryv1endpoints.NewLibraryClient("https://library.example.com")
//	shelf, err := library.GetShelf(ctx, &libraryv1.GetShelfRequest{Name: "shelves/a"})
//	if missing, ok := errors.AsType[*exceptions.NotFound](err); ok { ... }
//
// An rpc that streams gives an open stream: a [ServerStream], a [ClientStream] or
// a [BidiStream].
//
// An exception of the service comes back as the type that was raised, marked as
// received from elsewhere ([exceptions.Received]): a server that merely returns
// it answers with an internal error of its own. All other errors are ordinary
// ones: no answer, or one that makes no sense.
//
// [ReadError] does the same for replies that come by other ways.
package client
