package conformance

import (
	"fmt"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// A lineage is an error of a type that exists only in the data of a case,
// together with the types that it derives from. Handlers are registered for Go
// types, so each name that a handler is for gets one of the slots.
type lineage struct {
	message string
	names   []string // its own type first
	slots   map[string]int
}

// The slots: types that handlers can be registered for.
type (
	slot0 struct{ *lineage }
	slot1 struct{ *lineage }
	slot2 struct{ *lineage }
	slot3 struct{ *lineage }
)

func (l *lineage) Error() string { return l.message }

// As makes the error catchable as each type of its lineage. What is caught as
// an ancestor has only that one's ancestors.
func (l *lineage) As(target any) bool {
	for i, name := range l.names {
		slot, ok := l.slots[name]
		if !ok {
			continue
		}
		from := &lineage{l.message, l.names[i:], l.slots}
		switch t := target.(type) {
		case **slot0:
			if slot == 0 {
				*t = &slot0{from}
				return true
			}
		case **slot1:
			if slot == 1 {
				*t = &slot1{from}
				return true
			}
		case **slot2:
			if slot == 2 {
				*t = &slot2{from}
				return true
			}
		case **slot3:
			if slot == 3 {
				*t = &slot3{from}
				return true
			}
		}
	}
	return false
}

// slots numbers the named types that handlers are registered for.
func (s *script) slots() map[string]int {
	all := map[string]int{}
	for _, h := range s.ErrorHandlers {
		switch h.Match.Type {
		case "", "*", "HTTPError", "ValidationError":
			continue
		}
		if _, ok := all[h.Match.Type]; !ok {
			all[h.Match.Type] = len(all)
		}
	}
	return all
}

// onNamed registers a handler for a named type.
func (s *script) onNamed(name string, then errorHandler) (endpoints.Option, error) {
	switch slot := s.slots()[name]; slot {
	case 0:
		return on[*slot0](then), nil
	case 1:
		return on[*slot1](then), nil
	case 2:
		return on[*slot2](then), nil
	case 3:
		return on[*slot3](then), nil
	default:
		return nil, fmt.Errorf("no slot is left for type %q", name)
	}
}

// raised is the ordinary error of the script.
func (s *script) raised() error {
	e := s.RaiseError
	return &lineage{e.Message, append([]string{e.Type}, e.Is...), s.slots()}
}

// A derived is an exception of a named type.
type derived struct {
	exceptions.ServiceException
	of *lineage
}

func (d derived) As(target any) bool { return d.of.As(target) }

func (d derived) DescribeException() exceptions.Description {
	return exceptions.Describe(d.ServiceException)
}
