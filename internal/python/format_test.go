package python_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/internal/python"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

func ExampleFormat() {
	v := &normalize.Verdict{Status: 404, Domain: "global", Reason: "notFound", Message: "No café."}
	fmt.Printf("%s\n%q\n", python.Format{}.ContentType(), python.Format{}.Append(nil, v))
	// Output:
	// application/json
	// "{\n \"error\": {\n  \"code\": 404, \n  \"errors\": [\n   {\n    \"domain\": \"global\", \n    \"message\": \"No caf\\u00e9.\", \n    \"reason\": \"notFound\"\n   }\n  ], \n  \"message\": \"No caf\\u00e9.\"\n }\n}"
}

func TestFormat(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		in   normalize.Verdict
		want string
	}{
		{
			"no message",
			normalize.Verdict{Status: 503, Domain: "global", Reason: "backendError"},
			"{\n \"error\": {\n  \"code\": 503, \n  \"errors\": [\n   {\n    \"domain\": \"global\", \n    \"message\": \"\", \n    \"reason\": \"backendError\"\n   }\n  ], \n  \"message\": \"\"\n }\n}",
		},
		{
			"one violation",
			normalize.Verdict{Status: 400, Domain: "global", Reason: "badRequest", Message: "M", Violations: []exceptions.Violation{
				{Location: "a[1]", LocationType: "parameter", Reason: "invalidParameter", Message: "m"}}},
			"{\n \"error\": {\n  \"code\": 400, \n  \"errors\": [\n   {\n    \"domain\": \"global\", \n    \"location\": \"a[1]\", \n    \"locationType\": \"parameter\", \n    \"message\": \"M\", \n    \"reason\": \"invalidParameter\"\n   }\n  ], \n  \"message\": \"M\"\n }\n}",
		},
		{
			"several violations",
			normalize.Verdict{Status: 400, Domain: "d", Reason: "badRequest", Message: "M", Violations: []exceptions.Violation{
				{Location: "a", LocationType: "body", Message: "m"}, {Message: "n", Reason: "r"}}},
			"{\n \"error\": {\n  \"code\": 400, \n  \"errors\": [\n   {\n    \"domain\": \"d\", \n    \"location\": \"a\", \n    \"locationType\": \"body\", \n    \"message\": \"m\", \n    \"reason\": \"badRequest\"\n   }, \n   {\n    \"domain\": \"d\", \n    \"message\": \"n\", \n    \"reason\": \"r\"\n   }\n  ], \n  \"message\": \"M\"\n }\n}",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := (python.Format{}).Append(nil, &tt.in); string(got) != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// FuzzFormat checks that every text of an exception makes valid JSON that
// gives the text back.
func FuzzFormat(f *testing.F) {
	f.Add("plain", "a[0]")
	f.Add("\xff\u2028\U0001f600\x00\"\\", "")
	f.Fuzz(func(t *testing.T, message, location string) {
		v := &normalize.Verdict{Status: 400, Domain: "global", Reason: "r", Message: message,
			Violations: []exceptions.Violation{{Location: location, LocationType: "parameter"}}}
		var got struct{ Error struct{ Message string } }
		if err := json.Unmarshal(python.Format{}.Append(nil, v), &got); err != nil {
			t.Fatal(err)
		}
		if want := string([]rune(message)); got.Error.Message != want {
			t.Errorf("message is %q, want %q", got.Error.Message, want)
		}
	})
}
