package bind

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

// wellKnownKind is one of the messages that JSON writes as a scalar, so that a
// parameter can hold it. Zero is any other message.
type wellKnownKind uint8

const (
	knownTimestamp wellKnownKind = iota + 1
	knownDuration
	knownFieldMask
	knownWrapper
)

func wellKnownOf(desc protoreflect.MessageDescriptor) wellKnownKind {
	switch desc.FullName() {
	case "google.protobuf.Timestamp":
		return knownTimestamp
	case "google.protobuf.Duration":
		return knownDuration
	case "google.protobuf.FieldMask":
		return knownFieldMask
	case "google.protobuf.DoubleValue", "google.protobuf.FloatValue",
		"google.protobuf.Int64Value", "google.protobuf.UInt64Value",
		"google.protobuf.Int32Value", "google.protobuf.UInt32Value",
		"google.protobuf.BoolValue", "google.protobuf.StringValue", "google.protobuf.BytesValue":
		return knownWrapper
	}
	return 0
}

// isFree reports whether JSON writes the message in another form than its
// fields.
func isFree(desc protoreflect.MessageDescriptor) bool {
	switch desc.FullName() {
	case "google.protobuf.Any", "google.protobuf.Struct", "google.protobuf.Value", "google.protobuf.ListValue":
		return true
	}
	return false
}

// newMessage returns a message that is only there to be filled.
func newMessage(desc protoreflect.MessageDescriptor) protoreflect.Message {
	return dynamicpb.NewMessage(desc)
}

// set fills m, which is of this kind and empty, from the text of a parameter.
func (k wellKnownKind) set(m protoreflect.Message, text string) problem {
	fields := m.Descriptor().Fields()
	switch k {
	case knownTimestamp:
		t, ok := parseTimestamp(text)
		if !ok {
			return "not a timestamp such as 2026-01-31T10:00:00Z"
		}
		m.Set(fields.ByNumber(1), protoreflect.ValueOfInt64(t.Unix()))
		m.Set(fields.ByNumber(2), protoreflect.ValueOfInt32(int32(t.Nanosecond())))
	case knownDuration:
		seconds, nanos, ok := parseDuration(text)
		if !ok {
			return "not a duration such as 1.5s"
		}
		m.Set(fields.ByNumber(1), protoreflect.ValueOfInt64(seconds))
		m.Set(fields.ByNumber(2), protoreflect.ValueOfInt32(nanos))
	case knownFieldMask:
		if text == "" {
			return ""
		}
		paths := m.Mutable(fields.ByNumber(1)).List()
		for path := range strings.SplitSeq(text, ",") {
			path, ok := fieldMaskPath(path)
			if !ok {
				return `not a list of fields such as "title,author"`
			}
			paths.Append(protoreflect.ValueOfString(path))
		}
	default:
		desc := fields.ByNumber(1)
		v, p := parseScalar(desc, text)
		if p != "" {
			return p
		}
		m.Set(desc, v)
	}
	return ""
}

// parseTimestamp reads RFC 3339 with up to nine decimals. Without a zone it is
// UTC.
func parseTimestamp(text string) (time.Time, bool) {
	// time.Parse also takes one digit for the hour and a comma for the point.
	if len(text) < len("2006-01-02T15:04:05") || text[10] != 'T' || text[13] != ':' || strings.IndexByte(text, ',') >= 0 {
		return time.Time{}, false
	}
	rest := text[len("2006-01-02T15:04:05"):]
	if strings.HasPrefix(rest, ".") {
		n := 1
		for n < len(rest) && '0' <= rest[n] && rest[n] <= '9' {
			n++
		}
		if n > 10 {
			return time.Time{}, false
		}
		rest = rest[n:]
	}
	if rest == "" {
		text += "Z"
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	// The range of google.protobuf.Timestamp is the years 1 to 9999 in UTC.
	return t, err == nil && t.UTC().Year() >= 1 && t.UTC().Year() <= 9999
}

// maxDuration is the largest number of seconds of google.protobuf.Duration.
const maxDuration = 315_576_000_000

// parseDuration reads seconds with up to nine decimals and the suffix "s".
func parseDuration(text string) (seconds int64, nanos int32, ok bool) {
	text, ok = strings.CutSuffix(text, "s")
	if !ok {
		return 0, 0, false
	}
	text, negative := strings.CutPrefix(text, "-")
	whole, decimals, point := strings.Cut(text, ".")
	if !isDigits(whole) || point && !isDigits(decimals) || len(decimals) > 9 {
		return 0, 0, false
	}
	seconds, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || seconds > maxDuration {
		return 0, 0, false
	}
	n, _ := strconv.ParseInt((decimals + "000000000")[:9], 10, 32)
	if seconds == maxDuration && n > 0 {
		return 0, 0, false
	}
	nanos = int32(n)
	if negative {
		seconds, nanos = -seconds, -nanos
	}
	return seconds, nanos, true
}

func isDigits(text string) bool { return isInteger(text) && text[0] != '-' }

// fieldMaskPath turns one path of a field mask from its JSON form (lowerCamel)
// to that of the proto file. A path that is already in that form is taken as it
// is.
func fieldMaskPath(path string) (string, bool) {
	if path == "" || !utf8.ValidString(path) {
		return "", false
	}
	var b strings.Builder
	start, upper, under := true, false, false
	for i := range len(path) {
		c := path[i]
		switch {
		case c == '.':
			if start {
				return "", false
			}
			start = true
			b.WriteByte(c)
			continue
		case 'A' <= c && c <= 'Z':
			upper = true
			if !start {
				b.WriteByte('_')
			}
			c |= 0x20
		case c == '_':
			under = true
		case 'a' <= c && c <= 'z':
		case '0' <= c && c <= '9' && !start:
		default:
			return "", false
		}
		start = false
		b.WriteByte(c)
	}
	return b.String(), !start && !(upper && under)
}
