package jsonpb

import (
	"bytes"
	"encoding/binary"
	"strings"
	"time"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// shallow reports whether one more message may be opened; well-known types
// that are no object count as messages.
func (d *Decoder) shallow() bool {
	if d.depth > 0 {
		return true
	}
	d.fail(d.i, "nested too deeply")
	return false
}

// text reads the string of a well-known type.
func (d *Decoder) text(want string) ([]byte, bool) {
	if !d.shallow() {
		return nil, false
	}
	if d.i >= len(d.data) || d.data[d.i] != '"' {
		d.wrong(want)
		return nil, false
	}
	return d.quoted()
}

const wantTimestamp = "a timestamp in the form of RFC 3339"

// Timestamp reads a google.protobuf.Timestamp.
func (d *Decoder) Timestamp() *timestamppb.Timestamp {
	sec, nanos, ok := d.timestamp()
	if !ok {
		return nil
	}
	return &timestamppb.Timestamp{Seconds: sec, Nanos: nanos}
}

func (d *Decoder) timestamp() (sec int64, nanos int32, ok bool) {
	at := d.i
	s, ok := d.text(wantTimestamp)
	if !ok {
		return 0, 0, false
	}
	if sec, nanos, ok = parseUTC(s); !ok {
		sec, nanos, ok = parseTime(string(s))
	}
	if !ok {
		d.invalid(at, wantTimestamp)
	}
	return sec, nanos, ok
}

// parseTime reads every form that protojson reads.
func parseTime(s string) (sec int64, nanos int32, ok bool) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return 0, 0, false
	}
	sec = t.Unix()
	if sec < minTimestamp || sec > maxTimestamp {
		return 0, 0, false
	}
	i, j := strings.LastIndexByte(s, '.'), strings.LastIndexAny(s, "Z-+")
	if i >= 0 && j >= i && j-i > len(".999999999") {
		return 0, 0, false
	}
	return sec, int32(t.Nanosecond()), true
}

var daysBefore = [...]uint32{0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365}

// parseUTC reads the canonical form, "2006-01-02T15:04:05.999999999Z". What it
// does not know is left to parseTime.
func parseUTC(s []byte) (sec int64, nanos int32, ok bool) {
	if len(s) < 20 || len(s) > 30 || s[len(s)-1] != 'Z' {
		return 0, 0, false
	}
	date := binary.LittleEndian.Uint64(s) ^ datePattern
	days := binary.LittleEndian.Uint64(s[8:]) ^ dayPattern
	clock := binary.LittleEndian.Uint64(s[11:]) ^ clockPattern
	if (date|(date+dateMost)|days|(days+dayMost)|clock|(clock+clockMost))&highs != 0 {
		return 0, 0, false
	}
	// Each byte is a digit now, or 0. Each becomes the number of two digits that
	// begins there.
	date, days, clock = date*10+date>>8, days*10+days>>8, clock*10+clock>>8
	y, m, d := uint32(date&0xff*100+date>>16&0xff), uint32(date>>40&0xff), uint32(days&0xff)
	hour, minute, second := uint32(clock&0xff), uint32(clock>>24&0xff), uint32(clock>>48&0xff)
	if y == 0 || m-1 > 11 || d == 0 || hour > 23 || minute > 59 || second > 59 {
		return 0, 0, false
	}
	leap := y%4 == 0 && (y%100 != 0 || y%400 == 0)
	day := daysBefore[m-1] + d
	if leap && m > 2 {
		day++
	}
	if last := daysBefore[m]; d > last-daysBefore[m-1] && !(leap && m == 2 && d == 29) {
		return 0, 0, false
	}
	if len(s) > 20 {
		if nanos, ok = parseFraction(s[19 : len(s)-1]); !ok {
			return 0, 0, false
		}
	}
	y--
	day += y*365 + y/4 - y/100 + y/400 - 1
	return minTimestamp + int64(day)*86400 + int64(hour*3600+minute*60+second), nanos, true
}

