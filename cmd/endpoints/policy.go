package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

// loadPolicy returns the policy of a name, or the one in a file.
func loadPolicy(nameOrFile string) (*normalize.Policy, error) {
	if p, ok := normalize.ByName(nameOrFile); ok {
		return p, nil
	}
	text, err := os.ReadFile(nameOrFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errUsage{fmt.Sprintf("there is neither a policy nor a file called %q: name a file or one of %s",
			nameOrFile, strings.Join(slices.Collect(normalize.Names()), ", "))}
	}
	if err != nil {
		return nil, err
	}
	p, err := normalize.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", nameOrFile, err)
	}
	return p, nil
}
