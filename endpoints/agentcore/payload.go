package agentcore

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// Limits of a payload: those where the original gives up, too.
const (
	maxDepth  = 999
	maxDigits = 4300
)

// A payloadError says why a body is no payload. Its kind is for programs; the
// text is for people.
type payloadError struct{ kind, text string }

func (e *payloadError) Error() string { return e.text }

// The kinds of payloadError.
const (
	invalidJSON     = "Invalid JSON"
	invalidEncoding = "Invalid encoding"
)

// parsePayload returns body as one JSON value in UTF-8. UTF-16 and UTF-32 are
// recognized by a byte order mark or by where the zero bytes are (RFC 4627,
// section 3). NaN and Infinity are no JSON.
func parsePayload(body []byte) (json.RawMessage, *payloadError) {
	text, err := toUTF8(body)
	if err != nil {
		return nil, &payloadError{invalidEncoding, err.Error()}
	}
	if !utf8.Valid(text) {
		return nil, &payloadError{invalidEncoding, fmt.Sprintf("byte %d is not UTF-8", firstInvalid(text))}
	}
	if err := bounded(text); err != nil {
		return nil, &payloadError{invalidJSON, err.Error()}
	}
	var value json.RawMessage
	if err := json.Unmarshal(text, &value); err != nil {
		if wrong, ok := errors.AsType[*json.SyntaxError](err); ok {
			line, column := place(text, wrong.Offset)
			return nil, &payloadError{invalidJSON, fmt.Sprintf("%s: line %d column %d", wrong.Error(), line, column)}
		}
		return nil, &payloadError{invalidJSON, err.Error()}
	}
	return value, nil
}

// toUTF8 undoes UTF-16, UTF-32 and the byte order mark of UTF-8.
func toUTF8(b []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(b, []byte{0, 0, 0xfe, 0xff}):
		return fromUTF32(b[4:], binary.BigEndian)
	case bytes.HasPrefix(b, []byte{0xff, 0xfe, 0, 0}):
		return fromUTF32(b[4:], binary.LittleEndian)
	case bytes.HasPrefix(b, []byte{0xfe, 0xff}):
		return fromUTF16(b[2:], binary.BigEndian)
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}):
		return fromUTF16(b[2:], binary.LittleEndian)
	case bytes.HasPrefix(b, []byte{0xef, 0xbb, 0xbf}):
		return b[3:], nil
	case len(b) != 2 && len(b) < 4: // one character of UTF-16, or 4 bytes, are needed to tell
		return b, nil
	case b[0] == 0 && b[1] == 0:
		return fromUTF32(b, binary.BigEndian)
	case b[0] == 0:
		return fromUTF16(b, binary.BigEndian)
	case b[1] == 0 && len(b) >= 4 && b[2] == 0 && b[3] == 0:
		return fromUTF32(b, binary.LittleEndian)
	case b[1] == 0:
		return fromUTF16(b, binary.LittleEndian)
	}
	return b, nil
}

func fromUTF16(b []byte, order binary.ByteOrder) ([]byte, error) {
	if len(b)%2 != 0 {
		return nil, errors.New("truncated UTF-16")
	}
	out := make([]byte, 0, len(b))
	for ; len(b) > 0; b = b[2:] {
		r := rune(order.Uint16(b))
		if utf16.IsSurrogate(r) {
			if len(b) < 4 {
				return nil, errors.New("truncated UTF-16")
			}
			if r = utf16.DecodeRune(r, rune(order.Uint16(b[2:]))); r == utf8.RuneError {
				return nil, errors.New("unpaired surrogate in UTF-16")
			}
			b = b[2:]
		}
		out = utf8.AppendRune(out, r)
	}
	return out, nil
}

func fromUTF32(b []byte, order binary.ByteOrder) ([]byte, error) {
	if len(b)%4 != 0 {
		return nil, errors.New("truncated UTF-32")
	}
	out := make([]byte, 0, len(b)/2)
	for ; len(b) > 0; b = b[4:] {
		c := order.Uint32(b)
		if c > utf8.MaxRune || !utf8.ValidRune(rune(c)) {
			return nil, errors.New("no character in UTF-32")
		}
		out = utf8.AppendRune(out, rune(c))
	}
	return out, nil
}

// firstInvalid is the offset of the first byte that is not UTF-8.
func firstInvalid(text []byte) int {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size <= 1 {
			return i
		}
		i += size
	}
	return len(text)
}

// bounded refuses values that nest too deep and numbers that are too long. It
// need not be exact about text that is no JSON.
func bounded(text []byte) error {
	depth, digits, inString := 0, 0, false
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case inString && c == '\\':
			i++
			continue
		case c == '"':
			inString = !inString
		case inString:
			continue
		case c == '[' || c == '{':
			if depth++; depth > maxDepth {
				return fmt.Errorf("the value nests deeper than %d", maxDepth)
			}
		case c == ']' || c == '}':
			depth--
		}
		if c < '0' || c > '9' {
			digits = 0
		} else if digits++; digits > maxDigits {
			return fmt.Errorf("a number has more than %d digits", maxDigits)
		}
	}
	return nil
}

// place returns line and column, from 1, of the byte before offset, which is
// where package json stopped.
func place(text []byte, offset int64) (line, column int) {
	before := text[:min(max(offset-1, 0), int64(len(text)))]
	line = 1 + bytes.Count(before, []byte{'\n'})
	return line, 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
}
