//go:build !race

package endpoints_test

const raceDetector = false
