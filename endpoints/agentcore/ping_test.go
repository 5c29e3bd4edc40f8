package agentcore_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/agentcore"
)

func ping(app *agentcore.App) string {
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("GET", "/ping", nil))
	return w.Body.String()
}

// The recorded sequence: the time moves when a ping sees another status, not
// when the status changes.
func TestPingTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := agentcore.New(nil, quiet())
		begin := time.Now()
		at := func(seconds float64) {
			time.Sleep(time.Until(begin.Add(time.Duration(seconds * float64(time.Second)))))
		}
		answers := func(seconds float64, status string, since int64) {
			t.Helper()
			at(seconds)
			want := fmt.Sprintf(`{"status":%q,"time_of_last_update":%d}`, status, begin.Unix()+since)
			if got := ping(app); got != want {
				t.Errorf("at %g: got %s, want %s", seconds, got, want)
			}
		}
		answers(5.2, "Healthy", 5)
		answers(10.7, "Healthy", 5)
		at(20)
		task := app.StartTask("index")
		answers(30.5, "HealthyBusy", 30)
		answers(40, "HealthyBusy", 30)
		at(50)
		app.CompleteTask(task)
		answers(60.99, "Healthy", 60)
		answers(70, "Healthy", 60)
	})
}

func TestPingSources(t *testing.T) {
	gives := func(s agentcore.Status, err error) func(context.Context) (agentcore.Status, error) {
		return func(context.Context) (agentcore.Status, error) { return s, err }
	}
	tests := []struct {
		name   string
		custom func(context.Context) (agentcore.Status, error)
		forced agentcore.Status
		tasks  int
		want   agentcore.Status
	}{
		{"idle", nil, "", 0, agentcore.Healthy},
		{"task", nil, "", 1, agentcore.HealthyBusy},
		{"custom", gives(agentcore.HealthyBusy, nil), "", 0, agentcore.HealthyBusy},
		{"custom over task", gives(agentcore.Healthy, nil), "", 1, agentcore.Healthy},
		{"custom has none", gives(agentcore.Automatic, nil), "", 1, agentcore.HealthyBusy},
		{"custom fails", gives(agentcore.HealthyBusy, errors.New("x")), "", 0, agentcore.Healthy},
		{"custom is unknown", gives("Unhealthy", nil), "", 0, agentcore.Healthy},
		{"custom panics", func(context.Context) (agentcore.Status, error) { panic("x") }, "", 1, agentcore.HealthyBusy},
		{"forced over all", gives(agentcore.HealthyBusy, nil), agentcore.Healthy, 1, agentcore.Healthy},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			options := []agentcore.Option{quiet()}
			if test.custom != nil {
				options = append(options, agentcore.WithPing(test.custom))
			}
			app := agentcore.New(nil, options...)
			for range test.tasks {
				app.StartTask("t")
			}
			app.ForcePing(test.forced)
			if got := app.Ping(t.Context()); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestTasks(t *testing.T) {
	app := agentcore.New(nil, quiet())
	first, second := app.StartTask("first"), app.StartTask("second")
	if all := app.Tasks(); len(all) != 2 || all[0].Name != "first" {
		t.Errorf("got %v", all)
	}
	if !app.CompleteTask(first) || app.CompleteTask(first) || !app.CompleteTask(second) {
		t.Error("a task completes once")
	}
	broken := errors.New("broken")
	err := app.Track(t.Context(), "tracked", func(context.Context) error {
		if all := app.Tasks(); len(all) != 1 || all[0].Name != "tracked" {
			t.Errorf("got %v", all)
		}
		return broken
	})
	if !errors.Is(err, broken) || len(app.Tasks()) != 0 {
		t.Errorf("got %v and %v", err, app.Tasks())
	}
}

func TestDebugActions(t *testing.T) {
	app := agentcore.New(returns("handler", nil), quiet(), agentcore.WithDebug())
	app.StartTask("index")
	for _, test := range []struct{ action, want string }{
		{`"force_healthy"`, `{"forced_status":"Healthy"}`},
		{`"clear_forced_status"`, `{"forced_status":"Cleared"}`},
		{`"job_status"`, `{"active_count":1,"running_jobs":[{"name":"index","duration":`},
		{`"ping_status"`, `{"status":"HealthyBusy","time_of_last_update":`},
		{`"nope"`, `{"error":"Unknown action: nope"}`},
		{`0`, `"handler"`}, {`[]`, `"handler"`}, {`{}`, `"handler"`}, {`false`, `"handler"`}, {`null`, `"handler"`},
		{`7`, `{"error":"Unknown action: not a text"}`},
	} {
		if got := post(app, `{"_agent_core_app_action":`+test.action+`}`).Body.String(); !strings.HasPrefix(got, test.want) {
			t.Errorf("%s: got %s, want %s", test.action, got, test.want)
		}
	}
}
