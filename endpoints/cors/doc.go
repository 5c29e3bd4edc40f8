// Package cors decides which web pages may call an API from a browser, by the
// CORS protocol of the Fetch standard. It serves any [http.Handler] and needs
// nothing but the standard library.
//
//	policy, err := cors.New(cors.Config{
//		Origins:        []string{"https://app.example.com", "https://*.example.org"},
//		Methods:        []string{"PUT", "DELETE"},
//		RequestHeaders: []string{"Authorization"},
//		ExposedHeaders: []string{"X-Request-Cost"},
//		MaxAge:         600,
//	})
//	if err != nil {
//		log.Fatal(err) // every mistake of the configuration, each with what to write instead
//	}
//	http.ListenAndServe(":8080", policy.Wrap(handler))
//
// A refused page is never told so by an actual request: the handler runs, and
// the browser withholds the reply because it lacks the headers. CORS is no
// access control and does not guard against anything that is not a browser.
package cors
