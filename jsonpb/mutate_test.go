package jsonpb_test

import (
	"bytes"
	"slices"
	"strings"
)

// values are what a mutation puts in the place of another value: every form of
// a scalar that some kind of field takes or only just does not take.
var values = strings.Split(strings.TrimSpace(`
null
true
false
0
-0
1
-1
1.0
1.5
-0.0
1e2
1E+2
1e-1
10e-1
0.1e1
1.20e1
0.00001e24
1e19
1e20
18446744073709551615
18446744073709551616
9223372036854775807
9223372036854775808
-9223372036854775808
-9223372036854775809
2147483647
2147483648
-2147483648
-2147483649
4294967295
4294967296
0e99999999999
1e99999999999
1e400
-1e400
1e39
3.5e38
1e-400
0x10
01
1.
.5
+1
1e
1e+
1e-
-
--1
1_000
NaN
Infinity
"NaN"
"Infinity"
"-Infinity"
"+Infinity"
"1"
"-1"
"1.0"
"1e2"
"1e"
" 1"
"1 "
"01"
"+1"
""
"null"
"true"
"\u0031"
"a"
"a\u0000b"
"\ud83d\ude00"
"\ud83d"
"\ude00"
"\ud83dx"
"\ud83d\u0041"
"\uFFFD"
"\x"
"\u12"
"\/\b\f\n\r\t\\\""
"aGk"
"aGk="
"aGk=="
"aG-_"
"aG+/"
"aG=k"
"a\nGk"
"RED"
"CRIMSON"
"NOPE"
"ONE"
"NULL_VALUE"
2
99
"2006-01-02T15:04:05Z"
"2006-01-02T15:04:05.123456789Z"
"2006-01-02T15:04:05.1234567890Z"
"2006-01-02T15:04:05,5Z"
"2006-01-02T15:04:05.Z"
"2006-01-02t15:04:05z"
"2006-01-02T15:04:05+01:00"
"2006-01-02T15:04:05-25:00"
"2006-01-02T24:00:00Z"
"2006-01-02T15:04:60Z"
"2006-02-29T15:04:05Z"
"2004-02-29T15:04:05Z"
"1900-02-29T00:00:00Z"
"0000-01-01T00:00:00Z"
"0001-01-01T00:00:00Z"
"0001-01-01T00:00:00+01:00"
"9999-12-31T23:59:59.999999999Z"
"9999-12-31T23:59:59-01:00"
"10000-01-01T00:00:00Z"
"2006-01-02T1:04:05Z"
"2006-1-2T15:04:05Z"
"2006-01-02 15:04:05Z"
"1s"
"-1.5s"
"+1s"
"1.s"
".s"
"-.5s"
"s"
"-s"
"01s"
"0s"
"00s"
"1.0000000001s"
"315576000000s"
"315576000000.999999999s"
"315576000001s"
"99999999999999999999s"
"1.5"
"a,bC.dE"
"a_b"
" a"
"a,"
"a, b"
"a..b"
","
[]
{}
[1]
[null]
[[]]
{"a":1}
{"":null}
{"a":{"a":{"a":{}}}}
[[[[]]]]
[{},{}]
{"@type":"type.googleapis.com/google.protobuf.Empty"}
{"@type":"type.googleapis.com/google.protobuf.Empty","value":{}}
{"@type":"type.googleapis.com/google.protobuf.Duration","value":"1s"}
{"@type":"type.googleapis.com/google.protobuf.Duration","value":"1s","value":"1s"}
{"@type":"type.googleapis.com/google.protobuf.Duration"}
{"value":"1s","@type":"type.googleapis.com/google.protobuf.Duration"}
{"value":{"@type":"google.protobuf.Value","value":null},"@type":"google.protobuf.Any"}
{"@type":"google.protobuf.Any","value":{"@type":"google.protobuf.Any","value":{"@type":"google.protobuf.Any","value":{}}}}
{"@type":"jsontest.open.Scalars","aBool":true}
{"@type":"jsontest.open.Scalars","@type":"jsontest.open.Scalars"}
{"aBool":true,"@type":"jsontest.open.Scalars","nope":1}
{"@type":"jsontest.legacy.Required","name":"x"}
{"@type":"jsontest.plain.Book","name":"x"}
{"@type":"jsontest.open.Tree","children":[{"children":[{"label":"x"}]}],"any":{"@type":"jsontest.open.Tree","@type":""}}
{"@type":""}
{"@type":null}
{"@type":"nope"}
{"nope":1}
{"[jsontest.legacy.note]":"x"}
{"[jsontest.legacy.note]":null,"[jsontest.legacy.note]":"x"}
{"[jsontest.legacy.foreign]":"x"}
{"[jsontest.legacy.Required]":"x"}
{"[jsontest.legacy.nope]":"x"}
{"[]":1}
{"[":1}
{"part":{"label":"x"},"piece":[]}
{"Part":{"label":"x"}}
{"PART":{"label":"x"}}
`), "\n")

