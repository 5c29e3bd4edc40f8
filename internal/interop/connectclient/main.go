// Command connectclient is the client under test of the Connect conformance
// suite: it makes the calls that the suite asks for with the client that our
// plugin has generated, over package rpcclient, and reports what came of them. The
// suite starts it, and talks to it by standard input and output.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	conformancev1 "github.com/endpoints-frameworks/endpoints-go/internal/interop/gen/connectrpc/conformance/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/interop/suite"
)

// calls is how many calls are made at the same time.
const calls = 16

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run makes calls until there are no more, or a result cannot be written.
func run(in io.Reader, out io.Writer) error {
	var (
		all    sync.WaitGroup
		mu     sync.Mutex
		failed error // of writing
		slots  = make(chan struct{}, calls)
		lines  connections
	)
	defer all.Wait()
	for {
		request := new(conformancev1.ClientCompatRequest)
		if err := suite.Read(in, request); err != nil {
			all.Wait()
			if errors.Is(err, io.EOF) {
				return failed
			}
			return err
		}
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			response := respond(&lines, request)
			mu.Lock()
			defer mu.Unlock()
			failed = errors.Join(failed, suite.Write(out, response))
		})
	}
}

// respond makes one call.
func respond(lines *connections, request *conformancev1.ClientCompatRequest) *conformancev1.ClientCompatResponse {
	response := &conformancev1.ClientCompatResponse{TestName: request.GetTestName()}
	result, err := invoke(lines, request)
	if err != nil {
		response.Result = &conformancev1.ClientCompatResponse_Error{Error: &conformancev1.ClientErrorResult{Message: err.Error()}}
	} else {
		response.Result = &conformancev1.ClientCompatResponse_Response{Response: result}
	}
	return response
}

// invoke makes one call. The error says that it could not be made.
func invoke(lines *connections, request *conformancev1.ClientCompatRequest) (*conformancev1.ClientResponseResult, error) {
	service, err := lines.client(request)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if request.TimeoutMs != nil {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, millis(request.GetTimeoutMs()))
		defer stop()
	}
	c := &call{request: request, service: service, cancel: cancel, result: new(conformancev1.ClientResponseResult)}
	if err := c.run(ctx); err != nil {
		return nil, err
	}
	return c.result, nil
}

func millis(n uint32) time.Duration { return time.Duration(n) * time.Millisecond }
