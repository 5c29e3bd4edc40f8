package jsonpb

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"strconv"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Ranges as google/protobuf/timestamp.proto and duration.proto state them.
const (
	minTimestamp = -62135596800 // 0001-01-01T00:00:00Z
	maxTimestamp = 253402300799 // 9999-12-31T23:59:59Z
	maxDuration  = 315576000000
	maxNanos     = 999999999
)

var (
	errTimestamp   = errors.New("timestamp out of range")
	errDuration    = errors.New("duration out of range")
	errMask        = errors.New("field mask with a path that has no JSON form")
	errValueUnset  = errors.New("google.protobuf.Value without a kind")
	errValueNumber = errors.New("google.protobuf.Value with a number that is not finite")
)

// AppendTimestamp appends t in the form of RFC 3339, in UTC, with 0, 3, 6 or 9
// digits of a second.
func AppendTimestamp(b []byte, t *timestamppb.Timestamp) ([]byte, error) {
	sec, nanos := t.GetSeconds(), t.GetNanos()
	if sec < minTimestamp || sec > maxTimestamp || nanos < 0 || nanos > maxNanos {
		return b, errTimestamp
	}
	sec -= minTimestamp // from here on nothing is negative
	days, s := uint32(sec/86400), uint32(sec%86400)
	y, m, d := civil(days)
	const size = len(`"2006-01-02T15:04:05Z"`)
	if len(b)+size > cap(b) {
		b = slices.Grow(b, size)
	}
	b = b[:len(b)+size]
	text := b[len(b)-size:]
	text[0], text[20], text[21] = '"', 'Z', '"'
	binary.LittleEndian.PutUint64(text[1:], datePattern+twoDigits(y/100)+twoDigits(y%100)<<16+twoDigits(m)<<40)
	binary.LittleEndian.PutUint64(text[9:], dayPattern+twoDigits(d)) // as far as the next word does not reach
	binary.LittleEndian.PutUint64(text[12:], clockPattern+twoDigits(s/3600)+twoDigits(s/60%60)<<24+twoDigits(s%60)<<48)
	if nanos == 0 {
		return b, nil
	}
	return append(appendFraction(b[:len(b)-2], uint32(nanos)), 'Z', '"'), nil
}

// twoDigits returns the digits of n, which is less than 100, in two bytes.
func twoDigits(n uint32) uint64 {
	tens := n * 103 >> 10
	return uint64(n-10*tens)<<8 | uint64(tens)
}

// civil returns the date that is days after 0001-01-01 in the Gregorian
// calendar. Years are counted from March, so that the leap day comes last
// (H. Hinnant, chrono-compatible low-level date algorithms).
func civil(days uint32) (year, month, day uint32) {
	z := days + 306 // days since 0000-03-01
	era := z / 146097
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	year, month, day = yoe+era*400, mp+3, doy-(153*mp+2)/5+1
	if month > 12 {
		year, month = year+1, month-12
	}
	return year, month, day
}

// appendFraction appends nanos as ".123", ".123456" or ".123456789", or nothing.
func appendFraction(b []byte, nanos uint32) []byte {
	if nanos == 0 {
		return b
	}
	digits := 9
	for nanos%1000 == 0 {
		nanos /= 1000
		digits -= 3
	}
	b = append(b, ".000000000"[:digits+1]...)
	for i := len(b) - 1; nanos > 0; i-- {
		b[i] = byte('0' + nanos%10)
		nanos /= 10
	}
	return b
}

// AppendDuration appends d as seconds with 0, 3, 6 or 9 decimals and an s.
func AppendDuration(b []byte, d *durationpb.Duration) ([]byte, error) {
	sec, nanos := d.GetSeconds(), d.GetNanos()
	if sec < -maxDuration || sec > maxDuration || nanos < -maxNanos || nanos > maxNanos ||
		sec > 0 && nanos < 0 || sec < 0 && nanos > 0 {
		return b, errDuration
	}
	b = append(b, '"')
	if sec < 0 || nanos < 0 {
		b = append(b, '-')
		sec, nanos = -sec, -nanos
	}
	b = strconv.AppendInt(b, sec, 10)
	return append(appendFraction(b, uint32(nanos)), 's', '"'), nil
}

// AppendFieldMask appends m as one string of paths in lowerCamel. A path that
// would not read back as it is, is an error.
func AppendFieldMask(b []byte, m *fieldmaskpb.FieldMask) ([]byte, error) {
	b = append(b, '"')
	for i, p := range m.GetPaths() {
		if i > 0 {
			b = append(b, ',')
		}
		if !protoreflect.FullName(p).IsValid() {
			return b, errMask
		}
		for j := 0; j < len(p); j++ {
			c := p[j]
			if c == '_' {
				if j++; j == len(p) || p[j] < 'a' || p[j] > 'z' {
					return b, errMask
				}
				c = p[j] - ('a' - 'A')
			} else if 'A' <= c && c <= 'Z' {
				return b, errMask
			}
			b = append(b, c)
		}
	}
	return append(b, '"'), nil
}

// AppendStruct appends s as an object.
func AppendStruct(b []byte, s *structpb.Struct) (_ []byte, err error) {
	var buf [16]Entry[string, *structpb.Value]
	b = append(b, '{')
	for _, e := range SortedEntries(s.GetFields(), buf[:0]) {
		if b, err = AppendString(b, e.Key); err != nil {
			return b, err
		}
		if b, err = AppendValue(append(b, ':'), e.Value); err != nil {
			return b, err
		}
		b = append(b, ',')
	}
	return AppendClose(b), nil
}

// AppendListValue appends l as an array.
func AppendListValue(b []byte, l *structpb.ListValue) (_ []byte, err error) {
	b = append(b, '[')
	for _, v := range l.GetValues() {
		if b, err = AppendValue(b, v); err != nil {
			return b, err
		}
		b = append(b, ',')
	}
	return AppendCloseList(b), nil
}

// AppendValue appends v as the JSON value that it stands for.
func AppendValue(b []byte, v *structpb.Value) ([]byte, error) {
	switch k := v.GetKind().(type) {
	case *structpb.Value_NullValue:
		if k != nil {
			return append(b, "null"...), nil
		}
	case *structpb.Value_NumberValue:
		if k != nil {
			if math.IsNaN(k.NumberValue) || math.IsInf(k.NumberValue, 0) {
				return b, errValueNumber
			}
			return AppendFloat64(b, k.NumberValue), nil
		}
	case *structpb.Value_StringValue:
		if k != nil {
			return AppendString(b, k.StringValue)
		}
	case *structpb.Value_BoolValue:
		if k != nil {
			return AppendBool(b, k.BoolValue), nil
		}
	case *structpb.Value_StructValue:
		if k != nil {
			return AppendStruct(b, k.StructValue)
		}
	case *structpb.Value_ListValue:
		if k != nil {
			return AppendListValue(b, k.ListValue)
		}
	}
	return b, errValueUnset
}
