// Package corsbench measures package endpoints/cors side by side with
// github.com/rs/cors:
//
//	cd internal/bench && GOWORK=off go test -bench . -count 6 ./cors
package corsbench
