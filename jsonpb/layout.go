package jsonpb

// compact removes the white space outside strings from valid JSON, in place.
func compact(b []byte) []byte {
	out := b[:0]
	for i := 0; i < len(b); i++ {
		switch c := b[i]; c {
		case ' ', '\t', '\n', '\r':
		case '"':
			end := stringEnd(b, i)
			out = append(out, b[i:end]...)
			i = end - 1
		default:
			out = append(out, c)
		}
	}
	return out
}

// indented lays out compact JSON the way protojson does: one member or element
// a line, a blank after the colon, nothing inside empty objects and arrays.
func indented(b []byte, indent string) []byte {
	out := make([]byte, 0, 2*len(b))
	depth := 0
	line := func() {
		out = append(out, '\n')
		for range depth {
			out = append(out, indent...)
		}
	}
	for i := 0; i < len(b); i++ {
		switch c := b[i]; c {
		case '{', '[':
			out = append(out, c)
			if i+1 < len(b) && b[i+1] == c+2 { // '{' and '}', '[' and ']' are two apart
				out = append(out, c+2)
				i++
				continue
			}
			depth++
			line()
		case '}', ']':
			depth--
			line()
			out = append(out, c)
		case ',':
			out = append(out, c)
			line()
		case ':':
			out = append(out, ':', ' ')
		case '"':
			end := stringEnd(b, i)
			out = append(out, b[i:end]...)
			i = end - 1
		default:
			out = append(out, c)
		}
	}
	return out
}

// stringEnd returns the offset behind the string that starts at b[i], or
// len(b) if it does not end.
func stringEnd(b []byte, i int) int {
	for i++; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++ // skip what is escaped
		case '"':
			return i + 1
		}
	}
	return len(b)
}
