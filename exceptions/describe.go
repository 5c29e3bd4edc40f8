package exceptions

import (
	"slices"

	"google.golang.org/protobuf/proto"
)

// Describe returns what e says beside its status; the zero Description if e is
// not [Described], nil, or a nil pointer of some type. It is total: an
// exception whose method panics says nothing, the fields of Header can be sent
// as they are (see [Header]), and Details holds no nil.
func Describe(e ServiceException) Description {
	if isNil(e) {
		return Description{}
	}
	switch e := e.(type) {
	case *raised:
		return e.DescribeException() // total in itself
	case Described:
		return describe(e)
	}
	return Description{}
}

func describe(e Described) (d Description) {
	defer func() {
		if recover() != nil {
			d = Description{}
		}
	}()
	d = e.DescribeException()
	d.Header = clean(d.Header)
	d.Details = withoutNil(d.Details)
	return d
}

// withoutNil returns messages without those that are nil or nil pointers,
// copied if there are any.
func withoutNil(messages []proto.Message) []proto.Message {
	isNil := func(m proto.Message) bool { return isNil(m) }
	if !slices.ContainsFunc(messages, isNil) {
		return messages
	}
	return slices.DeleteFunc(slices.Clone(messages), isNil)
}
