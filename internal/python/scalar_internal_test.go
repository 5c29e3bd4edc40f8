package python

import (
	"math"
	"testing"
	"time"
)

func TestParseTime(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   string
		want string // RFC 3339 with nanoseconds, or "" for an error
	}{
		{"2014-01-02T03:04:05", "2014-01-02T03:04:05Z"},
		{"2014-01-02t03:04:05z", "2014-01-02T03:04:05Z"},
		{"2014-01-02T03:04:05Z\n", "2014-01-02T03:04:05Z"},
		{"2014-01-02T03:04:05\n", ""},
		{"2014-1-2T3:4:5", "2014-01-02T03:04:05Z"},
		{"2014-01- 2T03:04:05", "2014-01-02T03:04:05Z"},
		{"2014-01-00T03:04:05", ""},
		{"2014-00-01T03:04:05", ""},
		{"2014-13-01T03:04:05", ""},
		{"2014-02-29T03:04:05", ""},
		{"2016-02-29T03:04:05", "2016-02-29T03:04:05Z"},
		{"2014-01-02T24:00:00", ""},
		{"2014-01-02T03:60:00", ""},
		{"2014-01-02T03:04:60", ""},
		{"2014-01-02T03:04:61", ""},
		{"2014-01-02T03:04", ""},
		{"2014-01-02", ""},
		{"2014-01-02 03:04:05", ""},
		{" 2014-01-02T03:04:05", ""},
		{"2014-01-02T03:04:05.", ""},
		{"2014-01-02T03:04:05.6", "2014-01-02T03:04:05.6Z"},
		{"2014-01-02T03:04:05.000001Z", "2014-01-02T03:04:05.000001Z"},
		{"2014-01-02T03:04:05.1234567", ""},
		{"2014-01-02T03:04:05+05:30", "2014-01-01T21:34:05Z"},
		{"2014-01-02T03:04:05-23:59", "2014-01-03T03:03:05Z"},
		{"2014-01-02T03:04:05-00:00", "2014-01-02T03:04:05Z"},
		{"2014-01-02T03:04:05+22:75", "2014-01-01T03:49:05Z"},
		{"2014-01-02T03:04:05+24:00", ""},
		{"2014-01-02T03:04:05-24:00", ""},
		{"2014-01-02T03:04:05+0530", ""},
		{"2014-01-02T03:04:05+05", ""},
		{"0001-01-01T00:00:00", "0001-01-01T00:00:00Z"},
		{"0001-01-01T00:00:00+00:01", ""},
		{"0000-01-01T00:00:00", ""},
		{"9999-12-31T23:59:59.999999", "9999-12-31T23:59:59.999999Z"},
		{"9999-12-31T23:59:59-00:01", ""},
		{"10000-01-01T00:00:00", ""},
		{"2014\u2212 1-02T03:04:05", ""},
		{"\u0662014-01-02T03:04:05", ""},
		{"", ""},
	}
	for _, tt := range tests {
		got, err := parseTime(tt.in)
		switch {
		case err != nil && tt.want != "":
			t.Errorf("parseTime(%q): %v, want %s", tt.in, err, tt.want)
		case err == nil && got.Format(time.RFC3339Nano) != tt.want:
			t.Errorf("parseTime(%q) = %s, want %q", tt.in, got.Format(time.RFC3339Nano), tt.want)
		}
	}
}

func TestDecodeBytes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   string
		want string
		ok   bool
	}{
		{"", "", true},
		{"YWJj", "abc", true},
		{"YWI", "ab", true},
		{"YQ", "a", true},
		{"YQ=", "a", true},
		{"Y", "", false},
		{"Y===", "", false},
		{"=YWJ", "", false},
		{"=YWJj", "abc", true},
		{"YWJj====", "abc", true},
		{"YWJjYQ==YWJj", "abca", true},
		{"YQ=x=", "a\f", true},
		{"YQ=!=", "a", true},
		{"-_+/", "\xfb\xff\xbf", true},
		{"Y W\nJ\tj", "abc", true},
		{"\x80YWJj", "abc", true},
	}
	for _, tt := range tests {
		got, ok := decodeBytes(tt.in)
		if ok != tt.ok || ok && string(got) != tt.want {
			t.Errorf("decodeBytes(%q) = %q, %v; want %q, %v", tt.in, got, ok, tt.want, tt.ok)
		}
	}
}

