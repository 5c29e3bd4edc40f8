package jsonpb

import (
	"cmp"
	"slices"
)

// An Entry is one entry of a map.
type Entry[K, V any] struct {
	Key   K
	Value V
}

// SortedEntries appends m's entries to buf, which is usually the start of an
// array on the stack, in ascending order of the keys, for generated code.
func SortedEntries[K int32 | int64 | uint32 | uint64 | string, V any](m map[K]V, buf []Entry[K, V]) []Entry[K, V] {
	for k, v := range m {
		buf = append(buf, Entry[K, V]{k, v})
	}
	if len(buf) > 12 {
		slices.SortFunc(buf, func(x, y Entry[K, V]) int { return cmp.Compare(x.Key, y.Key) })
		return buf
	}
	for i := 1; i < len(buf); i++ {
		e, j := buf[i], i
		for ; j > 0 && e.Key < buf[j-1].Key; j-- {
			buf[j] = buf[j-1]
		}
		buf[j] = e
	}
	return buf
}

// List reads a list whose elements value reads, for generated code:
//
//	x.Tags = jsonpb.List(d, (*jsonpb.Decoder).String)
//
// An empty list is nil.
func List[T any](d *Decoder, value func(*Decoder) T) []T {
	if !d.Elements() {
		return nil
	}
	var few [4]T // short lists are allocated once, in their size
	n := 0
	for {
		few[n] = value(d)
		n++
		if !d.More() {
			l := make([]T, n)
			for i := range l { // copy would be two calls
				l[i] = few[i]
			}
			return l
		}
		if n == len(few) {
			break
		}
	}
	l := append(make([]T, 0, 2*len(few)), few[:]...)
	for ok := true; ok; ok = d.More() {
		l = append(l, value(d))
	}
	return l
}

// NumberList reads a list of numbers or booleans, which value reads. An empty
// list is nil.
func NumberList[T bool | int32 | int64 | uint32 | uint64 | float32 | float64](d *Decoder, value func(*Decoder) T) []T {
	var few [16]T // short lists are allocated once, in their size
	n := 0
	var many []T
	for ok := d.Elements(); ok; ok = d.More() {
		v := value(d)
		switch {
		case many != nil:
			many = append(many, v)
		case n < len(few):
			few[n] = v
			n++
		default:
			many = append(append(make([]T, 0, 4*len(few)), few[:]...), v)
		}
	}
	if many != nil || n == 0 {
		return many
	}
	l := make([]T, n)
	copy(l, few[:])
	return l
}

// EnumList reads a list of enum values, which read reads. Names that are
// ignored are left out.
func EnumList[T any](d *Decoder, read func(*Decoder) (T, bool)) []T {
	var l []T
	for ok := d.Elements(); ok; ok = d.More() {
		if v, ok := read(d); ok {
			l = append(l, v)
		}
	}
	return l
}

// Map reads a map whose keys and values key and value read. An empty map is
// nil.
func Map[K comparable, V any](d *Decoder, key func(*Decoder, []byte) K, value func(*Decoder) V) map[K]V {
	var m map[K]V
	for k := d.openObject(); k != nil; k = d.nextKey() {
		at := d.key
		name := key(d, k)
		if m == nil {
			m = make(map[K]V)
		}
		n := len(m)
		if m[name] = value(d); len(m) == n {
			d.fail(at, "duplicate key")
		}
	}
	return m
}

// EnumMap reads a map whose values are enum values. Names that are ignored are
// left out.
func EnumMap[K comparable, V any](d *Decoder, key func(*Decoder, []byte) K, read func(*Decoder) (V, bool)) map[K]V {
	m := make(map[K]V)
	for k := d.openObject(); k != nil; k = d.nextKey() {
		name := key(d, k)
		if _, ok := m[name]; ok {
			d.fail(d.key, "duplicate key")
			break
		}
		if v, ok := read(d); ok {
			m[name] = v
		}
	}
	return m
}
