package normalize

import "strings"

// maxReason is the longest reason that AIP-193 allows.
const maxReason = 63

// UpperSnake returns a reason as google.rpc.ErrorInfo wants it (AIP-193):
// UPPER_SNAKE_CASE, at most 63 characters of A-Z, 0-9 and the underscore.
// "shelfLocked" becomes "SHELF_LOCKED". For a lowerCamel reason of up to 63
// characters in the result, [LowerCamel] undoes it; one that is written so
// already stays as it is. In others, what is not allowed becomes an underscore.
func UpperSnake(reason string) string {
	return string(appendUpperSnake(make([]byte, 0, len(reason)+8), reason))
}

// appendUpperSnake appends [UpperSnake] of reason to dst.
func appendUpperSnake(dst []byte, reason string) []byte {
	start := len(dst)
	camel := strings.IndexFunc(reason, isLower) >= 0
	for i := range len(reason) {
		c := reason[i]
		switch {
		case c >= 'a' && c <= 'z':
			c -= 'a' - 'A'
		case c >= 'A' && c <= 'Z':
			if camel && len(dst) > start {
				dst = appendUnderscore(dst, start)
			}
		case c >= '0' && c <= '9':
		default:
			dst = appendUnderscore(dst, start)
			continue
		}
		dst = append(dst, c)
	}
	if len(dst)-start > maxReason {
		dst = dst[:start+maxReason]
	}
	for len(dst) > start && dst[len(dst)-1] == '_' {
		dst = dst[:len(dst)-1]
	}
	if len(dst) == start {
		return append(dst, "UNKNOWN"...)
	}
	return dst
}

func isLower(c rune) bool { return c >= 'a' && c <= 'z' }

// appendUnderscore appends an underscore unless it would be the first character
// or the second underscore in a row.
func appendUnderscore(dst []byte, start int) []byte {
	if len(dst) == start || dst[len(dst)-1] == '_' {
		return dst
	}
	return append(dst, '_')
}

// LowerCamel returns a reason as the Google envelope has it: "SHELF_LOCKED"
// becomes "shelfLocked". A reason that holds a lower-case letter is no
// UPPER_SNAKE and stays as it is.
func LowerCamel(reason string) string {
	if strings.IndexFunc(reason, isLower) >= 0 {
		return reason
	}
	var b strings.Builder
	b.Grow(len(reason))
	up := false
	for i := range len(reason) {
		c := reason[i]
		switch {
		case c == '_':
			up = b.Len() > 0
			continue
		case c >= 'A' && c <= 'Z' && !up:
			c += 'a' - 'A'
		}
		b.WriteByte(c)
		up = false
	}
	return b.String()
}
