// Package java holds what imitates Cloud Endpoints Frameworks for Java 2.2.2
// on the wire, byte for byte and value for value: how it writes messages and
// errors, how it reads requests, and its rules for paths, verbs and CORS.
//
// The rules were taken from recorded exchanges with that framework on Jackson
// 2.9.6 (testdata/conformance/cases/java). Where the original crashed, showed
// class names or leaned on properties of its language, the cases say what to
// do instead, and so does this package.
//
// Nothing here knows about routes, handlers or status policies; the profiles
// plug these parts into the framework.
package java
