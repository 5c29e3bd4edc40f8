// Package handwritten is the JSON codec that a careful application would write by
// hand for the messages of package benchv1: one function to write each message
// and one to read it, without reflection. It is what the framework's codec and
// its handlers are measured against.
package handwritten
