package config

import (
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"
)

// Mistake is one thing that is wrong in a configuration file, at the place where it stands.
type Mistake struct {
	// File is the path as it was given.
	File string
	// Line and Col count from 1, columns in characters.
	Line, Col int
	// Text says what is wrong and what to write instead. It is one line, and never shows a secret.
	Text string
}

// String is "file:line:column: text", a form that editors can jump to.
func (m Mistake) String() string {
	return fmt.Sprintf("%s:%d:%d: %s", m.File, m.Line, m.Col, m.Text)
}

// Mistakes are all that is wrong in one file, in the order of the file. There is at least one.
type Mistakes []Mistake

// Error has one line a mistake.
func (ms Mistakes) Error() string {
	lines := make([]string, len(ms))
	for i, m := range ms {
		lines[i] = m.String()
	}
	return strings.Join(lines, "\n")
}

// report gathers mistakes by their byte offset while a file is read in several passes.
type report struct {
	file  string
	text  []byte
	lines []int // offset of the first byte of every line
	found []found
	// hopeless says that nothing can be read from the text.
	hopeless bool
}

type found struct {
	off  int
	text string
}

func newReport(file string, text []byte) *report {
	r := &report{file: file, text: text, lines: []int{0}}
	for i, c := range text {
		if c == '\n' {
			r.lines = append(r.lines, i+1)
		}
	}
	return r
}

// add notes a mistake at a byte offset of the text.
func (r *report) add(off int, format string, args ...any) {
	r.found = append(r.found, found{off, fmt.Sprintf(format, args...)})
}

// line is the number of the line in which an offset stands, from 1.
func (r *report) line(off int) int {
	return sort.Search(len(r.lines), func(i int) bool { return r.lines[i] > off })
}

func (r *report) column(off int) int {
	start := r.lines[r.line(off)-1]
	return utf8.RuneCount(r.text[start:min(off, len(r.text))]) + 1
}

// mistakes are all that was added, in file order, nothing twice; nil where nothing was added.
func (r *report) mistakes() *Mistakes {
	if len(r.found) == 0 {
		return nil
	}
	sort.SliceStable(r.found, func(i, j int) bool { return r.found[i].off < r.found[j].off })
	undecoded := map[int]bool{} // lines in which whatever else is wrong follows from the encoding
	for _, f := range r.found {
		if f.text == encodingText {
			undecoded[r.line(f.off)] = true
		}
	}
	seen := map[found]bool{}
	var ms Mistakes
	for _, f := range r.found {
		if seen[f] || undecoded[r.line(f.off)] && f.text != encodingText {
			continue
		}
		seen[f] = true
		ms = append(ms, Mistake{File: r.file, Line: r.line(f.off), Col: r.column(f.off), Text: f.text})
	}
	return &ms
}
