// Command release lays a module out as a file-system module proxy does, so that
// a version can be tried out before it is published:
//
//	go run . -proxy DIR -version v0.0.0-ci -dir TREE
//
// TREE is a copy of the module's files as they are committed. The go command
// reads the result with GOPROXY=file://DIR.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

func main() {
	proxy := flag.String("proxy", "", "directory of the proxy")
	version := flag.String("version", "", "version of the module")
	dir := flag.String("dir", "", "directory of the module")
	flag.Parse()
	if err := publish(*proxy, *version, *dir); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// publish writes the files for one version of the module in dir: the zip by the
// rules of the go command, go.mod, and what the version is.
func publish(proxy, version, dir string) error {
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return err
	}
	m := module.Version{Path: modfile.ModulePath(mod), Version: version}
	if err := module.Check(m.Path, m.Version); err != nil {
		return err
	}
	escaped, err := module.EscapePath(m.Path)
	if err != nil {
		return err
	}
	files := filepath.Join(proxy, filepath.FromSlash(escaped), "@v")
	if err := os.MkdirAll(files, 0o777); err != nil {
		return err
	}
	info := fmt.Sprintf(`{"Version":%q,"Time":"2006-01-02T15:04:05Z"}`, version)
	list, err := os.OpenFile(filepath.Join(files, "list"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(list, version)
	return errors.Join(err, list.Close(),
		os.WriteFile(filepath.Join(files, version+".info"), []byte(info), 0o666),
		os.WriteFile(filepath.Join(files, version+".mod"), mod, 0o666),
		writeZip(filepath.Join(files, version+".zip"), m, dir))
}

func writeZip(name string, m module.Version, dir string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(zip.CreateFromDir(f, m, dir), f.Close())
}
