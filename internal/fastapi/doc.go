// Package fastapi reads requests as FastAPI 0.141 does: leniently about types,
// and with one error that lists all that is wrong with a request.
package fastapi