// Eight characters of a timestamp as they may be, the first one lowest. What each
// differs from its pattern, by exclusive or, must stay below 0x80 when the other
// constant is added: it is 9 at most for a digit, and nothing for all others.
const (
	datePattern, dateMost   = 0x2d30302d30303030, 0x7f76767f76767676 // "0000-00-"
	dayPattern, dayMost     = 0x30303a3030543030, 0x76767f76767f7676 // "00T00:00"
	clockPattern, clockMost = 0x30303a30303a3030, 0x76767f76767f7676 // "00:00:00"
)

// parseFraction reads ".5" or ".999999999", and what is between.
func parseFraction(s []byte) (nanos int32, ok bool) {
	if s[0] != '.' || len(s) == 1 {
		return 0, false
	}
	unit := int32(100_000_000)
	for _, c := range s[1:] {
		if c-'0' > 9 {
			return 0, false
		}
		nanos += int32(c-'0') * unit
		unit /= 10
	}
	return nanos, true
}

const wantDuration = "a duration such as 1.5s"

// Duration reads a google.protobuf.Duration.
func (d *Decoder) Duration() *durationpb.Duration {
	sec, nanos, ok := d.duration()
	if !ok {
		return nil
	}
	return &durationpb.Duration{Seconds: sec, Nanos: nanos}
}

func (d *Decoder) duration() (sec int64, nanos int32, ok bool) {
	at := d.i
	s, ok := d.text(wantDuration)
	if !ok {
		return 0, 0, false
	}
	if sec, nanos, ok = parseDuration(s); !ok {
		d.invalid(at, wantDuration)
	}
	return sec, nanos, ok
}

// parseDuration reads "-1.5s". As in protojson digits may be missing on either
// side of the point, even on both.
func parseDuration(s []byte) (sec int64, nanos int32, ok bool) {
	s, ok = bytes.CutSuffix(s, []byte("s"))
	neg := false
	if ok && len(s) > 0 && (s[0] == '-' || s[0] == '+') {
		neg = s[0] == '-'
		s = s[1:]
	}
	if !ok || len(s) == 0 {
		return 0, 0, false
	}
	n := digitsEnd(s, 0)
	whole, rest := s[:n], s[n:]
	if n > len("315576000000") || n > 1 && whole[0] == '0' {
		return 0, 0, false
	}
	for _, c := range whole {
		sec = sec*10 + int64(c-'0')
	}
	if len(rest) > 0 {
		if rest[0] != '.' || len(rest) > 10 || digitsEnd(rest, 1) < len(rest) {
			return 0, 0, false
		}
		unit := int32(100_000_000)
		for _, c := range rest[1:] {
			nanos += int32(c-'0') * unit
			unit /= 10
		}
	}
	if neg {
		sec, nanos = -sec, -nanos
	}
	return sec, nanos, sec >= -maxDuration && sec <= maxDuration
}

const wantMask = "a string of field paths"

// FieldMask reads a google.protobuf.FieldMask.
func (d *Decoder) FieldMask() *fieldmaskpb.FieldMask {
	at := d.i
	s, ok := d.text(wantMask)
	if !ok {
		return nil
	}
	m := new(fieldmaskpb.FieldMask)
	if s = bytes.TrimSpace(s); len(s) == 0 {
		return m
	}
	for p := range bytes.SplitSeq(s, []byte(",")) {
		path := make([]byte, 0, len(p)+4)
		for _, c := range p {
			if c == '_' {
				d.invalid(at, wantMask)
				return m
			}
			if 'A' <= c && c <= 'Z' {
				path = append(path, '_')
				c += 'a' - 'A'
			}
			path = append(path, c)
		}
		if !protoreflect.FullName(path).IsValid() {
			d.invalid(at, wantMask)
			return m
		}
		m.Paths = append(m.Paths, string(path))
	}
	return m
}

// Empty reads a google.protobuf.Empty.
func (d *Decoder) Empty() *emptypb.Empty {
	d.emptyObject()
	return new(emptypb.Empty)
}

func (d *Decoder) emptyObject() {
	for k := d.object(); k != nil; k = d.nextKey() {
		if !d.discard {
			d.fail(d.key, "unknown field")
			break
		}
		d.skip(d.depth)
	}
	d.EndObject()
}

// Struct reads a google.protobuf.Struct.
func (d *Decoder) Struct() *structpb.Struct {
	if !d.shallow() {
		return nil
	}
	d.depth--
	s := d.fields()
	d.depth++
	return s
}

