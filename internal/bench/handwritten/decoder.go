package handwritten

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"google.golang.org/protobuf/types/known/timestamppb"
)

// Dec is a one-pass proto3 JSON reader over a string. Errors are sticky.
//
// Strings come out as substrings of S (Clone false: one allocation holds the
// whole body) or as copies (Clone true: S may then be a view of a pooled buffer).
type Dec struct {
	S       string
	i       int
	depth   int
	Err     error
	Clone   bool
	Discard bool // ignore unknown fields and enum names
}

var errEOF = errors.New("unexpected end of JSON input")

func (d *Dec) Reset(s string) { d.S, d.i, d.depth, d.Err = s, 0, 0, nil }

// Fail records the first error and moves the reader to the end.
func (d *Dec) Fail(err error) {
	if d.Err == nil {
		d.Err = fmt.Errorf("offset %d: %w", d.i, err)
	}
	d.i = len(d.S)
}

func (d *Dec) failf(f string, a ...any) { d.Fail(fmt.Errorf(f, a...)) }

// peek returns the next non-space byte without consuming it, 0 at the end.
func (d *Dec) peek() byte {
	for d.i < len(d.S) {
		c := d.S[d.i]
		if c > ' ' {
			return c
		}
		if c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			return c
		}
		d.i++
	}
	return 0
}

func (d *Dec) expect(c byte) bool {
	if d.peek() != c || d.i >= len(d.S) {
		d.syntax()
		return false
	}
	d.i++
	return true
}

func (d *Dec) syntax() {
	if d.i >= len(d.S) {
		d.Fail(errEOF)
		return
	}
	d.failf("unexpected character %q", d.S[d.i])
}

// Open consumes '{' or '['.
func (d *Dec) Open(c byte) bool {
	if !d.expect(c) {
		return false
	}
	if d.depth++; d.depth > 10000 {
		d.failf("exceeded maximum recursion depth")
		return false
	}
	return true
}

// Key consumes the next member's name and colon; ok is false at the closing
// brace (consumed) or on error.
func (d *Dec) Key(first bool) (key string, ok bool) {
	c := d.peek()
	if c == '}' {
		d.i++
		d.depth--
		return "", false
	}
	if !first {
		if c != ',' {
			d.syntax()
			return "", false
		}
		d.i++
		c = d.peek()
	}
	if c != '"' {
		d.syntax()
		return "", false
	}
	key = d.rawString(false)
	if d.Err != nil {
		return "", false
	}
	if d.i < len(d.S) && d.S[d.i] == ':' {
		d.i++
		return key, true
	}
	return key, d.expect(':')
}

// Elem reports whether another array element follows; it consumes separators
// and the closing bracket.
func (d *Dec) Elem(first bool) bool {
	c := d.peek()
	if c == ']' {
		d.i++
		d.depth--
		return false
	}
	if first {
		if c == 0 {
			d.syntax()
			return false
		}
		return true
	}
	if c != ',' {
		d.syntax()
		return false
	}
	d.i++
	if d.peek() == ']' {
		d.syntax()
		return false
	}
	return true
}

// Null consumes a null literal if one is next.
func (d *Dec) Null() bool {
	if d.peek() == 'n' && strings.HasPrefix(d.S[d.i:], "null") {
		d.i += 4
		return true
	}
	return false
}

// End checks that only white space is left.
func (d *Dec) End() error {
	if d.Err == nil {
		if d.peek(); d.i < len(d.S) {
			d.syntax()
		}
	}
	return d.Err
}

// String reads a JSON string.
func (d *Dec) String() string {
	if d.peek() != '"' {
		d.syntax()
		return ""
	}
	return d.rawString(d.Clone)
}

var plain = func() (t [256]bool) {
	for c := 0x20; c < 0x80; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return
}()

