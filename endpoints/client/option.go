package client

import (
	"fmt"
	"maps"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
)

// An Option is a setting of a client.
type Option interface{ set(*settings) }

type option func(*settings)

func (o option) set(s *settings) { o(s) }

type settings struct {
	http       *http.Client
	open       Opener
	retry      Retry
	replyBytes int64
	protoNames bool
	userAgent  string
	calls      []CallOption
}

// WithHTTPClient makes the client send its requests with h: for TLS, proxies,
// tokens, or a server in the same process. Its redirect rule is used for GET and
// HEAD only; a redirect of any other request is not followed, and comes back as
// the exception of its status. Without this option it is a client of the
// [http.DefaultTransport] without a timeout.
func WithHTTPClient(h *http.Client) Option {
	return option(func(s *settings) {
		if h != nil {
			s.http = h
		}
	})
}

// WithTransport chooses the protocol: [REST] if the option is not there.
func WithTransport(open Opener) Option {
	return option(func(s *settings) {
		if open != nil {
			s.open = open
		}
	})
}

// WithRetry says how often and when calls are repeated.
func WithRetry(r Retry) Option { return option(func(s *settings) { s.retry = r }) }

// defaultReplyBytes is the default of WithReplyBytes.
const defaultReplyBytes = 16 << 20

// WithReplyBytes limits the size of a reply, or of each message of a stream,
// after its content coding is undone, to n bytes: 16 MiB if the option is not
// there. A larger one is an error. n that is not positive is ignored.
func WithReplyBytes(n int64) Option {
	return option(func(s *settings) {
		if n > 0 {
			s.replyBytes = n
		}
	})
}

// WithProtoNames sends fields under the names of the proto file and not under
// their JSON names: page_size, not pageSize. Services of the profile
// endpoints.Python know no others, those of endpoints.Java do not know them, and
// those of endpoints.Frameworks and endpoints.Modern know both. It is of no
// effect over protocols that send binary messages.
func WithProtoNames() Option { return option(func(s *settings) { s.protoNames = true }) }

// WithUserAgent puts name, such as "shelfctl/1.2", before the client's own
// name in the User-Agent header field.
func WithUserAgent(name string) Option {
	return option(func(s *settings) { s.userAgent = name })
}

// WithCallOptions applies options to every call, before those of the call.
func WithCallOptions(options ...CallOption) Option {
	return option(func(s *settings) { s.calls = append(s.calls, options...) })
}

// A CallOption is a setting of one call.
type CallOption interface{ setCall(*callSettings) }

type callOption func(*callSettings)

func (o callOption) setCall(s *callSettings) { o(s) }

// callSettings are those of a call. header is shared and never changed.
type callSettings struct {
	header     http.Header
	own        http.Header // what this call has set
	answer     *Answer
	idempotent bool
}

// with returns the settings of a call with these options.
func (s callSettings) with(options []CallOption) *callSettings {
	s.own = nil
	for _, o := range options {
		if o != nil {
			o.setCall(&s)
		}
	}
	return &s
}

// Header sends a header field. Several values of one field in one list of
// options are sent in their order; those of a call replace those that every
// call has.
func Header(key, value string) CallOption {
	key = textproto.CanonicalMIMEHeaderKey(key)
	return callOption(func(s *callSettings) {
		if s.own == nil {
			s.own, s.header = http.Header{}, maps.Clone(s.header)
			if s.header == nil {
				s.header = http.Header{}
			}
		}
		s.own.Add(key, value)
		s.header[key] = s.own[key]
	})
}

// ReadAnswer fills a with what is to be known about the answer beside its
// message: also when it is an exception. It is written before the call returns,
// and must not be shared by calls that run at the same time. For a stream it is
// written by the first Receive, by those that bring a new LastEventID, and by the
// one that returns an error.
func ReadAnswer(a *Answer) CallOption {
	return callOption(func(s *callSettings) { s.answer = a })
}

// Idempotent says that the call may be repeated although its verb does not, such
// as a POST with an id that the server recognizes; see [Retry].
func Idempotent() CallOption {
	return callOption(func(s *callSettings) { s.idempotent = true })
}

// An Answer is what came back beside the message.
type Answer struct {
	// Status is the HTTP status; 0 if there was no answer.
	Status int
	// Header is the whole header, nil if there was no answer.
	Header http.Header
	// Trailer holds the fields that came after the messages, where the protocol
	// has such; those that belong to the protocol itself are left out.
	Trailer http.Header
	// LastEventID is the id of the last event that was received of a stream of
	// server-sent events, as of the message that Receive has just returned; until
	// there is one with an id, that which the call was made with. The same call
	// with [Header]("Last-Event-ID", id) asks the service to go on after it.
	LastEventID string
	// Attempts is how often the call was sent.
	Attempts int
}

func userAgent(name string) CallOption {
	const own = "endpoints-go"
	if name == "" {
		return Header("User-Agent", own)
	}
	return Header("User-Agent", name+" "+own)
}

// parseBase checks a base URL. Its text is part of errors, so it must not hold
// credentials.
func parseBase(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, fmt.Errorf("base URL: %w", err)
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("base URL %q: the scheme must be http or https", u.Redacted())
	case u.Hostname() == "":
		return nil, fmt.Errorf("base URL %q: there is no host", u.Redacted())
	case u.User != nil:
		return nil, fmt.Errorf("base URL %q: it holds credentials; send them with client.Header or by the http.Client", u.Redacted())
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, fmt.Errorf("base URL %q: it must end with the path", u.Redacted())
	}
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = strings.TrimRight(u.RawPath, "/")
	return u, nil
}

// withRedirects returns a copy of h that follows redirects of GET and HEAD only.
// Any other request might be carried out twice, or lose its body, or its verb.
func withRedirects(h *http.Client) *http.Client {
	c := *h
	own := h.CheckRedirect
	c.CheckRedirect = func(r *http.Request, via []*http.Request) error {
		if verb := via[0].Method; verb != http.MethodGet && verb != http.MethodHead {
			return http.ErrUseLastResponse
		}
		if own != nil {
			return own(r, via)
		}
		if len(via) >= maxRedirects {
			return fmt.Errorf("more than %d redirects", maxRedirects)
		}
		return nil
	}
	return &c
}

// maxRedirects is how many redirects are followed: as many as net/http does.
const maxRedirects = 10
