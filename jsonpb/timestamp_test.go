package jsonpb_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// What is read eight characters at a time must be what package time reads: so it
// is tried with every character in every place.
func TestParseUTC(t *testing.T) {
	for _, s := range []string{
		"2006-01-02T15:04:05Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "2024-02-29T12:30:00.5Z",
		"2023-02-28T09:08:07.123456Z", "1900-02-28T19:59:49Z", "2000-11-30T20:10:59.000000001Z",
	} {
		if _, _, ok := jsonpb.ParseUTC([]byte(s)); !ok {
			t.Errorf("%s: not read in the quick way", s)
		}
		for i := range s {
			for c := range 256 {
				b := []byte(s)
				b[i] = byte(c)
				sec, nanos, ok := jsonpb.ParseUTC(b)
				if !ok {
					continue
				}
				wantSec, wantNanos, wantOK := jsonpb.ParseTime(string(b))
				if !wantOK || sec != wantSec || nanos != wantNanos {
					t.Errorf("%q: got %d, %d, want %d, %d, %v", b, sec, nanos, wantSec, wantNanos, wantOK)
				}
			}
		}
	}
}

// Every day of the first and the last four centuries, after which the calendar
// repeats itself, and every second of a day must be written as package time writes
// it, and read back.
func TestTimestamps(t *testing.T) {
	check := func(at time.Time) {
		t.Helper()
		want := at.UTC().Format(`"2006-01-02T15:04:05Z"`)
		got, err := jsonpb.AppendTimestamp(nil, timestamppb.New(at))
		if err != nil || string(got) != want {
			t.Fatalf("got %s, %v, want %s", got, err, want)
		}
		if sec, nanos, ok := jsonpb.ParseUTC(got[1 : len(got)-1]); !ok || sec != at.Unix() || nanos != 0 {
			t.Fatalf("%s: read as %d, %d, %v, want %d", got, sec, nanos, ok, at.Unix())
		}
	}
	first, last := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	const days = 146_097 // in 400 years
	for n := range days {
		check(first.AddDate(0, 0, n))
		check(last.AddDate(0, 0, -n))
	}
	for second := range 86400 {
		check(time.Unix(int64(second), 0))
	}
	for _, nanos := range []int64{0, 1, 10, 999, 1_000, 120_000, 1_000_000, 999_000_000, 999_999_999} {
		got, err := jsonpb.AppendTimestamp(nil, &timestamppb.Timestamp{Nanos: int32(nanos)})
		var want string
		switch {
		case nanos == 0:
			want = `"1970-01-01T00:00:00Z"`
		case nanos%1_000_000 == 0:
			want = fmt.Sprintf(`"1970-01-01T00:00:00.%03dZ"`, nanos/1_000_000)
		case nanos%1_000 == 0:
			want = fmt.Sprintf(`"1970-01-01T00:00:00.%06dZ"`, nanos/1_000)
		default:
			want = fmt.Sprintf(`"1970-01-01T00:00:00.%09dZ"`, nanos)
		}
		if err != nil || string(got) != want {
			t.Errorf("%d ns: got %s, %v, want %s", nanos, got, err, want)
		}
	}
}
