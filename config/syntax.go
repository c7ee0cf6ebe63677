package config

import (
	"bytes"
	"errors"
	"regexp"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// maxSyntax is how many syntax errors of one file are looked for; a file with more is no TOML.
const maxSyntax = 40

// lineStart matches a line that is certainly the beginning of an expression: a header or "key =".
var lineStart = regexp.MustCompile(`^[ \t]*(?:\[\[?[ \t]*[A-Za-z_][\w.-]*[ \t]*\]\]?[ \t\r]*(?:#.*)?$|[A-Za-z_][\w-]*[ \t]*=)`)

// brokenStart takes the name out of a line that could not be read.
var brokenStart = regexp.MustCompile(`^(\[{0,2})[ \t]*([A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*)`)

const quotesText = `text needs quotes, as in "text"; only numbers, true and false stand without`

// plain says in plain words what the parser's messages mean. The parser's own text is never shown,
// as it may hold a part of the line.
var plain = []struct{ part, text string }{
	{"expected newline", `the line should end here; is a quote, a comma or a "#" missing before this place?`},
	{"to close table name", `this name needs a closing "]"`},
	{"to close array table name", `this name needs a closing "]]"`},
	{"expected '=' after key", `"=" and a value should follow the key`},
	{"start of key", `a key cannot begin with this character`},
	{"after array value", `"," or "]" is missing in this list`},
	{"expected value but got", `there is a "," too much in this list`},
	{"array is incomplete", `this list is not closed: "]" is missing`},
	{"inline table is incomplete", `"}" is missing`},
	{"after inline table key-value", `"," or "}" is missing`},
	{"unexpected comma", `there is a "," too much within the braces`},
	{"not end of input", `a value is missing after "="`},
	{"U+000A", `a value is missing after "="`},
	{"U+000D", `a value is missing after "="`},
	{"start of value", quotesText},
	{"expected keyword", quotesText},
	{"expected key", `a key is missing here`},
	{"strings must be quoted", `text needs quotes, as in "20s"`},
	{"leading zeroes", `a number cannot begin with 0; text needs quotes`},
	{"cannot have new lines", `the closing quote is missing in this line`},
	{"unterminated", `the closing quote is missing`},
	{"not terminated", `text in triple quotes is not closed`},
	{"escape", `"\" has a meaning of its own between double quotes; put the text between single quotes: '\d+'`},
	{`need a character after \`, `"\" has a meaning of its own between double quotes; put the text between single quotes: '\d+'`},
	{"control characters", `an invisible control character stands here; take it out`},
	{"arriage return", `a lone carriage return stands here; take it out`},
	{"too many quotes", `there are too many quotes here`},
	{"nested", `lists or braces are nested far too deep`},
	{"number", `this is not a number; text needs quotes`},
	{"digit", `this is not a number; text needs quotes`},
}

// explain turns a parser's message into plain words.
func explain(message string) string {
	for _, p := range plain {
		if strings.Contains(message, p.part) {
			return p.text
		}
	}
	return "this cannot be read as TOML"
}

// recover notes a syntax error and returns the offset from which to go on. after is an offset in the
// last line that was read well, or the offset where reading began.
func (t *tree) recover(err error, after int) int {
	text := t.rep.text
	start := t.expressionStart(after)
	off := start
	var perr *unstable.ParserError
	if errors.As(err, &perr) {
		off = cap(text) - cap(perr.Highlight)
	}
	off = max(start, min(off, len(text)-1))
	what := explain(err.Error())
	switch first := t.rep.line(start); {
	case t.rep.line(off) > first && lineStart.Match(t.line(off)):
		t.rep.add(start, "what begins here does not end before line %d: a closing bracket is missing", t.rep.line(off))
	case strings.Contains(what, "not closed") || what == `"}" is missing`:
		t.rep.add(start, "what begins here does not end: %s", what)
	case t.rep.line(off) > first:
		t.rep.add(off, "%s (it belongs to what begins in line %d)", what, first)
	default:
		t.rep.add(off, "%s", what)
	}
	t.mark(start)
	next := lineEnd(text, off)
	if line := t.rep.lines[t.rep.line(off)-1]; line > start {
		next = line
	}
	for next < len(text) && !lineStart.Match(t.line(next)) {
		next = lineEnd(text, next)
	}
	return next
}

// line is the line in which off stands, without its end.
func (t *tree) line(off int) []byte {
	first := t.rep.lines[t.rep.line(off)-1]
	return bytes.TrimRight(t.rep.text[first:lineEnd(t.rep.text, first)], "\r\n")
}

// expressionStart is where the expression begins that follows the line in which after stands.
func (t *tree) expressionStart(after int) int {
	text := t.rep.text
	if after > t.base {
		after = lineEnd(text, after)
	}
	for after < len(text) {
		rest := bytes.TrimLeft(text[after:], " \t\r\n")
		after = len(text) - len(rest)
		if len(rest) == 0 || rest[0] != '#' {
			break
		}
		after = lineEnd(text, after)
	}
	return min(after, len(text)-1)
}

// mark notes what a broken line was about, so that its key is not called missing, and the keys below
// a broken header go where they belong.
func (t *tree) mark(start int) {
	t.here.damaged = true
	line := t.rep.text[start:lineEnd(t.rep.text, start)]
	m := brokenStart.FindSubmatchIndex(line)
	if m == nil {
		return
	}
	var steps []step
	for _, name := range strings.Split(string(line[m[4]:m[5]]), ".") {
		steps = append(steps, step{name, start + m[4]})
	}
	if brackets := m[3] - m[2]; brackets > 0 {
		t.here = t.open(steps, brackets == 2)
		t.here.damaged = true
		return
	}
	if last := steps[0]; len(steps) == 1 && t.here.find(last.key) == nil {
		t.here.put(last, &value{off: last.off})
	}
}
