// Command protoc-gen-go-endpoints is a plugin of the protobuf compiler. It
// writes the Go code that joins services declared in proto files to package
// endpoints: for every service an interface, which the implementation fills,
// a function that registers it with an API, and a client that calls it.
//
// Install it and name it in buf.gen.yaml, beside protoc-gen-go, which writes
// the messages:
//
//	go install github.com/endpoints-frameworks/endpoints-go/cmd/protoc-gen-go-endpoints@latest
//
//	version: v2
//	plugins:
//	  - local: protoc-gen-go
//	    out: gen
//	    opt: paths=source_relative
//	  - local: protoc-gen-go-endpoints
//	    out: gen
//	    opt: paths=source_relative
//
// A message with the option endpoints.v1.exception becomes an error of Go: it
// gets methods in its own package. What it declares is checked, and so is what
// methods declare to throw.
//
// Every message gets JSON methods, in a file beside that of protoc-gen-go; so
// both plugins write to the same place. Package jsonpb uses them.
//
// Services go into a package of their own, a directory below the messages: for
// messages in package libraryv1 it is libraryv1endpoints. The options are those
// of every Go plugin (paths, module, M) and
//
//	package_suffix=endpoints   what is added to the messages' package name
//	json=false                 messages get no JSON methods (see package jsonpb)
//
// What the plugin cannot translate is an error that names the file and line;
// all errors of a run are reported together, and no code is written then.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"

	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"

	"github.com/endpoints-frameworks/endpoints-go/cmd/protoc-gen-go-endpoints/internal/jsongen"
)

func main() {
	if len(os.Args) == 2 {
		switch os.Args[1] {
		case "--version", "-version":
			fmt.Printf("%s %s\n", filepath.Base(os.Args[0]), version())
			return
		case "--help", "-help", "-h":
			fmt.Println("A plugin for buf and protoc; it reads its request from standard input. See\nhttps://pkg.go.dev/github.com/endpoints-frameworks/endpoints-go/cmd/protoc-gen-go-endpoints")
			return
		}
	}
	var opts options
	protogen.Options{ParamFunc: opts.flags().Set}.Run(opts.run)
}

// version returns the version of the module that the command was built from,
// "(devel)" if that is a work tree.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}

// options are the parameters of one run.
type options struct {
	// packageSuffix makes the name of the package for services out of that of
	// the messages' package.
	packageSuffix string
	// json says whether messages get JSON methods.
	json bool
}

func (o *options) flags() *flag.FlagSet {
	var set flag.FlagSet
	set.StringVar(&o.packageSuffix, "package_suffix", "endpoints", "what is added to the messages' package name")
	set.BoolVar(&o.json, "json", true, "whether messages get JSON methods")
	return &set
}

// A generator writes the code of one kind for one file. It reports what it
// cannot translate to problems, with the place, and goes on.
type generator func(p *protogen.Plugin, f *protogen.File, problems *problems)

// generators returns one generator for each kind of code. They may keep what
// they have seen of other files of the run.
func (o *options) generators() []generator {
	exceptions := new(declarations)
	services := newServices(o.packageSuffix, exceptions)
	all := []generator{
		exceptions.generate,
		services.generate,
		services.generateClients,
	}
	if o.json {
		all = append(all, func(p *protogen.Plugin, f *protogen.File, problems *problems) {
			jsongen.Generate(p, f, problems.add)
		})
	}
	return all
}

// run writes the code for all files of a request.
func (o *options) run(p *protogen.Plugin) error {
	p.SupportedFeatures = uint64(pluginpb.CodeGeneratorResponse_FEATURE_PROTO3_OPTIONAL |
		pluginpb.CodeGeneratorResponse_FEATURE_SUPPORTS_EDITIONS)
	p.SupportedEditionsMinimum = descriptorpb.Edition_EDITION_PROTO2
	p.SupportedEditionsMaximum = descriptorpb.Edition_EDITION_2023

	if err := checkPackageSuffix(o.packageSuffix); err != nil {
		return err
	}
	var all problems
	for _, generate := range o.generators() {
		for _, f := range p.Files {
			if f.Generate {
				generate(p, f, &all)
			}
		}
	}
	return all.err()
}
