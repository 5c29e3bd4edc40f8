package conformance

import (
	"encoding/json"
	"net/http"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/cors"
)

// newCORS builds the handler of a case with the policy in front of it.
func newCORS(s *spec) (http.Handler, error) {
	var c struct {
		Origins, Methods, Headers, Expose []string
		Credentials                       bool
		MaxAge                            int `json:"max_age"`
	}
	if err := json.Unmarshal(s.Handler.CORS, &c); err != nil {
		return nil, err
	}
	policy, err := cors.New(cors.Config{
		Origins: c.Origins, Methods: c.Methods, RequestHeaders: c.Headers, ExposedHeaders: c.Expose,
		Credentials: c.Credentials, MaxAge: c.MaxAge,
	})
	if err != nil {
		return nil, err
	}
	return policy.Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		p := s.Handler.Response
		if p == nil {
			p = &response{}
		}
		for _, h := range p.Headers {
			w.Header().Add(h[0], h[1])
		}
		if p.Status != 0 {
			w.WriteHeader(p.Status)
		}
		body, _ := p.Bytes()
		_, _ = w.Write(body)
	})), nil
}
