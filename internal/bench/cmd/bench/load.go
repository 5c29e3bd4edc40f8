package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/internal/bench/arena"
)

// A loadReport is what the client prints.
type loadReport struct {
	Requests int
	Seconds  float64
	P50, P99 float64 // microseconds
}

// load sends one request again and again over a number of connections, each of
// which waits for the reply before it sends the next. It does as little as it
// can with what comes back, so that the server is what is measured.
func load(args []string) error {
	flags := flag.NewFlagSet("load", flag.ExitOnError)
	name := flags.String("contestant", "endpoints", "whose form of the request is sent")
	scenario := flags.String("scenario", "get", "which request")
	addr := flags.String("addr", "", "where")
	connections := flags.Int("connections", 16, "how many connections")
	duration := flags.Duration("duration", time.Second, "how long")
	flags.Parse(args)
	c, s := arena.FindContestant(*name), arena.FindScenario(*scenario)
	if c == nil || s == nil || c.Skips(s.Name) {
		return fmt.Errorf("%s does not serve %s", *name, *scenario)
	}
	request := rawRequest(c.RequestFor(*s), *addr)
	type outcome struct {
		times []time.Duration
		err   error
	}
	outcomes := make(chan outcome)
	begin := time.Now()
	for range *connections {
		go func() {
			times, err := hammer(*addr, request, c.StatusFor(*s), begin.Add(*duration))
			outcomes <- outcome{times, err}
		}()
	}
	var all []time.Duration
	var failures []error
	for range *connections {
		o := <-outcomes
		all = append(all, o.times...)
		failures = append(failures, o.err)
	}
	if err := errors.Join(failures...); err != nil {
		return err
	}
	seconds := time.Since(begin).Seconds()
	slices.Sort(all)
	at := func(q float64) float64 { return float64(all[int(q*float64(len(all)-1))].Nanoseconds()) / 1e3 }
	return json.NewEncoder(os.Stdout).Encode(loadReport{Requests: len(all), Seconds: seconds, P50: at(.5), P99: at(.99)})
}

// rawRequest is the request as it goes over the wire.
func rawRequest(r arena.Req, host string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\n", r.Method, r.Target, host)
	for key, value := range r.Header {
		fmt.Fprintf(&b, "%s: %s\r\n", key, value)
	}
	if r.Body != nil {
		fmt.Fprintf(&b, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(r.Body))
	}
	b.WriteString("\r\n")
	b.Write(r.Body)
	return b.Bytes()
}

// hammer uses one connection until the end and returns how long each request
// took.
func hammer(addr string, request []byte, status int, end time.Time) ([]time.Duration, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	in := bufio.NewReaderSize(conn, 64<<10)
	times := make([]time.Duration, 0, 1<<15)
	for now := time.Now(); now.Before(end); {
		if _, err := conn.Write(request); err != nil {
			return nil, err
		}
		got, err := readReply(in)
		if err != nil {
			return nil, err
		}
		if got != status {
			return nil, fmt.Errorf("status %d, want %d", got, status)
		}
		then := time.Now()
		times = append(times, then.Sub(now))
		now = then
	}
	return times, nil
}

var errReply = errors.New("not a reply of HTTP/1.1 that this client knows")

// readReply reads one reply and returns its status.
func readReply(in *bufio.Reader) (status int, err error) {
	line, err := in.ReadSlice('\n')
	if err != nil {
		return 0, err
	}
	if len(line) < len("HTTP/1.1 200") {
		return 0, errReply
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, errReply
	}
	length, chunked := -1, false
	for {
		if line, err = in.ReadSlice('\n'); err != nil {
			return 0, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			break
		}
		if v, ok := field(line, "content-length:"); ok {
			if length, err = strconv.Atoi(string(v)); err != nil {
				return 0, errReply
			}
		} else if v, ok := field(line, "transfer-encoding:"); ok {
			chunked = string(v) == "chunked"
		}
	}
	switch {
	case chunked:
		return status, skipChunks(in)
	case length >= 0:
		_, err = in.Discard(length)
		return status, err
	}
	return 0, errReply
}

// field returns the value of a header field if the line is the one with the
// name, which ends with a colon.
func field(line []byte, name string) ([]byte, bool) {
	if len(line) < len(name) || !bytes.EqualFold(line[:len(name)], []byte(name)) {
		return nil, false
	}
	return bytes.TrimSpace(line[len(name):]), true
}

// skipChunks reads a chunked body without trailers.
func skipChunks(in *bufio.Reader) error {
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return err
		}
		size, err := strconv.ParseUint(string(bytes.TrimRight(line, "\r\n")), 16, 31)
		if err != nil {
			return errReply
		}
		if _, err := in.Discard(int(size) + 2); err != nil {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return err
		}
		if size == 0 {
			return nil
		}
	}
}
