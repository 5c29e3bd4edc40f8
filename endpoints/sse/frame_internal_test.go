package sse

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/tail"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

// parse reads one event as the HTML standard says (section 9.2.6).
func parse(t *testing.T, text string) (f frame, data string) {
	t.Helper()
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	text, ok := strings.CutSuffix(text, "\n\n")
	if !ok {
		t.Fatalf("%q is not the end of an event", text)
	}
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch name {
		case "event":
			f.name = value
		case "data":
			lines = append(lines, value)
		case "id":
			f.id, f.hasID = value, true
		case "retry":
			ms, err := strconv.Atoi(value)
			if err != nil {
				t.Fatal(err)
			}
			f.retry = time.Duration(ms) * time.Millisecond
		default:
			t.Fatalf("a line that is no field: %q", line)
		}
	}
	return f, strings.Join(lines, "\n")
}

func FuzzAppendEvent(f *testing.F) {
	f.Add("", "", false, int64(0), []byte("{}"))
	f.Add("loan", "1", true, int64(time.Second), []byte("{\n \"a\": 1\r\n}\r"))
	f.Add("", "", true, int64(1), []byte(" \r\n\r\r\n"))
	f.Fuzz(func(t *testing.T, name, id string, hasID bool, retry int64, data []byte) {
		if !singleLine(name) || !singleLine(id) || retry < 0 || retry > int64(time.Hour) {
			t.Skip()
		}
		want := frame{name: name, id: id, hasID: hasID, retry: time.Duration(retry)}
		if !hasID {
			want.id = ""
		}
		got, gotData := parse(t, string(want.appendEvent([]byte("x"), data)[1:]))
		want.retry = time.Duration(milliseconds(want.retry)) * time.Millisecond
		if got != want {
			t.Errorf("want %+v, got %+v", want, got)
		}
		if wantData := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(data)); gotData != wantData {
			t.Errorf("data: want %q, got %q", wantData, gotData)
		}
	})
}

func FuzzErrorLine(f *testing.F) {
	for _, body := range []string{`{"error":1}`, `{"detail":"x"}`, "{\n \"error\": {\r\n}\n}", `{"error":1,"a":2}`, `null`, `"\n"`} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		line := appendLine([]byte("x"), tail.Error(bytes.Clone(body)))[1:]
		if i := bytes.IndexAny(line, "\r\n"); i != len(line)-1 {
			t.Errorf("%q is not one line", line)
		}
		if json.Valid(body) && !tail.IsError(line) {
			t.Errorf("%q does not tell that it is an error", line)
		}
	})
}

// TestTransient asks for every status and every class.
func TestTransient(t *testing.T) {
	t.Parallel()
	retryable := map[int]bool{408: true, 429: true, 502: true, 503: true, 504: true}
	for status := -1; status <= 1000; status++ {
		v := normalize.Identity().Verdict(exceptions.NewStatus(status))
		if got := transient(&v); got != retryable[status] {
			t.Errorf("status %d with its class: want %v, got %v", status, retryable[status], got)
		}
		if got := transient(&normalize.Verdict{Raised: status}); got != retryable[status] {
			t.Errorf("status %d: want %v, got %v", status, retryable[status], got)
		}
	}
	for class := range exceptions.Classes() {
		if got := transient(&normalize.Verdict{Raised: class.Status, Class: class}); got != class.Retryable {
			t.Errorf("%s: want %v, got %v", class, class.Retryable, got)
		}
	}
	if !transient(&normalize.Verdict{Raised: 404, RetryAfter: time.Second}) {
		t.Error("an exception that says when to come back is transient")
	}
}
