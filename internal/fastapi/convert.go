package fastapi

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// set fills the field of m from a JSON value.
func (f *field) set(m protoreflect.Message, v any, loc []any, wrong *problems) {
	switch {
	case f.desc.IsList():
		f.setList(m, v, loc, wrong)
	case f.desc.IsMap():
		f.setMap(m, v, loc, wrong)
	default:
		if value, ok := f.convert(f.newValue(m), v, loc, wrong); ok {
			m.Set(f.desc, value)
		}
	}
}

func (f *field) setList(m protoreflect.Message, v any, loc []any, wrong *problems) {
	items, ok := v.([]any)
	if !ok {
		wrong.add("list_type", loc, "Input should be a valid list", v, nil)
		return
	}
	list := m.Mutable(f.desc).List()
	for i, item := range items {
		if value, ok := f.convert(list.NewElement, item, append(loc[:len(loc):len(loc)], i), wrong); ok {
			list.Append(value)
		}
	}
	f.checkEntries(list.Len(), v, loc, wrong)
}

func (f *field) setMap(m protoreflect.Message, v any, loc []any, wrong *problems) {
	entries, ok := v.(map[string]any)
	if !ok {
		wrong.add("dict_type", loc, "Input should be a valid dictionary", v, nil)
		return
	}
	target := m.Mutable(f.desc).Map()
	key := &field{desc: f.desc.MapKey()}
	value := &field{desc: f.desc.MapValue(), table: f.table, special: f.special}
	for _, name := range slices.Sorted(keys(entries)) {
		here := append(loc[:len(loc):len(loc)], name)
		k, good := key.convert(nil, name, append(here, "[key]"), wrong)
		if v, ok := value.convert(target.NewValue, entries[name], here, wrong); ok && good {
			target.Set(k.MapKey(), v)
		}
	}
}

func keys(m map[string]any) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// newValue makes an empty message for the field.
func (f *field) newValue(m protoreflect.Message) func() protoreflect.Value {
	return func() protoreflect.Value { return m.NewField(f.desc) }
}

// setDefault fills the field with its default, which has been checked, but for
// messages.
func (f *field) setDefault(m protoreflect.Message) {
	var ignored problems
	if v, ok := f.convert(f.newValue(m), f.fallback, nil, &ignored); ok {
		m.Set(f.desc, v)
	}
}

// convert makes a value of the field's type, not looking at whether it is
// repeated. fresh makes an empty message.
func (f *field) convert(fresh func() protoreflect.Value, v any, loc []any, wrong *problems) (protoreflect.Value, bool) {
	value, ok := f.read(fresh, v, loc, wrong)
	return value, ok && f.check(value, v, loc, wrong)
}

// read makes the value, whatever bounds there are.
func (f *field) read(fresh func() protoreflect.Value, v any, loc []any, wrong *problems) (protoreflect.Value, bool) {
	switch f.desc.Kind() {
	case protoreflect.BoolKind:
		return toBool(v, loc, wrong)
	case protoreflect.StringKind:
		s, ok := v.(string)
		if !ok {
			wrong.add("string_type", loc, "Input should be a valid string", v, nil)
		}
		return protoreflect.ValueOfString(s), ok
	case protoreflect.BytesKind:
		return toBytes(v, loc, wrong)
	case protoreflect.EnumKind:
		return f.toEnum(v, loc, wrong)
	case protoreflect.FloatKind, protoreflect.DoubleKind:
		return toFloat(f.desc.Kind(), v, loc, wrong)
	case protoreflect.MessageKind, protoreflect.GroupKind:
		return f.toMessage(fresh(), v, loc, wrong)
	}
	return toInt(f.desc.Kind(), v, loc, wrong)
}

func toBool(v any, loc []any, wrong *problems) (protoreflect.Value, bool) {
	text := ""
	switch v := v.(type) {
	case bool:
		return protoreflect.ValueOfBool(v), true
	case string:
		text = strings.ToLower(v)
	case json.Number:
		text = v.String()
	default:
		wrong.add("bool_type", loc, "Input should be a valid boolean", v, nil)
		return protoreflect.Value{}, false
	}
	switch text {
	case "1", "true", "t", "yes", "y", "on":
		return protoreflect.ValueOfBool(true), true
	case "0", "false", "f", "no", "n", "off":
		return protoreflect.ValueOfBool(false), true
	}
	wrong.add("bool_parsing", loc, "Input should be a valid boolean, unable to interpret input", v, nil)
	return protoreflect.Value{}, false
}

// toBytes reads base64, as proto JSON has bytes.
func toBytes(v any, loc []any, wrong *problems) (protoreflect.Value, bool) {
	text, ok := v.(string)
	if ok {
		text = strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(text), "=")
		if b, err := base64.RawStdEncoding.DecodeString(text); err == nil {
			return protoreflect.ValueOfBytes(b), true
		}
	}
	wrong.add("bytes_type", loc, "Input should be valid bytes", v, nil)
	return protoreflect.Value{}, false
}

