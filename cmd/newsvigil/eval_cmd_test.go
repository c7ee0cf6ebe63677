package main

import (
	"compress/gzip"
	"os"

	"github.com/rogpeppe/go-internal/testscript"
)

// pack FILE writes FILE.gz beside it.
func cmdPack(ts *testscript.TestScript, _ bool, args []string) {
	f, err := os.Create(ts.MkAbs(args[0] + ".gz"))
	ts.Check(err)
	zw := gzip.NewWriter(f)
	_, err = zw.Write([]byte(ts.ReadFile(args[0])))
	ts.Check(firstError(err, zw.Close(), f.Close()))
}

// append FILE OTHER writes the contents of OTHER behind those of FILE.
func cmdAppend(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(ts.ReadFile(args[0])+ts.ReadFile(args[1])), 0o600))
}
