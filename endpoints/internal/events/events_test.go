package events_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/events"
	"github.com/google/go-cmp/cmp"
)

// An event is an [events.Event] and the id after it.
type event struct {
	Name, Data, ID string
	Retry          time.Duration
}

// readAll returns all events of r and how it ends.
func readAll(r io.Reader, limit int64) (all []event, end error) {
	reader := events.NewReader(r, limit, "")
	for {
		e, err := reader.Next()
		if err != nil {
			return all, err
		}
		all = append(all, event{e.Name, string(e.Data), reader.LastID(), e.Retry})
	}
}

// streams are what the standard says of each: those of its own examples are
// among them.
var streams = []struct {
	name, text string
	want       []event
	cut        bool
}{
	{name: "nothing"},
	{name: "one", text: "data: x\n\n", want: []event{{Data: "x"}}},
	{name: "no space", text: "data:x\n\n", want: []event{{Data: "x"}}},
	{name: "one space is not part of it", text: "data:  x \n\n", want: []event{{Data: " x "}}},
	{name: "several lines", text: "data: YHOO\ndata: +2\ndata: 10\n\n", want: []event{{Data: "YHOO\n+2\n10"}}},
	{name: "empty lines of data", text: "data\n\ndata\ndata\n\ndata:\n\n", want: []event{{}, {Data: "\n"}, {}}},
	{name: "CR", text: "data: a\rdata: b\r\r", want: []event{{Data: "a\nb"}}},
	{name: "CRLF", text: "data: a\r\ndata: b\r\n\r\n", want: []event{{Data: "a\nb"}}},
	{name: "all ends of lines", text: "data: a\n\r\ndata: b\r\rdata: c\r\n\n", want: []event{{Data: "a"}, {Data: "b"}, {Data: "c"}}},
	{name: "a byte order mark", text: "\ufeffdata: a\n\n\ufeffdata: b\n\n", want: []event{{Data: "a"}}},
	{name: "comments", text: ": test stream\n\n:\n: ping\n\ndata: a\n: between\ndata: b\n\n: end\n\n", want: []event{{Data: "a\nb"}}},
	{name: "names", text: "event: add\ndata: 1\n\ndata: 2\n\n", want: []event{{Name: "add", Data: "1"}, {Data: "2"}}},
	{name: "a name without data", text: "event: add\n\ndata: 1\n\n", want: []event{{Data: "1"}}},
	{name: "ids stay", text: "data: a\nid: 1\n\ndata: b\n\ndata: c\nid\n\n", want: []event{{Data: "a", ID: "1"}, {Data: "b", ID: "1"}, {Data: "c"}}},
	{name: "an id without data", text: "id: 7\n\ndata: a\n\n", want: []event{{Data: "a", ID: "7"}}},
	{name: "an id with NUL", text: "id: 1\ndata: a\n\nid: 2\x00\ndata: b\n\n", want: []event{{Data: "a", ID: "1"}, {Data: "b", ID: "1"}}},
	{name: "retry", text: "retry: 1500\ndata: a\n\nretry: 1s\ndata: b\n\nretry:\ndata: c\n\nretry: 99999999999999999999\ndata: d\n\n",
		want: []event{{Data: "a", Retry: 1500 * time.Millisecond}, {Data: "b"}, {Data: "c"}, {Data: "d", Retry: 24 * time.Hour}}},
	{name: "unknown fields", text: "Data: x\ndata : y\nfoo: z\ndata: a\n\n", want: []event{{Data: "a"}}},
	{name: "no UTF-8 in id and name", text: "id: \xff\nevent: \xfe\ndata: a\n\n", want: []event{{Name: "\ufffd", Data: "a", ID: "\ufffd"}}},
	{name: "cut after a line", text: "data: a\n\ndata: b\n", want: []event{{Data: "a"}}, cut: true},
	{name: "cut in a line", text: "data: a\n\nid: 9\nda", want: []event{{Data: "a"}}, cut: true},
	{name: "cut in a comment", text: "data: a\n\n: pi", want: []event{{Data: "a"}}, cut: true},
	{name: "cut between CR and LF", text: "data: a\n\r", want: []event{{Data: "a"}}},
}

func TestReader(t *testing.T) {
	t.Parallel()
	readers := map[string]func(string) io.Reader{
		"at once":         func(s string) io.Reader { return strings.NewReader(s) },
		"byte by byte":    func(s string) io.Reader { return iotest.OneByteReader(strings.NewReader(s)) },
		"data with error": func(s string) io.Reader { return iotest.DataErrReader(strings.NewReader(s)) },
	}
	for _, tt := range streams {
		for how, reader := range readers {
			got, err := readAll(reader(tt.text), 1<<20)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s, %s (-want +got):\n%s", tt.name, how, diff)
			}
			if cut := errors.Is(err, io.ErrUnexpectedEOF); cut != tt.cut || !cut && err != io.EOF {
				t.Errorf("%s, %s: it ends with %v", tt.name, how, err)
			}
		}
	}
}

// TestLastID goes on from another stream.
func TestLastID(t *testing.T) {
	t.Parallel()
	r := events.NewReader(strings.NewReader("data: a\n\ndata: b\nid: 8\n\nid: 9\n"), 10, "7")
	ids := r.LastID()
	for _, err := r.Next(); err == nil; _, err = r.Next() {
		ids += r.LastID()
	}
	if ids += r.LastID(); ids != "7788" { // the last event is not complete
		t.Errorf("ids %s", ids)
	}
}

