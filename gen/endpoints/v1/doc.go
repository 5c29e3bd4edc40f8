// Package endpointsv1 holds what is generated from proto/endpoints/v1: the
// options with which proto files declare APIs ([E_Api], [E_Method], [E_Field]),
// the schema of status policies ([Policy]) and those of error replies.
//
// It imports nothing but the standard library and protobuf, so that packages
// of any level can use it.
package endpointsv1