func (d *Dec) rawString(clone bool) string {
	s := d.S
	start := d.i + 1
	i := start
	for i+8 <= len(s) {
		w := s[i : i+8]
		x := uint64(w[0]) | uint64(w[1])<<8 | uint64(w[2])<<16 | uint64(w[3])<<24 |
			uint64(w[4])<<32 | uint64(w[5])<<40 | uint64(w[6])<<48 | uint64(w[7])<<56
		q := x ^ (ones * '"')
		e := x ^ (ones * '\\')
		if ((x-ones*0x20)|(q-ones)|(e-ones)|x)&highs != 0 {
			break
		}
		i += 8
	}
	for i < len(s) && plain[s[i]] {
		i++
	}
	if i >= len(s) {
		d.i = len(s)
		d.Fail(errEOF)
		return ""
	}
	if s[i] == '"' {
		d.i = i + 1
		if clone {
			return strings.Clone(s[start:i])
		}
		return s[start:i]
	}
	return d.slowString(start, i, clone)
}

// slowString handles escapes and non-ASCII; s[start:i] is known to be plain.
func (d *Dec) slowString(start, i int, clone bool) string {
	s := d.S
	var out []byte
	from := start
	for i < len(s) {
		c := s[i]
		switch {
		case c == '"':
			d.i = i + 1
			if out == nil {
				if clone {
					return strings.Clone(s[start:i])
				}
				return s[start:i]
			}
			return string(append(out, s[from:i]...))
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				d.i = i
				d.Fail(ErrUTF8)
				return ""
			}
			i += n
		case c < 0x20:
			d.i = i
			d.failf("invalid control character in string")
			return ""
		case c == '\\':
			out = append(out, s[from:i]...)
			if i+1 >= len(s) {
				d.i = len(s)
				d.Fail(errEOF)
				return ""
			}
			switch e := s[i+1]; e {
			case '"', '\\', '/':
				out = append(out, e)
				i += 2
			case 'b':
				out = append(out, '\b')
				i += 2
			case 'f':
				out = append(out, '\f')
				i += 2
			case 'n':
				out = append(out, '\n')
				i += 2
			case 'r':
				out = append(out, '\r')
				i += 2
			case 't':
				out = append(out, '\t')
				i += 2
			case 'u':
				r, ok := hex4(s, i+2)
				n := 6
				if ok && utf16.IsSurrogate(r) {
					ok = false
					if i+12 <= len(s) && s[i+6] == '\\' && s[i+7] == 'u' {
						if r2, ok2 := hex4(s, i+8); ok2 {
							if r = utf16.DecodeRune(r, r2); r != utf8.RuneError {
								ok, n = true, 12
							}
						}
					}
				}
				if !ok {
					d.i = i
					d.failf("invalid escape code in string")
					return ""
				}
				out = utf8.AppendRune(out, r)
				i += n
			default:
				d.i = i
				d.failf("invalid escape code in string")
				return ""
			}
			from = i
			if out == nil {
				out = []byte{}
			}
		default:
			i++
		}
	}
	d.i = len(s)
	d.Fail(errEOF)
	return ""
}