// TestAtOnce proves that an event is there as soon as it has ended, also if it
// ends with a CR, after which an LF may come.
func TestAtOnce(t *testing.T) {
	t.Parallel()
	for _, end := range []string{"\n", "\r", "\r\n"} {
		in, out := io.Pipe()
		go func() {
			_, _ = io.WriteString(out, "data: a"+end+end)
		}()
		e, err := events.NewReader(in, 10, "").Next()
		if err != nil || string(e.Data) != "a" {
			t.Errorf("%q: %q, %v", end, e.Data, err)
		}
		_ = in.Close()
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"as much as there may be", "data: 0123456789\n\n", "EOF"},
		{"one line", "data: 0123456789A\n\n", "an event is larger than 10 bytes"},
		{"several lines", "data: 01234\ndata: 01234\n\n", "an event is larger than 10 bytes"},
		{"a line without end", "data: " + strings.Repeat("x", 1<<20), "a line is larger than 74 bytes"},
		{"a comment without end", ":" + strings.Repeat("x", 1<<20), "a line is larger than 74 bytes"},
		{"many small comments", strings.Repeat(": x\n", 1000), "EOF"},
		{"many names", strings.Repeat("event: x\n", 1000) + "\n", "EOF"},
	}
	for _, tt := range tests {
		if _, err := readAll(strings.NewReader(tt.text), 10); err.Error() != tt.want {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
	if _, err := readAll(strings.NewReader("data: x\n\n"), 1<<63-1); err != io.EOF {
		t.Errorf("without a limit: %v", err)
	}
	if _, err := readAll(iotest.ErrReader(io.ErrClosedPipe), 10); err != io.ErrClosedPipe {
		t.Errorf("the reader's error: %v", err)
	}
	if _, err := readAll(idle{}, 10); err == nil || err == io.EOF {
		t.Errorf("a reader that returns nothing: %v", err)
	}
}

type idle struct{}

func (idle) Read([]byte) (int, error) { return 0, nil }

func TestLineReader(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text, want string
		end              error
	}{
		{"none", "", "", io.EOF},
		{"ends of all kinds", "a\nb\r\nc\rd\n", "a|b|c|d|", io.EOF},
		{"empty ones", "\n\na\r\n\r\n\n", "a|", io.EOF},
		{"the last one without an end", "a\nb", "a|b|", io.EOF},
	}
	for _, tt := range tests {
		lines, got := events.NewLineReader(iotest.HalfReader(strings.NewReader(tt.text)), 10), ""
		line, err := lines.Next()
		for ; err == nil; line, err = lines.Next() {
			got += string(line) + "|"
		}
		if got != tt.want || err != tt.end {
			t.Errorf("%s: %q, %v", tt.name, got, err)
		}
	}
	if _, err := events.NewLineReader(strings.NewReader("0123456789A\n"), 10).Next(); err == nil {
		t.Error("a line may be too large")
	}
	cut := io.MultiReader(strings.NewReader("a"), iotest.ErrReader(io.ErrUnexpectedEOF))
	if line, err := events.NewLineReader(cut, 10).Next(); err != io.ErrUnexpectedEOF {
		t.Errorf("cut: %q, %v", line, err)
	}
}

// FuzzReader compares with a parser that has the whole text at once, and looks
// at what must hold of all events.
func FuzzReader(f *testing.F) {
	for _, tt := range streams {
		f.Add(tt.text)
	}
	f.Add("data: {}\n\nevent: error\ndata: {\"error\":{}}\nretry: 5000\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		const limit = 1 << 10
		got, err := readAll(strings.NewReader(text), limit)
		slow, slowErr := readAll(iotest.OneByteReader(strings.NewReader(text)), limit)
		if diff := cmp.Diff(got, slow); diff != "" || err.Error() != slowErr.Error() {
			t.Fatalf("byte by byte it ends with %v, else with %v:\n%s", slowErr, err, diff)
		}
		for _, e := range got {
			if strings.ContainsAny(e.ID+e.Name, "\r\n") || strings.Contains(e.ID, "\x00") || strings.Contains(e.Data, "\r") || len(e.Data) > limit || e.Retry < 0 {
				t.Fatalf("no event: %+v", e)
			}
		}
		if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
			if diff := cmp.Diff(simple(text), got); diff != "" {
				t.Fatalf("(-simple +got):\n%s", diff)
			}
		}
	})
}

// simple reads events in the plainest way.
func simple(text string) (all []event) {
	text = strings.TrimPrefix(text, "\ufeff")
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	lines := strings.Split(text, "\n")
	var e event
	var data []string
	for _, line := range lines[:len(lines)-1] {
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case line == "":
			e.Data = strings.Join(data, "\n")
			if data != nil {
				all = append(all, e)
			}
			e, data = event{ID: e.ID}, nil
		case name == "data":
			data = append(data, value)
		case name == "event":
			e.Name = strings.ToValidUTF8(value, "\ufffd")
		case name == "id" && !strings.Contains(value, "\x00"):
			e.ID = strings.ToValidUTF8(value, "\ufffd")
		case name == "retry" && value != "" && strings.Trim(value, "0123456789") == "":
			e.Retry = 24 * time.Hour
			if digits := strings.TrimLeft(value, "0"); len(digits) < 9 {
				var n time.Duration
				for _, c := range digits {
					n = n*10 + time.Duration(c-'0')
				}
				e.Retry = min(n*time.Millisecond, e.Retry)
			}
		}
	}
	return all
}

func BenchmarkReader(b *testing.B) {
	text := bytes.Repeat([]byte("id: 12\ndata: {\"number\":\"12\",\"book\":\"shelves/a/books/emma\",\"reader\":\"kim\"}\n\n"), 1000)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		r := events.NewReader(bytes.NewReader(text), 1<<20, "")
		n := 0
		for _, err := r.Next(); err == nil; _, err = r.Next() {
			n++
		}
		if n != 1000 {
			b.Fatalf("%d events", n)
		}
	}
}
