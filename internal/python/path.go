package python

import (
	"net/url"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// Excluded are the characters that the text of a path variable may not have,
// once the path is decoded. A path with such a character there has no route.
const Excluded = "/?#[]{}"

// DecodePath returns the path that the original looked up: decoded as a whole,
// before any template is compared with it. So an escaped slash separates
// segments, and what a variable matches is decoded a second time by [Binder],
// where a plus becomes a blank: "a%2Bb" is "a b".
//
// Templates are compared with it exactly, except that one slash at the end of
// the path is optional. A variable may be empty. A malformed escape is an
// exception with status 400.
func DecodePath(escaped string) (string, error) {
	path, err := url.PathUnescape(escaped)
	if err != nil {
		return "", exceptions.NewBadRequest("The path of the request is not escaped properly.")
	}
	return path, nil
}
