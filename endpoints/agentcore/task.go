package agentcore

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"
)

// A TaskID identifies a task that runs in the background.
type TaskID string

// A Task is work that goes on in the background.
type Task struct {
	ID    TaskID
	Name  string
	Start time.Time
}

type tasks struct {
	mu  sync.Mutex
	all map[TaskID]Task
}

func (t *tasks) running() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.all)
}

// StartTask says that work begins that outlives its invocation: until
// [App.CompleteTask], /ping tells [HealthyBusy]. The attributes are logged.
func (a *App) StartTask(name string, attrs ...slog.Attr) TaskID {
	task := Task{ID: TaskID(rand.Text()), Name: name, Start: time.Now()}
	a.tasks.mu.Lock()
	if a.tasks.all == nil {
		a.tasks.all = map[TaskID]Task{}
	}
	a.tasks.all[task.ID] = task
	a.tasks.mu.Unlock()
	a.logger.LogAttrs(context.Background(), slog.LevelInfo, fmt.Sprintf("Async task started: %s (ID: %s)", name, task.ID), attrs...)
	return task.ID
}

// CompleteTask says that the work is over. It reports whether the task was
// running.
func (a *App) CompleteTask(id TaskID) bool {
	a.tasks.mu.Lock()
	task, ok := a.tasks.all[id]
	delete(a.tasks.all, id)
	a.tasks.mu.Unlock()
	level, text := slog.LevelInfo, ""
	if ok {
		text = fmt.Sprintf("Async task completed: %s (ID: %s, Duration: %.2fs)", task.Name, id, time.Since(task.Start).Seconds())
	} else {
		level, text = slog.LevelWarn, fmt.Sprintf("Attempted to complete unknown task ID: %s", id)
	}
	a.logger.LogAttrs(context.Background(), level, text)
	return ok
}

// Track runs f as a task: from the call to the end of f, also by a panic, /ping
// tells [HealthyBusy]. It returns what f returns. Call it in a goroutine of its
// own for work that outlives the invocation, with a context that does, too.
func (a *App) Track(ctx context.Context, name string, f func(context.Context) error) error {
	a.logger.LogAttrs(ctx, slog.LevelDebug, "Starting async task: "+name)
	id, start := a.StartTask(name), time.Now()
	defer a.CompleteTask(id)
	err := f(ctx)
	if seconds := time.Since(start).Seconds(); err != nil {
		a.logger.LogAttrs(context.WithoutCancel(ctx), slog.LevelError, fmt.Sprintf("Async task failed: %s (%.3fs)", name, seconds), failure(err, name)...)
	} else {
		a.logger.LogAttrs(context.WithoutCancel(ctx), slog.LevelInfo, fmt.Sprintf("Async task completed: %s (%.3fs)", name, seconds))
	}
	return err
}

// Tasks returns the running tasks, the oldest first. The slice belongs to the
// caller.
func (a *App) Tasks() []Task {
	a.tasks.mu.Lock()
	defer a.tasks.mu.Unlock()
	return slices.SortedFunc(maps.Values(a.tasks.all), func(x, y Task) int {
		return cmp.Or(x.Start.Compare(y.Start), cmp.Compare(x.ID, y.ID))
	})
}
