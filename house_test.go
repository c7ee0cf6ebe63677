package newsvigil

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// floor says on which floor of the house a package stands. Imports point down only; packages of
// floors 0 to 2 never import their own floor.
var floor = map[string]int{
	"cmd/newsvigil": 5,
	"app":           4,
	"crawler":       3, "notify/slack": 3, "notify/page": 3, "eval": 3,
	"config": 2, "crawler/discover": 2, "crawler/extract": 2, "crawler/rhythm": 2, "classify": 2,
	"dedup": 2, "digest": 2, "notify": 2, "store": 2,
	"text": 1, "address": 1, "when": 1,
	".": 0, "news": 0, "seeds": 0, "internal/practice/outlets": 0, "internal/practice/slack": 0, "internal/practice/otherslack": 0,
	"internal/nodate": 0, "internal/noengine/urlfetch": 0,
}

// onlyIn names the rooms in which a library may be imported.
var onlyIn = map[string][]string{
	"github.com/gocolly/colly":     {"crawler"},
	"github.com/slack-go/slack":    {"notify/slack"},
	"github.com/gorilla/websocket": {"notify/slack"},
	"github.com/mattn/go-sqlite3":  {"store"},
	"github.com/robfig/cron":       {"app", "config"},
	"newsvigil/config":             {"app", "cmd/newsvigil"},
	"newsvigil/store":              {"app", "cmd/newsvigil"},
	"newsvigil/internal/practice/": {"cmd/newsvigil"},
	"newsvigil":                    {"app", "cmd/newsvigil"},
}

// testsMay names what only test files may import besides what their package may.
var testsMay = []string{"newsvigil/store", "newsvigil/internal/practice/"}

type goFile struct {
	path, room string
	test       bool
	tree       *ast.File
	set        *token.FileSet
	lines      int
}

// readHouse parses every Go file of the project. The files are read, rather than `go list` asked,
// because the test runner would cache the answer of the latter.
func readHouse(t *testing.T) []goFile {
	t.Helper()
	var files []goFile
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if path != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "var" || d.Name() == "bin") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		set := token.NewFileSet()
		tree, err := parser.ParseFile(set, path, data, parser.ParseComments)
		if err != nil {
			return err
		}
		files = append(files, goFile{
			path: filepath.ToSlash(path), room: filepath.ToSlash(filepath.Dir(path)),
			test: strings.HasSuffix(path, "_test.go"), tree: tree, set: set, lines: bytes.Count(data, []byte("\n")),
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 20 {
		t.Fatalf("only %d Go files found: is this the project's root?", len(files))
	}
	return files
}

func TestImportsPointDown(t *testing.T) {
	for _, f := range readHouse(t) {
		mine, ok := floor[f.room]
		if !ok {
			t.Errorf("%s: package %q has no place in DESIGN section 6; give it one in house_test.go and docs/design.md", f.path, f.room)
			continue
		}
		for _, spec := range f.tree.Imports {
			path, _ := strconv.Unquote(spec.Path.Value)
			if wrong := wrongImport(f, mine, path); wrong != "" {
				t.Errorf("%s: imports %s: %s", f.set.Position(spec.Pos()), path, wrong)
			}
		}
	}
}

func wrongImport(f goFile, mine int, path string) string {
	for prefix, rooms := range onlyIn {
		if path != prefix && !strings.HasPrefix(path, strings.TrimSuffix(prefix, "/")+"/") || prefix == "newsvigil" && path != prefix {
			continue
		}
		if f.test && allowedToTests(path) {
			continue
		}
		if !contains(rooms, f.room) {
			return fmt.Sprintf("only %s may", strings.Join(rooms, ", "))
		}
	}
	room, ours := strings.CutPrefix(path, "newsvigil/")
	if path == "newsvigil" {
		room, ours = ".", true
	}
	if !ours || f.test && (allowedToTests(path) || room == f.room) {
		return ""
	}
	theirs, ok := floor[room]
	switch {
	case !ok:
		return "a package without a place in the house"
	case theirs > mine:
		return fmt.Sprintf("floor %d stands above floor %d", theirs, mine)
	case theirs == mine && mine <= 2:
		return fmt.Sprintf("packages of floor %d never import their own floor", mine)
	}
	return ""
}

func allowedToTests(path string) bool {
	for _, p := range testsMay {
		if path == p || strings.HasSuffix(p, "/") && strings.HasPrefix(path, p) {
			return true
		}
	}
	return false
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

// TestImportRulesBite makes sure that the rules above reject what they must, so that a slip in them
// does not pass for a clean house.
func TestImportRulesBite(t *testing.T) {
	cases := []struct {
		room string
		test bool
		path string
		ok   bool
	}{
		{"crawler", false, "github.com/gocolly/colly/v2", true},
		{"store", false, "github.com/gocolly/colly/v2", false},
		{"store", false, "github.com/mattn/go-sqlite3", true},
		{"app", false, "github.com/mattn/go-sqlite3", false},
		{"config", false, "github.com/robfig/cron/v3", true},
		{"crawler", false, "github.com/robfig/cron/v3", false},
		{"crawler", false, "newsvigil/store", false},
		{"crawler", true, "newsvigil/store", true},
		{"app", false, "newsvigil/internal/practice/slack", false},
		{"notify", true, "newsvigil/internal/practice/slack", true},
		{"dedup", false, "newsvigil/digest", false},
		{"dedup", false, "newsvigil/text", true},
		{"text", false, "newsvigil/when", false},
		{"news", false, "newsvigil/text", false},
		{"crawler", false, "newsvigil/crawler/extract", true},
		{"crawler/extract", false, "newsvigil/crawler", false},
	}
	for _, c := range cases {
		got := wrongImport(goFile{room: c.room, test: c.test}, floor[c.room], c.path)
		if (got == "") != c.ok {
			t.Errorf("%s (test %v) importing %s: %q, want allowed %v", c.room, c.test, c.path, got, c.ok)
		}
	}
}

// TestNoForbiddenPlaces holds the names that DESIGN section 2 rules out.
func TestNoForbiddenPlaces(t *testing.T) {
	for _, dir := range []string{"pkg", "src", "util", "common", "helpers", "models", "mocks", "vendor"} {
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("the folder %s must not exist", dir)
		}
	}
	for _, f := range readHouse(t) {
		switch filepath.Base(f.path) {
		case "types.go", "utils.go", "interfaces.go":
			t.Errorf("%s: name the file after what is in it", f.path)
		}
	}
}

// topicWords are words of the shipped topic: a program for any topic has none of them in its code.
var topicWords = regexp.MustCompile(`(?i)north korea|pyongyang|\bdprk\b|kim jong|human rights|defector|북한|탈북|인권|평양`)

func TestNoTopicInCode(t *testing.T) {
	for _, f := range readHouse(t) {
		if f.test || strings.HasPrefix(f.room, "internal/practice/") {
			continue
		}
		ast.Inspect(f.tree, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if ok && topicWords.MatchString(lit.Value) {
				t.Errorf("%s: a word of a topic in the code: %s", f.set.Position(lit.Pos()), lit.Value)
			}
			return true
		})
	}
}