// mutate changes a document here and there, most often so that its structure
// stays.
func (r *filler) mutate(doc []byte) []byte {
	for range r.IntN(3) {
		toks := tokens(doc)
		if len(toks) == 0 {
			return doc
		}
		i := r.IntN(len(toks))
		switch r.IntN(10) {
		case 0: // any byte
			at := r.IntN(len(doc))
			doc = slices.Concat(doc[:at], []byte(pick(r, "", `"`, "\\", "{", "}", "[", "]", ",", ":", "0", "e", ".", "-", " ", "\n", "\x00", "\xff", "é")), doc[min(at+r.IntN(3), len(doc)):])
			continue
		case 1: // one token less
			toks = slices.Delete(toks, i, i+1)
		case 2: // one twice
			toks = slices.Insert(toks, i, toks[i])
		case 3: // two change places
			j := r.IntN(len(toks))
			toks[i], toks[j] = toks[j], toks[i]
		case 4: // white space
			toks = slices.Insert(toks, i, []byte(pick(r, " ", "\n\t", "\r", "\v", "\u00a0")))
		case 5: // a member more, known or not
			toks = r.member(toks, i)
		default: // another value
			toks[i] = []byte(pick(r, values...))
		}
		doc = bytes.Join(toks, nil)
	}
	return doc
}

// member puts a member behind the first brace from i on.
func (r *filler) member(toks [][]byte, i int) [][]byte {
	at := slices.IndexFunc(toks[i:], func(t []byte) bool { return string(t) == "{" })
	if at < 0 {
		return toks
	}
	at += i + 1
	names := [][]byte{[]byte(`"nope"`), []byte(`"@type"`), []byte(`"[jsontest.legacy.note]"`), []byte(`"name"`), []byte(`"a_string"`), []byte(`"aString"`), []byte(`"1"`), []byte(`"+1"`), []byte(`"true"`)}
	for j, t := range toks {
		if t[0] == '"' && j+1 < len(toks) && string(toks[j+1]) == ":" {
			names = append(names, t)
		}
	}
	more := [][]byte{pick(r, names...), []byte(":"), []byte(pick(r, values...))}
	if at < len(toks) && string(toks[at]) != "}" {
		more = append(more, []byte(","))
	}
	return slices.Insert(toks, at, more...)
}

// tokens takes a document apart; white space goes.
func tokens(doc []byte) [][]byte {
	var toks [][]byte
	for i := 0; i < len(doc); {
		start := i
		switch c := doc[i]; {
		case bytes.IndexByte([]byte("{}[],:"), c) >= 0:
			i++
		case c == '"':
			for i++; i < len(doc) && doc[i] != '"'; i++ {
				if doc[i] == '\\' {
					i++
				}
			}
			i = min(i+1, len(doc))
		case c <= ' ':
			i++
			continue
		default:
			for i < len(doc) && bytes.IndexByte([]byte("{}[],:\" \n"), doc[i]) < 0 {
				i++
			}
		}
		toks = append(toks, doc[start:i])
	}
	return toks
}