func hex4(s string, i int) (rune, bool) {
	if i+4 > len(s) {
		return 0, false
	}
	var r rune
	for _, c := range []byte(s[i : i+4]) {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// Bool reads true or false.
func (d *Dec) Bool() bool {
	switch d.peek() {
	case 't':
		if strings.HasPrefix(d.S[d.i:], "true") {
			d.i += 4
			return d.delim()
		}
	case 'f':
		if strings.HasPrefix(d.S[d.i:], "false") {
			d.i += 5
			d.delim()
			return false
		}
	}
	d.syntax()
	return false
}

// delim checks that a literal or number ended properly; it returns true.
func (d *Dec) delim() bool {
	if d.i < len(d.S) {
		switch c := d.S[d.i]; {
		case c == ',' || c == '}' || c == ']' || c == ' ' || c == '\n' || c == '\r' || c == '\t':
		default:
			d.syntax()
		}
	}
	return true
}

// Int64 reads an integer, bare or quoted.
func (d *Dec) Int64() int64 {
	s := d.S
	c := d.peek()
	i := d.i
	quoted := c == '"'
	if quoted {
		i++
	}
	from := i
	neg := false
	if i < len(s) && s[i] == '-' {
		neg = true
		i++
	}
	var v uint64
	first := i
	for i < len(s) && s[i]-'0' <= 9 && i-first < 18 {
		v = v*10 + uint64(s[i]-'0')
		i++
	}
	n := i - first
	if n > 0 && (s[first] != '0' || n == 1) && i < len(s) {
		switch e := s[i]; {
		case quoted && e == '"':
			d.i = i + 1
			if neg {
				return -int64(v)
			}
			return int64(v)
		case !quoted && (e == ',' || e == '}' || e == ']' || e == ' ' || e == '\n' || e == '\r' || e == '\t'):
			d.i = i
			if neg {
				return -int64(v)
			}
			return int64(v)
		}
	}
	return d.slowInt(from, quoted)
}

func (d *Dec) slowInt(from int, quoted bool) int64 {
	var tok string
	if quoted {
		tok = d.rawString(false)
		if d.Err != nil {
			return 0
		}
	} else {
		i := from
		for i < len(d.S) && strings.IndexByte("+-.0123456789eE", d.S[i]) >= 0 {
			i++
		}
		tok = d.S[from:i]
		d.i = i
		d.delim()
	}
	digits, ok := normInt(tok)
	if !ok {
		d.failf("invalid value for integer: %q", tok)
		return 0
	}
	v, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		d.failf("invalid value for integer: %q", tok)
	}
	return v
}

// normInt turns a JSON number with an integral value into plain digits.
func normInt(t string) (string, bool) {
	neg := strings.HasPrefix(t, "-")
	r := strings.TrimPrefix(t, "-")
	j := 0
	for j < len(r) && r[j]-'0' <= 9 {
		j++
	}
	ip := r[:j]
	if ip == "" || len(ip) > 1 && ip[0] == '0' {
		return "", false
	}
	r = r[j:]
	fp := ""
	if strings.HasPrefix(r, ".") {
		j = 1
		for j < len(r) && r[j]-'0' <= 9 {
			j++
		}
		if fp = r[1:j]; fp == "" {
			return "", false
		}
		r = r[j:]
	}
	exp := 0
	if r != "" {
		if r[0] != 'e' && r[0] != 'E' {
			return "", false
		}
		var err error
		if exp, err = strconv.Atoi(r[1:]); err != nil {
			return "", false
		}
	}
	fp = strings.TrimRight(fp, "0")
	switch {
	case exp >= 0:
		if len(fp) > exp || exp > 30 {
			if strings.Trim(ip+fp, "0") == "" {
				return "0", true
			}
			return "", false
		}
		ip += fp + strings.Repeat("0", exp-len(fp))
	default:
		if fp != "" {
			return "", false
		}
		cut := len(ip) + exp
		if cut < 0 {
			cut = 0
		}
		if strings.Trim(ip[cut:], "0") != "" {
			return "", false
		}
		ip = ip[:cut]
	}
	ip = strings.TrimLeft(ip, "0")
	if ip == "" {
		return "0", true
	}
	if neg {
		ip = "-" + ip
	}
	return ip, true
}

// Int32 reads an integer, bare or quoted, in the int32 range.
func (d *Dec) Int32() int32 {
	v := d.Int64()
	if v < math.MinInt32 || v > math.MaxInt32 {
		d.failf("invalid value for int32: %d", v)
		return 0
	}
	return int32(v)
}

// Enum reads an enum value by name or number. keep is false for an unknown
// name when unknowns are discarded.
func (d *Dec) Enum(byName func(string) (int32, bool)) (v int32, keep bool) {
	if d.peek() != '"' {
		return d.Int32(), d.Err == nil
	}
	name := d.rawString(false)
	if d.Err != nil {
		return 0, false
	}
	if v, ok := byName(name); ok {
		return v, true
	}
	if !d.Discard {
		d.failf("invalid value for enum: %q", name)
	}
	return 0, false
}

// Timestamp reads an RFC 3339 timestamp into t.
func (d *Dec) Timestamp(t *timestamppb.Timestamp) {
	if d.peek() != '"' {
		d.syntax()
		return
	}
	s := d.rawString(false)
	if d.Err != nil {
		return
	}
	if sec, ns, ok := parseUTC(s); ok {
		t.Seconds, t.Nanos = sec, ns
		return
	}
	v, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		d.failf("invalid timestamp %q", s)
		return
	}
	sec := v.Unix()
	if sec < -62135596800 || sec > 253402300799 || fracDigits(s) > 9 {
		d.failf("timestamp out of range %q", s)
		return
	}
	t.Seconds, t.Nanos = sec, int32(v.Nanosecond())
}

