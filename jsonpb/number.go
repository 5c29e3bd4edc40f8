package jsonpb

import (
	"math"
	"strconv"
)

// numberLen returns the length of the number at the start of b, 0 if there is
// none. Like protojson it takes "1e" for a number where something other than a
// word character follows.
func numberLen(b []byte) int {
	i := 0
	if i < len(b) && b[i] == '-' {
		i++
	}
	switch {
	case i >= len(b) || b[i]-'0' > 9:
		return 0
	case b[i] == '0':
		i++
	default:
		i = digitsEnd(b, i)
	}
	if i+1 < len(b) && b[i] == '.' && b[i+1]-'0' <= 9 {
		i = digitsEnd(b, i+1)
	}
	if i+1 < len(b) && b[i]|0x20 == 'e' {
		i++
		if b[i] == '+' || b[i] == '-' {
			if i++; i == len(b) {
				return 0
			}
		}
		i = digitsEnd(b, i)
	}
	if i < len(b) && inWord[b[i]] {
		return 0
	}
	return i
}

func digitsEnd(b []byte, i int) int {
	for i < len(b) && b[i]-'0' <= 9 {
		i++
	}
	return i
}

// integer returns the value of a number without fraction: "12", "1.20e1",
// "1200e-2". What has more than 20 digits is none, nor what numberLen takes
// but no one would write ("1e+").
func integer(tok []byte) (neg bool, v uint64, ok bool) {
	i := 0
	if len(tok) > 0 && tok[0] == '-' {
		neg = true
		i++
	}
	start := i
	i = digitsEnd(tok, i)
	whole := tok[start:i]
	if len(whole) == 0 {
		return false, 0, false
	}
	if whole[0] == '0' {
		whole = nil
	}
	var fraction []byte
	if i+1 < len(tok) && tok[i] == '.' {
		start = i + 1
		i = digitsEnd(tok, start)
		fraction = tok[start:i]
		for n := len(fraction); n > 0 && fraction[n-1] == '0'; n-- {
			fraction = fraction[:n-1]
		}
	}
	exp, ok := exponent(tok[i:], len(whole)+len(fraction) == 0)
	if !ok {
		return false, 0, false
	}
	if len(whole)+len(fraction) == 0 {
		return false, 0, true // also -0, for which uint64 has a value too
	}
	const maxDigits = 20 // of a uint64
	if exp < 0 {
		cut := len(whole) + exp
		if len(fraction) > 0 || cut < 0 {
			return false, 0, false
		}
		for _, c := range whole[cut:] {
			if c != '0' {
				return false, 0, false
			}
		}
		whole, exp = whole[:cut], 0
	}
	if len(fraction) > exp || len(whole) > maxDigits || len(whole)+exp > maxDigits {
		return false, 0, false
	}
	v, ok = decimal(0, whole)
	if ok {
		v, ok = decimal(v, fraction)
	}
	for range exp - len(fraction) {
		if v > math.MaxUint64/10 {
			return false, 0, false
		}
		v *= 10
	}
	return neg, v, ok
}

// exponent reads "e5", "E-05" or nothing. If the number is zero whatever the
// exponent, its size does not matter.
func exponent(tok []byte, zero bool) (int, bool) {
	if len(tok) < 2 {
		return 0, true
	}
	tok = tok[1:]
	if (tok[0] == '+' || tok[0] == '-') && len(tok) == 1 {
		return 0, false
	}
	if zero {
		return 0, true
	}
	exp, err := strconv.ParseInt(string(tok), 10, 32)
	return int(exp), err == nil
}

// decimal appends digits to v.
func decimal(v uint64, digits []byte) (uint64, bool) {
	for _, c := range digits {
		n := uint64(c - '0')
		if v > math.MaxUint64/10 || v*10 > math.MaxUint64-n {
			return 0, false
		}
		v = v*10 + n
	}
	return v, true
}

// number reads the text of a number, bare or in a string. For a string that
// is no number it returns the string as it is, with ok false.
func (d *Decoder) number(want string) (tok []byte, ok bool) {
	at := d.i
	if at < len(d.data) && d.data[at] == '"' {
		s, ok := d.quoted()
		return s, ok && len(s) > 0 && numberLen(s) == len(s)
	}
	n := numberLen(d.data[min(at, len(d.data)):])
	if n == 0 {
		if at < len(d.data) && (d.data[at] == '-' || d.data[at]-'0' <= 9) {
			d.unexpected()
		} else {
			d.wrong(want)
		}
		return nil, false
	}
	d.i += n
	return d.data[at:d.i], true
}

const (
	wantInt32   = "a 32-bit integer"
	wantInt64   = "a 64-bit integer"
	wantUint32  = "an unsigned 32-bit integer"
	wantUint64  = "an unsigned 64-bit integer"
	wantFloat32 = "a 32-bit floating-point number"
	wantFloat64 = "a 64-bit floating-point number"
)

// signed reads an integer from -limit-1 to limit.
func (d *Decoder) signed(limit uint64, want string) int64 {
	at := d.i
	neg, v, end := digits(d.data, at)
	if end > 0 {
		d.i = end
	} else if tok, ok := d.number(want); ok {
		if neg, v, ok = integer(tok); !ok {
			v = math.MaxUint64
		}
	} else {
		v = math.MaxUint64
	}
	switch {
	case !neg && v <= limit:
		return int64(v)
	case neg && v <= limit+1:
		return int64(-v)
	}
	d.invalid(at, want)
	return 0
}

