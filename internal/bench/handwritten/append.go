package handwritten

import (
	"encoding/binary"
	"errors"
	"strconv"
	"unicode/utf8"

	"google.golang.org/protobuf/types/known/timestamppb"
)

var (
	ErrUTF8 = errors.New("invalid UTF-8")
	ErrTime = errors.New("timestamp out of range")
)

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// AppendString appends s as a JSON string, escaping what protojson escapes.
// It copies first and then scans the copy eight bytes at a time, so a string
// that needs no escaping costs one memmove and one scan.
func AppendString(dst []byte, s string) ([]byte, error) {
	dst = append(dst, '"')
	at := len(dst)
	dst = append(dst, s...)
	b := dst[at:]
	i := 0
	for ; i+8 <= len(b); i += 8 {
		x := binary.LittleEndian.Uint64(b[i:])
		q := x ^ (ones * '"')
		e := x ^ (ones * '\\')
		if ((x-ones*0x20)|(q-ones)|(e-ones)|x)&highs != 0 {
			return appendSlow(dst[:at], s, i)
		}
	}
	for ; i < len(b); i++ {
		if c := b[i]; c < 0x20 || c >= 0x80 || c == '"' || c == '\\' {
			return appendSlow(dst[:at], s, i)
		}
	}
	return append(dst, '"'), nil
}

const hexd = "0123456789abcdef"

// appendSlow appends s and the closing quote; s[:i] is known to be plain.
func appendSlow(dst []byte, s string, i int) ([]byte, error) {
	dst = append(dst, s[:i]...)
	start := i
	for i < len(s) {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				return dst, ErrUTF8
			}
			i += n
			continue
		}
		if c >= 0x20 && c != '"' && c != '\\' {
			i++
			continue
		}
		dst = append(dst, s[start:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\b':
			dst = append(dst, '\\', 'b')
		case '\f':
			dst = append(dst, '\\', 'f')
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexd[c>>4], hexd[c&15])
		}
		i++
		start = i
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"'), nil
}

// AppendInt64 appends v quoted, as proto3 JSON wants 64-bit integers.
func AppendInt64(dst []byte, v int64) []byte {
	dst = append(dst, '"')
	dst = strconv.AppendInt(dst, v, 10)
	return append(dst, '"')
}

// AppendInt32 appends a value to dst and returns the extended buffer.
func AppendInt32(dst []byte, v int32) []byte { return strconv.AppendInt(dst, int64(v), 10) }

// AppendTimestamp appends t in proto3 JSON form ("…Z" with 0, 3, 6 or 9 digits).
func AppendTimestamp(dst []byte, t *timestamppb.Timestamp) ([]byte, error) {
	sec, ns := t.GetSeconds(), t.GetNanos()
	if sec < -62135596800 || sec > 253402300799 || ns < 0 || ns > 999999999 {
		return dst, ErrTime
	}
	// Civil date from days (Hinnant).
	days := sec / 86400
	rem := sec - days*86400
	if rem < 0 {
		rem += 86400
		days--
	}
	z := days + 719468
	era := z / 146097
	if z < 0 {
		era = (z - 146096) / 146097
	}
	doe := uint32(z - era*146097)
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	y := uint32(int64(yoe) + era*400)
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	d := doy - (153*mp+2)/5 + 1
	m := mp + 3
	if m > 12 {
		m -= 12
		y++
	}
	s := uint32(rem)
	var buf [32]byte
	b := buf[:]
	b[0] = '"'
	b[1], b[2], b[3], b[4] = byte('0'+y/1000), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10)
	b[5] = '-'
	b[6], b[7] = byte('0'+m/10), byte('0'+m%10)
	b[8] = '-'
	b[9], b[10] = byte('0'+d/10), byte('0'+d%10)
	b[11] = 'T'
	hh, mm, ss := s/3600, s/60%60, s%60
	b[12], b[13] = byte('0'+hh/10), byte('0'+hh%10)
	b[14] = ':'
	b[15], b[16] = byte('0'+mm/10), byte('0'+mm%10)
	b[17] = ':'
	b[18], b[19] = byte('0'+ss/10), byte('0'+ss%10)
	n := 20
	if ns != 0 {
		b[n] = '.'
		v := uint32(ns)
		digits := 9
		for v%1000 == 0 {
			v /= 1000
			digits -= 3
		}
		for i := digits; i > 0; i-- {
			b[n+i] = byte('0' + v%10)
			v /= 10
		}
		n += digits + 1
	}
	b[n], b[n+1] = 'Z', '"'
	return append(dst, b[:n+2]...), nil
}
