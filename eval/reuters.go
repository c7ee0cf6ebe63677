package eval

import (
	"cmp"
	"errors"
	"fmt"
	"html"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"newsvigil/news"
)

// reutersFiles are the SGML files of the collection Reuters-21578.
const reutersFiles = "reut2-*.sgm"

// wireStory is one document of Reuters-21578.
type wireStory struct {
	article        news.Article
	topics, places []string
	// indexed says that an indexer looked at the story, so that a missing tag says something.
	indexed bool
}

// has reports whether the indexers gave the story this topic and, unless it is "", this place.
func (s wireStory) has(topic, place string) bool {
	return slices.Contains(s.topics, topic) && (place == "" || slices.Contains(s.places, place))
}

// readReuters reads the stories of Reuters-21578 in order of time that an indexer looked at (their
// attribute TOPICS is YES), because a missing tag says nothing elsewhere. Its error is that of
// readReutersWhole.
func readReuters(dir string) ([]wireStory, error) {
	all, err := readReutersWhole(dir)
	return slices.DeleteFunc(all, func(s wireStory) bool { return !s.indexed }), err
}

// readReutersWhole reads all stories of Reuters-21578 in order of time. Left out are those without a
// text, which are headlines alone. The error wraps fs.ErrNotExist where the folder holds no file of the
// collection.
func readReutersWhole(dir string) ([]wireStory, error) {
	files, err := filepath.Glob(filepath.Join(dir, reutersFiles))
	if err == nil && len(files) == 0 {
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, fmt.Errorf("look for %s in %s: %w", reutersFiles, dir, err)
	}
	var all []wireStory
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read the stories of Reuters: %w", err)
		}
		stories, err := parseReuters(latin1(data))
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
		all = append(all, stories...)
	}
	slices.SortStableFunc(all, func(a, b wireStory) int {
		return cmp.Or(a.article.Fetched.Compare(b.article.Fetched), cmp.Compare(a.article.ID, b.article.ID))
	})
	return all, nil
}

// latin1 decodes the collection's charset.
func latin1(data []byte) string {
	runes := make([]rune, len(data))
	for i, b := range data {
		runes[i] = rune(b)
	}
	return string(runes)
}

// The files are regular enough to be read by patterns; the README of the collection describes them.
var (
	sgmlStory  = regexp.MustCompile(`(?s)<REUTERS ([^>]*)>(.*?)</REUTERS>`)
	sgmlNumber = regexp.MustCompile(`NEWID="(\d+)"`)
	sgmlDate   = regexp.MustCompile(`<DATE>\s*(\d{1,2}-[A-Z]{3}-\d{4}) +(\d\d:\d\d:\d\d)?`)
	sgmlTag    = regexp.MustCompile(`<D>([^<]*)</D>`)
)

func parseReuters(sgml string) ([]wireStory, error) {
	var out []wireStory
	for _, m := range sgmlStory.FindAllStringSubmatch(sgml, -1) {
		attributes, story := m[1], m[2]
		title, body := wireText(story)
		if body == "" {
			continue
		}
		indexed := strings.Contains(attributes, `TOPICS="YES"`)
		number, when, err := numberAndTime(attributes, story)
		if err != nil && !indexed {
			continue // some dates of these are garbled
		}
		if err != nil {
			return nil, fmt.Errorf("the story %q: %w", title, err)
		}
		out = append(out, wireStory{
			article: news.Article{ID: number, Title: title, Text: body, Language: "en", Fetched: when},
			topics:  tags(story, "TOPICS"), places: tags(story, "PLACES"), indexed: indexed,
		})
	}
	return out, nil
}

// numberAndTime reads NEWID and DATE. A few times of day are garbled and taken for noon; the split goes
// by the day.
func numberAndTime(attributes, story string) (number int64, when time.Time, err error) {
	n, d := sgmlNumber.FindStringSubmatch(attributes), sgmlDate.FindStringSubmatch(story)
	if n == nil || d == nil {
		return 0, time.Time{}, errors.New("it has no NEWID or no DATE")
	}
	if number, err = strconv.ParseInt(n[1], 10, 64); err != nil {
		return 0, time.Time{}, err
	}
	when, err = time.Parse("2-Jan-2006 15:04:05", d[1]+" "+cmp.Or(d[2], "12:00:00"))
	return number, when, err
}

// inside is what stands between the first tag of this name and its end.
func inside(sgml, tag string) string {
	_, after, _ := strings.Cut(sgml, "<"+tag+">")
	between, _, _ := strings.Cut(after, "</"+tag+">")
	return between
}

func tags(sgml, tag string) []string {
	var out []string
	for _, m := range sgmlTag.FindAllStringSubmatch(inside(sgml, tag), -1) {
		out = append(out, m[1])
	}
	return out
}

// wireText is headline and body. Where the structure was lost (TYPE is UNPROC) the first line is the
// headline. A story without a body is nothing but a headline.
func wireText(sgml string) (title, body string) {
	if _, whole, found := strings.Cut(sgml, `<TEXT TYPE="UNPROC">`); found {
		whole, _, _ = strings.Cut(whole, "</TEXT>")
		title, body, _ = strings.Cut(strings.TrimLeftFunc(printable(whole), unicode.IsSpace), "\n")
	} else {
		title, body = inside(sgml, "TITLE"), inside(sgml, "BODY")
	}
	return strings.Join(strings.Fields(printable(title)), " "), paragraphs(printable(body))
}

// printable resolves entities and drops control characters, of which the wire is full.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' {
			return -1
		}
		return r
	}, html.UnescapeString(s))
}

// wireEnd is the last line of most stories.
var wireEnd = regexp.MustCompile(`(?i)\s+reuter\s*$`)

// paragraphs joins the lines of a paragraph, which begins with an indented line, and parts paragraphs
// by a blank line.
func paragraphs(body string) string {
	var out []string
	for line := range strings.Lines(wireEnd.ReplaceAllString(body, "")) {
		words := strings.Join(strings.Fields(line), " ")
		switch {
		case words == "":
		case len(out) == 0 || strings.HasPrefix(line, "   "):
			out = append(out, words)
		default:
			out[len(out)-1] += " " + words
		}
	}
	return strings.Join(out, "\n\n")
}
