package jsonpb

// A Mode is [AppendOptions] as generated code sees them: a set of flags.
type Mode uint8

// The flags of a Mode.
const (
	EmitDefaults Mode = 1 << iota // write fields without presence that hold their default
	ProtoNames                    // write field names as declared
	EnumNumbers                   // write enum values as numbers
	Partial                       // inside an Any, where required fields are not checked
)

func (o *AppendOptions) mode() Mode {
	var m Mode
	if o.EmitDefaults {
		m |= EmitDefaults
	}
	if o.UseProtoNames {
		m |= ProtoNames
	}
	if o.EnumNumbers {
		m |= EnumNumbers
	}
	return m
}

// A Message is a message with generated JSON methods. The methods are for this
// package and for other generated code; call [Append] and [Unmarshal].
type Message interface {
	// Reset empties the message; protoc-gen-go generates it.
	Reset()
	// AppendProtoJSON appends the message to b as a JSON object. After an
	// error b holds what was written so far, which tells the place.
	AppendProtoJSON(b []byte, mode Mode) ([]byte, error)
	// UnmarshalProtoJSON reads the message's object into the message, which
	// is empty. Errors stay in the decoder.
	UnmarshalProtoJSON(d *Decoder)
}
