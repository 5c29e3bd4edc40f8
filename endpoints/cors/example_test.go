package cors_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/cors"
)

// A policy in front of any handler.
func Example() {
	policy, err := cors.New(cors.Config{
		Origins:        []string{"https://app.example.com", "https://*.example.org"},
		Methods:        []string{"PUT", "DELETE"},
		ExposedHeaders: []string{"X-Request-Cost"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	handler := policy.Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Request-Cost", "3")
		http.Error(w, "no such shelf", http.StatusNotFound)
	}))

	for _, origin := range []string{"https://app.example.com", "https://eu.shop.example.org", "https://example.net"} {
		r := httptest.NewRequest("GET", "/shelves/7", nil)
		r.Header.Set("Origin", origin)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		fmt.Printf("%d %q %q\n", w.Code, w.Header().Get("Access-Control-Allow-Origin"), w.Header().Get("Access-Control-Expose-Headers"))
	}
	// Output:
	// 404 "https://app.example.com" "X-Request-Cost"
	// 404 "https://eu.shop.example.org" "X-Request-Cost"
	// 404 "" ""
}

// All mistakes are reported at once.
func ExampleNew_mistakes() {
	_, err := cors.New(cors.Config{
		Origins:        []string{"https://App.example.com/", "*"},
		Credentials:    true,
		Methods:        []string{"put"},
		RequestHeaders: []string{"Cookie"},
	})
	fmt.Println(err)
	// Output:
	// cors: Origins[0] "https://App.example.com/": browsers send origins in lower case; write "https://app.example.com"
	// cors: Origins[1] "*": every page in the world could act with the cookies of its visitors; list the origins, or leave out Credentials
	// cors: Methods[0] "put": methods are case-sensitive; write "PUT"
	// cors: RequestHeaders[0] "Cookie": scripts cannot set this header; leave it out and set Credentials
}

// A server with routes of its own answers preflights with the methods of the
// route, and sets the headers itself.
func ExamplePolicy_Preflight() {
	policy, err := cors.New(cors.Config{Origins: []string{"https://app.example.com"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	methodsOf := map[string][]string{"/shelves": {"GET", "POST"}, "/shelves/7": {"GET", "PATCH"}}
	handler := func(w http.ResponseWriter, r *http.Request) {
		if cors.IsPreflight(r) {
			policy.ServePreflight(w, r, methodsOf[r.URL.Path]...)
			return
		}
		policy.Apply(w.Header(), r)
		w.WriteHeader(http.StatusOK)
	}

	for _, path := range []string{"/shelves", "/shelves/7"} {
		r := httptest.NewRequest("OPTIONS", path, nil)
		r.Header.Set("Origin", "https://app.example.com")
		r.Header.Set("Access-Control-Request-Method", "PATCH")
		w := httptest.NewRecorder()
		handler(w, r)
		fmt.Printf("%d %s", w.Code, w.Body)
		fmt.Println(w.Header().Get("Access-Control-Allow-Methods"))
	}
	// Output:
	// 403 CORS preflight refused: method not allowed
	//
	// 204 PATCH
}

// Browsers do not apply CORS to WebSockets, so the server has to ask.
func ExamplePolicy_AllowsUpgrade() {
	policy, err := cors.New(cors.Config{Origins: []string{"https://app.example.com"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, origin := range []string{"https://app.example.com", "https://api.example.com", "https://example.net"} {
		r := httptest.NewRequest("GET", "https://api.example.com/ws", nil)
		r.Header.Set("Origin", origin)
		fmt.Println(origin, policy.AllowsUpgrade(r))
	}
	// Output:
	// https://app.example.com true
	// https://api.example.com true
	// https://example.net false
}

// A preset is a plain value and can be added to.
func ExampleForConnect() {
	config := cors.ForConnect("https://app.example.com")
	config.RequestHeaders = append(config.RequestHeaders, "Authorization")
	policy, err := cors.New(config)
	if err != nil {
		fmt.Println(err)
		return
	}
	r := httptest.NewRequest("OPTIONS", "/library.v1.Library/GetShelf", nil)
	r.Header.Set("Origin", "https://app.example.com")
	r.Header.Set("Access-Control-Request-Method", "POST")
	r.Header.Set("Access-Control-Request-Headers", "authorization,connect-protocol-version,content-type")
	w := httptest.NewRecorder()
	policy.ServePreflight(w, r)
	fmt.Println(w.Code, w.Header().Get("Access-Control-Allow-Headers"), w.Header().Get("Access-Control-Max-Age"))
	// Output:
	// 204 authorization,connect-protocol-version,content-type 7200
}
