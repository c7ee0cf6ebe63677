package classify

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"newsvigil/news"
)

// Encode writes an exemplar as the TOML file that LoadExemplars reads. The terms are sorted and
// their keys quoted, so that a file made twice is the same file.
func Encode(e news.Exemplar) []byte {
	var b bytes.Buffer
	line := func(key, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s = %s\n", key, quote(value))
		}
	}
	line("title", e.Title)
	line("outlet", e.Outlet)
	line("url", e.URL)
	if len(e.Authors) > 0 {
		quoted := make([]string, len(e.Authors))
		for i, a := range e.Authors {
			quoted[i] = quote(a)
		}
		fmt.Fprintf(&b, "authors = [%s]\n", strings.Join(quoted, ", "))
	}
	line("published", e.Published)
	line("language", e.Language)
	line("about", e.About)
	b.WriteString("\n# How often each word and pair of neighbouring words stands in the body.\n[terms]\n")
	for _, term := range slices.Sorted(maps.Keys(e.Terms)) {
		fmt.Fprintf(&b, "%s = %d\n", quote(term), e.Terms[term])
	}
	return b.Bytes()
}

// quote writes a TOML basic string. Bytes that are not UTF-8, which no TOML file may hold, become
// replacement characters.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r < 0x20 || r == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// exemplarFile is the shape of an exemplar's TOML file. A file written by hand may give one author
// as a string, and a date without quotes.
type exemplarFile struct {
	Title     string         `toml:"title"`
	Outlet    string         `toml:"outlet"`
	URL       string         `toml:"url"`
	Author    string         `toml:"author"`
	Authors   []string       `toml:"authors"`
	Published any            `toml:"published"`
	Language  string         `toml:"language"`
	About     string         `toml:"about"`
	Terms     map[string]int `toml:"terms"`
}

// decode reads the file that Encode writes.
func decode(file string, data []byte) (news.Exemplar, error) {
	var f exemplarFile
	d := toml.NewDecoder(bytes.NewReader(data)).DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return news.Exemplar{}, tomlError(file, err)
	}
	published, ok := dateText(f.Published)
	switch {
	case !ok:
		return news.Exemplar{}, &SeedError{File: file, Problem: "published is neither a date nor a string", Hint: `write published = "2026-11-21", or leave the line out`}
	case strings.TrimSpace(f.Title) == "":
		return news.Exemplar{}, &SeedError{File: file, Problem: "no title", Hint: `add a line title = "…"`}
	case len(f.Terms) == 0:
		return news.Exemplar{}, &SeedError{File: file, Problem: "no terms", Hint: "make the file with `newsvigil seeds add`, or put the article's text into a .txt file instead"}
	}
	for _, term := range slices.Sorted(maps.Keys(f.Terms)) {
		if n := f.Terms[term]; n < 1 || n > maxCount {
			return news.Exemplar{}, &SeedError{File: file, Problem: fmt.Sprintf("the count of %s is %d", strconv.Quote(term), n), Hint: fmt.Sprintf("counts go from 1 to %d", maxCount)}
		}
	}
	if f.Author != "" && len(f.Authors) == 0 {
		f.Authors = []string{f.Author}
	}
	return news.Exemplar{
		Title: f.Title, Outlet: f.Outlet, URL: f.URL, Authors: f.Authors, Published: published,
		Language: f.Language, About: f.About, Terms: f.Terms, File: file,
	}, nil
}

// maxCount bounds the count of a term; no file of at most maxSeed bytes can hold a word more often.
const maxCount = maxSeed

func dateText(v any) (string, bool) {
	switch v := v.(type) {
	case nil:
		return "", true
	case string:
		return v, true
	case time.Time:
		return v.Format(time.RFC3339), true
	case toml.LocalDate, toml.LocalDateTime:
		return fmt.Sprint(v), true
	}
	return "", false
}

// tomlError names the place of a mistake. The library's own long form prints the source line; the
// short one is enough, and says nothing that an admin did not mean to show.
func tomlError(file string, err error) error {
	e := &SeedError{File: file, Problem: "not TOML: " + err.Error(), Hint: "mend the line, or make the file again with `newsvigil seeds add`", Err: err}
	var wrong *toml.DecodeError
	var unknown *toml.StrictMissingError
	switch {
	case errors.As(err, &unknown) && len(unknown.Errors) > 0:
		first := unknown.Errors[0]
		e.Line, e.Col = first.Position()
		e.Problem = fmt.Sprintf("unknown key %q", strings.Join(first.Key(), "."))
		e.Hint = "the keys are title, outlet, url, authors, published, language, about and the table [terms]"
	case errors.As(err, &wrong):
		e.Line, e.Col = wrong.Position()
		e.Problem = "not TOML: " + strings.TrimPrefix(wrong.Error(), "toml: ")
	}
	return e
}
