package fastapi

import (
	"strconv"
	"unicode/utf8"

	"github.com/endpoints-frameworks/endpoints-go/internal/bounds"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// check looks whether a value keeps within the bounds of its field. v is what
// it was made of.
func (f *field) check(value protoreflect.Value, v any, loc []any, wrong *problems) bool {
	if f.limits == (bounds.Limits{}) {
		return true
	}
	switch f.desc.Kind() {
	case protoreflect.StringKind:
		return f.desc.IsList() || f.checkLength(utf8.RuneCountInString(value.String()), "string", "String", "character", v, loc, wrong)
	case protoreflect.BytesKind:
		return f.desc.IsList() || f.checkLength(len(value.Bytes()), "bytes", "Data", "byte", v, loc, wrong)
	case protoreflect.BoolKind, protoreflect.EnumKind, protoreflect.MessageKind, protoreflect.GroupKind:
		return true
	}
	var x float64
	switch n := value.Interface().(type) {
	case int32:
		x = float64(n)
	case int64:
		x = float64(n)
	case uint32:
		x = float64(n)
	case uint64:
		x = float64(n)
	case float32:
		x = float64(n)
	case float64:
		x = n
	}
	switch {
	case f.limits.Minimum != nil && !(x >= *f.limits.Minimum):
		wrong.add("greater_than_equal", loc, "Input should be greater than or equal to "+plain(*f.limits.Minimum), v, map[string]any{"ge": *f.limits.Minimum})
	case f.limits.Maximum != nil && !(x <= *f.limits.Maximum):
		wrong.add("less_than_equal", loc, "Input should be less than or equal to "+plain(*f.limits.Maximum), v, map[string]any{"le": *f.limits.Maximum})
	default:
		return true
	}
	return false
}

// checkLength looks at the length of a text.
func (f *field) checkLength(n int, kind, what, unit string, v any, loc []any, wrong *problems) bool {
	switch {
	case f.limits.MaxLength != nil && float64(n) > *f.limits.MaxLength:
		wrong.add(kind+"_too_long", loc, what+" should have at most "+count(*f.limits.MaxLength, unit), v, map[string]any{"max_length": *f.limits.MaxLength})
	case f.limits.MinLength != nil && float64(n) < *f.limits.MinLength:
		wrong.add(kind+"_too_short", loc, what+" should have at least "+count(*f.limits.MinLength, unit), v, map[string]any{"min_length": *f.limits.MinLength})
	default:
		return true
	}
	return false
}

// checkEntries looks at the length of a list.
func (f *field) checkEntries(n int, v any, loc []any, wrong *problems) {
	tell := func(kind, word string, limit float64, name string) {
		wrong.add(kind, loc, "List should have at "+word+" "+count(limit, "item")+" after validation, not "+strconv.Itoa(n), v,
			map[string]any{"field_type": "List", name: limit, "actual_length": n})
	}
	switch {
	case f.limits.MaxLength != nil && float64(n) > *f.limits.MaxLength:
		tell("too_long", "most", *f.limits.MaxLength, "max_length")
	case f.limits.MinLength != nil && float64(n) < *f.limits.MinLength:
		tell("too_short", "least", *f.limits.MinLength, "min_length")
	}
}

func plain(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// count is a number of things.
func count(x float64, unit string) string {
	if x != 1 {
		unit += "s"
	}
	return plain(x) + " " + unit
}
