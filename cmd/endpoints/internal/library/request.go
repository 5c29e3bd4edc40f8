package library

import (
	"crypto/rand"
	"encoding/base64"
	"regexp"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

// identifier is what the proto file promises of identifiers.
var identifier = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)

// newID checks the identifier that a caller chose, or chooses one.
func newID(chosen, field string) (string, error) {
	if chosen == "" {
		return strings.ToLower(rand.Text()), nil
	}
	if !identifier.MatchString(chosen) {
		return "", invalid(field, "An identifier has 1 to 63 lower-case letters, digits and hyphens, and begins with a letter or digit.")
	}
	return chosen, nil
}

// maxPageSize is how many resources one page holds at most. More are asked for
// in vain, not in error (AIP-158).
const maxPageSize = 1000

// A page is a part of a list in the order of names.
type page struct {
	size  int
	after string // the name of the last one on the page before
}

func newPage(size int32, token string) (page, error) {
	if size < 0 {
		return page{}, invalid("pageSize", "A page cannot have a negative size.")
	}
	after, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return page{}, invalid("pageToken", "The page token is not one that this API gave out.")
	}
	p := page{size: int(size), after: string(after)}
	if p.size == 0 || p.size > maxPageSize {
		p.size = maxPageSize
	}
	return p, nil
}

// pageToken names the page after the resource called last.
func pageToken(last string) string { return base64.RawURLEncoding.EncodeToString([]byte(last)) }

// A mask is the set of fields that an update changes.
type mask []string

// newMask reads an update mask: without one, the fields that are set in the
// resource are meant (AIP-134). Fields that cannot be changed are an error.
func newMask(m *fieldmaskpb.FieldMask, resource proto.Message, changeable ...string) (mask, error) {
	paths := m.GetPaths()
	if len(paths) == 0 {
		resource.ProtoReflect().Range(func(field protoreflect.FieldDescriptor, _ protoreflect.Value) bool {
			if name := string(field.Name()); slices.Contains(changeable, name) {
				paths = append(paths, name)
			}
			return true
		})
		return paths, nil
	}
	if len(paths) == 1 && paths[0] == "*" {
		return changeable, nil
	}
	for _, path := range paths {
		if !slices.Contains(changeable, path) {
			return nil, invalid("updateMask", "The field %q does not exist or cannot be changed. Changeable fields: %s.", path, strings.Join(changeable, ", "))
		}
	}
	return paths, nil
}

func (m mask) has(path string) bool { return slices.Contains(m, path) }

// copy sets the fields of the mask in dst to what they are in src.
func (m mask) copy(dst, src proto.Message) {
	to, from := dst.ProtoReflect(), src.ProtoReflect()
	for _, path := range m {
		field := from.Descriptor().Fields().ByName(protoreflect.Name(path))
		if from.Has(field) {
			to.Set(field, from.Get(field))
		} else {
			to.Clear(field)
		}
	}
}
