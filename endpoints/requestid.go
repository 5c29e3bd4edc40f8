package endpoints

import (
	"crypto/rand"
	"net/http"
)

// maxRequestID bounds what a client can put into every log record.
const maxRequestID = 128

// requestID takes the client's identifier if it is safe to log.
func requestID(h http.Header) string {
	if values := h["X-Request-Id"]; len(values) == 1 && plainID(values[0]) {
		return values[0]
	}
	return rand.Text()
}

func plainID(s string) bool {
	if s == "" || len(s) > maxRequestID {
		return false
	}
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}
