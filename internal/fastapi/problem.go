package fastapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// A Problem is one thing that is wrong with a request.
type Problem struct {
	// Type is a constant for programs, such as "missing" or "int_parsing".
	Type string `json:"type"`
	// Loc leads to the place: the source (path, query, header or body), then
	// names and indices.
	Loc []any `json:"loc"`
	// Msg says for people what is wrong.
	Msg string `json:"msg"`
	// Input is the rejected value, or null if it is missing or large.
	Input any `json:"input"`
	// Ctx holds the bounds that Msg speaks of.
	Ctx map[string]any `json:"ctx,omitempty"`
}

// A ValidationError is an exception with status 422 that lists all that is
// wrong with a request. Formats with room for it send the Problems, others name
// their places.
type ValidationError struct {
	exceptions.UnprocessableEntity
	// Problems are in the order path, query, header, body, and must not be
	// changed.
	Problems []Problem
}

// Error returns the places and what is wrong there, without the values.
func (e *ValidationError) Error() string {
	var b strings.Builder
	b.WriteString("request is not valid")
	for i, p := range e.Problems {
		sep := "; "
		if i == 0 {
			sep = ": "
		}
		fmt.Fprintf(&b, "%s%v: %s", sep, p.Loc, p.Type)
	}
	return b.String()
}

// DescribeException returns the problems as JSON value and as violations.
func (e *ValidationError) DescribeException() exceptions.Description {
	d := exceptions.Describe(&e.UnprocessableEntity)
	d.Message = "The request is not valid."
	for _, p := range e.Problems {
		d.Violations = append(d.Violations, p.violation())
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(e.Problems) == nil { // made of what was decoded from JSON
		d.Value = bytes.TrimSpace(b.Bytes())
	}
	return d
}

func (p *Problem) violation() exceptions.Violation {
	v := exceptions.Violation{Reason: p.Type, Message: p.Msg}
	for i, step := range p.Loc {
		switch step := step.(type) {
		case int:
			v.Location += "[" + strconv.Itoa(step) + "]"
		case string:
			switch {
			case i == 0:
				v.LocationType = step
			case v.Location == "":
				v.Location = step
			default:
				v.Location += "." + step
			}
		}
	}
	return v
}

// Limits of an error: what is sent back must not be larger than what came.
const (
	maxProblems = 100
	maxInput    = 1 << 10
)

// problems collects what is wrong.
type problems []Problem

func (all *problems) add(kind string, loc []any, msg string, input any, ctx map[string]any) {
	if len(*all) == maxProblems {
		return
	}
	if text, err := json.Marshal(input); err != nil || len(text) > maxInput {
		input = nil
	}
	*all = append(*all, Problem{kind, append([]any(nil), loc...), msg, input, ctx})
}

func (all *problems) missing(loc []any, input any) {
	all.add("missing", loc, "Field required", input, nil)
}

const notAnObject = "Input should be a valid dictionary or object to extract fields from"

func (all *problems) noObject(loc []any, input any) {
	all.add("model_attributes_type", loc, notAnObject, input, nil)
}

// err returns the problems as one error, nil if there are none.
func (all problems) err() error {
	if len(all) == 0 {
		return nil
	}
	return &ValidationError{Problems: all}
}
