package drain_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/drain"
)

// member leaves when it is stopped, after a while, or when it is cut, if it
// does.
type member struct {
	group        *drain.Group
	after        time.Duration // -1: does not stop
	stopped, cut bool
}

func (m *member) Stop() {
	m.stopped = true
	if m.after >= 0 {
		time.AfterFunc(m.after, func() { m.group.Leave(m) })
	}
}

func (m *member) Cut() { m.cut = true; m.group.Leave(m) }

func TestShutdown(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		after []time.Duration
		want  error
		cut   int
	}{
		{name: "nobody"},
		{name: "all leave at once", after: []time.Duration{0, 0}},
		{name: "all leave in time", after: []time.Duration{time.Second, 9 * time.Second}},
		{name: "one stays", after: []time.Duration{time.Second, -1}, want: context.DeadlineExceeded, cut: 1},
		{name: "one is late", after: []time.Duration{11 * time.Second}, want: context.DeadlineExceeded, cut: 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var g drain.Group
				var members []*member
				for _, after := range tt.after {
					m := &member{group: &g, after: after}
					if !g.Enter(m) {
						t.Fatal("refused before the end")
					}
					members = append(members, m)
				}
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				if err := g.Shutdown(ctx); !errors.Is(err, tt.want) {
					t.Errorf("want %v, got %v", tt.want, err)
				}
				cut := 0
				for _, m := range members {
					if !m.stopped {
						t.Error("a member was not stopped")
					}
					if m.cut {
						cut++
					}
				}
				if cut != tt.cut || g.Len() != 0 {
					t.Errorf("%d were cut and %d are left, want %d and 0", cut, g.Len(), tt.cut)
				}
				if g.Enter(&member{group: &g}) {
					t.Error("somebody entered after the end")
				}
				if err := g.Shutdown(ctx); err != nil {
					t.Errorf("the second time: %v", err)
				}
				g.Leave(&member{}) // was never in
				synctest.Wait()
			})
		})
	}
}
