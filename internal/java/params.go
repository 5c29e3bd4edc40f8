package java

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
)

const (
	textMultipart = "unable to parse multipart request"
	textPart      = "unable to parse multipart form field"
)

// A param is a parameter of the query, or of a body that is a form.
type param struct {
	name, value string
}

// tooMany is the error for more parameters than there may be.
func tooMany(most int) *RequestError {
	return refused("the request has more than " + strconv.Itoa(most) + " parameters")
}

// parseParams appends the parameters of a query or form to params, up to most. A
// parameter without an equals sign has an empty value.
func parseParams(params []param, raw string, most int) ([]param, *RequestError) {
	for raw != "" {
		var pair string
		pair, raw, _ = strings.Cut(raw, "&")
		if pair == "" {
			continue
		}
		if len(params) == most {
			return nil, tooMany(most)
		}
		name, value, _ := strings.Cut(pair, "=")
		name, err1 := unescape(name)
		value, err2 := unescape(value)
		if err1 != nil || err2 != nil {
			return nil, refused("a parameter of the request has a malformed percent-encoding")
		}
		params = append(params, param{name, value})
	}
	return params, nil
}

// A bodyType is what a body is taken for. All that is neither a form nor
// multipart is JSON, whatever its Content-Type says.
type bodyType int

const (
	bodyJSON bodyType = iota
	bodyForm
	bodyMultipart
)

func bodyTypeOf(h http.Header) bodyType {
	base, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	base = strings.ToLower(strings.TrimSpace(base))
	switch {
	case base == "application/x-www-form-urlencoded":
		return bodyForm
	case strings.HasPrefix(base, "multipart/"):
		return bodyMultipart
	}
	return bodyJSON
}

// parseMultipart returns the fields of a multipart body of at most so many parts.
// A file is refused. A body without any part has no fields; one that breaks off
// is unreadable.
func parseMultipart(h http.Header, body []byte, most int) (params []param, _ *RequestError) {
	_, attributes, err := mime.ParseMediaType(h.Get("Content-Type"))
	boundary := attributes["boundary"]
	if err != nil || boundary == "" {
		return nil, refused(textMultipart)
	}
	r := multipart.NewReader(bytes.NewReader(body), boundary)
	for n := 0; ; n++ {
		part, err := r.NextRawPart()
		switch {
		case errors.Is(err, io.EOF):
			return params, nil
		case err != nil:
			return nil, unreadable(textMultipart)
		case n == most:
			return nil, tooMany(most)
		}
		_, disposition, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
		name, named := disposition["name"]
		if err != nil || !named {
			continue
		}
		if _, file := disposition["filename"]; file {
			return nil, refused(textPart)
		}
		value, err := io.ReadAll(part)
		if err != nil {
			return nil, unreadable(textMultipart)
		}
		params = append(params, param{repairString(name), string(repair(value))})
	}
}
