package config

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/pelletier/go-toml/v2"
	"pgregory.net/rapid"
)

// minimal is the shortest file without a mistake.
const minimal = `[[topic]]
name = "Whales"
digest = ["0 8 * * *"]
[[source]]
name = "Harbour Post"
home = "https://harbour.example/"
`

// checkMistakes holds for whatever is parsed: an error names places, is on one line each, in order.
func checkMistakes(t interface{ Fatalf(string, ...any) }, data []byte) *Config {
	c, err := Parse("config.toml", data)
	if err == nil {
		return c
	}
	var ms *Mistakes
	if !errors.As(err, &ms) || len(*ms) == 0 || c != nil {
		t.Fatalf("error %v with %v, want *Mistakes alone", err, c)
	}
	last := Mistake{Line: 1, Col: 1}
	for _, m := range *ms {
		if m.Line < last.Line || m.Line == last.Line && m.Col < last.Col || m.Col < 1 || m.Text == "" {
			t.Fatalf("%v comes after %v", m, last)
		}
		if strings.ContainsFunc(m.Text, unicode.IsControl) {
			t.Fatalf("a control character in %q", m.Text)
		}
		last = m
	}
	return nil
}

// FuzzParse looks for panics, endless loops and mistakes without a place. A file that is accepted
// must be TOML to the library's strict reader as well.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/mistakes/*.toml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range append(files, "testdata/shape.toml") {
		f.Add(readFile(f, file))
	}
	f.Add([]byte(minimal))
	f.Add([]byte("crawl.delay = '1s'\n[dedup]\n" + minimal + "select.remove = ['p']\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if checkMistakes(t, data) == nil {
			return
		}
		var any map[string]any
		if err := toml.Unmarshal(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), &any); err != nil {
			t.Fatalf("accepted, but no TOML: %v", err)
		}
	})
}

// TestTruncated cuts the shipped file after every byte, as a full disk or a lost connection would.
// Reading all that stands before every cut takes a minute, so most cuts see the last lines only.
func TestTruncated(t *testing.T) {
	t.Parallel()
	data := readFile(t, "../config.toml")
	for n := range data {
		start := 0
		if n%1009 != 0 {
			start = 1 + bytes.LastIndexByte(data[:max(0, n-300)], '\n')
		}
		checkMistakes(t, data[start:n])
	}
}

// TestNoSecretShown puts a token at any place of a file: no message may show it.
func TestNoSecretShown(t *testing.T) {
	t.Parallel()
	const tail = "4f9c2d7ab31e"
	data := readFile(t, "testdata/shape.toml")
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.IntRange(0, len(data)).Draw(t, "at")
		secret := rapid.SampledFrom([]string{
			"xoxb-1234-" + tail, "xoxp-1234-" + tail, "xapp-1-A-" + tail, "xoxe.xoxp-1-" + tail,
			"https://hooks.slack.com/services/T0/B0/" + tail, "HTTPS://HOOKS.SLACK.COM/services/" + tail,
			"\"xoxb-1-" + tail + "\"", "'xoxb-1-" + tail + "'\n", "token = \"xoxb-1-" + tail + "\"\n",
		}).Draw(t, "secret")
		_, err := Parse("config.toml", []byte(string(data[:at])+secret+string(data[at:])))
		if err != nil && strings.Contains(err.Error(), tail) {
			t.Fatalf("shown: %v", err)
		}
	})
}

