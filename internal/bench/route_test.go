package bench_test

import (
	"fmt"
	"math/rand"
	"net/http"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/internal/bench/arena"
	"github.com/endpoints-frameworks/endpoints-go/internal/route"
	"github.com/gin-gonic/gin"
	"github.com/labstack/echo/v4"
	"strings"
)

// A resource route: its template, and paths that fit it, that fit no template
// although they share all but the end, and a method that its path has no route
// for.
type resourceRoute struct {
	method, template, hit, miss string
}

// resourceRoutes makes n routes in the shape of a resource-oriented API.
func resourceRoutes(n int) []resourceRoute {
	all := make([]resourceRoute, 0, n+4)
	for k := 0; len(all) < n; k++ {
		p := fmt.Sprintf("/v1/resource%ds", k)
		miss := p + "/4711/nope/1/2"
		all = append(all,
			resourceRoute{"GET", p + "/{id}", p + "/4711", miss},
			resourceRoute{"GET", p, p, miss},
			resourceRoute{"POST", p, p, miss},
			resourceRoute{"DELETE", p + "/{id}", p + "/4711", miss},
			resourceRoute{"GET", p + "/{id}/items/{item}", p + "/4711/items/0815", miss})
	}
	return all[:n]
}

// A router makes a handler that passes the requests of all routes on to h.
type router struct {
	name string
	make func(routes []resourceRoute, h http.Handler) http.Handler
}

var routers = []router{
	{"servemux", func(routes []resourceRoute, h http.Handler) http.Handler {
		mux := http.NewServeMux()
		for _, r := range routes {
			mux.Handle(r.method+" "+r.template, h)
		}
		return mux
	}},
	{"endpoints", newRouteTree},
	{"gin", func(routes []resourceRoute, h http.Handler) http.Handler {
		engine := gin.New()
		engine.HandleMethodNotAllowed = true
		for _, r := range routes {
			engine.Handle(r.method, colons(r.template), func(c *gin.Context) { h.ServeHTTP(c.Writer, c.Request) })
		}
		return engine
	}},
	{"echo", func(routes []resourceRoute, h http.Handler) http.Handler {
		e := echo.New()
		for _, r := range routes {
			e.Add(r.method, colons(r.template), func(c echo.Context) error { h.ServeHTTP(c.Response(), c.Request()); return nil })
		}
		return e
	}},
}

func colons(template string) string {
	return strings.NewReplacer("{", ":", "}", "").Replace(template)
}

// newRouteTree is the look-up of the framework as its REST transport makes it,
// for a profile that answers 405.
func newRouteTree(routes []resourceRoute, h http.Handler) http.Handler {
	tree := route.New[http.Handler](route.Options{})
	for _, r := range routes {
		template, err := route.Parse(r.template)
		if err == nil {
			err = tree.Add(r.method, template, h)
		}
		if err != nil {
			panic(err)
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var m route.Match
		path := r.URL.EscapedPath()
		if h, ok := tree.Lookup(r.Method, path, &m); ok {
			h.ServeHTTP(w, r)
			return
		}
		if len(tree.Allowed(path)) > 0 {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		w.WriteHeader(http.StatusNotFound)
	})
}

// kinds are what becomes of a request.
var kinds = []struct {
	name    string
	request func(resourceRoute) arena.Req
	status  int
}{
	{"hit", func(r resourceRoute) arena.Req { return arena.Req{Method: r.method, Target: r.hit} }, 200},
	{"404", func(r resourceRoute) arena.Req { return arena.Req{Method: r.method, Target: r.miss} }, 404},
	{"405", func(r resourceRoute) arena.Req { return arena.Req{Method: "PATCH", Target: r.hit} }, 405},
}

// nothing answers 200.
var nothing = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(200) })

// TestRouters checks that every router routes.
func TestRouters(t *testing.T) {
	routes := resourceRoutes(100)
	for _, router := range routers {
		h := router.make(routes, nothing)
		for _, kind := range kinds {
			for _, r := range routes {
				c := arena.NewClient(h, kind.request(r), true)
				if c.Do(); c.W.Status != kind.status {
					t.Errorf("%s: %s %s: status %d, want %d", router.name, kind.name, r.template, c.W.Status, kind.status)
					break
				}
			}
		}
	}
}

// BenchmarkRoute/<kind>/<router>-<number of routes> looks routes up at random.
// (harness) is the share of the measurement itself.
func BenchmarkRoute(b *testing.B) {
	for _, kind := range kinds {
		b.Run(kind.name, func(b *testing.B) {
			for _, n := range []int{10, 100, 1000, 10000} {
				routes := resourceRoutes(n)
				for _, router := range routers {
					b.Run(fmt.Sprintf("%s-%d", router.name, n), func(b *testing.B) {
						loopClients(b, router.make(routes, nothing), func(random *rand.Rand) arena.Req {
							return kind.request(routes[random.Intn(n)])
						})
					})
				}
			}
			b.Run("(harness)", func(b *testing.B) {
				loopClients(b, nothing, func(*rand.Rand) arena.Req { return arena.Req{Method: "GET", Target: "/"} })
			})
		})
	}
}

func loopClients(b *testing.B, h http.Handler, request func(*rand.Rand) arena.Req) {
	random := rand.New(rand.NewSource(3))
	clients := make([]*arena.Client, 512)
	for i := range clients {
		clients[i] = arena.NewClient(h, request(random), false)
	}
	i := 0
	arena.Loop(b, func() {
		clients[i&511].Do()
		i++
	})
}
