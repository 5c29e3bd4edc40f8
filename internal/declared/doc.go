// Package declared reads what proto files declare about exceptions: messages
// with the option endpoints.v1.exception, and the throws of methods. The plugin
// writes code from it; documents and catalogs list it, also for files that are
// known by their descriptors alone.
package declared
