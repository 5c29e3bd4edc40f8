package handwritten

import (
	"math"
	"strconv"
	"strings"
)

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
