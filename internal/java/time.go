package java

import (
	"errors"
	"time"
)

// Seconds of 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, between which a
// google.protobuf.Timestamp must lie.
const (
	minSeconds = -62135596800
	maxSeconds = 253402300799
)

var errTimeRange = errors.New("a time is out of range")

func checkTime(seconds, nanos int64) error {
	if seconds < minSeconds || seconds > maxSeconds || nanos < 0 || nanos > 999999999 {
		return errTimeRange
	}
	return nil
}

// parseTime reads a date, or a date with a time, which may have a fraction, of
// which milliseconds are kept, and a zone; without one it is UTC. "2011-02-03",
// "2011-02-03T04:05:06", "2011-02-03t04:05:06.7Z", "2011-02-03T04:05:06+01:00".
// Days and times that do not exist are refused, where the original lets them
// roll over.
func parseTime(s string) (seconds, nanos int64, ok bool) {
	year, s, ok1 := number(s, 4, "")
	month, s, ok2 := number(s, 2, "-")
	day, s, ok3 := number(s, 2, "-")
	if !ok1 || !ok2 || !ok3 || year < 1 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return 0, 0, false
	}
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Unix()
	if s == "" {
		return t, 0, true
	}
	hour, s, ok1 := number(s, 2, "Tt")
	minute, s, ok2 := number(s, 2, ":")
	second, s, ok3 := number(s, 2, ":")
	if !ok1 || !ok2 || !ok3 || hour > 23 || minute > 59 || second > 59 {
		return 0, 0, false
	}
	milli, s, ok := fraction(s)
	if !ok {
		return 0, 0, false
	}
	offset, ok := zone(s)
	if !ok {
		return 0, 0, false
	}
	t += int64(hour*3600 + minute*60 + second - offset)
	nanos = int64(milli) * 1e6
	return t, nanos, checkTime(t, nanos) == nil
}

// number reads width digits after one of the given separators.
func number(s string, width int, separators string) (n int, rest string, ok bool) {
	if separators != "" {
		if s == "" || s[0] != separators[0] && s[0] != separators[len(separators)-1] {
			return 0, "", false
		}
		s = s[1:]
	}
	if len(s) < width || !allDigits(s[:width]) {
		return 0, "", false
	}
	for i := range width {
		n = n*10 + int(s[i]-'0')
	}
	return n, s[width:], true
}

// fraction reads what may follow the seconds and returns it in milliseconds.
func fraction(s string) (milli int, rest string, ok bool) {
	if s == "" || s[0] != '.' {
		return 0, s, true
	}
	n := 1
	for scale := 100; n < len(s) && '0' <= s[n] && s[n] <= '9'; n++ {
		milli += scale * int(s[n]-'0')
		scale /= 10
	}
	return milli, s[n:], n > 1
}

// zone reads the end of a time and returns its offset in seconds.
func zone(s string) (offset int, ok bool) {
	switch s {
	case "", "Z", "z":
		return 0, true
	}
	sign := 1
	if s[0] == '-' {
		sign = -1
	}
	hour, rest, ok1 := number(s, 2, "+-")
	minute, rest, ok2 := number(rest, 2, ":")
	return sign * (hour*3600 + minute*60), ok1 && ok2 && rest == "" && hour <= 23 && minute <= 59
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
