package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"newsvigil/app"
)

type exportCmd struct {
	Since string `default:"30d" placeholder:"30d" help:"Pieces read since then: a time back such as 30d or 12h, or a day such as 2026-11-01."`
	JSON  bool   `name:"json" help:"JSON lines in place of CSV."`
}

// Run prints a row per article and topic as it reads them, beside a running daemon.
func (c *exportCmd) Run(e *env) error {
	a, err := e.open(app.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer a.Close()
	since, err := a.Since(c.Since)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(e.out, 1<<16)
	form := csvRows
	if c.JSON {
		form = jsonRows
	}
	write, finish := form(out)
	rows := 0
	err = a.Export(e.ctx, since, func(x app.Exported) error {
		rows++
		return write(x)
	})
	if err == nil {
		err = finish()
	}
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	if rows == 0 {
		fmt.Fprintf(e.err, "newsvigil: no piece was read since %s.\n", since.In(a.Zone()).Format("Mon 2 Jan 2006 15:04 MST"))
	}
	return nil
}

// jsonRows writes a JSON line per row.
func jsonRows(out io.Writer) (write func(app.Exported) error, finish func() error) {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	return func(x app.Exported) error { return enc.Encode(x) }, func() error { return nil }
}

// exportHead are the columns; those of the JSON lines have the same names.
var exportHead = []string{"id", "url", "canonical", "source", "title", "authors", "published", "fetched", "language",
	"topic", "score", "grade", "relevant", "story", "relation", "digest", "posted"}

// csvRows writes RFC 4180 with a byte order mark, without which spreadsheets take UTF-8 for something else.
func csvRows(out io.Writer) (write func(app.Exported) error, finish func() error) {
	w := csv.NewWriter(out)
	w.UseCRLF = true // RFC 4180 section 2.1
	_, err := io.WriteString(out, "\ufeff")
	if err == nil {
		err = w.Write(exportHead)
	}
	write = func(x app.Exported) error {
		if err != nil {
			return err
		}
		return w.Write(csvRow(x))
	}
	return write, func() error {
		w.Flush()
		if err != nil {
			return err
		}
		return w.Error()
	}
}

// csvRow keeps our own numbers as they are, so that a spreadsheet can reckon with them; whatever comes
// from outside is text.
func csvRow(x app.Exported) []string {
	return []string{
		strconv.FormatInt(x.ID, 10), inert(x.URL), inert(x.Canonical), inert(x.Source), inert(x.Title),
		inert(strings.Join(x.Authors, "; ")), orEmpty(x.Published), orEmpty(x.Fetched), inert(orEmpty(x.Language)),
		inert(x.Topic), strconv.FormatFloat(x.Score, 'f', -1, 64), inert(string(x.Grade)), strconv.FormatBool(x.Relevant),
		strconv.FormatInt(x.Story, 10), inert(string(x.Relation)), inert(orEmpty(x.Digest)), orEmpty(x.Posted),
	}
}

// inert keeps a spreadsheet from taking a text for a formula: an apostrophe goes before one that begins
// with = + - @, or with what some programs drop or read as such a sign (spaces, controls, the wide
// forms of East Asian keyboards).
func inert(s string) string {
	begins := strings.TrimLeftFunc(s, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) })
	if begins != s && strings.ContainsAny(s[:len(s)-len(begins)], "\t\r\n") || strings.IndexAny(begins, "=+-@＝＋－＠") == 0 {
		return "'" + s
	}
	return s
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
