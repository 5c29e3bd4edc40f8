package endpoints

import (
	"cmp"
	"net/http"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/internal/python"
	"github.com/endpoints-frameworks/endpoints-go/internal/route"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

// plainNotFound is the answer of the frameworks that knew no better.
func plainNotFound(*rest, *restCall, string, *route.Match) (*Response, error) {
	return nil, exceptions.NewNotFound(python.NotFound)
}

// plainText is the format of errors in the old frameworks where no method was
// reached: the message alone. Its value is the Content-Type.
type plainText string

func (p plainText) ContentType() string { return string(p) }

func (plainText) Append(dst []byte, v *normalize.Verdict) []byte {
	return append(dst, cmp.Or(v.Message, http.StatusText(v.Status))...)
}
