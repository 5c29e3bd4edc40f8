// Package drain keeps track of what outlives a request, to end all of it when
// the server stops.
package drain

import (
	"context"
	"sync"
)

// A Member is something that is open.
type Member interface {
	// Stop asks the member to end. It does not wait.
	Stop()
	// Cut makes the member end, whatever it is doing. It does not wait.
	Cut()
}

// A Group holds members that are open. The zero value is empty. It is safe for
// concurrent use.
type Group struct {
	mu    sync.Mutex
	open  map[Member]struct{}
	ended bool
	empty chan struct{} // closed once ended and empty; nil before somebody waits
}

// Enter adds a member. It returns false once the group is shut down.
func (g *Group) Enter(m Member) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.ended {
		return false
	}
	if g.open == nil {
		g.open = map[Member]struct{}{}
	}
	g.open[m] = struct{}{}
	return true
}

// Leave removes a member; one that never entered is none.
func (g *Group) Leave(m Member) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, ok := g.open[m]; !ok {
		return
	}
	delete(g.open, m)
	if len(g.open) == 0 && g.empty != nil {
		close(g.empty)
		g.empty = nil
	}
}

// Len is the number of members.
func (g *Group) Len() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.open)
}

// Shutdown lets nobody in any more, stops all members and waits until they have
// left. If ctx ends before, it cuts those that are left and returns the error of
// ctx without waiting any longer.
func (g *Group) Shutdown(ctx context.Context) error {
	g.mu.Lock()
	g.ended = true
	members := g.members()
	if len(members) == 0 {
		g.mu.Unlock()
		return nil
	}
	if g.empty == nil {
		g.empty = make(chan struct{})
	}
	empty := g.empty
	g.mu.Unlock()
	for _, m := range members {
		m.Stop()
	}
	select {
	case <-empty:
		return nil
	case <-ctx.Done():
	}
	g.mu.Lock()
	members = g.members()
	g.mu.Unlock()
	for _, m := range members {
		m.Cut()
	}
	if len(members) == 0 {
		return nil
	}
	return ctx.Err()
}

// members returns all members. The lock is held.
func (g *Group) members() []Member {
	all := make([]Member, 0, len(g.open))
	for m := range g.open {
		all = append(all, m)
	}
	return all
}
