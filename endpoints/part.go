package endpoints

import "fmt"

// A Part is one part of a [Profile], to be taken from another one with
// [WithParts].
type Part int

const (
	// PolicyPart is the status policy.
	PolicyPart Part = iota
	// ErrorPart is the format of error replies, also of those for unknown paths.
	ErrorPart
	// ReplyPart is how replies are written: the layout of their JSON, their media
	// type, and what becomes of nothing and of google.protobuf.Empty.
	ReplyPart
	// RequestPart is how requests are read: what of their path is matched, path
	// variables, parameters and bodies, which of them wins for one field, and what
	// is too wrong to be read. These belong together: who decodes a path before it
	// is matched must not decode it again.
	RequestPart
	// VerbPart is what becomes of another verb on a known path, of HEAD and
	// OPTIONS, and of X-HTTP-Method-Override.
	VerbPart
	// LogPart is what is logged of a failed call, and at which level.
	LogPart
	// OriginPart is what the old frameworks answered to other origins, and their
	// built-in pages.
	OriginPart
)

// WithParts takes single parts of the profile from, and leaves the others as
// they are. It comes after [WithProfile]. So the clients of an API that moved off
// the Java framework can keep its errors, while requests are read strictly:
//
//	endpoints.New(endpoints.WithProfile(endpoints.Frameworks()),
//		endpoints.WithParts(endpoints.Java(), endpoints.ErrorPart, endpoints.ReplyPart))
func WithParts(from Profile, parts ...Part) Option {
	return option(func(a *API) {
		for _, part := range parts {
			if !a.profile.take(part, &from) {
				a.wrong = append(a.wrong, fmt.Errorf("part %d: profiles have no such part", part))
			}
		}
	})
}

// take copies one part; it is false if there is no such part.
func (p *Profile) take(part Part, from *Profile) bool {
	switch part {
	case PolicyPart:
		p.policy = from.policy
	case ErrorPart:
		p.format = from.format
	case ReplyPart:
		p.layout, p.contentType, p.json, p.compact = from.layout, from.contentType, from.json, from.compact
		p.emptyIsNothing, p.nullForNothing, p.responseAlone = from.emptyIsNothing, from.nullForNothing, from.responseAlone
	case RequestPart:
		p.paths, p.binder, p.rejectUnknown = from.paths, from.binder, from.rejectUnknown
		p.mediaTypes, p.looseCoding = from.mediaTypes, from.looseCoding
	case VerbPart:
		p.noRoute, p.override, p.anyCase = from.noRoute, from.override, from.anyCase
	case LogPart:
		p.log, p.byTypeOnly = from.log, from.byTypeOnly
	case OriginPart:
		p.cors = from.cors
	default:
		return false
	}
	return true
}
