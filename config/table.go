package config

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// This file asks a table for its keys, one method a type. Each one notes that the key is known here,
// leaves the target as it is (the default) where the key is missing or wrong, and notes what is wrong.

// item is one text with its place.
type item struct {
	text string
	off  int
}

// ask returns the entry of a key; nil where there is none, or none that can be used.
func (t *table) ask(key string) *entry {
	t.asked = append(t.asked, key)
	if e := t.find(key); e != nil && e.val.kind != kindNone {
		return e
	}
	return nil
}

// has reports whether the key stands in the table, readable or not.
func (t *table) has(key string) bool { return t.find(key) != nil }

// mistake notes what is wrong with an entry's value.
func (t *table) mistake(e *entry, format string, args ...any) {
	t.rep.add(e.off, e.key+": "+format, args...)
}

func (t *table) wrongType(e *entry, expected string) {
	t.mistake(e, "expected %s, found %s", expected, e.val.describe())
}

// describe says what a value is, for messages.
func (v *value) describe() string {
	switch v.kind {
	case kindText:
		return show(v.text)
	case kindList:
		if v.blocks {
			return "a block in double brackets"
		}
		return "a list"
	case kindTable:
		return "a table"
	case kindDate:
		return "a date"
	}
	return strings.Trim(show(v.text), `"`)
}

// entryText is the text of an entry, without control characters.
func (t *table) entryText(e *entry, expected string) (string, bool) {
	if e.val.kind != kindText {
		t.wrongType(e, expected)
		return "", false
	}
	if strings.ContainsFunc(e.val.text, unicode.IsControl) {
		t.mistake(e, "a line break or another control character stands in this text; take it out")
		return "", false
	}
	return e.val.text, true
}

// string reads a text and reports its entry where there is a good one.
func (t *table) string(key string, to *string) *entry {
	e := t.ask(key)
	if e == nil {
		return nil
	}
	text, ok := t.entryText(e, "text in quotes")
	if !ok {
		return nil
	}
	*to = strings.TrimSpace(text)
	return e
}

// choice reads one of some words.
func (t *table) choice(key string, to *string, words ...string) {
	got := *to
	e := t.string(key, &got)
	if e == nil {
		return
	}
	if !slices.Contains(words, got) {
		t.mistake(e, "expected %s, found %s", either(words), show(got))
		return
	}
	*to = got
}

// either lists words as in `"a", "b" or "c"`.
func either(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = strconv.Quote(w)
	}
	last := len(quoted) - 1
	if last == 0 {
		return quoted[0]
	}
	return strings.Join(quoted[:last], ", ") + " or " + quoted[last]
}

// span is the range of a duration, both ends included.
type span struct{ least, most time.Duration }

const durationExample = `a duration such as "2s", "20m", "6h" or "90d"`

// duration reads a duration within a range.
func (t *table) duration(key string, to *time.Duration, within span) {
	e := t.ask(key)
	if e == nil {
		return
	}
	text, ok := t.entryText(e, `a duration such as "2s"`)
	if !ok {
		return
	}
	d, problem := readDuration(text, within)
	if problem != "" {
		t.mistake(e, "%s", problem)
		return
	}
	*to = d
}

// readDuration returns what is wrong with a duration in words, "" where nothing is.
func readDuration(text string, within span) (time.Duration, string) {
	d, err := parseDuration(text)
	switch {
	case err == errNegative:
		return 0, "a duration cannot be negative, found " + show(text)
	case err != nil:
		return 0, show(text) + " is not " + durationExample
	case d < within.least:
		return 0, show(text) + " is too short; at least " + spell(within.least)
	case d > within.most:
		return 0, show(text) + " is too long; at most " + spell(within.most)
	}
	return d, ""
}

// size reads a number of bytes within a range.
func (t *table) size(key string, to *int64, least, most string) {
	e := t.ask(key)
	if e == nil {
		return
	}
	text, ok := t.entryText(e, `a size such as "5MB"`)
	if !ok {
		return
	}
	n, ok := parseSize(text)
	low, _ := parseSize(least)
	high, _ := parseSize(most)
	switch {
	case !ok:
		t.mistake(e, `%s is not a size such as "500KB" or "5MB"`, show(text))
	case n < low || n > high:
		t.mistake(e, "%s is out of range; from %s to %s", show(text), least, most)
	default:
		*to = n
	}
}

// integer reads a whole number within a range.
func (t *table) integer(key string, to *int, least, most int) {
	e := t.ask(key)
	if e == nil {
		return
	}
	if e.val.kind != kindInteger {
		t.wrongType(e, "a whole number")
		return
	}
	n, err := strconv.ParseInt(e.val.text, 0, 64)
	if err != nil || n < int64(least) || n > int64(most) {
		t.mistake(e, "expected a number from %d to %d, found %s", least, most, e.val.describe())
		return
	}
	*to = int(n)
}

// number reads a number above 0 and up to a limit.
func (t *table) number(key string, to *float64, most float64) {
	if e := t.ask(key); e != nil {
		t.entryNumber(e, to, most)
	}
}

func (t *table) entryNumber(e *entry, to *float64, most float64) {
	if e.val.kind != kindInteger && e.val.kind != kindNumber {
		t.wrongType(e, "a number such as 0.5")
		return
	}
	x, err := strconv.ParseFloat(strings.ReplaceAll(e.val.text, "_", ""), 64)
	if err != nil || !(x > 0 && x <= most) { // written so that NaN is refused
		t.mistake(e, "expected a number above 0 and up to %s, found %s", strconv.FormatFloat(most, 'f', -1, 64), e.val.describe())
		return
	}
	*to = x
}

// flag reads true or false.
func (t *table) flag(key string, to *bool) {
	e := t.ask(key)
	if e == nil {
		return
	}
	if e.val.kind != kindFlag {
		t.wrongType(e, "true or false, without quotes")
		return
	}
	*to = e.val.text == "true"
}

// list reads a list of texts, none of them empty, none of them there twice. example shows an admin
// how one is written.
func (t *table) list(key, example string) []item {
	e := t.ask(key)
	if e == nil {
		return nil
	}
	if e.val.kind != kindList || e.val.blocks {
		t.wrongType(e, "a list such as "+example)
		return nil
	}
	var out []item
	seen := map[string]bool{}
	for _, v := range e.val.items {
		part := &entry{key, v.off, v}
		if v.kind == kindNone {
			continue
		}
		text, ok := t.entryText(part, "texts in quotes within the list, such as "+example)
		text = strings.TrimSpace(text)
		switch {
		case !ok:
		case text == "":
			t.mistake(part, "an empty text stands in this list")
		case seen[text]:
			t.mistake(part, "%s stands twice in this list", show(text))
		default:
			seen[text] = true
			out = append(out, item{text, v.off})
		}
	}
	return out
}
