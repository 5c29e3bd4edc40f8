// Command classgen writes the predefined classes of package exceptions from the
// table in table.go. Run it by go generate in that package.
package main

import (
	"bytes"
	_ "embed"
	"flag"
	"fmt"
	"go/format"
	"log"
	"net/http"
	"os"
	"strings"
	"text/template"
)

//go:embed classes.go.tmpl
var source string

func main() {
	log.SetFlags(0)
	log.SetPrefix("classgen: ")
	out := flag.String("o", "", "the `file` to write")
	flag.Parse()
	b, err := generate(rows)
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(*out, b, 0o644); err != nil {
		log.Fatal(err)
	}
}

// A class is a row as the template reads it.
type class struct {
	Name, Parent, Code, Phrase string
	Doc, NewDoc                string // the comments of the type and its constructor
	Status                     int
	Retryable                  bool
	First                      bool // the first of its status
}

// generate returns the formatted Go source of the classes.
func generate(rows []row) ([]byte, error) {
	classes, err := check(rows)
	if err != nil {
		return nil, err
	}
	t, err := template.New("classes").Parse(source)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, classes); err != nil {
		return nil, err
	}
	return format.Source(b.Bytes())
}

// check returns the rows for the template, or what is wrong with the table.
func check(rows []row) ([]class, error) {
	seen := map[string]bool{}
	status := 0
	classes := make([]class, 0, len(rows))
	for _, r := range rows {
		switch {
		case seen[r.name]:
			return nil, fmt.Errorf("%s occurs twice", r.name)
		case r.parent != "" && !seen[r.parent]:
			return nil, fmt.Errorf("%s extends %s, which does not stand before it", r.name, r.parent)
		case r.status < status:
			return nil, fmt.Errorf("%s: status %d after %d", r.name, r.status, status)
		case r.status == status && r.parent == "":
			return nil, fmt.Errorf("%s: the second class of status %d needs a parent", r.name, status)
		}
		phrase := r.phrase
		if phrase == "" {
			phrase = strings.ToLower(http.StatusText(r.status))
		}
		if phrase == "" {
			return nil, fmt.Errorf("%s: status %d needs a phrase", r.name, r.status)
		}
		classes = append(classes, class{
			Name: r.name, Parent: r.parent, Code: camel(r.code), Phrase: phrase, Doc: doc(r),
			NewDoc: wrap(fmt.Sprintf("New%s returns a [*%[1]s] with a message for the caller, formatted as by [fmt.Sprintf].", r.name), 77),
			Status: r.status, Retryable: r.retryable, First: r.status != status,
		})
		seen[r.name], status = true, r.status
	}
	return classes, nil
}

// camel turns NOT_FOUND into NotFound.
func camel(code string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(code, "_") {
		b.WriteString(word[:1] + strings.ToLower(word[1:]))
	}
	if b.String() == "Ok" {
		return "OK"
	}
	return b.String()
}

// doc returns the doc comment of the type.
func doc(r row) string {
	article := "A"
	if strings.ContainsRune("AEIOU", rune(r.name[0])) && !strings.HasPrefix(r.name, "URI") {
		article = "An"
	}
	text := fmt.Sprintf("%s %s says that %s. It is %d (%s)", article, r.name, r.says, r.status, r.source)
	if r.parent != "" {
		text += fmt.Sprintf(" and a [%s]", r.parent)
	}
	text += "; its gRPC code is " + r.code
	if r.why != "" {
		text += ": " + r.why
	}
	text += "."
	if r.retryable {
		text += " The same request may succeed later."
	}
	return wrap(text, 77)
}

// wrap breaks text into comment lines of at most width bytes of text.
func wrap(text string, width int) string {
	var b strings.Builder
	line := "//"
	for word := range strings.FieldsSeq(text) {
		if len(line)+1+len(word) > width+3 {
			b.WriteString(line + "\n")
			line = "//"
		}
		line += " " + word
	}
	return b.String() + line
}
