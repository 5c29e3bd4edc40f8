package websocket

import (
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// The subprotocols, as a client asks for them in Sec-WebSocket-Protocol. One
// that asks for none gets JSON without a name.
const (
	SubprotocolJSON  = "endpoints.v1.json"
	SubprotocolProto = "endpoints.v1.proto"
)

// handshake says what is wrong with the opening handshake (RFC 6455, section
// 4.2.1), and which subprotocol it comes to.
func (t *transport) handshake(w http.ResponseWriter, r *http.Request) (subprotocol string, err error) {
	key, keyErr := base64.StdEncoding.DecodeString(strings.TrimSpace(r.Header.Get("Sec-Websocket-Key")))
	switch {
	case r.Method != http.MethodGet:
		return "", exceptions.Raise(exceptions.NewMethodNotAllowed("A WebSocket is opened by GET."), exceptions.Header("Allow", "GET"))
	case !isUpgrade(r) || !r.ProtoAtLeast(1, 1):
		return "", exceptions.Raise(exceptions.NewUpgradeRequired("This method is served over WebSockets."), exceptions.Header("Upgrade", "websocket"))
	case r.Header.Get("Sec-Websocket-Version") != "13":
		return "", exceptions.Raise(exceptions.NewBadRequest("The version of the WebSocket protocol must be 13."),
			exceptions.Header("Sec-WebSocket-Version", "13"))
	case keyErr != nil || len(key) != 16 || len(r.Header["Sec-Websocket-Key"]) != 1:
		return "", exceptions.NewBadRequest("Sec-WebSocket-Key must be 16 bytes in base64.")
	case !t.allowsOrigin(r):
		return "", exceptions.NewForbidden("Pages of this origin may not open a WebSocket here.")
	case !canHijack(w):
		return "", exceptions.NewNotImplemented("This connection cannot become a WebSocket.")
	}
	asked := r.Header["Sec-Websocket-Protocol"]
	for _, value := range asked {
		for name := range strings.SplitSeq(value, ",") {
			if name = strings.TrimSpace(name); name == SubprotocolJSON || name == SubprotocolProto {
				return name, nil
			}
		}
	}
	if len(asked) > 0 {
		return "", exceptions.NewBadRequest("None of the subprotocols is known: ask for %s or %s, or for none.", SubprotocolJSON, SubprotocolProto)
	}
	return "", nil
}

// allowsOrigin says whether whoever sent the request may connect. Browsers do
// not apply CORS to WebSockets.
func (t *transport) allowsOrigin(r *http.Request) bool {
	if t.origins != nil {
		return t.origins.AllowsUpgrade(r)
	}
	return len(r.Header["Origin"]) <= 1 && t.middle.AllowsUpgrade(r)
}

// isUpgrade says whether the client wants to open a WebSocket.
func isUpgrade(r *http.Request) bool {
	return hasToken(r.Header["Upgrade"], "websocket") && hasToken(r.Header["Connection"], "upgrade")
}

func hasToken(values []string, token string) bool {
	for _, value := range values {
		for part := range strings.SplitSeq(value, ",") {
			if strings.EqualFold(strings.TrimSpace(part), token) {
				return true
			}
		}
	}
	return false
}

// canHijack says whether the connection behind w can be taken over.
func canHijack(w http.ResponseWriter) bool {
	for {
		switch t := w.(type) {
		case http.Hijacker:
			return true
		case interface{ Unwrap() http.ResponseWriter }:
			w = t.Unwrap()
		default:
			return false
		}
	}
}
