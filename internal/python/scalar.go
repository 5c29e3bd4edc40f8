package python

import (
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
)

var (
	errSyntax = errors.New("not a number")
	errRange  = errors.New("out of range")
	errTime   = errors.New("not a time of the form 2014-01-02T03:04:05")
	errZone   = errors.New("a zone offset of a day or more")
)

// trimBlank removes what Python's int and float allow around a number.
func trimBlank(s string) string { return strings.TrimFunc(s, unicode.IsSpace) }

// parseInt reads s as Python 2's int does: a sign, digits with leading zeros,
// blanks around. Only ASCII digits count. The error is errSyntax, or errRange
// for a number that does not fit into bits.
func parseInt(s string, bits int) (int64, error) {
	n, err := strconv.ParseInt(decimal(s), 10, bits)
	return n, numError(err)
}

// parseUint is parseInt for unsigned numbers. A negative number is out of
// range.
func parseUint(s string, bits int) (uint64, error) {
	d := decimal(s)
	if digits, negative := strings.CutPrefix(d, "-"); negative {
		n, err := strconv.ParseUint(digits, 10, 64)
		if err == nil && n > 0 {
			err = strconv.ErrRange
		}
		return 0, numError(err)
	}
	n, err := strconv.ParseUint(d, 10, bits)
	return n, numError(err)
}

// decimal takes away what strconv does not read. Python allows blanks between
// the sign and the digits too.
func decimal(s string) string {
	s = trimBlank(s)
	if s == "" || s[0] != '+' && s[0] != '-' {
		return s
	}
	digits := strings.TrimLeftFunc(s[1:], unicode.IsSpace)
	if digits != "" && (digits[0] == '+' || digits[0] == '-') {
		return ""
	}
	if s[0] == '-' {
		return "-" + digits
	}
	return digits
}

func numError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, strconv.ErrRange):
		return errRange
	default:
		return errSyntax
	}
}

var floatSyntax = regexp.MustCompile(`^[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|(?i:nan|inf|infinity))$`)

// parseFloat reads s as Python 2's float does: decimal numbers, nan, inf and
// infinity in any case and with a sign, blanks around. What is too large is
// infinite.
func parseFloat(s string) (float64, error) {
	s = trimBlank(s)
	if !floatSyntax.MatchString(s) {
		return 0, errSyntax
	}
	if t := strings.TrimLeft(s, "+-"); strings.EqualFold(t, "nan") {
		return math.NaN(), nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, errSyntax
	}
	return f, nil
}

// decodeBytes reads base64 as the framework does: both alphabets, missing
// padding is added, characters outside of the alphabet are skipped, the first
// padding that is in its place ends the data (what follows is ignored). It
// fails if a last group of characters has too few.
func decodeBytes(s string) (out []byte, ok bool) {
	s += "==="[:(4-len(s)%4)%4]
	out = make([]byte, 0, len(s)/4*3)
	var left uint32
	bits, quad := 0, 0
	for i := range len(s) {
		if s[i] == '=' {
			if quad < 2 || quad == 2 && !padFollows(s[i+1:]) {
				continue
			}
			bits = 0
			break
		}
		six, ok := sextet(s[i])
		if !ok {
			continue
		}
		quad = (quad + 1) & 3
		left = left<<6 | six
		if bits += 6; bits >= 8 {
			bits -= 8
			out = append(out, byte(left>>bits))
			left &= 1<<bits - 1
		}
	}
	return out, bits == 0
}

// padFollows says whether the next character that means something is padding.
func padFollows(s string) bool {
	for i := range len(s) {
		if s[i] == '=' {
			return true
		}
		if _, ok := sextet(s[i]); ok {
			return false
		}
	}
	return false
}

func sextet(c byte) (uint32, bool) {
	switch {
	case 'A' <= c && c <= 'Z':
		return uint32(c - 'A'), true
	case 'a' <= c && c <= 'z':
		return uint32(c-'a') + 26, true
	case '0' <= c && c <= '9':
		return uint32(c-'0') + 52, true
	case c == '+' || c == '-':
		return 62, true
	case c == '/' || c == '_':
		return 63, true
	}
	return 0, false
}

var (
	zoneSyntax = regexp.MustCompile(`(?i)(?:(Z)|([+-])([0-9]{2}):([0-9]{2}))\n?$`)
	// A day below ten may have a blank in front, as strptime has it.
	timeSyntax = regexp.MustCompile(`^([0-9]{4})-(1[0-2]|0[1-9]|[1-9])-(3[01]|[12][0-9]|0[1-9]|[1-9]| [1-9])` +
		`T(2[0-3]|[01][0-9]|[0-9]):([0-5][0-9]|[0-9]):(6[01]|[0-5][0-9]|[0-9])(?:\.([0-9]{1,6}))?$`)
)

// parseTime reads a time as the framework does: %Y-%m-%dT%H:%M:%S with an
// optional fraction of up to six digits, then Z or ±HH:MM or nothing, which is
// read as UTC.
func parseTime(s string) (time.Time, error) {
	var offset time.Duration
	if z := zoneSyntax.FindStringSubmatchIndex(s); z != nil {
		if z[2] < 0 {
			offset = time.Duration(number(s[z[6]:z[7]]))*time.Hour + time.Duration(number(s[z[8]:z[9]]))*time.Minute
			if s[z[4]] == '-' {
				offset = -offset
			}
		}
		s = s[:z[0]]
	}
	if offset <= -24*time.Hour || offset >= 24*time.Hour {
		return time.Time{}, errZone
	}
	p := timeSyntax.FindStringSubmatch(strings.ToUpper(s))
	if p == nil {
		return time.Time{}, errTime
	}
	year, month, day := number(p[1]), number(p[2]), number(strings.TrimSpace(p[3]))
	hour, minute, second := number(p[4]), number(p[5]), number(p[6])
	micro := number((p[7] + "000000")[:6])
	t := time.Date(year, time.Month(month), day, hour, minute, second, micro*int(time.Microsecond), time.UTC)
	if year == 0 || second > 59 || t.Day() != day {
		return time.Time{}, errTime
	}
	if t = t.Add(-offset); t.Year() < 1 || t.Year() > 9999 {
		return time.Time{}, errTime
	}
	return t, nil
}

// number returns the value of digits that a pattern has let through.
func number(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}
