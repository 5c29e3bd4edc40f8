package conformance

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"
)

// A Recorder replays cases against one server in this process and sees its
// log records. It replays one case at a time.
type Recorder struct {
	// Address is where the server listens.
	Address string

	mu      sync.Mutex
	records []LogRecord
	served  chan struct{}
}

// Replay sends the case and returns the first difference, or "".
func (r *Recorder) Replay(c *Case) string {
	served := make(chan struct{}, 1)
	r.mu.Lock()
	r.records, r.served = nil, served
	r.mu.Unlock()
	answer, err := Exchange(r.Address, c)
	if err != nil {
		return err.Error()
	}
	if diff := c.Check(answer); diff != "" {
		return diff
	}
	if c.Expect.Logs == nil {
		return ""
	}
	<-served // the last record is written after the answer
	r.mu.Lock()
	defer r.mu.Unlock()
	if !slices.Equal(c.Expect.Logs, r.records) {
		return fmt.Sprintf("logs: want %v, got %v", c.Expect.Logs, r.records)
	}
	return ""
}

// Watch tells the recorder when the handler has returned.
func (r *Recorder) Watch(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		h.ServeHTTP(w, req)
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.served != nil {
			r.served <- struct{}{}
			r.served = nil
		}
	})
}

// Logger returns a logger whose records the recorder compares.
func (r *Recorder) Logger() *slog.Logger { return slog.New(&logHandler{r}) }

type logHandler struct{ r *Recorder }

func (h *logHandler) Enabled(context.Context, slog.Level) bool { return true }
func (h *logHandler) WithAttrs([]slog.Attr) slog.Handler       { return h }
func (h *logHandler) WithGroup(string) slog.Handler            { return h }

// javaLevels are the names of the original's log levels.
var javaLevels = map[slog.Level]string{
	slog.LevelDebug: "FINE", slog.LevelInfo: "INFO", slog.LevelWarn: "WARNING", slog.LevelError: "SEVERE",
}

func (h *logHandler) Handle(_ context.Context, record slog.Record) error {
	h.r.mu.Lock()
	defer h.r.mu.Unlock()
	h.r.records = append(h.r.records, LogRecord{Level: javaLevels[record.Level], Meaning: record.Message})
	return nil
}
