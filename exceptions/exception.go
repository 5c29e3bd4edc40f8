package exceptions

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"time"

	"google.golang.org/protobuf/proto"
)

// A ServiceException is an error that a service authored for its caller.
//
// Any type with these two methods is one: a struct that embeds a predefined
// class, a proto message, a value. The text of Error may be private (it is
// logged, never sent) unless the type also says what the caller may read, see
// [Described].
//
// An exception does not change once it is raised, since its methods may be
// called by several goroutines.
type ServiceException interface {
	error

	// HTTPStatus is the status that is raised: what the author meant, before
	// any policy changes it. Any int is allowed; it is the same at every call.
	HTTPStatus() int
}

// Described is the one optional ability of a [ServiceException]: everything
// else it says to its caller and about itself. All predefined classes have it.
type Described interface {
	DescribeException() Description
}

// A Description is what an exception says beside its status. The zero value of
// a field means "as the class, the status or the policy says". A Description
// is a plain value; its slices and its Header are shared and must not be
// changed.
type Description struct {
	// Class is what the exception is an instance of; nil for an error that is
	// only a status.
	Class *Class
	// Reason is a constant for programs, lowerCamel such as "shelfLocked".
	// Empty: the policy supplies the one of the status.
	Reason string
	// Domain is the name space of Reason. Empty: the policy supplies it.
	Domain string
	// Message is the text for the caller. Empty and not Blank: the exception
	// has none, and each error format sends what its clients expect then (the
	// phrase of the status, null, or "").
	Message string
	// Blank says that an empty Message is meant to be the empty text.
	Blank bool
	// Value is a JSON value for the caller, compact and valid. Error formats with
	// room for any value, {"detail": ...} and {"error": ...}, send it in place of
	// Message; the others do not look at it. Nil: there is none. See the option
	// [Value].
	Value json.RawMessage
	// Violations name the places of the request that are wrong.
	Violations []Violation
	// Details are typed messages for programs, the most specific first.
	Details []proto.Message
	// Header holds response header fields that belong to the exception, such
	// as WWW-Authenticate.
	Header http.Header
	// Level is the level of its log record; nil: as the profile's log rule
	// says.
	Level slog.Leveler
	// RetryAfter is how long a caller should wait before it tries again; zero:
	// unknown.
	RetryAfter time.Duration
}

// A Violation names one place in a request that is wrong and says why. The
// rejected value itself is never part of it.
type Violation struct {
	// Location is the place: the name of a parameter, header or field, dotted
	// and indexed where it is nested, such as "shelf.books[3].pages".
	Location string
	// LocationType says what Location names: "parameter" (path and query),
	// "header", or "body".
	LocationType string
	// Reason is a constant for programs, such as "invalidParameter".
	Reason string
	// Message is the text for the caller.
	Message string
}
