package conformance

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A Case is one recorded exchange: what is sent and what must come back.
type Case struct {
	ID      string  `json:"id"`
	Profile string  `json:"profile"`
	Group   string  `json:"group"`
	RPC     *string `json:"rpc"` // nil: no method must be reached
	Request struct {
		Method  string      `json:"method"`
		Target  string      `json:"target"`
		Headers [][2]string `json:"headers"`
		Content
	} `json:"request"`
	Handler json.RawMessage `json:"handler"`
	Options json.RawMessage `json:"options"`
	Expect  struct {
		Status   int             `json:"status"`
		Headers  [][2]*string    `json:"headers"`
		Received json.RawMessage `json:"received"`
		Logs     []LogRecord     `json:"logs"`
		Content
	} `json:"expect"`
	Compare   string   `json:"compare"`
	Tags      []string `json:"tags"`
	Deviation *string  `json:"deviation"`

	// Line is the case as it stands in its file.
	Line []byte `json:"-"`
}

// A LogRecord is a log record that the imitated system wrote.
type LogRecord struct {
	Level   string `json:"level"`
	Meaning string `json:"meaning"`
}

// Content is a body as text or as base64.
type Content struct {
	Body       *string `json:"body"`
	BodyBase64 *string `json:"body_base64"`
}

// Bytes returns the body, and false if there is none.
func (c Content) Bytes() ([]byte, bool) {
	if c.BodyBase64 != nil {
		b, err := base64.StdEncoding.DecodeString(*c.BodyBase64)
		return b, err == nil
	}
	if c.Body == nil {
		return nil, false
	}
	return []byte(*c.Body), true
}

// OptionsKey is the options of the case as one text, to be grouped by.
func (c *Case) OptionsKey() string {
	var all map[string]any
	if json.Unmarshal(c.Options, &all) != nil || len(all) == 0 {
		return "{}"
	}
	text, _ := json.Marshal(all)
	return string(text)
}

// selfDescribed says that the case brings its own handler.
func (c *Case) selfDescribed() bool {
	return c.RPC == nil && len(c.Handler) > 0 && string(c.Handler) != "null"
}

// Load reads all cases below dir, in the order of the file names.
func Load(dir string) ([]*Case, error) {
	var all []*Case
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".jsonl") {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		lines := bufio.NewScanner(bytes.NewReader(content))
		lines.Buffer(nil, len(content)+1)
		for n := 1; lines.Scan(); n++ {
			c := &Case{}
			if err := json.Unmarshal(lines.Bytes(), c); err != nil {
				return fmt.Errorf("%s:%d: %w", path, n, err)
			}
			c.Line = bytes.Clone(lines.Bytes())
			all = append(all, c)
		}
		return lines.Err()
	})
	return all, err
}