// unsigned reads an integer from 0 to limit.
func (d *Decoder) unsigned(limit uint64, want string) uint64 {
	at := d.i
	neg, v, end := digits(d.data, at)
	ok := end > 0
	if ok {
		d.i = end
	} else if tok, number := d.number(want); number {
		neg, v, ok = integer(tok)
	}
	if !ok || neg && v > 0 || v > limit {
		d.invalid(at, want)
		return 0
	}
	return v
}

// digits returns the value of an integer in the usual form, bare or in a
// string, and the offset behind it. For anything else, and for what is no
// uint64, the offset is 0.
func digits(data []byte, i int) (neg bool, v uint64, end int) {
	if i >= len(data) {
		return false, 0, 0
	}
	quoted := data[i] == '"'
	if quoted {
		i++
	}
	if i < len(data) && data[i] == '-' {
		neg = true
		i++
	}
	first := i
	for i < len(data) && data[i]-'0' <= 9 {
		v = v*10 + uint64(data[i]-'0')
		i++
	}
	n := i - first
	if n == 0 || data[first] == '0' && n > 1 || i >= len(data) ||
		n >= len(maxUint64) && (n > len(maxUint64) || string(data[first:i]) > maxUint64) {
		return false, 0, 0
	}
	if quoted {
		if data[i] != '"' {
			return false, 0, 0
		}
		i++
	} else if inWord[data[i]] {
		return false, 0, 0
	}
	return neg, v, i
}

const maxUint64 = "18446744073709551615"

// Int32 reads an integer, bare or in a string.
func (d *Decoder) Int32() int32 { return int32(d.signed(math.MaxInt32, wantInt32)) }

// Int64 reads an integer, bare or in a string.
func (d *Decoder) Int64() int64 { return d.signed(math.MaxInt64, wantInt64) }

// Uint32 reads an unsigned integer, bare or in a string.
func (d *Decoder) Uint32() uint32 { return uint32(d.unsigned(math.MaxUint32, wantUint32)) }

// Uint64 reads an unsigned integer, bare or in a string.
func (d *Decoder) Uint64() uint64 { return d.unsigned(math.MaxUint64, wantUint64) }

// Float32 reads a number, bare or in a string, or "NaN", "Infinity",
// "-Infinity".
func (d *Decoder) Float32() float32 {
	if neg, v, exp, end := decimal64(d.data, d.i); end > 0 && v < 1<<24 && -10 <= exp && exp <= 10 {
		d.i = end
		f := float32(v) // it is exact, as is the power of ten, so the result is the nearest value
		if exp < 0 {
			f /= float32(powers[-exp])
		} else {
			f *= float32(powers[exp])
		}
		if neg {
			return -f
		}
		return f
	}
	return float32(d.float(32, wantFloat32))
}

// Float64 reads a number, bare or in a string, or "NaN", "Infinity",
// "-Infinity".
func (d *Decoder) Float64() float64 {
	if neg, v, exp, end := decimal64(d.data, d.i); end > 0 && v < 1<<53 && -22 <= exp && exp <= 22 {
		d.i = end
		f := float64(v) // it is exact, as is the power of ten, so the result is the nearest value
		if exp < 0 {
			f /= powers[-exp]
		} else {
			f *= powers[exp]
		}
		if neg {
			return -f
		}
		return f
	}
	return d.float(64, wantFloat64)
}

// powers are the powers of ten that a double holds exactly.
var powers = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// decimal64 returns the digits of a bare number, at most 18, the power of ten
// that they are to be multiplied with, and the offset behind the number. For
// anything else the offset is 0.
func decimal64(data []byte, i int) (neg bool, v uint64, exp, end int) {
	if i < len(data) && data[i] == '-' {
		neg = true
		i++
	}
	first := i
	for i < len(data) && data[i]-'0' <= 9 {
		v = v*10 + uint64(data[i]-'0')
		i++
	}
	n := i - first
	if n == 0 || data[first] == '0' && n > 1 {
		return false, 0, 0, 0
	}
	if i < len(data) && data[i] == '.' {
		i++
		point := i
		for i < len(data) && data[i]-'0' <= 9 {
			v = v*10 + uint64(data[i]-'0')
			i++
		}
		if exp = point - i; exp == 0 {
			return false, 0, 0, 0
		}
	}
	if n-exp > 18 {
		return false, 0, 0, 0
	}
	if i+1 < len(data) && data[i]|0x20 == 'e' {
		e, width := smallExponent(data[i+1:])
		if width == 0 {
			return false, 0, 0, 0
		}
		exp += e
		i += 1 + width
	}
	if i < len(data) && inWord[data[i]] {
		return false, 0, 0, 0
	}
	return neg, v, exp, i
}

// smallExponent returns the value and the width of an exponent of one or two
// digits, with or without a sign. For anything else the width is 0.
func smallExponent(b []byte) (e, width int) {
	i := 0
	if b[0] == '-' || b[0] == '+' {
		i++
	}
	end := digitsEnd(b, i)
	if end == i || end > i+2 {
		return 0, 0
	}
	for _, c := range b[i:end] {
		e = e*10 + int(c-'0')
	}
	if b[0] == '-' {
		e = -e
	}
	return e, end
}

func (d *Decoder) float(bits int, want string) float64 {
	at := d.i
	tok, ok := d.number(want)
	if !ok {
		switch string(tok) {
		case "NaN":
			return math.NaN()
		case "Infinity":
			return math.Inf(1)
		case "-Infinity":
			return math.Inf(-1)
		}
		d.invalid(at, want)
		return 0
	}
	v, err := strconv.ParseFloat(string(tok), bits)
	if err != nil {
		d.invalid(at, want)
		return 0
	}
	return v
}
