package agentcore

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"time"
)

// actionKey is the key of a payload that asks for a debug action.
const actionKey = "_agent_core_app_action"

// debugAction answers a payload that asks for a debug action. A payload that is
// no object, or whose action is null, false, zero or empty, asks for none.
func (x *run) debugAction() bool {
	var payload map[string]json.RawMessage
	if x.in.Payload[0] != '{' || json.Unmarshal(x.in.Payload, &payload) != nil {
		return false
	}
	var action any
	if json.Unmarshal(payload[actionKey], &action) != nil || falsy(action) {
		return false
	}
	name, ok := action.(string)
	if !ok {
		x.logf(slog.LevelWarn, "Unknown debug action requested: %T", action)
		x.sendError(http.StatusBadRequest, "Unknown action: not a text")
		return true
	}
	x.act(name)
	x.logf(slog.LevelInfo, "Debug action completed (%.3fs)", x.seconds())
	return true
}

// falsy says what counts as no action.
func falsy(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case bool:
		return !v
	case float64:
		return v == 0
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// maxEcho bounds how much of an unknown action is repeated.
const maxEcho = 100

func (x *run) act(name string) {
	switch name {
	case "ping_status":
		x.sendValue(x.app.observe(x.r.Context()))
	case "job_status":
		x.sendValue(x.app.jobs())
	case "force_healthy":
		x.force(Healthy)
	case "force_busy":
		x.force(HealthyBusy)
	case "clear_forced_status":
		x.app.ForcePing(Automatic)
		x.logf(slog.LevelInfo, "Forced ping status cleared")
		x.sendValue(forcedReply{"Cleared"})
	default:
		if len(name) > maxEcho {
			name = name[:maxEcho]
		}
		x.logf(slog.LevelWarn, "Unknown debug action requested: %s", name)
		x.sendError(http.StatusBadRequest, "Unknown action: "+name)
	}
}

type forcedReply struct {
	ForcedStatus string `json:"forced_status"`
}

func (x *run) force(s Status) {
	x.app.ForcePing(s)
	x.logf(slog.LevelInfo, "Ping status forced to %s", s)
	x.sendValue(forcedReply{string(s)})
}

// A jobReply lists the running tasks with their durations in seconds.
type jobReply struct {
	ActiveCount int   `json:"active_count"`
	RunningJobs []job `json:"running_jobs"`
}

type job struct {
	Name     string  `json:"name"`
	Duration float64 `json:"duration"`
}

func (a *App) jobs() jobReply {
	reply := jobReply{RunningJobs: []job{}}
	for _, t := range a.Tasks() {
		reply.RunningJobs = append(reply.RunningJobs, job{t.Name, time.Since(t.Start).Seconds()})
	}
	reply.ActiveCount = len(reply.RunningJobs)
	return reply
}

func (x *run) sendValue(v any) {
	body, err := encode(v)
	if err != nil {
		x.fail(err)
		return
	}
	writeJSON(x.w, x.r, http.StatusOK, body)
}
