package jsonpb

// List reads a list whose elements value reads, for generated code:
//
//	x.Tags = jsonpb.List(d, (*jsonpb.Decoder).String)
//
// An empty list is nil.
func List[T any](d *Decoder, value func(*Decoder) T) []T {
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
	for k := d.openObject(); k != nil; k = d.Next() {
		at := d.key
		name := key(d, k)
		if _, ok := m[name]; ok {
			d.fail(at, "duplicate key")
			break
		}
		if m == nil {
			m = make(map[K]V)
		}
		m[name] = value(d)
	}
	return m
}

// EnumMap reads a map whose values are enum values. Names that are ignored are
// left out.
func EnumMap[K comparable, V any](d *Decoder, key func(*Decoder, []byte) K, read func(*Decoder) (V, bool)) map[K]V {
	m := make(map[K]V)
	for k := d.openObject(); k != nil; k = d.Next() {
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
