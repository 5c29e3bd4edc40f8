package conformance

import (
	"context"
	"errors"
	"log/slog"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	conformancev1 "github.com/endpoints-frameworks/endpoints-go/gen/conformance/v1"
	"google.golang.org/protobuf/proto"
)

// addJavaAuth serves JavaAuth: one authenticator a method, named by the method,
// and a level.
func addJavaAuth(all map[string]handler, _ Options) error {
	methods := conformancev1.File_conformance_v1_java_proto.Services().ByName("JavaAuth").Methods()
	for i := range methods.Len() {
		name := string(methods.Get(i).Name())
		required := strings.HasSuffix(name, "Required")
		authenticator := strings.TrimSuffix(strings.TrimSuffix(name, "Required"), "Unspecified")
		all[rpcName(methods.Get(i))] = func(context.Context, proto.Message) (proto.Message, error) {
			user, err := authenticate(authenticator)
			switch {
			case err != nil:
				return nil, err
			case user == "" && required:
				return nil, exceptions.Raise(exceptions.NewUnauthorized("Valid user credentials are required."),
					exceptions.Header("WWW-Authenticate", realm))
			case user == "":
				user = "no user"
			}
			return &conformancev1.JavaWho{User: &user}, nil
		}
	}
	return nil
}

// authenticate does what the authenticator of that name does.
func authenticate(name string) (user string, err error) {
	switch name {
	case "OkAuth":
		return "u@example.com", nil
	case "Throw401Auth":
		return "", exceptions.Raise(exceptions.NewUnauthorized("no token"), exceptions.Header("WWW-Authenticate", realm))
	case "Throw403Auth":
		return "", exceptions.Raise(exceptions.NewForbidden("not you"), exceptions.Level(slog.LevelWarn))
	case "Throw503Auth":
		return "", exceptions.NewServiceUnavailable("token service down")
	case "ThrowIaeAuth":
		return "", exceptions.NewBadRequest("auth iae")
	case "ThrowRuntimeAuth":
		return "", errors.New("auth bug")
	}
	return "", nil
}
