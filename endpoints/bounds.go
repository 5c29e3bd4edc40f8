package endpoints

import (
	"strconv"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"google.golang.org/protobuf/proto"
)

// maxBreaches bounds what one error lists.
const maxBreaches = 20

// checkBounds looks whether a request keeps within the bounds that its fields
// declare. It is the same on every protocol.
func (m *Method) checkBounds(request proto.Message) error {
	if m.bounds == nil || request == nil {
		return nil
	}
	breaches := m.bounds.Check(request, maxBreaches)
	if len(breaches) == 0 {
		return nil
	}
	violations := make([]exceptions.Violation, len(breaches))
	for i := range breaches {
		name := ""
		for _, step := range breaches[i].Path {
			switch step := step.(type) {
			case int:
				name += "[" + strconv.Itoa(step) + "]"
			case string:
				if name != "" {
					name += "."
				}
				name += step
			}
		}
		violations[i] = exceptions.Violation{
			Location: name, Reason: "invalidParameter", Message: "The field \"" + name + "\" " + breaches[i].Text() + ".",
		}
	}
	text := violations[0].Message
	if more := len(violations) - 1; more > 0 {
		text += " " + strconv.Itoa(more) + " more are out of bounds."
	}
	return exceptions.Raise(exceptions.New(400, "%s", text), exceptions.Reason("invalidParameter"), exceptions.Violations(violations...))
}