func fracDigits(s string) int {
	dot := strings.LastIndexByte(s, '.')
	if dot < 0 {
		return 0
	}
	n := 0
	for _, c := range []byte(s[dot+1:]) {
		if c-'0' > 9 {
			break
		}
		n++
	}
	return n
}

func two(s string, i int) (uint32, bool) {
	a, b := s[i]-'0', s[i+1]-'0'
	return uint32(a)*10 + uint32(b), a <= 9 && b <= 9
}

var mdays = [13]uint32{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// parseUTC is the fast path for YYYY-MM-DDTHH:MM:SS[.f{1,9}]Z.
func parseUTC(s string) (sec int64, ns int32, ok bool) {
	if len(s) < 20 || len(s) > 30 || s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':' || s[len(s)-1] != 'Z' {
		return
	}
	y1, a := two(s, 0)
	y2, b := two(s, 2)
	mo, c := two(s, 5)
	dd, e := two(s, 8)
	hh, f := two(s, 11)
	mi, g := two(s, 14)
	ss, h := two(s, 17)
	if !(a && b && c && e && f && g && h) {
		return
	}
	y := y1*100 + y2
	if y == 0 || mo < 1 || mo > 12 || dd < 1 || hh > 23 || mi > 59 || ss > 59 {
		return
	}
	leap := y%4 == 0 && (y%100 != 0 || y%400 == 0)
	max := mdays[mo]
	if mo == 2 && leap {
		max = 29
	}
	if dd > max {
		return
	}
	if len(s) > 20 {
		if s[19] != '.' || len(s) == 21 {
			return
		}
		mul := int32(100000000)
		for _, ch := range []byte(s[20 : len(s)-1]) {
			if ch-'0' > 9 {
				return
			}
			ns += int32(ch-'0') * mul
			mul /= 10
		}
	}
	yy, mm := int64(y), int64(mo)
	if mm <= 2 {
		yy--
		mm += 12
	}
	era := yy / 400
	yoe := yy - era*400
	doy := (153*(mm-3)+2)/5 + int64(dd) - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	days := era*146097 + doe - 719468
	return days*86400 + int64(hh)*3600 + int64(mi)*60 + int64(ss), ns, true
}

// Dup fails on a field given twice.
func (d *Dec) Dup(key string) { d.failf("duplicate field %q", key) }

// Unknown skips an unknown field's value or fails.
func (d *Dec) Unknown(key string) {
	if !d.Discard {
		d.failf("unknown field %q", key)
		return
	}
	d.Skip()
}

// Skip consumes any JSON value.
func (d *Dec) Skip() {
	switch c := d.peek(); c {
	case '{':
		if d.Open('{') {
			for first := true; ; first = false {
				if _, ok := d.Key(first); !ok {
					return
				}
				d.Skip()
			}
		}
	case '[':
		if d.Open('[') {
			for first := true; d.Elem(first); first = false {
				d.Skip()
			}
		}
	case '"':
		d.rawString(false)
	case 't', 'f':
		d.Bool()
	case 'n':
		if !d.Null() {
			d.syntax()
		}
	default:
		from := d.i
		for d.i < len(d.S) && strings.IndexByte("+-.0123456789eE", d.S[d.i]) >= 0 {
			d.i++
		}
		if !validNumber(d.S[from:d.i]) {
			d.syntax()
			return
		}
		d.delim()
	}
}

func validNumber(t string) bool {
	if t == "" || t[0] == '+' || t[0] == '.' {
		return false
	}
	r := strings.TrimPrefix(t, "-")
	if len(r) > 1 && r[0] == '0' && r[1]-'0' <= 9 || strings.HasSuffix(r, ".") || strings.Contains(r, ".e") || strings.Contains(r, ".E") {
		return false
	}
	_, err := strconv.ParseFloat(t, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return false
	}
	return r != "" && r[0]-'0' <= 9
}
