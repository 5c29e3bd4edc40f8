package jsonpb

import (
	"math"
	"strconv"
)

// AppendFloat32 appends v as the shortest number that reads back as v.
func AppendFloat32(b []byte, v float32) []byte {
	a := v
	if a < 0 {
		a = -a
	}
	if a != 0 && (a < 1e-6 || a >= 1e21) || v != v {
		return appendWideFloat(b, float64(v), 32)
	}
	// At most six digits tell one float from all others (FLT_DIG).
	if n, places, ok := shortDecimal(float64(a), 1e6); ok && float32(n)/float32(powers[places]) == a {
		return appendDecimal(b, math.Signbit(float64(v)), n, places)
	}
	return strconv.AppendFloat(b, float64(v), 'f', -1, 32)
}

// AppendFloat64 appends v as the shortest number that reads back as v.
func AppendFloat64(b []byte, v float64) []byte {
	a := math.Abs(v)
	if a != 0 && (a < 1e-6 || a >= 1e21) || v != v {
		return appendWideFloat(b, v, 64)
	}
	// At most fifteen digits tell one double from all others (DBL_DIG).
	if n, places, ok := shortDecimal(a, 1e15); ok && float64(n)/powers[places] == a {
		return appendDecimal(b, math.Signbit(v), n, places)
	}
	return strconv.AppendFloat(b, v, 'f', -1, 64)
}

const shortPlaces = 6

// shortDecimal returns the decimal number with at most six places that is
// nearest to a, which is not negative, as n and the number of places; n is
// below limit and does not end in a zero behind the point.
//
// Prices, ratings and coordinates are such numbers, and telling takes a
// fraction of the time of a general conversion: if n, exact, over a power of
// ten, exact, is a, then this decimal reads back as a, and no shorter one does
// where limit leaves no more digits than tell all values apart.
func shortDecimal(a, limit float64) (n uint64, places int, ok bool) {
	if a >= 1e15/1e6 {
		n = uint64(min(a, limit))
		return n, 0, float64(n) < limit
	}
	n = uint64(a*1e6 + 0.5)
	for places = shortPlaces; places > 0 && n%10 == 0; places-- {
		n /= 10
	}
	return n, places, float64(n) < limit
}

// appendDecimal appends n with that many places behind the point.
func appendDecimal(b []byte, neg bool, n uint64, places int) []byte {
	if neg {
		b = append(b, '-')
	}
	if places == 0 {
		return strconv.AppendUint(b, n, 10)
	}
	unit := uint64(powers[places])
	b = append(strconv.AppendUint(b, n/unit, 10), '.')
	n %= unit
	b = append(b, "000000"[:places]...)
	for i := len(b) - 1; n > 0; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
	return b
}

// appendWideFloat appends what has an exponent, infinities and NaN.
func appendWideFloat(b []byte, v float64, bits int) []byte {
	switch {
	case math.IsNaN(v):
		return append(b, `"NaN"`...)
	case math.IsInf(v, 1):
		return append(b, `"Infinity"`...)
	case math.IsInf(v, -1):
		return append(b, `"-Infinity"`...)
	}
	b = strconv.AppendFloat(b, v, 'e', -1, bits)
	// strconv writes e-09 where JSON libraries write e-9.
	if n := len(b); n >= 4 && b[n-4] == 'e' && b[n-3] == '-' && b[n-2] == '0' {
		b[n-2] = b[n-1]
		b = b[:n-1]
	}
	return b
}

// IsSetFloat64 reports whether a double without presence is to be written:
// whether it is anything but positive zero.
func IsSetFloat64(v float64) bool { return v != 0 || math.Signbit(v) }

// IsSetFloat32 is IsSetFloat64 for a float.
func IsSetFloat32(v float32) bool { return v != 0 || math.Signbit(float64(v)) }
