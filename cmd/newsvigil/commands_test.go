package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/rogpeppe/go-internal/testscript"
)

// cmdExits runs a command that must end with the given exit code: exits 2 newsvigil check --al
func cmdExits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
	if s := ts.ReadFile("stdout") + ts.ReadFile("stderr"); strings.Contains(s, "panic") || strings.Contains(s, "stumbled") || strings.Contains(s, "goroutine ") {
		ts.Fatalf("a stack in the answer")
	}
}

// cmdAnswers is exits within this process, which saves the start of another one: for what needs no
// folder of its own. The configuration is found where the script is: answers 2 newsvigil -c a.toml once
func cmdAnswers(ts *testscript.TestScript, _ bool, args []string) {
	line := slices.Clone(args[2:])
	for i := range line {
		if i > 0 && line[i-1] == "-c" {
			line[i] = ts.MkAbs(line[i])
		}
	}
	got := execute(context.Background(), line, world{out: ts.Stdout(), err: ts.Stderr(), getenv: func(name string) (string, bool) {
		v := ts.Getenv(name)
		return v, v != ""
	}})
	if fmt.Sprint(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}

// cmdHeld waits until a newsvigil holds the data folder: held DIR. What runs in the background has no
// other sign that a script could wait for.
func cmdHeld(ts *testscript.TestScript, _ bool, args []string) {
	lock := filepath.Join(ts.MkAbs(args[0]), "newsvigil.lock")
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if pid, err := os.ReadFile(lock); err == nil && len(pid) > 0 {
			return
		}
	}
	ts.Fatalf("nobody took %s", lock)
}

// cmdPieceAt puts the address of a practice piece into an environment variable: piece-at NAME PIECE.
// With the name of an outlet in place of the piece it is that of its home page.
func cmdPieceAt(ts *testscript.TestScript, _ bool, args []string) {
	for _, o := range of(ts).outlets.Outlets() {
		if o.Name == args[1] {
			ts.Setenv(args[0], o.Home)
			return
		}
	}
	for _, p := range of(ts).outlets.Pieces() {
		if p.ID == args[1] {
			ts.Setenv(args[0], p.URL)
			return
		}
	}
	ts.Fatalf("there is neither piece nor outlet %s", args[1])
}

// cmdUnwatch takes an outlet's block out of a configuration: unwatch FILE OUTLET
func cmdUnwatch(ts *testscript.TestScript, _ bool, args []string) {
	blocks := strings.Split(ts.ReadFile(args[0]), "\n[[source]]\n")
	kept := blocks[:1]
	for _, b := range blocks[1:] {
		if !strings.HasPrefix(b, "name = "+strconv.Quote(args[1])+"\n") {
			kept = append(kept, b)
		}
	}
	if len(kept) != len(blocks)-1 {
		ts.Fatalf("%d blocks of %d are left", len(kept), len(blocks))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Join(kept, "\n[[source]]\n")), 0o600))
}

// cmdBlock appends the [[source]] that the last command printed to a configuration: block FILE
func cmdBlock(ts *testscript.TestScript, _ bool, args []string) {
	out := ts.ReadFile("stdout")
	from := strings.Index(out, "[[source]]\n")
	if from < 0 {
		ts.Fatalf("no [[source]] was printed")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(ts.ReadFile(args[0])+"\n"+out[from:]), 0o600))
}

// cmdDamage overwrites the middle of a file, as a bad disk would: damage FILE
func cmdDamage(ts *testscript.TestScript, _ bool, args []string) {
	name := ts.MkAbs(args[0])
	data, err := os.ReadFile(name)
	ts.Check(err)
	for i := 4096; i < len(data)-4096; i++ {
		data[i] = byte(i * 7)
	}
	ts.Check(os.WriteFile(name, data, 0o600))
}

