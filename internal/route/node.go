package route

// A node is a place in the tree: what is known after some segments. It fills
// one line of the processor's cache, because in a large tree a look-up costs as
// much as the lines that it must wait for.
type node struct {
	// mask has the bits of all methods with a route here or below.
	mask uint64
	// any is the child for a wildcard.
	any *node
	// text and child are the first child for a literal, which is often the only
	// one; child is nil if there is none.
	text  string
	child *node
	// more holds the other children for literals, or is nil.
	more *children
	// ends holds the routes whose template ends here, rests those that end with
	// "**" here; nil if there are none.
	ends, rests *ends
}

// children holds the nodes for literals: few while they are at most maxFew,
// then many takes over.
type children struct {
	few  []edge
	many map[string]*node
}

type edge struct {
	text string
	node *node
}

// maxFew is how many literals are compared one by one before a map is faster.
const maxFew = 6

// literal returns the child for a literal segment, or nil.
func (n *node) literal(text string) *node {
	if n.text == text {
		return n.child // nil if text is empty
	}
	if n.more == nil {
		return nil
	}
	return n.more.literal(text)
}

func (c *children) literal(text string) *node {
	if c.many != nil {
		return c.many[text]
	}
	for i := range c.few {
		if c.few[i].text == text {
			return c.few[i].node
		}
	}
	return nil
}

// literalBytes is literal for a text that is not to be copied.
func (n *node) literalBytes(text []byte) *node {
	if n.text == string(text) {
		return n.child
	}
	if n.more == nil {
		return nil
	}
	if n.more.many != nil {
		return n.more.many[string(text)]
	}
	for i := range n.more.few {
		if n.more.few[i].text == string(text) {
			return n.more.few[i].node
		}
	}
	return nil
}

// grow returns the child for a literal segment, which it makes if there is none.
func (n *node) grow(text string) *node {
	if c := n.literal(text); c != nil {
		return c
	}
	c := &node{}
	if n.child == nil {
		n.text, n.child = text, c
		return c
	}
	if n.more == nil {
		n.more = &children{}
	}
	n.more.add(text, c)
	return c
}

func (c *children) add(text string, n *node) {
	if c.many == nil && len(c.few) < maxFew {
		c.few = append(c.few, edge{text, n})
		return
	}
	if c.many == nil {
		c.many = make(map[string]*node, 2*maxFew)
		for _, e := range c.few {
			c.many[e.text] = e.node
		}
		c.few = nil
	}
	c.many[text] = n
}

// ends holds the routes that end at one node, by key: the number of the verb
// and the bit of the method. The first few stand in the struct, then follow up
// to maxEnds in more, and then many takes over from more.
type ends struct {
	mask  uint64 // the methods, whatever the verb
	first [3]end
	more  []end
	many  map[uint32]int32
}

type end struct {
	key   uint32
	route int32 // see number
}

// number packs the number of a route and whether its template is plain, so that
// a look-up need not touch the template.
func number(route int, plain bool) int32 {
	if plain {
		return int32(route)<<1 | 1
	}
	return int32(route) << 1
}

const (
	maxEnds = 12
	noKey   = ^uint32(0)
)

func key(verb uint32, bit uint8) uint32 { return verb<<8 | uint32(bit) }

// has reports whether some route with one of the methods ends here.
func (e *ends) has(bits uint64) bool { return e != nil && e.mask&bits != 0 }

// route returns the route with the key, or -1.
func (e *ends) route(key uint32) int32 {
	for i := range e.first {
		if e.first[i].key == key {
			return e.first[i].route
		}
	}
	if e.many != nil {
		if r, ok := e.many[key]; ok {
			return r
		}
		return -1
	}
	for i := range e.more {
		if e.more[i].key == key {
			return e.more[i].route
		}
	}
	return -1
}

func (e *ends) add(key uint32, route int32) {
	e.mask |= 1 << (key & 0xff)
	for i := range e.first {
		if e.first[i].key == noKey {
			e.first[i] = end{key, route}
			return
		}
	}
	if e.many == nil && len(e.more) < maxEnds {
		e.more = append(e.more, end{key, route})
		return
	}
	if e.many == nil {
		e.many = make(map[uint32]int32, 2*maxEnds)
		for _, o := range e.more {
			e.many[o.key] = o.route
		}
		e.more = nil
	}
	e.many[key] = route
}

// endsAt returns *p, which it makes if there is none.
func endsAt(p **ends) *ends {
	if *p == nil {
		none := end{noKey, -1}
		*p = &ends{first: [3]end{none, none, none}}
	}
	return *p
}
