package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"
)

// root is the root of the module, seen from this directory.
const root = "../.."

// protos returns the compiled protos that the tests translate: those of
// proto/library and of testdata/proto, with source positions and comments.
// `make generate` writes them anew.
func protos(t *testing.T) *descriptorpb.FileDescriptorSet {
	t.Helper()
	data, err := os.ReadFile("testdata/protos.binpb")
	if err != nil {
		t.Fatal(err)
	}
	set := new(descriptorpb.FileDescriptorSet)
	if err := proto.Unmarshal(data, set); err != nil {
		t.Fatal(err)
	}
	return set
}

// translate runs the plugin on files of set and returns what it answers.
func translate(t *testing.T, set *descriptorpb.FileDescriptorSet, parameter string, files ...string) *pluginpb.CodeGeneratorResponse {
	t.Helper()
	request := &pluginpb.CodeGeneratorRequest{
		FileToGenerate: files,
		Parameter:      proto.String(parameter),
		ProtoFile:      set.File,
	}
	var opts options
	plugin, err := protogen.Options{ParamFunc: opts.flags().Set}.New(request)
	if err != nil {
		t.Fatal(err)
	}
	if err := opts.run(plugin); err != nil {
		plugin.Error(err)
	}
	return plugin.Response()
}

// TestGenerated proves that the code that is checked in is the code that the
// plugin writes.
func TestGenerated(t *testing.T) {
	const module = "module=github.com/endpoints-frameworks/endpoints-go"
	tests := []struct {
		name      string
		parameter string
		dir       string // where the code is, below the root
		protos    []string
		want      []string // the files that are written
	}{
		{
			name:      "the library",
			parameter: "paths=source_relative",
			dir:       "gen",
			protos:    []string{"library/v1/exceptions.proto", "library/v1/library.proto", "library/v1/loans.proto"},
			want: []string{
				"library/v1/exceptions_exception.pb.go",
				"library/v1/libraryv1endpoints/library.endpoints.go",
				"library/v1/libraryv1endpoints/loans.endpoints.go",
				"library/v1/libraryv1endpoints/library.client.go",
				"library/v1/libraryv1endpoints/loans.client.go",
				"library/v1/exceptions_json.pb.go",
				"library/v1/library_json.pb.go",
				"library/v1/loans_json.pb.go",
			},
		},
		{
			name:      "several services, files and packages",
			parameter: module + "/cmd/protoc-gen-go-endpoints",
			dir:       "cmd/protoc-gen-go-endpoints",
			protos:    []string{"plugintest/good/request.proto", "plugintest/good/api.proto", "plugintest/good/more.proto"},
			want: []string{
				"internal/testpb/api/apiendpoints/api.endpoints.go",
				"internal/testpb/api/apiendpoints/more.endpoints.go",
				"internal/testpb/api/apiendpoints/api.client.go",
				"internal/testpb/api/apiendpoints/more.client.go",
				"internal/testpb/request/request_json.pb.go",
				"internal/testpb/api/api_json.pb.go",
				"internal/testpb/api/more_json.pb.go",
			},
		},
		{
			name:      "streams",
			parameter: module,
			dir:       ".",
			protos:    []string{"plugintest/good/stream.proto"},
			want: []string{
				"cmd/protoc-gen-go-endpoints/internal/testpb/stream/streamendpoints/stream.endpoints.go",
				"cmd/protoc-gen-go-endpoints/internal/testpb/stream/streamendpoints/stream.client.go",
				"cmd/protoc-gen-go-endpoints/internal/testpb/stream/stream_json.pb.go",
			},
		},
		{
			name:      "a service of streams alone, with names that clash",
			parameter: module,
			dir:       ".",
			protos:    []string{"plugintest/good/options.proto"},
			want: []string{
				"cmd/protoc-gen-go-endpoints/internal/testpb/options/optionsendpoints/options.endpoints.go",
				"cmd/protoc-gen-go-endpoints/internal/testpb/options/optionsendpoints/options.client.go",
				"cmd/protoc-gen-go-endpoints/internal/testpb/options/options_json.pb.go",
			},
		},
		{
			name:      "a service without methods",
			parameter: module,
			dir:       ".",
			protos:    []string{"plugintest/good/none.proto"},
			want:      []string{"cmd/protoc-gen-go-endpoints/internal/testpb/none/noneendpoints/none.endpoints.go"},
		},
		{
			name:      "exceptions",
			parameter: module + "/internal/exceptiontest",
			dir:       "internal/exceptiontest",
			protos:    []string{"exceptiontest/base/base.proto", "exceptiontest/lease/lease.proto", "exceptiontest/store/store.proto"},
			want: []string{
				"base/base_exception.pb.go",
				"lease/lease_exception.pb.go",
				"store/store_exception.pb.go",
				"store/storeendpoints/store.endpoints.go",
				"store/storeendpoints/store.client.go",
				"base/base_json.pb.go",
				"lease/lease_json.pb.go",
				"store/store_json.pb.go",
			},
		},
		{
			name:      "no services",
			parameter: module,
			dir:       ".",
			protos:    []string{"plugintest/good/request.proto"},
			want:      []string{"cmd/protoc-gen-go-endpoints/internal/testpb/request/request_json.pb.go"},
		},
		{
			name:      "no JSON methods",
			parameter: module + ",json=false",
			dir:       ".",
			protos:    []string{"plugintest/good/request.proto"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			response := translate(t, protos(t), tt.parameter, tt.protos...)
			if response.Error != nil {
				t.Fatal(response.GetError())
			}
			var written []string
			for _, f := range response.File {
				written = append(written, f.GetName())
				checked, err := os.ReadFile(filepath.Join(root, tt.dir, f.GetName()))
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(string(checked), f.GetContent()); diff != "" {
					t.Errorf("%s is not what the plugin writes; run make generate (-checked in +written):\n%s", f.GetName(), diff)
				}
			}
			if diff := cmp.Diff(tt.want, written); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFeatures(t *testing.T) {
	response := translate(t, protos(t), "paths=source_relative", "library/v1/library.proto")
	want := uint64(pluginpb.CodeGeneratorResponse_FEATURE_PROTO3_OPTIONAL | pluginpb.CodeGeneratorResponse_FEATURE_SUPPORTS_EDITIONS)
	if response.GetSupportedFeatures() != want {
		t.Errorf("features = %b, want %b", response.GetSupportedFeatures(), want)
	}
	if got := descriptorpb.Edition(response.GetMaximumEdition()); got != descriptorpb.Edition_EDITION_2023 {
		t.Errorf("newest edition = %v", got)
	}
}

func TestPackageSuffix(t *testing.T) {
	response := translate(t, protos(t), "paths=source_relative,package_suffix=_rest", "library/v1/exceptions.proto", "library/v1/library.proto")
	if response.Error != nil {
		t.Fatal(response.GetError())
	}
	if got, want := response.File[1].GetName(), "library/v1/libraryv1_rest/library.endpoints.go"; got != want {
		t.Errorf("file = %s, want %s", got, want)
	}
	if content := response.File[1].GetContent(); !strings.Contains(content, "\npackage libraryv1_rest\n") {
		t.Errorf("package clause is not that of libraryv1_rest:\n%.300s", content)
	}
}

func TestErrors(t *testing.T) {
	tests := []struct {
		name      string
		parameter string
		protos    []string
		want      string
	}{
		{
			name:   "names of streams that clash",
			protos: []string{"plugintest/bad/clash_stream.proto"},
			want:   `plugintest/bad/clash_stream.proto:14:3: rpc C: its Go name ABCStream is also that of rpc plugintest.bad.clash.stream.A.BC (plugintest/bad/clash_stream.proto:10:3)`,
		},
		{
			name:   "names of clients that clash",
			protos: []string{"plugintest/bad/clash_client.proto"},
			want:   `plugintest/bad/clash_client.proto:12:1: service NewShelf: its Go name NewShelfClient is also that of service plugintest.bad.clash.client.Shelf (plugintest/bad/clash_client.proto:8:1)`,
		},
		{
			name:   "names that clash in Go",
			protos: []string{"plugintest/bad/clash.proto", "plugintest/bad/clash_other.proto"},
			want: `plugintest/bad/clash.proto:11:3: rpc A.get_thing: its Go name GetThing is also that of rpc GetThing (plugintest/bad/clash.proto:10:3)
plugintest/bad/clash.proto:14:1: service a: its Go name AServer is also that of service plugintest.bad.clash.A (plugintest/bad/clash.proto:9:1)
plugintest/bad/clash.proto:14:1: service a: its Go name RegisterA is also that of service plugintest.bad.clash.A (plugintest/bad/clash.proto:9:1)
plugintest/bad/clash.proto:18:1: service XServer: its Go name RegisterXServer is also that of service plugintest.bad.clash.RegisterX (plugintest/bad/clash.proto:17:1)
plugintest/bad/clash_other.proto:7:1: service A: its Go name AServer is also that of service plugintest.bad.clash.A (plugintest/bad/clash.proto:9:1)
plugintest/bad/clash_other.proto:7:1: service A: its Go name RegisterA is also that of service plugintest.bad.clash.A (plugintest/bad/clash.proto:9:1)`,
		},
		{
			name:      "an empty suffix",
			parameter: ",package_suffix=",
			protos:    []string{"library/v1/library.proto"},
			want:      `package_suffix is "": write one or more lower-case letters, digits or underscores`,
		},
		{
			name:      "a suffix that is no name",
			parameter: ",package_suffix=/x",
			protos:    []string{"library/v1/library.proto"},
			want:      `package_suffix is "/x": write one or more lower-case letters, digits or underscores`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			response := translate(t, protos(t), "paths=source_relative"+tt.parameter, tt.protos...)
			if diff := cmp.Diff(tt.want, response.GetError()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if len(response.File) != 0 {
				t.Errorf("%d files beside the error", len(response.File))
			}
		})
	}
}

// TestNoSourcePositions translates a request as protoc makes it for files that
// it has only descriptors of.
func TestNoSourcePositions(t *testing.T) {
	set := protos(t)
	for _, f := range set.File {
		f.SourceCodeInfo = nil
	}
	response := translate(t, set, "paths=source_relative", "plugintest/bad/clash.proto")
	want := `plugintest/bad/clash.proto: rpc A.get_thing: its Go name GetThing is also that of rpc GetThing (plugintest/bad/clash.proto)`
	if got, _, _ := strings.Cut(response.GetError(), "\n"); got != want {
		t.Errorf("error = %q, want %q", got, want)
	}
}

// TestParameters proves that an option that does not exist is refused.
func TestParameters(t *testing.T) {
	var opts options
	request := &pluginpb.CodeGeneratorRequest{Parameter: proto.String("package_sufix=x"), ProtoFile: protos(t).File}
	_, err := protogen.Options{ParamFunc: opts.flags().Set}.New(request)
	if err == nil || !strings.Contains(err.Error(), "package_sufix") {
		t.Errorf("error = %v, want one that names package_sufix", err)
	}
}

// TestEveryTestProto proves that the compiled protos are not older than the
// sources beside them: all files are there, and no others.
func TestEveryTestProto(t *testing.T) {
	compiled := make(map[string]bool)
	for _, f := range protos(t).File {
		if strings.HasPrefix(f.GetName(), "plugintest/") {
			compiled[f.GetName()] = true
		}
	}
	sources, err := filepath.Glob("testdata/proto/plugintest/*/*.proto")
	if err != nil {
		t.Fatal(err)
	}
	for i := range sources {
		sources[i] = strings.TrimPrefix(filepath.ToSlash(sources[i]), "testdata/proto/")
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(sources)), slices.Sorted(maps.Keys(compiled))); diff != "" {
		t.Errorf("testdata/protos.binpb is not up to date; run make generate (-sources +compiled):\n%s", diff)
	}
}