// TestEveryCommandHasScripts holds that each command the program knows is run by a testscript, by
// itself and with wrong usage.
func TestEveryCommandHasScripts(t *testing.T) {
	t.Parallel()
	parser, err := kong.New(&cli{})
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("testdata/script/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal(err, files)
	}
	var lines []string
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		script, _, _ := strings.Cut(string(data), "\n-- ") // what follows are files
		lines = append(lines, strings.Split(script, "\n")...)
	}
	for _, leaf := range parser.Model.Leaves(true) {
		path := strings.Fields(leaf.FullPath())[1:]
		// list is what `seeds` does by itself.
		words := strings.ReplaceAll(regexp.QuoteMeta(strings.Join(path, " ")), " list", "(?: list)?")
		runs := regexp.MustCompile(`^(?:(?:exits|answers) [03] )?newsvigil (?:-c \S+ )?` + words + `(?: |$)`)
		wrong := regexp.MustCompile(`^(?:exits|answers) 2 newsvigil (?:-c \S+ )?` + words + `(?: |$)`)
		if !anyMatch(lines, runs) {
			t.Errorf("no testscript runs `newsvigil %s`", strings.Join(path, " "))
		}
		if !anyMatch(lines, wrong) {
			t.Errorf("no testscript tries wrong usage: exits 2 newsvigil %s …", strings.Join(path, " "))
		}
	}
}

func anyMatch(lines []string, re *regexp.Regexp) bool {
	for _, l := range lines {
		if re.MatchString(l) {
			return true
		}
	}
	return false
}

// cmdSameRows checks that a CSV file and a file of JSON lines hold the same rows and columns:
// same-rows FILE.csv FILE.jsonl. Formulas that were made inert may differ by their apostrophe.
func cmdSameRows(ts *testscript.TestScript, _ bool, args []string) {
	body, marked := strings.CutPrefix(ts.ReadFile(args[0]), "\ufeff")
	if !marked {
		ts.Fatalf("%s has no byte order mark", args[0])
	}
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	ts.Check(err)
	lines := strings.Split(strings.TrimSpace(ts.ReadFile(args[1])), "\n")
	if len(rows) != len(lines)+1 || len(lines) < 10 {
		ts.Fatalf("%d rows and %d lines", len(rows)-1, len(lines))
	}
	for i, l := range lines {
		var values map[string]any
		d := json.NewDecoder(strings.NewReader(l))
		d.UseNumber()
		ts.Check(d.Decode(&values))
		for k, name := range rows[0] {
			if got, want := strings.TrimPrefix(rows[i+1][k], "'"), plainText(values[name]); got != want {
				ts.Fatalf("row %d, %s: %q in the CSV, %q in the JSON", i+1, name, got, want)
			}
		}
	}
}

func plainText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case []any:
		parts := make([]string, len(v))
		for i, p := range v {
			parts[i] = plainText(p)
		}
		return strings.Join(parts, "; ")
	}
	return fmt.Sprint(v)
}

// snake is what the keys of all JSON look like.
var snake = regexp.MustCompile(`^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$`)

// cmdKeys checks that standard output is JSON lines whose keys, at any depth, are in snake_case.
func cmdKeys(ts *testscript.TestScript, _ bool, _ []string) {
	for _, l := range strings.Split(strings.TrimSpace(ts.ReadFile("stdout")), "\n") {
		var v any
		if err := json.Unmarshal([]byte(l), &v); err != nil {
			ts.Fatalf("%v: %s", err, l)
		}
		if _, ok := v.(map[string]any); !ok {
			ts.Fatalf("no object: %s", l)
		}
		if key := oddKey(v); key != "" {
			ts.Fatalf("the key %q is not in snake_case: %s", key, l)
		}
	}
}

func oddKey(v any) string {
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			if !snake.MatchString(key) {
				return key
			}
			if odd := oddKey(inner); odd != "" {
				return odd
			}
		}
	case []any:
		for _, inner := range v {
			if odd := oddKey(inner); odd != "" {
				return odd
			}
		}
	}
	return ""
}
