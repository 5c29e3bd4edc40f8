package handwritten

import (
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"
)

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
