// Package libraryv1 holds the messages of the example API, generated from
// proto/library/v1.
package libraryv1
