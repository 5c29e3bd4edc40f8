package jsonpb_test

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
	"github.com/endpoints-frameworks/endpoints-go/jsonpb/internal/testpb/open"
)

// Decimals with few digits take a way of their own; it must not show.
func TestAppendFloatIsShortest(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	check := func(v float64) {
		t.Helper()
		if a := math.Abs(v); a != 0 && (a < 1e-6 || a >= 1e21) || math.IsNaN(v) {
			return
		}
		if got, want := string(jsonpb.AppendFloat64(nil, v)), strconv.FormatFloat(v, 'f', -1, 64); got != want {
			t.Fatalf("double: got %s, want %s", got, want)
		}
		f := float32(v)
		if a := math.Abs(float64(f)); a != 0 && (a < 1e-6 || a >= 1e21) || math.IsInf(float64(f), 0) {
			return
		}
		if got, want := string(jsonpb.AppendFloat32(nil, f)), strconv.FormatFloat(float64(f), 'f', -1, 32); got != want {
			t.Fatalf("float: got %s, want %s", got, want)
		}
	}
	for _, v := range []float64{0, math.Copysign(0, -1), 1e-6, 0.000001234, 999999999.999999, 1e9, 1e9 + 0.5, 1e15 - 1, 1e15, 1e15 + 2, 1e20, 123456.5, 16777216, 16777217, 8388608.5} {
		check(v)
		check(-v)
	}
	for range 200_000 {
		v := float64(r.Int64N(1<<uint(1+r.IntN(60)))) / math.Pow10(r.IntN(12))
		check(v)
		check(-math.Nextafter(v, math.Inf(1)))
		check(float64(float32(v)))
		check(math.Float64frombits(r.Uint64()))
	}
}

// Numbers with few digits and small exponents take a way of their own when they
// are read, too.
func TestReadFloatIsNearest(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	var lists open.Lists
	for range 100_000 {
		text := strconv.FormatUint(r.Uint64()>>uint(r.IntN(64)), 10)
		if r.IntN(2) == 0 {
			text += "." + strconv.FormatUint(r.Uint64()>>uint(r.IntN(64)), 10)
		}
		if r.IntN(2) == 0 {
			text += "e" + strconv.Itoa(r.IntN(60)-30)
		}
		if r.IntN(4) == 0 {
			text = "-" + text
		}
		if err := jsonpb.Unmarshal([]byte(`{"doubles":[`+text+`]}`), &lists, jsonpb.UnmarshalOptions{}); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if want, _ := strconv.ParseFloat(text, 64); lists.Doubles[0] != want {
			t.Fatalf("%s is read as %v, want %v", text, lists.Doubles[0], want)
		}
		want, err := strconv.ParseFloat(text, 32)
		if err != nil {
			continue
		}
		if err := jsonpb.Unmarshal([]byte(`{"floats":[`+text+`]}`), &lists, jsonpb.UnmarshalOptions{}); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if lists.Floats[0] != float32(want) {
			t.Fatalf("%s is read as %v, want %v", text, lists.Floats[0], float32(want))
		}
	}
}
