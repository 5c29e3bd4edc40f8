package main

import (
	"context"
	"errors"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
)

// raised are the exceptions that clients ask for by name.
var raised = map[string]error{
	"locked": exceptions.Raise(&libraryv1.ShelfLocked{Shelf: "shelves/locked", Holder: "bob"},
		exceptions.Header("X-Holder", "bob")),
	"nowhere": exceptions.NewNotFound("There is no such shelf."),
	"invalid": exceptions.Raise(exceptions.NewBadRequest("Bad name."), exceptions.Violations(
		exceptions.Violation{Location: "name", Message: "Too long.", Reason: "tooLong"})),
	"busy":         exceptions.Raise(exceptions.NewTooManyRequests("Slow down."), exceptions.RetryAfter(2*time.Second)),
	"full":         exceptions.NewFailedPrecondition("The shelf is full."), // 400 too
	"unicode":      exceptions.NewBadRequest("100 %% Käse \U0001F4DA\nsecond line"),
	"forbidden":    exceptions.NewForbidden("Members only."),
	"unauthorized": exceptions.Raise(exceptions.NewUnauthorized("Who are you?"), exceptions.Header("WWW-Authenticate", "Bearer")),
	"unavailable":  exceptions.NewServiceUnavailable("Come back later."),
	"later":        exceptions.Raise(exceptions.NewServiceUnavailable("Later."), exceptions.Header("Retry-After", "3")),
	"gateway":      exceptions.NewBadGateway("The archive is broken."),
	"secret":       errors.New("the password is hunter2"), // nobody may read this
}

// raise returns the exception that name stands for, and nil if it stands for
// none. "slow" is one that lasts until the call ends.
func raise(ctx context.Context, name string) error {
	switch name {
	case "slow":
		<-ctx.Done()
		return ctx.Err()
	case "panic":
		panic("the password is hunter2")
	}
	return raised[name]
}
