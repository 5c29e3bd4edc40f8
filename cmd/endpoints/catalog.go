package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/endpoints-frameworks/endpoints-go/internal/catalog"
)

func newCatalog() *command {
	flags := flag.NewFlagSet("catalog", flag.ContinueOnError)
	policy := flags.String("policy", "frameworks", "the policy, by `name or file`")
	format := flags.String("format", "text", "text, markdown or json")
	all := flags.Bool("all", false, "list services that declare no exceptions, too")
	return &command{name: "catalog", arguments: "[file]", flags: flags,
		summary: "List the exceptions that methods declare, of this program or of a compiled descriptor set.",
		run: func(_ context.Context, out io.Writer, args []string) error {
			files := protoregistry.GlobalFiles
			switch len(args) {
			case 0:
			case 1:
				var err error
				if files, err = loadDescriptors(args[0]); err != nil {
					return err
				}
			default:
				return errUsage{fmt.Sprintf("unexpected argument %q", args[1])}
			}
			p, err := loadPolicy(*policy)
			if err != nil {
				return err
			}
			c, err := catalog.Of(files, p, *all)
			if err != nil {
				return err
			}
			switch *format {
			case "text":
				return c.WriteText(out)
			case "markdown":
				return c.WriteMarkdown(out)
			case "json":
				return c.WriteJSON(out)
			}
			return errUsage{fmt.Sprintf("-format is %q: write text, markdown or json", *format)}
		}}
}

// loadDescriptors reads a google.protobuf.FileDescriptorSet, as buf build
// --as-file-descriptor-set and protoc --descriptor_set_out --include_imports
// write it.
func loadDescriptors(file string) (*protoregistry.Files, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	set := new(descriptorpb.FileDescriptorSet)
	if err := proto.Unmarshal(data, set); err != nil {
		return nil, fmt.Errorf("%s is no descriptor set: %w", file, err)
	}
	files, err := protodesc.NewFiles(set)
	if err != nil {
		return nil, fmt.Errorf("%s: %w (was it written with its imports?)", file, err)
	}
	return files, nil
}
