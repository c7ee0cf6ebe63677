package outlets

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
)

func pieces(t *testing.T) []piece {
	t.Helper()
	list, err := readPieces()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestPiecesAreEnough(t *testing.T) {
	t.Parallel()
	korean, stories, second := 0, 0, map[string]int{}
	list := pieces(t)
	for _, p := range list {
		if p.Language == "ko" {
			korean++
		}
		if p.Expect == "on-topic" {
			stories++
		}
		if p.Round == 2 {
			second[p.Expect]++
		}
	}
	for _, c := range []struct {
		what      string
		in, least int
	}{
		{"pieces", len(list), 66}, {"Korean pieces", korean, 15}, {"stories on the topic", stories, 12},
		{"new stories of round 2", second["on-topic"], 2}, {"updates of round 2", second["update"], 1}, {"late copies", second["copy"], 1}, {"negatives of round 2", second["off-topic"], 1},
	} {
		if c.in < c.least {
			t.Errorf("%d %s, want at least %d", c.in, c.what, c.least)
		}
	}
}

// TestPieceFacts holds what the tests of other rooms rely on.
func TestPieceFacts(t *testing.T) {
	t.Parallel()
	list := pieces(t)
	byID, addresses := map[string]piece{}, map[string]string{}
	for _, p := range list {
		if other, double := byID[p.ID]; double {
			t.Errorf("two pieces have the number %s: %q and %q", p.ID, p.Title, other.Title)
		}
		byID[p.ID] = p
		if other := addresses[p.key+p.number]; other != "" {
			t.Errorf("%s and %s have one id at %s", other, p.ID, p.key)
		}
		addresses[p.key+p.number] = p.ID
	}
	second := []string{"copy", "update", "same-event"}
	known := append([]string{"on-topic", "off-topic", "old", "teaser", "pdf", "refused"}, second...)
	for _, p := range list {
		if p.Title == "" || p.Why == "" || len(p.authors) == 0 || len(p.paras) == 0 || p.section == "" {
			t.Errorf("%s lacks a title, an author, a section, a body or a reason to be there", p.ID)
		}
		if !slices.Contains(known, p.Expect) {
			t.Errorf("%s expects %q, which is no fate of a piece", p.ID, p.Expect)
		}
		if _, ok := byID[p.Of]; ok != slices.Contains(second, p.Expect) {
			t.Errorf("%s expects %s of %q", p.ID, p.Expect, p.Of)
		}
		if week := 160.0; p.hours > week != (p.Expect == "old") {
			t.Errorf("%s is %v hours old and expects %s", p.ID, p.hours, p.Expect)
		}
		if n := len(words(p)); p.Of != "" && p.Language == "en" && n < 100 {
			t.Errorf("%s has %d words: too few to tell a copy", p.ID, n)
		}
	}
}

func words(p piece) []string {
	return strings.FieldsFunc(strings.ToLower(strings.Join(p.paras, " ")), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

// runs are the runs of nine words of a text.
func runs(words []string) map[string]bool {
	const run = 9
	out := make(map[string]bool, len(words))
	for i := 0; i+run <= len(words); i++ {
		out[strings.Join(words[i:i+run], " ")] = true
	}
	return out
}

// TestStoriesShareNoWords holds that only copies and updates have words in common with another piece;
// two reports of one event are written apart.
func TestStoriesShareNoWords(t *testing.T) {
	t.Parallel()
	first := map[string]string{}
	for _, p := range pieces(t) {
		family := p.ID
		if p.Expect == "copy" || p.Expect == "update" {
			family = p.Of
		}
		for run := range runs(words(p)) {
			if other, ok := first[run]; ok && other != family {
				t.Errorf("%s shares %q with story %s", p.ID, run, other)
				break
			}
			first[run] = family
		}
	}
}

func TestNoWordsOfTheSeeds(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../../../shared/seeds/raw/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("the raw seeds are not beside this checkout: nothing to compare with")
	}
	theirs := map[string]bool{}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for run := range runs(words(piece{paras: []string{string(data)}})) {
			theirs[run] = true
		}
	}
	if len(theirs) < 2000 {
		t.Fatalf("only %d runs of words in %v", len(theirs), files)
	}
	for _, p := range pieces(t) {
		for run := range runs(words(p)) {
			if theirs[run] {
				t.Errorf("%s takes %q from a seed", p.ID, run)
			}
		}
	}
}

func TestParsePiece(t *testing.T) {
	t.Parallel()
	p, err := parsePiece("outlet: hangang\ntitle: A: b\nauthors: X Y; Z\nhours_ago: 0.5\n---\nOne\nline.\n\nTwo.\n")
	if err != nil {
		t.Fatal(err)
	}
	if p.Title != "A: b" || len(p.authors) != 2 || p.hours != 0.5 || p.Round != 1 || p.Language != "en" || p.Expect != "off-topic" {
		t.Errorf("read %+v", p)
	}
	if want := []string{"One line.", "Two."}; !slices.Equal(p.paras, want) {
		t.Errorf("paragraphs %q, want %q", p.paras, want)
	}
	for _, in := range []string{"title: no end\n", "colour: red\n---\nx", "no pair\n---\nx", "hours_ago: soon\n---\nx", "round: two\n---\nx"} {
		if _, err := parsePiece(in); err == nil {
			t.Errorf("%q was read without a complaint", in)
		}
	}
}

func TestInherit(t *testing.T) {
	t.Parallel()
	whole := map[string]piece{"001": {paras: []string{"a", "b", "c"}}}
	for _, c := range []struct {
		of, body string
		want     int
	}{
		{"001", "", 3}, {"001", "@cut 2", 2}, {"001", "its own", 1}, {"001", "@cut 4", -1}, {"001", "@cut 0", -1}, {"001", "@cut x", -1}, {"009", "", -1},
	} {
		p := piece{Piece: Piece{Of: c.of}}
		if c.body != "" {
			p.paras = []string{c.body}
		}
		err := p.inherit(whole)
		if got := len(p.paras); err != nil != (c.want < 0) || err == nil && got != c.want {
			t.Errorf("of %s, body %q: %d paragraphs, error %v; want %d", c.of, c.body, got, err, c.want)
		}
	}
}
