package jsonpb_test

import (
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/jsonpb/internal/testpb/open"
)

// hostileNumbers are numbers at and behind the ends of every kind, in every form
// that one of JSON, Go or JavaScript knows.
func hostileNumbers() (all []hostile) {
	nines, zeros := strings.Repeat("9", 10_000), strings.Repeat("0", 10_000)
	add := func(field string, ok bool, values ...string) {
		for _, v := range values {
			name := field + " " + v
			if len(v) > 100 {
				name = field + " " + v[:4] + "…" + v[len(v)-8:]
			}
			all = append(all, hostile{name: name, in: `{"` + field + `":` + v + `}`, m: scalars, ok: ok})
		}
	}
	kinds := []struct {
		fields             []string
		min, max           string
		below, above       string // one further
		maxForm, aboveForm string // the same with an exponent
		signed             bool
	}{
		{[]string{"anInt32", "aSint32", "anSfixed32"}, "-2147483648", "2147483647", "-2147483649", "2147483648", "2.147483647e9", "2.147483648E+09", true},
		{[]string{"anInt64", "aSint64", "anSfixed64"}, "-9223372036854775808", "9223372036854775807", "-9223372036854775809", "9223372036854775808",
			"9.223372036854775807e18", "92233720368547758080e-1", true},
		{[]string{"aUint32", "aFixed32"}, "0", "4294967295", "-1", "4294967296", "42949.67295e5", "4.294967296e9", false},
		{[]string{"aUint64", "aFixed64"}, "0", "18446744073709551615", "-1", "18446744073709551616", "0.18446744073709551615e20", "1.8446744073709551616e19", false},
	}
	for _, k := range kinds {
		for _, f := range k.fields {
			add(f, true, k.min, k.max, `"`+k.min+`"`, `"`+k.max+`"`, k.min+".0", k.max+".0", k.max+"."+zeros, k.max+"e0", k.max+"E-0", k.maxForm, `"`+k.maxForm+`"`,
				k.max+"0e-1", "0", "-0", `"-0"`, "0.0", "-0.0e5", "1.0", "1e2", "1E+2", "0.1e1", "100e-2", "1."+zeros, "0e"+nines[:9], "0."+zeros, "1"+zeros+"e-10000", `"\u0031"`, "1e")
			add(f, false, k.below, k.above, `"`+k.below+`"`, `"`+k.above+`"`, k.aboveForm, `"`+k.aboveForm+`"`, k.max+".5", k.max+"e1", "1.5", "1e-1", "1e-400", "1e400", "1e"+nines,
				"1e-"+nines, nines, "-"+nines, `"`+nines+`"`, "0."+zeros+"1", nines+"e-9999", "1"+zeros+"1e-10000",
				"01", "+1", "1.", ".5", "-.5", "-", "1e+", `"1e"`, "1ex", "--1", "0x10", "0o7", "1_000", "1n", "1 000", "NaN", "Infinity", `"NaN"`, `"Infinity"`,
				`""`, `" 1"`, `"1 "`, `"01"`, `"+1"`, `"0x1"`, `"1\u0000"`, "true", "[1]", "{}", "\u0661", "\uff11")
			add(f, k.signed, "-1", `"-1.0"`, "-10e-1")
		}
	}
	for _, end := range []struct{ field, max, above string }{
		{"aDouble", "1.7976931348623157e308", "1.7976931348623159e308"},
		{"aFloat", "3.4028234663852886e38", "3.4028236e38"},
	} {
		f := end.field
		add(f, true, end.max, "-"+end.max, `"`+end.max+`"`, "0", "-0", "-0.0", `"-0"`, "1e-400", "-1e-400", "1e-"+nines, "0e"+nines, "0."+zeros+"1", "0."+zeros, "0."+nines,
			"1"+zeros+"e-10000", nines+"e-9999", "1.0", "5e-324", "1e-45", `"1.5"`, `"NaN"`, `"Infinity"`, `"-Infinity"`, "9007199254740993", "0.1")
		add(f, false, end.above, "-"+end.above, `"`+end.above+`"`, "1e400", "-1e400", "1e"+nines, nines, "-"+nines, "1"+zeros,
			"NaN", "Infinity", "-Infinity", "inf", "nan", `"nan"`, `"inf"`, `"Inf"`, `"+Infinity"`, `"infinity"`, `"-NaN"`, `"INFINITY"`, `"0x1p3"`, "0x1p3", `"1_0"`, "1_0",
			"01", "+1", "1.", ".5", "1e", "1e+", `""`, `" 1"`, `"1 "`, "true", "[]")
	}
	for _, v := range []string{"2147483647", "-2147483648", "1e2", "1.0", "-0", `"RED"`} {
		all = append(all, hostile{name: "enum " + v, in: `{"aColor":` + v + `}`, m: new(open.Scalars), ok: true})
	}
	for _, v := range []string{"2147483648", "-2147483649", "1.5", nines, `"1"`, `"red"`, `""`, `"RED "`, "true"} {
		all = append(all, hostile{name: "enum " + v[:min(len(v), 20)], in: `{"aColor":` + v + `}`, m: new(open.Scalars)})
	}
	return all
}
