// Package bench measures the framework side by side with others: the JSON codec,
// handlers without a network, routes, policies, and servers over loopback. It is
// a module of its own, so that what it measures is no requirement of the
// framework. docs/benchmarks.md says how to run it and how to read the numbers.
package bench
