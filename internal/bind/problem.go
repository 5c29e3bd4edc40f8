package bind

import (
	"strconv"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// maxViolations bounds what one error lists.
const maxViolations = 20

// violate notes a violation.
func (b *binding) violate(v exceptions.Violation) {
	if len(b.violations) == maxViolations {
		b.more++
		return
	}
	b.violations = append(b.violations, v)
}

// badRequest is an error without a place.
func badRequest(text string, cause error) error {
	return exceptions.Raise(exceptions.NewBadRequest("%s", text), exceptions.Cause(cause))
}

// badName is a parameter whose name is no text.
func badName(number int) exceptions.Violation {
	return exceptions.Violation{
		LocationType: "parameter",
		Reason:       "invalidParameter",
		Message:      "The name of parameter number " + strconv.Itoa(number) + " of the query has bad percent-encoding.",
	}
}

// deepName is a parameter whose name has too many parts.
func deepName(number, depth int) exceptions.Violation {
	return exceptions.Violation{
		LocationType: "parameter",
		Reason:       "invalidParameter",
		Message:      "The name of parameter number " + strconv.Itoa(number) + " of the query has more than " + strconv.Itoa(depth) + " parts.",
	}
}

// unknownName is a parameter that the method does not have.
func unknownName(name string) exceptions.Violation {
	v := exceptions.Violation{LocationType: "parameter", Reason: "invalidParameter", Message: "The query has an unknown parameter."}
	if name, ok := shortName(name); ok {
		v.Location = name
		v.Message = `Unknown parameter "` + name + `".`
	}
	return v
}

// invalidParameters is the error for parameters that cannot be used.
func (b *binding) invalidParameters() error {
	text := b.violations[0].Message
	if n := len(b.violations) - 1 + b.more; n == 1 {
		text += " One more parameter is invalid."
	} else if n > 1 {
		text += " " + strconv.Itoa(n) + " more parameters are invalid."
	}
	return exceptions.Raise(exceptions.NewBadRequest("%s", text),
		exceptions.Reason("invalidParameter"), exceptions.Violations(b.violations...))
}

// missingFields is the error for required fields that are missing.
func (b *binding) missingFields() error {
	text := b.violations[0].Message
	if len(b.violations) > 1 {
		names := make([]string, len(b.violations))
		for i, v := range b.violations {
			names[i] = strconv.Quote(v.Location)
		}
		text = "The required fields " + strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1] + " are missing."
	}
	if b.more > 0 {
		text += " " + strconv.Itoa(b.more) + " more are missing."
	}
	return exceptions.Raise(exceptions.NewBadRequest("%s", text),
		exceptions.Reason("required"), exceptions.Violations(b.violations...))
}
