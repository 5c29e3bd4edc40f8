// Package corsbench measures package endpoints/cors side by side with
// github.com/rs/cors. It is a module of its own, so that the library that it
// measures is no requirement of the framework:
//
//	cd internal/bench/cors && GOWORK=off go test -bench . -count 6
package corsbench