// toEnum reads the name or the number of a value.
func (f *field) toEnum(v any, loc []any, wrong *problems) (protoreflect.Value, bool) {
	values := f.desc.Enum().Values()
	text := fmt.Sprint(v)
	if n, err := strconv.ParseInt(text, 10, 32); err == nil && values.ByNumber(protoreflect.EnumNumber(n)) != nil {
		return protoreflect.ValueOfEnum(protoreflect.EnumNumber(n)), true
	}
	if value := values.ByName(protoreflect.Name(text)); value != nil {
		return protoreflect.ValueOfEnum(value.Number()), true
	}
	var b strings.Builder
	for i := range values.Len() {
		switch {
		case i > 0 && i == values.Len()-1:
			b.WriteString(" or ")
		case i > 0:
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "'%s'", values.Get(i).Name())
	}
	wrong.add("enum", loc, "Input should be "+b.String(), v, map[string]any{"expected": b.String()})
	return protoreflect.Value{}, false
}

func toFloat(kind protoreflect.Kind, v any, loc []any, wrong *problems) (protoreflect.Value, bool) {
	bits := 64
	if kind == protoreflect.FloatKind {
		bits = 32
	}
	var x float64
	var err error
	switch v := v.(type) {
	case json.Number:
		x, err = strconv.ParseFloat(v.String(), bits)
	case string:
		x, err = strconv.ParseFloat(strings.TrimSpace(v), bits)
	case bool:
		if v {
			x = 1
		}
	default:
		wrong.add("float_type", loc, "Input should be a valid number", v, nil)
		return protoreflect.Value{}, false
	}
	if err != nil {
		wrong.add("float_parsing", loc, "Input should be a valid number, unable to parse string as a number", v, nil)
		return protoreflect.Value{}, false
	}
	if bits == 32 {
		return protoreflect.ValueOfFloat32(float32(x)), true
	}
	return protoreflect.ValueOfFloat64(x), true
}

// rangeOf returns the smallest and the largest value of the integers, whose range
// the original does not have.
func rangeOf(kind protoreflect.Kind) (low, high *big.Int) {
	switch kind {
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		return big.NewInt(math.MinInt32), big.NewInt(math.MaxInt32)
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		return new(big.Int), big.NewInt(math.MaxUint32)
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return new(big.Int), new(big.Int).SetUint64(math.MaxUint64)
	}
	return big.NewInt(math.MinInt64), big.NewInt(math.MaxInt64)
}

// maxDigits bounds the work on one number.
const maxDigits = 4300

func toInt(kind protoreflect.Kind, v any, loc []any, wrong *problems) (protoreflect.Value, bool) {
	n, ok := integer(v, loc, wrong)
	if !ok {
		return protoreflect.Value{}, false
	}
	low, high := rangeOf(kind)
	switch {
	case n.Cmp(low) < 0:
		wrong.add("greater_than_equal", loc, "Input should be greater than or equal to "+low.String(), v, map[string]any{"ge": low})
		return protoreflect.Value{}, false
	case n.Cmp(high) > 0:
		wrong.add("less_than_equal", loc, "Input should be less than or equal to "+high.String(), v, map[string]any{"le": high})
		return protoreflect.Value{}, false
	}
	switch kind {
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		return protoreflect.ValueOfInt32(int32(n.Int64())), true
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		return protoreflect.ValueOfUint32(uint32(n.Uint64())), true
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return protoreflect.ValueOfUint64(n.Uint64()), true
	}
	return protoreflect.ValueOfInt64(n.Int64()), true
}

// integer reads an integer: a number without a fraction, a text of one, a bool.
func integer(v any, loc []any, wrong *problems) (*big.Int, bool) {
	switch v := v.(type) {
	case bool:
		if v {
			return big.NewInt(1), true
		}
		return new(big.Int), true
	case json.Number:
		if n, ok := parseInt(v.String()); ok {
			return n, true
		}
		x, err := v.Float64()
		switch {
		case err != nil || math.Abs(x) >= 1<<63:
			wrong.add("int_parsing_size", loc, "Unable to parse input string as an integer, exceeded maximum size", v, nil)
		case x == math.Trunc(x):
			return big.NewInt(int64(x)), true
		default:
			wrong.add("int_from_float", loc, "Input should be a valid integer, got a number with a fractional part", v, nil)
		}
		return nil, false
	case string:
		text := strings.TrimSpace(v)
		if whole, zeros, ok := strings.Cut(text, "."); ok && zeros != "" && strings.Trim(zeros, "0") == "" {
			text = whole
		}
		if n, ok := parseInt(text); ok {
			return n, true
		}
		wrong.add("int_parsing", loc, "Input should be a valid integer, unable to parse string as an integer", v, nil)
		return nil, false
	}
	wrong.add("int_type", loc, "Input should be a valid integer", v, nil)
	return nil, false
}

func parseInt(text string) (*big.Int, bool) {
	if len(text) > maxDigits {
		return nil, false
	}
	return new(big.Int).SetString(text, 10)
}

// toMessage fills a message from an object, or by its own JSON form.
func (f *field) toMessage(target protoreflect.Value, v any, loc []any, wrong *problems) (protoreflect.Value, bool) {
	m := target.Message()
	if !f.special {
		object, ok := v.(map[string]any)
		if !ok {
			wrong.noObject(loc, v)
			return target, false
		}
		f.table.fill(m, object, loc, wrong, nil)
		return target, true
	}
	text, err := json.Marshal(v)
	if err == nil {
		err = jsonpb.Unmarshal(text, m.Interface(), jsonpb.UnmarshalOptions{DiscardUnknown: true})
	}
	if err != nil {
		wrong.add("value_error", loc, "Value error, not a valid "+string(m.Descriptor().Name()), v, nil)
	}
	return target, err == nil
}
