// Package normalize decides what a caller sees of an error, and writes it.
//
// A [Policy] is data: it maps each status that was raised, or that a handler
// replied with, to the status, reason and domain that are sent. It is one of
// [Frameworks], [Python], [JavaModern] and [Identity], or built from rules with
// [Compile], or read with [Parse]. [Policy.Verdict] applies it to an exception,
// and a [Format] writes the verdict as the body of the reply:
//
//	v := normalize.Frameworks().Verdict(exceptions.NewNotFound("No shelf %d.", 7))
//	body := normalize.Envelope().Append(nil, &v)
//
// [Middleware] puts any [net/http.Handler] behind a policy.
package normalize
