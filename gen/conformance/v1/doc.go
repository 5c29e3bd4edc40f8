// Package conformancev1 holds the messages of the API that recorded exchanges
// call, generated from proto/conformance/v1.
package conformancev1
