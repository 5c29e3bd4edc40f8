package endpoints

// TakeAll takes parts of one profile into another.
func TakeAll(into, from Profile, parts []Part) Profile {
	for _, part := range parts {
		into.take(part, &from)
	}
	return into
}

// Reading says how many bodies the API believes to be read.
func (a *API) Reading() (n int) {
	a.rest.watch.mu.Lock()
	defer a.rest.watch.mu.Unlock()
	for _, p := range a.rest.watch.known {
		if r := p.Value(); r != nil && r.state.Load() != 0 {
			n++
		}
	}
	return n
}
