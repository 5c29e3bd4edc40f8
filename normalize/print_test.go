package normalize_test

import (
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

func TestString(t *testing.T) {
	for name := range normalize.Names() {
		t.Run(name, func(t *testing.T) {
			p, _ := normalize.ByName(name)
			golden(t, "policy-"+name+".txt", []byte(p.String()))
			golden(t, "policy-"+name+".md", []byte(p.Markdown()))
		})
	}
}
