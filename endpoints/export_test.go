package endpoints

// TakeAll takes parts of one profile into another.
func TakeAll(into, from Profile, parts []Part) Profile {
	for _, part := range parts {
		into.take(part, &from)
	}
	return into
}
