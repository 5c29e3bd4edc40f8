// Package googleapi holds no code: its tests prove that the error handling of
// google.golang.org/api and of github.com/googleapis/gax-go reads the errors of
// this framework.
package googleapi