// ListValue reads a google.protobuf.ListValue.
func (d *Decoder) ListValue() *structpb.ListValue {
	if !d.shallow() {
		return nil
	}
	d.depth--
	l := d.values()
	d.depth++
	return l
}

// Value reads a google.protobuf.Value: any JSON value, null too.
func (d *Decoder) Value() *structpb.Value {
	if !d.shallow() {
		return nil
	}
	d.depth--
	v := d.value()
	d.depth++
	return v
}

// fields, values and value read without counting a message.

func (d *Decoder) fields() *structpb.Struct {
	s := &structpb.Struct{Fields: map[string]*structpb.Value{}}
	for k := d.openObject(); k != nil; k = d.nextKey() {
		at := d.key
		name := d.keep(k)
		n := len(s.Fields)
		if s.Fields[name] = d.Value(); len(s.Fields) == n {
			d.fail(at, "duplicate key")
		}
	}
	return s
}

func (d *Decoder) values() *structpb.ListValue {
	l := new(structpb.ListValue)
	for ok := d.Elements(); ok; ok = d.More() {
		l.Values = append(l.Values, d.Value())
	}
	return l
}

func (d *Decoder) value() *structpb.Value {
	if d.i >= len(d.data) {
		d.unexpected()
		return nil
	}
	switch c := d.data[d.i]; c {
	case '{':
		return &structpb.Value{Kind: &structpb.Value_StructValue{StructValue: d.fields()}}
	case '[':
		return &structpb.Value{Kind: &structpb.Value_ListValue{ListValue: d.values()}}
	case '"':
		return &structpb.Value{Kind: &structpb.Value_StringValue{StringValue: d.String()}}
	case 't', 'f':
		return &structpb.Value{Kind: &structpb.Value_BoolValue{BoolValue: d.Bool()}}
	case 'n':
		if !d.null() {
			d.unexpected()
		}
		return &structpb.Value{Kind: &structpb.Value_NullValue{}}
	}
	return &structpb.Value{Kind: &structpb.Value_NumberValue{NumberValue: d.Float64()}}
}

// The wrapper types read as the values that they wrap.

// DoubleValue reads a google.protobuf.DoubleValue.
func (d *Decoder) DoubleValue() *wrapperspb.DoubleValue {
	d.shallow()
	return &wrapperspb.DoubleValue{Value: d.Float64()}
}

// FloatValue reads a google.protobuf.FloatValue.
func (d *Decoder) FloatValue() *wrapperspb.FloatValue {
	d.shallow()
	return &wrapperspb.FloatValue{Value: d.Float32()}
}

// Int64Value reads a google.protobuf.Int64Value.
func (d *Decoder) Int64Value() *wrapperspb.Int64Value {
	d.shallow()
	return &wrapperspb.Int64Value{Value: d.Int64()}
}

// UInt64Value reads a google.protobuf.UInt64Value.
func (d *Decoder) UInt64Value() *wrapperspb.UInt64Value {
	d.shallow()
	return &wrapperspb.UInt64Value{Value: d.Uint64()}
}

// Int32Value reads a google.protobuf.Int32Value.
func (d *Decoder) Int32Value() *wrapperspb.Int32Value {
	d.shallow()
	return &wrapperspb.Int32Value{Value: d.Int32()}
}

// UInt32Value reads a google.protobuf.UInt32Value.
func (d *Decoder) UInt32Value() *wrapperspb.UInt32Value {
	d.shallow()
	return &wrapperspb.UInt32Value{Value: d.Uint32()}
}

// BoolValue reads a google.protobuf.BoolValue.
func (d *Decoder) BoolValue() *wrapperspb.BoolValue {
	d.shallow()
	return &wrapperspb.BoolValue{Value: d.Bool()}
}

// StringValue reads a google.protobuf.StringValue.
func (d *Decoder) StringValue() *wrapperspb.StringValue {
	d.shallow()
	return &wrapperspb.StringValue{Value: d.String()}
}

// BytesValue reads a google.protobuf.BytesValue.
func (d *Decoder) BytesValue() *wrapperspb.BytesValue {
	d.shallow()
	return &wrapperspb.BytesValue{Value: d.Bytes()}
}
