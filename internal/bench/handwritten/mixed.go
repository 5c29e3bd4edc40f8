package handwritten

import (
	benchv1 "github.com/endpoints-frameworks/endpoints-go/internal/bench/gen/bench/v1"

	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// AppendMixed appends a value to dst and returns the extended buffer.
func AppendMixed(dst []byte, x *benchv1.Mixed) (_ []byte, err error) {
	dst = append(dst, '{')
	if x == nil {
		return append(dst, '}'), nil
	}
	if x.Rating != 0 {
		dst = append(AppendFloat(append(dst, `"rating":`...), x.Rating, 64), ',')
	}
	if x.Score != 0 {
		dst = append(AppendFloat(append(dst, `"score":`...), float64(x.Score), 32), ',')
	}
	if len(x.Checksum) != 0 {
		dst = append(AppendBytes(append(dst, `"checksum":`...), x.Checksum), ',')
	}
	if len(x.Labels) != 0 {
		dst = append(dst, `"labels":{`...)
		var ks [16]string
		for i, k := range SortedKeys(x.Labels, ks[:0]) {
			if i > 0 {
				dst = append(dst, ',')
			}
			if dst, err = AppendString(dst, k); err != nil {
				return dst, err
			}
			if dst, err = AppendString(append(dst, ':'), x.Labels[k]); err != nil {
				return dst, err
			}
		}
		dst = append(dst, `},`...)
	}
	if len(x.Counts) != 0 {
		dst = append(dst, `"counts":{`...)
		var ks [16]string
		for i, k := range SortedKeys(x.Counts, ks[:0]) {
			if i > 0 {
				dst = append(dst, ',')
			}
			if dst, err = AppendString(dst, k); err != nil {
				return dst, err
			}
			dst = AppendInt64(append(dst, ':'), x.Counts[k])
		}
		dst = append(dst, `},`...)
	}
	if x.Note != nil {
		if dst, err = AppendString(append(dst, `"note":`...), *x.Note); err != nil {
			return dst, err
		}
		dst = append(dst, ',')
	}
	switch o := x.Owner.(type) {
	case *benchv1.Mixed_User:
		if dst, err = AppendString(append(dst, `"user":`...), o.User); err != nil {
			return dst, err
		}
		dst = append(dst, ',')
	case *benchv1.Mixed_Author:
		if dst, err = AppendAuthor(append(dst, `"author":`...), o.Author); err != nil {
			return dst, err
		}
		dst = append(dst, ',')
	}
	if len(x.Samples) != 0 {
		dst = append(dst, `"samples":[`...)
		for i, v := range x.Samples {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = AppendFloat(dst, v, 64)
		}
		dst = append(dst, `],`...)
	}
	if x.Revision != 0 {
		dst = append(AppendUint64(append(dst, `"revision":`...), x.Revision), ',')
	}
	if x.Ttl != nil {
		if dst, err = AppendDuration(append(dst, `"ttl":`...), x.Ttl); err != nil {
			return dst, err
		}
		dst = append(dst, ',')
	}
	if x.Alias != nil {
		if dst, err = AppendString(append(dst, `"alias":`...), x.Alias.GetValue()); err != nil {
			return dst, err
		}
		dst = append(dst, ',')
	}
	if len(x.Ids) != 0 {
		dst = append(dst, `"ids":[`...)
		for i, v := range x.Ids {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = AppendInt32(dst, v)
		}
		dst = append(dst, `],`...)
	}
	return closeObj(dst), nil
}

// DecodeMixed reads an object into x, which is empty.
func DecodeMixed(d *Dec, x *benchv1.Mixed) {
	if !d.Open('{') {
		return
	}
	var seen uint32
	mark := func(bit uint32, k string) {
		if seen&bit != 0 {
			d.Dup(k)
		}
		seen |= bit
	}
	for first := true; ; first = false {
		k, ok := d.Key(first)
		if !ok {
			return
		}
		switch k {
		case "rating":
			if mark(1, k); !d.Null() {
				x.Rating = d.Float(64)
			}
		case "score":
			if mark(2, k); !d.Null() {
				x.Score = float32(d.Float(32))
			}
		case "checksum":
			if mark(4, k); !d.Null() {
				x.Checksum = d.Bytes()
			}
		case "labels":
			if mark(8, k); !d.Null() && d.Open('{') {
				x.Labels = map[string]string{}
				for f := true; ; f = false {
					mk, ok := d.Key(f)
					if !ok {
						break
					}
					if _, dup := x.Labels[mk]; dup {
						d.Dup(mk)
					}
					x.Labels[d.Own(mk)] = d.String()
				}
			}
		case "counts":
			if mark(16, k); !d.Null() && d.Open('{') {
				x.Counts = map[string]int64{}
				for f := true; ; f = false {
					mk, ok := d.Key(f)
					if !ok {
						break
					}
					if _, dup := x.Counts[mk]; dup {
						d.Dup(mk)
					}
					x.Counts[d.Own(mk)] = d.Int64()
				}
			}
		case "note":
			if mark(32, k); !d.Null() {
				s := d.String()
				x.Note = &s
			}
		case "user":
			if mark(64, k); !d.Null() {
				mark(1<<30, "owner")
				x.Owner = &benchv1.Mixed_User{User: d.String()}
			}
		case "author":
			if mark(128, k); !d.Null() {
				mark(1<<30, "owner")
				a := new(benchv1.Author)
				decodeAuthor(d, a)
				x.Owner = &benchv1.Mixed_Author{Author: a}
			}
		case "samples":
			if mark(256, k); !d.Null() && d.Open('[') {
				for f := true; d.Elem(f); f = false {
					x.Samples = append(x.Samples, d.Float(64))
				}
			}
		case "revision":
			if mark(512, k); !d.Null() {
				x.Revision = d.Uint64()
			}
		case "ttl":
			if mark(1024, k); !d.Null() {
				x.Ttl = new(durationpb.Duration)
				d.Duration(x.Ttl)
			}
		case "alias":
			if mark(2048, k); !d.Null() {
				x.Alias = wrapperspb.String(d.String())
			}
		case "ids":
			if mark(4096, k); !d.Null() && d.Open('[') {
				for f := true; d.Elem(f); f = false {
					x.Ids = append(x.Ids, d.Int32())
				}
			}
		default:
			d.Unknown(k)
		}
	}
}
