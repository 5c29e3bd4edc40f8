package catalog

import (
	"fmt"
	"net/http"
	"strings"

	endpointsv1 "github.com/endpoints-frameworks/endpoints-go/gen/endpoints/v1"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// A Reply is what a caller gets of a method that raises nothing.
type Reply struct {
	// Status is the one that the method declares, else 200; 204 for
	// google.protobuf.Empty, which the profile Modern answers as any message, with
	// 200. A handler may set another during the call.
	Status int `json:"status"`
	// Type is the full name of the message.
	Type string `json:"type"`
	// Stream says that there may be many of them.
	Stream bool `json:"stream,omitempty"`
	// RequestHeaders and ResponseHeaders are the header fields that the method
	// declares, without those that everyone has.
	RequestHeaders  []string `json:"requestHeaders,omitempty"`
	ResponseHeaders []string `json:"responseHeaders,omitempty"`
}

// reply reads what the method declares. It asks the policy, as a server does.
func reply(d protoreflect.MethodDescriptor, p *normalize.Policy) Reply {
	options, _ := proto.GetExtension(d.Options(), endpointsv1.E_Method).(*endpointsv1.MethodOptions)
	status := int(options.GetSuccessStatus())
	if status == 0 {
		status = http.StatusOK
		if d.Output().FullName() == "google.protobuf.Empty" && !d.IsStreamingServer() {
			status = http.StatusNoContent
		}
	}
	return Reply{
		Status: p.Replied(status).Status, Type: string(d.Output().FullName()), Stream: d.IsStreamingServer(),
		RequestHeaders: names(options.GetRequestHeaders()), ResponseHeaders: names(options.GetResponseHeaders()),
	}
}

func names(headers []*endpointsv1.Header) (all []string) {
	for _, h := range headers {
		all = append(all, http.CanonicalHeaderKey(h.GetName()))
	}
	return all
}

// replyLine describes the reply, without the package where it is that of the
// service.
func (s Service) replyLine(r Reply) string {
	kind := strings.TrimPrefix(r.Type, s.Name[:strings.LastIndexByte(s.Name, '.')+1])
	if r.Stream {
		kind = "stream of " + kind
	}
	return kind
}

// headers lists the declared header fields in words; empty if there are none.
func (r Reply) headers() string {
	var parts []string
	if len(r.RequestHeaders) > 0 {
		parts = append(parts, "reads "+strings.Join(r.RequestHeaders, ", "))
	}
	if len(r.ResponseHeaders) > 0 {
		parts = append(parts, "sends "+strings.Join(r.ResponseHeaders, ", "))
	}
	return strings.Join(parts, "; ")
}

// success is the line of the reply for a terminal.
func (s Service) success(r Reply) string {
	line := fmt.Sprintf("%d\t\t%s", r.Status, s.replyLine(r))
	if h := r.headers(); h != "" {
		line += "\t" + h
	}
	return line
}
