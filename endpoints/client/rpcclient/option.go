package rpcclient

import (
	"errors"

	"connectrpc.com/connect"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
)

// With returns a protocol, which is [Connect], [GRPC] or [GRPCWeb], with
// options:
//
//	client.WithTransport(rpcclient.With(rpcclient.Connect, rpcclient.JSON(), rpcclient.GET()))
func With(protocol client.Opener, options ...Option) client.Opener {
	return func(t client.Target) (client.Transport, error) {
		plain, err := protocol(t)
		if err != nil {
			return nil, err
		}
		c, ok := plain.(*transport)
		if !ok {
			return nil, errors.New("rpcclient.With takes one of the protocols of rpcclient")
		}
		s := c.settings
		for _, o := range options {
			if o != nil {
				o.set(&s)
			}
		}
		return open(t, s), nil
	}
}

// An Option is a setting of [With].
type Option interface{ set(*settings) }

type option func(*settings)

func (o option) set(s *settings) { o(s) }

type settings struct {
	protocol  connect.ClientOption // nil: Connect
	json, get bool
	gzip      bool
	gzipFrom  int // bytes
}

// JSON sends and asks for messages as canonical proto JSON, not in the binary
// format: for services that read no other, and for eyes.
func JSON() Option { return option(func(s *settings) { s.json = true }) }

// Gzip compresses messages of at least from bytes. Replies come compressed if
// the service likes to, with and without this option.
func Gzip(from int) Option {
	return option(func(s *settings) { s.gzip, s.gzipFrom = true, max(from, 0) })
}

// GET calls methods whose idempotency_level is NO_SIDE_EFFECTS by GET, with the
// request in the URL, so that caches may answer. A request for which the URL
// would be longer than 8,000 bytes is sent by POST. Over gRPC and gRPC-Web, which
// know POST alone, it has no effect.
func GET() Option { return option(func(s *settings) { s.get = true }) }

// maxURL is the length of URLs that RFC 9110, section 4.1, recommends everybody
// to support.
const maxURL = 8000
