package eval

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsvigil/classify"
	"newsvigil/news"
)

func zipped(t *testing.T, s string) string {
	t.Helper()
	var b bytes.Buffer
	zw := gzip.NewWriter(&b)
	if _, err := zw.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestRows reads rows in every dress they may come in: the ids are those of the rows, in order.
func TestRows(t *testing.T) {
	t.Parallel()
	plain := `{"id": "a", "title": "x"}` + "\n" + `{"id": 2, "text": "y", "label": 1}` + "\n"
	cases := map[string]string{
		"plain":            plain,
		"no last newline":  strings.TrimSpace(plain),
		"blank lines":      "\n\n  \n" + strings.ReplaceAll(plain, "\n", "\n\t\n"),
		"windows":          "\ufeff" + strings.ReplaceAll(plain, "\n", "\r\n"),
		"gzip":             zipped(t, plain),
		"gzip in two":      zipped(t, plain[:10]) + zipped(t, plain[10:]),
		"unknown fields":   strings.ReplaceAll(plain, "{", `{"z": {"id": [3]}, "text2": 1, `),
		"longer than read": strings.Replace(plain, `"x"`, `"`+strings.Repeat("word ", 40_000)+`"`, 1),
	}
	for name, in := range cases {
		var ids []string
		for r, err := range rows[scoreRow](Input{"rows", strings.NewReader(in)}) {
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			ids = append(ids, string(r.ID))
		}
		if diff := cmp.Diff([]string{`"a"`, "2"}, ids); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestBrokenRows: whatever is wrong is named with its line and what to write.
func TestBrokenRows(t *testing.T) {
	t.Parallel()
	good := `{"id": 1, "title": "x"}` + "\n"
	whole := zipped(t, strings.Repeat(good, 50))
	cases := []struct{ name, in, want string }{
		{"nothing", "", "rows: holds no rows"},
		{"blank", "\n \n", "rows: holds no rows"},
		{"an empty gzip", zipped(t, ""), "rows: holds no rows"},
		{"half a gzip", whole[:len(whole)-12], "the gzip file ends early"},
		{"a damaged gzip", whole[:20] + "\x00\x00\x00" + whole[23:], "rows"},
		{"no gzip", "\x1f\x8b no", "rows: begins like a gzip file and is none"},
		{"cut off", good + `{"id": 2, "title"`, "rows:2: is no JSON object"},
		{"two on a line", good + strings.TrimSpace(good) + good, "rows:2: is no JSON object"},
		{"words", good + "hello\n", "rows:2: is no JSON object"},
		{"an array", "[" + strings.TrimSpace(good) + "]", "rows:1: is an array and no JSON object; write one object per line"},
		{"a number", good + "17\n", "rows:2: is a number and no JSON object"},
		{"null", "null\n", `rows:1: has no "id"`},
		{"no id", `{"title": "x"}`, `rows:1: has no "id"`},
		{"a null id", `{"id": null, "title": "x"}`, `rows:1: has no "id"`},
		{"an empty id", `{"id": "", "title": "x"}`, `rows:1: "id" must be text in quotes or a number`},
		{"an id of another kind", `{"id": [1], "title": "x"}`, `rows:1: "id" must be text in quotes or a number`},
		{"a numeric title", `{"id": 1, "title": 7}`, `rows:1: "title" is a number; write text in quotes`},
		{"a text in parts", `{"id": 1, "text": ["a", "b"]}`, `rows:1: "text" is an array`},
		{"no words", `{"id": 1, "body": "x"}`, `rows:1: has neither "title" nor "text"`},
		{"an odd label", `{"id": 1, "title": "x", "label": "maybe"}`, `rows:1: "label" must be true or false`},
		{"a label of two", `{"id": 1, "title": "x", "label": 2}`, `rows:1: "label" must be true or false`},
		{"Latin-1", good + "{\"id\": 2, \"title\": \"caf\xe9\"}", "rows:2: is not valid UTF-8"},
		{"a page", "<!doctype html>\n", "rows:1: is no JSON object"},
		{"one endless line", good + `{"id": 2, "title": "` + strings.Repeat("x", maxLine) + `"}`, "rows:2: is longer than 8 MB"},
	}
	for _, c := range cases {
		var err error
		for _, e := range rows[scoreRow](Input{"rows", strings.NewReader(c.in)}) {
			err = e
		}
		var wrong *InputError
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	for _, err := range rows[scoreRow](Input{"rows", io.MultiReader(strings.NewReader(good), broken{})}) {
		var wrong *InputError
		if err != nil && (errors.As(err, &wrong) || !errors.Is(err, errBroken)) {
			t.Errorf("a failing disk is no mistake in the file: %v", err)
		}
	}
}

var errBroken = errors.New("input/output error")

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errBroken }

// TestInOrder: results come in the order of the items, however long each takes; the first error ends
// it, and so does a panic.
func TestInOrder(t *testing.T) {
	t.Parallel()
	var got []int
	work := func(n int) int {
		for range (1000 - n) * 10 {
			n += 0
		}
		return 2 * n
	}
	err := inOrder(t.Context(), count(500, nil), work, func(n int) error { got = append(got, n); return nil })
	if err != nil || len(got) != 500 {
		t.Fatal(len(got), err)
	}
	for i, n := range got {
		if n != 2*i {
			t.Fatalf("result %d is %d", i, n)
		}
	}
	got = nil
	keep := func(n int) error { got = append(got, n); return nil }
	if err := inOrder(t.Context(), count(20, errBroken), work, keep); !errors.Is(err, errBroken) || len(got) != 20 {
		t.Errorf("after %d: %v", len(got), err)
	}
	if err := inOrder(t.Context(), count(20, nil), work, func(int) error { return errBroken }); !errors.Is(err, errBroken) {
		t.Error(err)
	}
	stumble := func(n int) int { return 1 / (n - 7) }
	if err := inOrder(t.Context(), count(20, nil), stumble, keep); err == nil || !strings.Contains(err.Error(), "stumbled") {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := inOrder(ctx, count(20, nil), work, keep); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// count gives the numbers below n, and the error after them.
func count(n int, err error) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for i := range n {
			if !yield(i, nil) {
				return
			}
		}
		if err != nil {
			yield(0, err)
		}
	}
}

// valleyModel is a model of an invented topic.
func valleyModel(t *testing.T) *classify.Model {
	t.Helper()
	m, err := classify.Fit(news.Topic{
		Name:      "Dams of the valley",
		Exemplars: []news.Exemplar{{Title: "One", Language: "en", Terms: map[string]int{"dam": 5, "flood": 3, "weir": 2, "water": 4}}, {Title: "Two", Language: "en", Terms: map[string]int{"dam": 4, "flood": 2, "sluice": 3}}},
		Facets:    []news.WordList{{Name: "dam", Any: []string{"dam", "weir"}}, {Name: "harm", Any: []string{"flood*", "crack*"}}},
	}, classify.Background{})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestScoreIsTheModels: every line is what the model says of the piece, and the figures are those of
// the lines.
func TestScoreIsTheModels(t *testing.T) {
	t.Parallel()
	m := valleyModel(t)
	rng := rand.New(rand.NewPCG(1, 1))
	words := strings.Fields("dam weir flood floods crack water sluice bridge bread song ferry honey")
	var in strings.Builder
	var want []Judged
	for i := range 300 {
		var body []string
		for range rng.IntN(60) {
			body = append(body, words[rng.IntN(len(words))])
		}
		a := news.Article{Title: fmt.Sprintf("%s <%d> & more", words[i%len(words)], i), Text: strings.Join(body, " "), Language: "en"}
		row := map[string]any{"id": i, "title": a.Title, "text": a.Text, "language": "en"}
		s := m.Score(a)
		if i%3 > 0 {
			row["label"] = i%3 == 1
			want = append(want, Judged{Score: s.Value, Relevant: i%3 == 1, Chosen: s.Relevant()})
		}
		line, _ := json.Marshal(row)
		in.Write(append(line, '\n'))
	}
	var out bytes.Buffer
	total, err := Score(t.Context(), Input{"rows", strings.NewReader(in.String())}, m, &out)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 301 || total.Rows != 300 || total.Labelled != 200 {
		t.Fatalf("%d lines, %+v", len(lines), total)
	}
	for i, l := range lines[:300] {
		var got struct {
			ID      int
			Score   float64
			Grade   news.Grade
			Reasons []string
		}
		if err := json.Unmarshal([]byte(l), &got); err != nil || got.ID != i || got.Reasons == nil {
			t.Fatalf("line %d: %s", i, l)
		}
	}
	var said ScoreTotal
	if err := json.Unmarshal([]byte(lines[300]), &said); err != nil || said != total {
		t.Errorf("%s, %v", lines[300], err)
	}
	p, r, f1 := AtCut(want)
	if total.AP != AveragePrecision(want) || total.Precision != p || total.Recall != r || total.F1 != f1 || total.Relevant != 100 {
		t.Errorf("got %+v, want AP %v, %v, %v, %v", total, AveragePrecision(want), p, r, f1)
	}
}

// TestBackgroundIsEven: of many rows some are kept, from all parts of the file.
func TestBackgroundIsEven(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, maxBackground, maxBackground + 1, 5*maxBackground + 3} {
		var in strings.Builder
		for i := range n {
			fmt.Fprintf(&in, `{"title": "%d"}`+"\n", i)
		}
		got, err := Background(t.Context(), Input{"rows", strings.NewReader(in.String())})
		if err != nil || len(got) > maxBackground || len(got) < min(n, maxBackground/2) {
			t.Fatalf("%d of %d, %v", len(got), n, err)
		}
		before, step := 0, 0
		for i, a := range got {
			var at int
			if _, err := fmt.Sscan(a.Title, &at); err != nil {
				t.Fatal(err)
			}
			if i == 1 {
				step = at
			}
			if i > 0 && at-before != step || i == 0 && at != 0 {
				t.Fatalf("of %d rows, %d follows %d with a step of %d", n, at, before, step)
			}
			before = at
		}
		if n-before > max(step, 1) {
			t.Errorf("of %d rows, %d is the last", n, before)
		}
	}
}

// dated are group rows of 80 words: those with the same letter are copies, and those with a + have more words.
type dated struct{ text, published string }

func essayOf(seed string) string {
	rng := rand.New(rand.NewPCG(99, uint64(seed[0])))
	words := make([]string, 80)
	for i := range words {
		words[i] = fmt.Sprintf("%c%c%c", 'a'+rng.IntN(26), 'a'+rng.IntN(26), 'a'+rng.IntN(26))
	}
	return strings.Join(words, " ") + strings.Repeat(" and some more", len(seed)-1)
}

// TestGroupClock: time is what the rows say, whenever that was; rows without a date arrive with the
// one before.
func TestGroupClock(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		in   []dated
		want string
	}{
		{"long ago", []dated{{"a", "1987-03-05"}, {"b", "1987-03-06"}, {"a", "1987-03-18"}}, "new new text"},
		{"the same text, after the window", []dated{{"a", "1987-03-05"}, {"a", "1987-03-20"}}, "new text"},
		{"edited, within the window", []dated{{"a", "1987-03-05"}, {"a+", "1987-03-18"}}, "new copy"},
		{"edited, after the window", []dated{{"a", "1987-03-05"}, {"a+", "1987-03-20"}}, "new new"},
		{"undated", []dated{{"a", ""}, {"b", ""}, {"a", ""}}, "new new text"},
		{"undated at first", []dated{{"a", ""}, {"b", "2026-11-20T08:00:00+09:00"}, {"a", "2026-11-21"}}, "new new text"},
		{"undated after the window", []dated{{"a", "2026-01-01"}, {"b", "2026-02-01"}, {"a", ""}}, "new new text"},
		{"an older one arrives late", []dated{{"a", "2026-11-20"}, {"a", "2026-11-10"}}, "new text"},
		{"far back, late", []dated{{"a", "2026-11-20"}, {"b", "2026-10-01"}, {"b", "2026-11-21"}}, "new new text"},
		{"in the future", []dated{{"a", "2099-01-01"}, {"a", "2099-01-02"}}, "new text"},
	}
	for _, c := range cases {
		var in strings.Builder
		for i, d := range c.in {
			line, _ := json.Marshal(map[string]any{"id": i, "url": fmt.Sprintf("https://o%d.example/%d", i, i), "title": "t", "text": essayOf(d.text), "published": d.published})
			in.Write(append(line, '\n'))
		}
		var out bytes.Buffer
		if err := Group(t.Context(), Input{"rows", strings.NewReader(in.String())}, GroupOptions{}, &out); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, g := range groups(t, out.String()) {
			got = append(got, g.Relation)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: %s, want %s", c.name, s, c.want)
		}
	}
}

type groupLine struct {
	ID, Story, Relation string
	Of                  *string
	Similarity          float64
}

func groups(t *testing.T, out string) []groupLine {
	t.Helper()
	var all []groupLine
	for l := range strings.Lines(out) {
		l = strings.NewReplacer(`"id":`, `"id":"`, `,"story":`, `","story":"`, `,"relation"`, `","relation"`, `"of":null`, `"of":null`).Replace(l)
		var g struct {
			groupLine
			Of json.RawMessage
		}
		if err := json.Unmarshal([]byte(l), &g); err != nil {
			t.Fatalf("%s: %v", l, err)
		}
		if s := string(g.Of); s != "null" {
			g.groupLine.Of = &s
		}
		all = append(all, g.groupLine)
	}
	return all
}

// TestGroupAddresses: what belongs to a watched outlet is named as its pieces are.
func TestGroupAddresses(t *testing.T) {
	t.Parallel()
	in := strings.Join([]string{
		`{"id": 1, "url": "https://www.o.example/a/77?utm_source=x", "title": "t"}`,
		`{"id": 2, "url": "http://o.example/a/77#top", "title": "u"}`,
		`{"id": 3, "url": "no address", "title": "t"}`,
		`{"id": 4, "url": "no address", "title": "t"}`,
		`{"id": 5, "title": "t"}`,
		`{"id": 6, "url": "", "title": "t"}`,
		// A second reading is not kept, so that nothing can be a copy of it.
		`{"id": 7, "url": "https://o.example/a/77", "title": "v", "text": "` + essayOf("v") + `"}`,
		`{"id": 8, "url": "https://p.example/1", "title": "v", "text": "` + essayOf("v") + `"}`,
	}, "\n")
	var out bytes.Buffer
	if err := Group(t.Context(), Input{"rows", strings.NewReader(in)}, GroupOptions{}, &out); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, g := range groups(t, out.String()) {
		got = append(got, g.Story+" "+g.Relation)
	}
	if diff := cmp.Diff([]string{"1 new", "1 address", "3 new", "3 address", "5 new", "6 new", "1 address", "8 new"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestGroupHoldsBack: where a line is wrong, no line is printed.
func TestGroupHoldsBack(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	err := Group(t.Context(), Input{"rows", strings.NewReader(`{"id": 1, "title": "t"}` + "\n" + `{"id": 2, "title": "t", "published": "soon"}`)}, GroupOptions{}, &out)
	var wrong *InputError
	if !errors.As(err, &wrong) || wrong.Line != 2 || out.Len() > 0 {
		t.Errorf("%v, %q", err, out.String())
	}
}

// TestLimited: a page that takes too long, or makes the program stumble, is an error.
func TestLimited(t *testing.T) {
	t.Parallel()
	stop := make(chan struct{})
	defer close(stop)
	_, err := limited(time.Millisecond, func() (news.Article, error) { <-stop; return news.Article{}, nil })
	if err == nil || !strings.Contains(err.Error(), "longer than 1ms") {
		t.Error(err)
	}
	_, err = limited(time.Minute, func() (news.Article, error) { var p *news.Article; return *p, nil })
	if err == nil || !strings.Contains(err.Error(), "stumbled") {
		t.Error(err)
	}
}

// FuzzRows: no line makes the program panic, and what is wrong is the file's mistake.
func FuzzRows(f *testing.F) {
	f.Add(`{"id": 1, "title": "x", "text": "y", "label": true, "url": "https://a.example", "published": "2026-11-20"}`)
	f.Add("\x1f\x8b\x08")
	f.Add(`[{"id": {}}]`)
	f.Fuzz(func(t *testing.T, in string) {
		var out bytes.Buffer
		err := Group(t.Context(), Input{"rows", strings.NewReader(in)}, GroupOptions{}, &out)
		var wrong *InputError
		if err != nil && !errors.As(err, &wrong) {
			t.Error(err)
		}
		for l := range strings.Lines(out.String()) {
			if !json.Valid([]byte(l)) {
				t.Errorf("no JSON: %s", l)
			}
		}
	})
}