func TestParseNumbers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in     string
		int8   any // what parseInt gives for 8 bits
		uint8  any
		double any
	}{
		{"5", int64(5), uint64(5), 5.0},
		{" \t5\u00a0", int64(5), uint64(5), 5.0},
		{"+5", int64(5), uint64(5), 5.0},
		{"- 5", int64(-5), errRange, errSyntax},
		{"-0", int64(0), uint64(0), math.Copysign(0, -1)},
		{"0010", int64(10), uint64(10), 10.0},
		{"128", errRange, uint64(128), 128.0},
		{"256", errRange, errRange, 256.0},
		{"-129", errRange, errRange, -129.0},
		{"99999999999999999999", errRange, errRange, 1e20},
		{"-99999999999999999999", errRange, errRange, -1e20},
		{"+-5", errSyntax, errSyntax, errSyntax},
		{"--5", errSyntax, errSyntax, errSyntax},
		{"", errSyntax, errSyntax, errSyntax},
		{"-", errSyntax, errSyntax, errSyntax},
		{"1_0", errSyntax, errSyntax, errSyntax},
		{"0x1", errSyntax, errSyntax, errSyntax},
		{"5L", errSyntax, errSyntax, errSyntax},
		{"\u0665", errSyntax, errSyntax, errSyntax},
		{"1.", errSyntax, errSyntax, 1.0},
		{".5", errSyntax, errSyntax, 0.5},
		{".", errSyntax, errSyntax, errSyntax},
		{"1e3", errSyntax, errSyntax, 1000.0},
		{"1e", errSyntax, errSyntax, errSyntax},
		{"1e400", errSyntax, errSyntax, math.Inf(1)},
		{"-inf", errSyntax, errSyntax, math.Inf(-1)},
		{"+InFiNiTy", errSyntax, errSyntax, math.Inf(1)},
		{"infinit", errSyntax, errSyntax, errSyntax},
		{"1inf", errSyntax, errSyntax, errSyntax},
	}
	either := func(v any, err error) any {
		if err != nil {
			return err
		}
		return v
	}
	for _, tt := range tests {
		i, err := parseInt(tt.in, 8)
		if got := either(i, err); got != tt.int8 {
			t.Errorf("parseInt(%q) = %v, want %v", tt.in, got, tt.int8)
		}
		u, err := parseUint(tt.in, 8)
		if got := either(u, err); got != tt.uint8 {
			t.Errorf("parseUint(%q) = %v, want %v", tt.in, got, tt.uint8)
		}
		f, err := parseFloat(tt.in)
		if got := either(f, err); got != tt.double {
			t.Errorf("parseFloat(%q) = %v, want %v", tt.in, got, tt.double)
		}
	}
	if f, err := parseFloat("-nan"); err != nil || !math.IsNaN(f) {
		t.Errorf("parseFloat(-nan) = %v, %v", f, err)
	}
}

func TestStr(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   value
		want string
	}{
		{value{}, "None"},
		{value{kind: boolean, text: "true"}, "True"},
		{value{kind: boolean, text: "false"}, "False"},
		{value{kind: integer, text: "-0"}, "0"},
		{value{kind: integer, text: "12345678901234567890123"}, "12345678901234567890123"},
		{value{kind: float, text: "1e3"}, "1000.0"},
		{value{kind: float, text: "-0.0"}, "-0.0"},
		{value{kind: float, text: "0.1234567890123456"}, "0.123456789012"},
		{value{kind: float, text: "1e10"}, "10000000000.0"},
		{value{kind: float, text: "1e11"}, "1e+11"},
		{value{kind: float, text: "0.0001"}, "0.0001"},
		{value{kind: float, text: "0.00001"}, "1e-05"},
		{value{kind: float, text: "NaN"}, "nan"},
		{value{kind: float, text: "-Infinity"}, "-inf"},
		{value{kind: float, text: "1e999"}, "inf"},
		{value{kind: text, text: "it's"}, "it's"},
		{listOf([]value{{kind: text, text: "it's"}, {kind: float, text: "1e16"}, {kind: float, text: "NaN"}}), `[u"it's", 1e+16, nan]`},
		{dictionaryOf(new(object)), "{}"},
	}
	for _, tt := range tests {
		if got := tt.in.str(); got != tt.want {
			t.Errorf("str of %v = %q, want %q", tt.in, got, tt.want)
		}
	}
}
