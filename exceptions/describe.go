package exceptions

import (
	"slices"

	"google.golang.org/protobuf/proto"
)

// Describe returns what e says beside its status; the zero Description if e is
// not [Described], nil, or a nil pointer of some type. It is total: an
// exception whose method panics says nothing, the fields of Header can be sent
// as they are (see [Header]), and Details holds no nil.
func Describe(e ServiceException) (d Description) {
	if isNil(e) {
		return d
	}
	if r, ok := e.(*raised); ok {
		return r.DescribeException() // total in itself
	}
	described, ok := e.(Described)
	if !ok {
		return d
	}
	defer func() {
		if recover() != nil {
			d = Description{}
		}
	}()
	// No function of its own: it would copy the Description once more.
	d = described.DescribeException()
	d.tidy()
	return d
}

// tidy makes d what Describe promises of it.
func (d *Description) tidy() {
	if d.Header != nil {
		d.Header = clean(d.Header)
	}
	if d.Details != nil {
		d.Details = withoutNil(d.Details)
	}
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