// TestLineEnds gives the mistakes at the same places to files with a byte order mark or the line
// ends of Windows.
func TestLineEnds(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/mistakes/*.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		data := readFile(t, file)
		if strings.HasSuffix(file, "utf16.toml") {
			continue
		}
		_, want := Parse("config.toml", data)
		for name, in := range map[string][]byte{
			"BOM":  append([]byte("\xef\xbb\xbf"), data...),
			"CRLF": bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n")),
		} {
			_, got := Parse("config.toml", in)
			if want == nil || got == nil {
				t.Fatalf("%s with %s: got %v, want %v", file, name, got, want)
			}
			if diff := cmp.Diff(want.Error(), got.Error()); diff != "" {
				t.Errorf("%s with %s:\n%s", file, name, diff)
			}
		}
	}
	parse(t, []byte("\xef\xbb\xbf"+strings.ReplaceAll(minimal, "\n", "\r\n")))
}

// TestColumns counts characters, as editors do, not bytes.
func TestColumns(t *testing.T) {
	t.Parallel()
	_, err := Parse("config.toml", []byte(strings.Replace(minimal, "digest", `never_match = ["고래", "*바다"]`+"\ndigest", 1)))
	want := `config.toml:3:22: never_match: "*바다" has a * that is not at its end; a * can only end a stem`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestForms writes one setting in each way that TOML allows.
func TestForms(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		"[crawl]\ndelay = '5s'\n" + minimal,
		"crawl.delay = \"5s\"\n" + minimal,
		"crawl = { delay = \"5s\" }\n" + minimal,
		"\"crawl\".'delay' = \"\"\"5s\"\"\"\n" + minimal,
		minimal + "[crawl]\ndelay = \"\\u0035s\"\n",
	} {
		if c := parse(t, []byte(in)); c.Crawler.Delay.Seconds() != 5 {
			t.Errorf("%q: the delay is %v", in, c.Crawler.Delay)
		}
	}
	inline := `topic = [{ name = "Whales", digest = [], facet = [{ name = "sea", any = ["sea"] }] }]` + "\n"
	c := parse(t, []byte(inline+minimal[strings.Index(minimal, "[[source]]"):]))
	if len(c.Topics) != 1 || len(c.Topics[0].Facets) != 1 {
		t.Errorf("read as %+v", c.Topics)
	}
}

// TestDeep makes sure that a hostile file costs neither the stack nor minutes.
func TestDeep(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		strings.Repeat("[", 100_000), "a = " + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000),
		"a = " + strings.Repeat("{b = ", 9_000) + "1" + strings.Repeat("}", 9_000),
		strings.Repeat("a.", 50_000) + "b = 1", strings.Repeat("[a]\n", 50_000), strings.Repeat("[[topic]]\n", 20_000),
		strings.Repeat("= \n", 100_000), strings.Repeat("\xff", 1<<20),
	} {
		checkMistakes(t, []byte(in))
	}
}

func TestMistakesAreAnError(t *testing.T) {
	t.Parallel()
	_, err := Parse(filepath.Join("etc", "watch.toml"), nil)
	var ms *Mistakes
	if !errors.As(err, &ms) {
		t.Fatalf("%T is no *Mistakes", err)
	}
	want := Mistake{File: filepath.Join("etc", "watch.toml"), Line: 1, Col: 1, Text: (*ms)[0].Text}
	if (*ms)[0] != want || !strings.HasPrefix(err.Error(), want.File+":1:1: no topic") {
		t.Errorf("got %+v", (*ms)[0])
	}
}

// TestTreeAgrees puts headers and keys in every order of three: what stands there twice must be
// noted exactly where the library's own reader refuses the file.
func TestTreeAgrees(t *testing.T) {
	t.Parallel()
	lines := []string{
		"", "[a]", "[b]", "[a.b]", "[a.b.a]", "[[a]]", "[[a.b]]", "[[a.b.a]]", "a = 1", "b = 1", "a.b = 1", "b.a = 1", "a.b.a = 1",
		"a = {}", "a = {b = 1}", "a = {b.a = 1}", "a = {b = {a = 1}}", "a.b = {a = 1}", "b.a = {}", "a = [{b = 1}]", "a.b = [{a = 1}]",
		"a = {b = 1, b.a = 1}", "b.b = {a.b = 1, a.a = 1}",
	}
	for _, first := range lines {
		for _, second := range lines {
			for _, third := range lines {
				in := first + "\n" + second + "\n" + third
				rep := clean("config.toml", []byte(in))
				parseTree(rep)
				var any map[string]any
				if err := toml.Unmarshal([]byte(in), &any); (err == nil) != (len(rep.found) == 0) {
					t.Fatalf("%s\nthe library says %v, the tree %v", in, err, rep.mistakes())
				}
			}
		}
	}
}
