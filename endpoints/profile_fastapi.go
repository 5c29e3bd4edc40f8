package endpoints

import (
	"errors"
	"net/http"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/internal/bind"
	"github.com/endpoints-frameworks/endpoints-go/internal/fastapi"
	"github.com/endpoints-frameworks/endpoints-go/internal/route"
	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

// A ValidationError is the exception of the profile [FastAPI] for a request
// that is not valid. It raises 422 and lists all that is wrong, each with its
// place and, unless it is large, the rejected value:
//
//	{"detail":[{"type":"missing","loc":["body","name"],"msg":"Field required","input":{}}]}
//
// An [OnException] handler for it can answer with another status:
//
//	endpoints.OnException(func(_ context.Context, _ *endpoints.Call, e *endpoints.ValidationError) error {
//		return exceptions.Raise(exceptions.NewBadRequest("The request is not valid."), exceptions.Value(e.Problems))
//	})
type ValidationError = fastapi.ValidationError

// FastAPI is the profile of FastAPI 0.141, for APIs that move off it and
// clients that read its errors. What it does is proved by recorded exchanges.
//
//   - Policy: statuses are sent as they are raised, [normalize.Identity].
//   - Errors: {"detail": ...} with any JSON value, see [exceptions.Value]; an
//     error that is no exception is a plain text.
//   - JSON: names as in the proto file, with defaults.
//   - Nothing and google.protobuf.Empty are answered with null and 200, unless
//     the method declares another status.
//   - Bad input: 422 with all problems at once, [*ValidationError]. Types are
//     converted leniently; unknown fields are ignored.
//   - An explicit response drops what was set through the call.
//   - Another verb on a known path is 405 with Allow, HEAD and OPTIONS too; a
//     slash too many or too few at the end of a path is a redirect.
//   - There is no method override.
//
// Rejected values are sent back to the caller, so that they end up in its logs:
// another profile is better for values that are secret.
func FastAPI() Profile {
	p := Frameworks()
	p.name = "fastapi"
	p.policy = normalize.Identity()
	p.format = fastapiFormat
	p.json = jsonpb.AppendOptions{EmitDefaults: true, UseProtoNames: true}
	p.contentType = []string{"application/json"}
	p.emptyIsNothing = false
	p.nullForNothing = true
	p.responseAlone = true
	p.byTypeOnly = isValidationError
	p.noRoute = fastapiNoRoute
	p.override = OverrideNever
	p.binder = fastapiBinder
	return p
}

func isValidationError(e exceptions.ServiceException) bool {
	_, ok := errors.AsType[*ValidationError](e)
	return ok
}

var unknownClass = exceptions.Describe(&exceptions.UnknownError{}).Class

// fastapiFormat writes errors that are no exceptions as the original's server
// did.
func fastapiFormat(_ *restCall, v *normalize.Verdict) normalize.Format {
	if v != nil && v.Class == unknownClass {
		return serverError{}
	}
	return normalize.Detail()
}

// serverError is the original's page for errors that nobody handles.
type serverError struct{}

func (serverError) ContentType() string { return "text/plain; charset=utf-8" }

func (serverError) Append(dst []byte, _ *normalize.Verdict) []byte {
	return append(dst, "Internal Server Error"...)
}

// fastapiNoRoute answers what reached no route: another verb with 405, a path
// that differs from a route by the slash at its end with a redirect, and the
// rest with 404.
func fastapiNoRoute(t *rest, rc *restCall, path string, _ *route.Match) (*Response, error) {
	if verbs := t.tree.Allowed(path); len(verbs) > 0 {
		return nil, exceptions.Raise(exceptions.NewStatus(http.StatusMethodNotAllowed),
			exceptions.Header("Allow", strings.Join(verbs, ", ")))
	}
	other := strings.TrimRight(path, "/")
	if other == path {
		other += "/"
	}
	if other == "" || len(t.tree.Allowed(other)) == 0 {
		return nil, exceptions.NewStatus(http.StatusNotFound)
	}
	location := "http://"
	if rc.r.TLS != nil {
		location = "https://"
	}
	location += rc.r.Host + other
	if rc.r.URL.RawQuery != "" {
		location += "?" + rc.r.URL.RawQuery
	}
	return &Response{Status: http.StatusTemporaryRedirect, Header: http.Header{"Location": {location}}}, nil
}

func fastapiBinder(t *rest, b *binding) (bind.Binder, error) {
	rule := fastapi.Rule{Path: b.fields, Body: b.bodyField, Depth: t.limits.Depth}
	for _, h := range b.method.inHeaders {
		if h.field != nil {
			rule.Headers = append(rule.Headers, fastapi.Header{Name: h.name, Field: string(h.field.Name()), Cookie: h.cookie})
		}
	}
	return fastapi.Compile(b.method.descriptor.Input(), rule)
}
