// Package python imitates Cloud Endpoints Frameworks for Python 4.8.0 with the
// protorpc library of App Engine, byte for byte and value for value: how a
// message is written ([Append]), how a request becomes a message ([Binder]),
// how an error looks ([Format]), and how paths and origins are treated.
//
// What it does is what recorded exchanges show (testdata/conformance). Where
// the original crashed, leaked or wrote invalid JSON, it answers as the case
// that deviates from the recording says. Parts that are not fit for a new
// service are marked so.
package python
