package agentcore

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// A Status is what /ping tells the platform about the session.
type Status string

// The statuses. There is none for an unhealthy session.
const (
	// Automatic is no status: it leaves the decision to whether tasks run.
	Automatic Status = ""
	// Healthy says that the session is idle; the platform may end it.
	Healthy Status = "Healthy"
	// HealthyBusy says that work goes on in the background.
	HealthyBusy Status = "HealthyBusy"
)

// health is what /ping tells.
type health struct {
	custom func(context.Context) (Status, error)

	mu     sync.Mutex
	forced Status
	last   Status
	since  int64 // Unix seconds of the ping that first saw last
}

// ForcePing makes /ping tell s until another one is forced; [Automatic] ends
// it.
func (a *App) ForcePing(s Status) {
	a.health.mu.Lock()
	defer a.health.mu.Unlock()
	a.health.forced = s
}

// Ping returns the status that /ping tells: the forced one, else that of
// [WithPing], else [HealthyBusy] while tasks run.
func (a *App) Ping(ctx context.Context) Status {
	a.health.mu.Lock()
	forced := a.health.forced
	a.health.mu.Unlock()
	if forced != Automatic {
		return forced
	}
	s, err := a.customPing(ctx)
	switch {
	case err != nil:
		a.logger.LogAttrs(ctx, slog.LevelWarn, fmt.Sprintf("Custom ping handler failed, falling back to automatic: %s: %s", errorType(err), err))
	case s != Automatic:
		return s
	}
	if a.tasks.running() > 0 {
		return HealthyBusy
	}
	return Healthy
}

// customPing asks the handler of WithPing. A panic and an unknown status are
// errors.
func (a *App) customPing(ctx context.Context) (s Status, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = panicked(v)
		}
	}()
	if s, err = a.health.custom(ctx); err != nil {
		return "", err
	}
	switch s {
	case Automatic, Healthy, HealthyBusy:
		return s, nil
	}
	return "", fmt.Errorf("%.40q is no ping status", string(s))
}

// A pingReply is the body of /ping. The time moves only when a ping sees
// another status than the one before it: the platform takes the time since then
// for idleness, so a time that moved with every ping would keep an idle session
// alive for ever.
type pingReply struct {
	Status           Status `json:"status"`
	TimeOfLastUpdate int64  `json:"time_of_last_update"`
}

// observe returns what a ping answers now.
func (a *App) observe(ctx context.Context) pingReply {
	s := a.Ping(ctx)
	h := &a.health
	h.mu.Lock()
	defer h.mu.Unlock()
	if s != h.last {
		h.last, h.since = s, time.Now().Unix()
	}
	return pingReply{s, h.since}
}

// servePing answers GET and HEAD. It waits for no handler and no limit.
func (a *App) servePing(w http.ResponseWriter, r *http.Request) {
	reply := a.observe(r.Context())
	a.logger.LogAttrs(r.Context(), slog.LevelDebug, "Ping request - status: "+string(reply.Status))
	body, _ := json.Marshal(reply) // cannot fail: a text and a number
	writeJSON(w, r, http.StatusOK, body)
}
