package sse

import (
	"net/http"
	"testing"
)

func TestNegotiate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		accept    []string
		otherwise Format
		format    Format
		mediaType string
		asked     bool
	}{
		{"no Accept", nil, Lines, Lines, typeNDJSON, false},
		{"no Accept, events by option", nil, Events, Events, typeEvents, false},
		{"anything", []string{"*/*"}, Lines, Lines, typeNDJSON, false},
		{"anything, events by option", []string{"*/*"}, Events, Events, typeEvents, false},
		{"events", []string{"text/event-stream"}, Lines, Events, typeEvents, true},
		{"in any case", []string{"Text/Event-Stream"}, Lines, Events, typeEvents, true},
		{"lines", []string{"application/jsonl"}, Events, Lines, typeJSONL, true},
		{"a name beats a range", []string{"*/*, text/event-stream"}, Lines, Events, typeEvents, true},
		{"a range of text", []string{"text/*"}, Lines, Events, typeEvents, false},
		{"a range of applications", []string{"application/*"}, Events, Lines, typeNDJSON, false},
		{"weights", []string{"text/event-stream;q=0.5, application/jsonl;q=0.7"}, Events, Lines, typeJSONL, true},
		{"weights in two fields", []string{"text/event-stream;q=0.8", "application/jsonl; q=0.7"}, Lines, Events, typeEvents, true},
		{"equals", []string{"application/x-ndjson, text/event-stream"}, Lines, Lines, typeNDJSON, true},
		{"equals, events by option", []string{"application/x-ndjson, text/event-stream"}, Events, Events, typeEvents, true},
		{"refused", []string{"text/event-stream;q=0, */*"}, Events, Lines, typeNDJSON, false},
		{"all refused", []string{"*/*;q=0"}, Lines, Lines, typeNDJSON, false},
		{"another type", []string{"application/json"}, Lines, Lines, typeNDJSON, false},
		{"another type, events by option", []string{"text/html"}, Events, Events, typeEvents, false},
		{"no number", []string{"text/event-stream;q=high, application/jsonl;q=0.9"}, Lines, Events, typeEvents, true},
		{"rubbish", []string{";;,,/,*/;q=1"}, Lines, Lines, typeNDJSON, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			format, mediaType, asked := negotiate(http.Header{"Accept": tt.accept}, tt.otherwise)
			if format != tt.format || mediaType != tt.mediaType || asked != tt.asked {
				t.Errorf("want %v %s %v, got %v %s %v", tt.format, tt.mediaType, tt.asked, format, mediaType, asked)
			}
		})
	}
}

func FuzzNegotiate(f *testing.F) {
	for _, accept := range []string{"", "*/*", "text/event-stream;q=0.5, application/jsonl", "text/*;q=0,,;", "a/b;q=1;q=0"} {
		f.Add(accept, true)
	}
	f.Fuzz(func(t *testing.T, accept string, events bool) {
		otherwise := Lines
		if events {
			otherwise = Events
		}
		format, mediaType, asked := negotiate(http.Header{"Accept": {accept}}, otherwise)
		if (format == Events) != (mediaType == typeEvents) {
			t.Errorf("format %v under the name %s", format, mediaType)
		}
		if asked {
			if again, name, _ := negotiate(http.Header{"Accept": {mediaType}}, otherwise); again != format || name != mediaType {
				t.Errorf("%q gives %s, but asking for that gives %s", accept, mediaType, name)
			}
		}
	})
}
