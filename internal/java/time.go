package java

import "errors"

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
