package handwritten

import (
	"encoding/base64"
	"math"
	"sort"
	"strconv"
	"strings"

	"google.golang.org/protobuf/types/known/durationpb"
)

// AppendFloat appends a float or double as protojson formats it.
func AppendFloat(dst []byte, v float64, bits int) []byte {
	switch {
	case math.IsNaN(v):
		return append(dst, `"NaN"`...)
	case math.IsInf(v, 1):
		return append(dst, `"Infinity"`...)
	case math.IsInf(v, -1):
		return append(dst, `"-Infinity"`...)
	}
	f := byte('f')
	if a := math.Abs(v); a != 0 {
		if bits == 64 && (a < 1e-6 || a >= 1e21) || bits == 32 && (float32(a) < 1e-6 || float32(a) >= 1e21) {
			f = 'e'
		}
	}
	dst = strconv.AppendFloat(dst, v, f, -1, bits)
	if n := len(dst); f == 'e' && n >= 4 && dst[n-4] == 'e' && dst[n-3] == '-' && dst[n-2] == '0' {
		dst[n-2] = dst[n-1]
		dst = dst[:n-1]
	}
	return dst
}

// AppendUint64 appends a value to dst and returns the extended buffer.
func AppendUint64(dst []byte, v uint64) []byte {
	dst = append(dst, '"')
	dst = strconv.AppendUint(dst, v, 10)
	return append(dst, '"')
}

// AppendBytes appends a value to dst and returns the extended buffer.
func AppendBytes(dst, v []byte) []byte {
	dst = append(dst, '"')
	dst = base64.StdEncoding.AppendEncode(dst, v)
	return append(dst, '"')
}

// AppendDuration appends a value to dst and returns the extended buffer.
func AppendDuration(dst []byte, d *durationpb.Duration) ([]byte, error) {
	s, ns := d.GetSeconds(), d.GetNanos()
	if s < -315576000000 || s > 315576000000 || ns < -999999999 || ns > 999999999 || s > 0 && ns < 0 || s < 0 && ns > 0 {
		return dst, ErrTime
	}
	dst = append(dst, '"')
	if s < 0 || ns < 0 {
		dst = append(dst, '-')
		s, ns = -s, -ns
	}
	dst = strconv.AppendInt(dst, s, 10)
	if ns != 0 {
		digits := 9
		for ns%1000 == 0 {
			ns /= 1000
			digits -= 3
		}
		var b [10]byte
		b[0] = '.'
		for i := digits; i > 0; i-- {
			b[i] = byte('0' + ns%10)
			ns /= 10
		}
		dst = append(dst, b[:digits+1]...)
	}
	return append(dst, 's', '"'), nil
}

// SortedKeys appends m's keys to keys (usually a stack array) in order.
func SortedKeys[V any](m map[string]V, keys []string) []string {
	for k := range m {
		keys = append(keys, k)
	}
	if len(keys) <= 12 { // insertion sort: no closure, no interface
		for i := 1; i < len(keys); i++ {
			for j := i; j > 0 && keys[j] < keys[j-1]; j-- {
				keys[j], keys[j-1] = keys[j-1], keys[j]
			}
		}
		return keys
	}
	sort.Strings(keys)
	return keys
}

// Float reads a number, bare or quoted, or "NaN", "Infinity", "-Infinity".
func (d *Dec) Float(bits int) float64 {
	var tok string
	if d.peek() == '"' {
		tok = d.rawString(false)
		switch tok {
		case "NaN":
			return math.NaN()
		case "Infinity":
			return math.Inf(1)
		case "-Infinity":
			return math.Inf(-1)
		}
	} else {
		from := d.i
		for d.i < len(d.S) && (d.S[d.i]-'0' <= 9 || strings.IndexByte("+-.eE", d.S[d.i]) >= 0) {
			d.i++
		}
		tok = d.S[from:d.i]
		d.delim()
	}
	if d.Err != nil {
		return 0
	}
	v, err := strconv.ParseFloat(tok, bits)
	if err != nil || !numberShape(tok) {
		d.failf("invalid value for floating point: %q", tok)
		return 0
	}
	return v
}

// numberShape rejects what ParseFloat accepts but JSON does not.
func numberShape(t string) bool {
	t = strings.TrimPrefix(t, "-")
	if t == "" || t[0]-'0' > 9 || t[0] == '0' && len(t) > 1 && t[1]-'0' <= 9 {
		return false
	}
	for i := 0; i < len(t); i++ {
		c := t[i]
		if c == '.' {
			if i+1 >= len(t) || t[i+1]-'0' > 9 {
				return false
			}
		} else if c-'0' > 9 && strings.IndexByte("+-eE", c) < 0 {
			return false
		}
	}
	return true
}

// Uint64 reads an unsigned integer, bare or quoted.
func (d *Dec) Uint64() uint64 {
	start := d.i
	if c := d.peek(); c == '"' {
		tok := d.rawString(false)
		if v, err := strconv.ParseUint(tok, 10, 64); err == nil && (len(tok) == 1 || tok[0] != '0') {
			return v
		}
		if n, ok := normInt(tok); ok && d.Err == nil {
			if v, err := strconv.ParseUint(n, 10, 64); err == nil {
				return v
			}
		}
		d.failf("invalid value for uint64: %q", tok)
		return 0
	}
	d.i = start
	v := d.Int64()
	if v < 0 {
		d.failf("invalid value for uint64")
		return 0
	}
	return uint64(v)
}

// Bytes reads base64, standard or URL alphabet, padded or not.
func (d *Dec) Bytes() []byte {
	if d.peek() != '"' {
		d.syntax()
		return nil
	}
	s := d.rawString(false)
	if d.Err != nil {
		return nil
	}
	enc := base64.StdEncoding
	if strings.ContainsAny(s, "-_") {
		enc = base64.URLEncoding
	}
	if len(s)%4 != 0 {
		enc = enc.WithPadding(base64.NoPadding)
	}
	b, err := enc.DecodeString(s)
	if err != nil {
		d.Fail(err)
	}
	return b
}

// Duration reads "1.5s".
func (d *Dec) Duration(x *durationpb.Duration) {
	if d.peek() != '"' {
		d.syntax()
		return
	}
	s := d.rawString(false)
	if d.Err != nil {
		return
	}
	t, ok := strings.CutSuffix(s, "s")
	neg := strings.HasPrefix(t, "-")
	if t = strings.TrimPrefix(t, "-"); !neg {
		t = strings.TrimPrefix(t, "+")
	}
	ip, fp, _ := strings.Cut(t, ".")
	var sec, ns int64
	if len(ip) > 12 || len(fp) > 9 || t == "" || len(ip) > 1 && ip[0] == '0' {
		ok = false
	}
	for _, c := range []byte(ip) {
		ok = ok && c-'0' <= 9
		sec = sec*10 + int64(c-'0')
	}
	mul := int64(100000000)
	for _, c := range []byte(fp) {
		ok = ok && c-'0' <= 9
		ns += int64(c-'0') * mul
		mul /= 10
	}
	if !ok || sec > 315576000000 {
		d.failf("invalid duration %q", s)
		return
	}
	if neg {
		sec, ns = -sec, -ns
	}
	x.Seconds, x.Nanos = sec, int32(ns)
}

// Own returns s as the message may keep it.
func (d *Dec) Own(s string) string {
	if d.Clone {
		return strings.Clone(s)
	}
	return s
}