// TestSizes holds the bounds of DESIGN section 12.
func TestSizes(t *testing.T) {
	var long, all int
	for _, f := range readHouse(t) {
		if f.lines > 500 {
			t.Errorf("%s has %d lines; 500 is the most", f.path, f.lines)
		}
		if f.path == "cmd/newsvigil/main.go" && f.lines >= 60 {
			t.Errorf("main.go has %d lines; it stays under 60", f.lines)
		}
		if f.test {
			continue
		}
		for _, d := range f.tree.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			n := f.set.Position(fn.End()).Line - f.set.Position(fn.Pos()).Line + 1
			all++
			if n > 45 {
				long++
			}
			if n > 100 {
				t.Errorf("%s: %s has %d lines; 100 is the most", f.set.Position(fn.Pos()), fn.Name.Name, n)
			}
		}
	}
	if long*10 > all {
		t.Errorf("%d of %d functions are longer than 45 lines; nine in ten stay within", long, all)
	}
}

// TestDocumented holds that every package has a comment and every exported name a sentence.
func TestDocumented(t *testing.T) {
	packages := map[string]bool{}
	for _, f := range readHouse(t) {
		if f.test {
			continue
		}
		packages[f.room] = packages[f.room] || f.tree.Doc != nil
		for _, d := range f.tree.Decls {
			undocumented(t, f, d)
		}
	}
	for room, ok := range packages {
		if !ok {
			t.Errorf("package %s has no package comment", room)
		}
	}
}

func undocumented(t *testing.T, f goFile, d ast.Decl) {
	t.Helper()
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && d.Doc == nil && d.Recv == nil {
			t.Errorf("%s: %s has no comment", f.set.Position(d.Pos()), d.Name.Name)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			if ts, ok := s.(*ast.TypeSpec); ok && ts.Name.IsExported() && d.Doc == nil && ts.Doc == nil {
				t.Errorf("%s: %s has no comment", f.set.Position(ts.Pos()), ts.Name.Name)
			}
		}
	}
}

// TestNoInitAndNoMutableGlobals holds section 2: no init functions; package-level variables are
// errors, compiled patterns, tables and embedded files, none of which is assigned to.
func TestNoInitAndNoMutableGlobals(t *testing.T) {
	for _, f := range readHouse(t) {
		if f.test {
			continue
		}
		globals := map[string]bool{}
		for _, d := range f.tree.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name == "init" && fn.Recv == nil {
				t.Errorf("%s: an init function", f.set.Position(fn.Pos()))
			}
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.VAR {
				for _, s := range g.Specs {
					for _, n := range s.(*ast.ValueSpec).Names {
						globals[n.Name] = true
					}
				}
			}
		}
		ast.Inspect(f.tree, func(n ast.Node) bool {
			as, ok := n.(*ast.AssignStmt)
			if !ok || as.Tok == token.DEFINE {
				return true
			}
			for _, l := range as.Lhs {
				// id.Obj is resolved within the file: a local of the same name has another object.
				if id, ok := l.(*ast.Ident); ok && globals[id.Name] && id.Obj != nil && id.Obj == f.tree.Scope.Lookup(id.Name) {
					t.Errorf("%s: package-level %s is assigned to", f.set.Position(as.Pos()), id.Name)
				}
			}
			return true
		})
	}
}
