package closing_test

import (
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/closing"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// byStatus is the table for bare statuses. A 4xx that is not listed is 1008, all
// else 1011.
var byStatus = map[int]int{
	401: 3000, 403: 3003, 408: 3008, 413: 1009, 415: 1003, 429: 1013, 451: 3003,
	502: 1014, 503: 1013, 504: 3008,
}

func TestStatuses(t *testing.T) {
	t.Parallel()
	statuses := []int{math.MinInt, math.MaxInt32, math.MaxInt}
	for status := -1; status <= 1000; status++ {
		statuses = append(statuses, status)
	}
	for _, status := range statuses {
		want, listed := byStatus[status]
		if !listed {
			if want = 1011; status >= 400 && status <= 499 {
				want = 1008
			}
		}
		got := closing.Code(exceptions.CodeOfStatus(status), status)
		if got != want || !closing.Sendable(got) {
			t.Errorf("status %d: want %d, got %d", status, want, got)
		}
		want = 4500
		if status >= 400 && status <= 599 {
			want = 4000 + status
		}
		if got := closing.Private(status); got != want || !closing.Sendable(got) {
			t.Errorf("status %d, private: want %d, got %d", status, want, got)
		}
	}
}

// byClass holds every predefined class.
var byClass = map[string]int{
	"BadRequest": 1008, "FailedPrecondition": 1008, "OutOfRange": 1008, "Unauthorized": 3000, "PaymentRequired": 1008,
	"Forbidden": 3003, "NotFound": 1008, "MethodNotAllowed": 1008, "NotAcceptable": 1008, "RequestTimeout": 3008,
	"Conflict": 1008, "AlreadyExists": 1008, "Gone": 1008, "LengthRequired": 1008, "PreconditionFailed": 1008,
	"RequestEntityTooLarge": 1009, "URITooLong": 1008, "UnsupportedMediaType": 1003, "RangeNotSatisfiable": 1008,
	"ExpectationFailed": 1008, "UnprocessableEntity": 1008, "Locked": 1008, "FailedDependency": 1008, "UpgradeRequired": 1008,
	"PreconditionRequired": 1008, "TooManyRequests": 1013, "RequestHeaderFieldsTooLarge": 1008,
	"UnavailableForLegalReasons": 3003, "ClientClosedRequest": 1008, "InternalServerError": 1011, "UnknownError": 1011,
	"NotImplemented": 1011, "BadGateway": 1014, "ServiceUnavailable": 1013, "GatewayTimeout": 3008,
}

func TestClasses(t *testing.T) {
	t.Parallel()
	n := 0
	for class := range exceptions.Classes() {
		n++
		if got := closing.Code(class.Code, class.Status); got != byClass[class.Name] {
			t.Errorf("%s: want %d, got %d", class, byClass[class.Name], got)
		}
	}
	if n != len(byClass) {
		t.Errorf("want %d classes, got %d", len(byClass), n)
	}
}

// TestCodes asks for every code without a status, and those that have no name.
func TestCodes(t *testing.T) {
	t.Parallel()
	want := []int{1011, 1008, 1011, 1008, 3008, 1008, 1008, 3003, 1013, 1008, 1008, 1008, 1011, 1011, 1013, 1011, 3000, 1011, 1011, 1011, 1011}
	for code, want := range want {
		if got := closing.Code(exceptions.Code(code), 0); got != want {
			t.Errorf("%v: want %d, got %d", exceptions.Code(code), want, got)
		}
	}
	if got := closing.Code(math.MaxUint32, 0); got != 1011 {
		t.Errorf("the last code: got %d", got)
	}
}

func TestSendable(t *testing.T) {
	t.Parallel()
	for code := -1; code <= 70_000; code++ {
		want := code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006 && code != 1010 || code >= 3000 && code <= 4999
		if got := closing.Sendable(code); got != want {
			t.Errorf("%d: want %v, got %v", code, want, got)
		}
	}
}

func TestReason(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"empty", "", ""},
		{"it fits", strings.Repeat("a", 123), strings.Repeat("a", 123)},
		{"one too many", strings.Repeat("a", 124), strings.Repeat("a", 123)},
		{"a rune at the end", strings.Repeat("a", 121) + "éx", strings.Repeat("a", 121) + "é"},
		{"a rune across the end", strings.Repeat("a", 122) + "é", strings.Repeat("a", 122)},
		{"four bytes across the end", strings.Repeat("a", 120) + "😀", strings.Repeat("a", 120)},
		{"no UTF-8", "a\xffb", "a\uFFFDb"},
		{"no UTF-8 across the end", strings.Repeat("a", 122) + "\xff", strings.Repeat("a", 122)},
	}
	for _, tt := range tests {
		if got := closing.Reason(tt.text); got != tt.want {
			t.Errorf("%s: want %q, got %q", tt.name, tt.want, got)
		}
	}
}

func FuzzReason(f *testing.F) {
	f.Add("")
	f.Add(strings.Repeat("é", 62))
	f.Add("\xff" + strings.Repeat("a", 130))
	f.Fuzz(func(t *testing.T, text string) {
		got := closing.Reason(text)
		if len(got) > 123 || !utf8.ValidString(got) {
			t.Errorf("%q is no reason", got)
		}
		if len(text) <= 123 && utf8.ValidString(text) && got != text {
			t.Errorf("%q was changed to %q", text, got)
		}
		if len(text) > 130 && utf8.ValidString(text) && (len(got) < 120 || !strings.HasPrefix(text, got)) {
			t.Errorf("%q was cut to %q", text, got)
		}
	})
}
