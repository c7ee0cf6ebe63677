package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"newsvigil/app"
)

func TestInert(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want string }{
		{"Tides", "Tides"},
		{"", ""},
		{"=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"},
		{"+82 2 000", "'+82 2 000"},
		{"-1.5", "'-1.5"},
		{"@SUM(A1)", "'@SUM(A1)"},
		{" =1+1", "' =1+1"},
		{"\u00a0\u200b=1+1", "'\u00a0\u200b=1+1"},
		{"\t1", "'\t1"},
		{"\rx", "'\rx"},
		{"＝1", "'＝1"},
		{"a=1", "a=1"},
		{"'quoted'", "'quoted'"},
		{" plain", " plain"},
	} {
		if got := inert(c.in); got != c.want {
			t.Errorf("inert(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

// TestColumns holds that CSV and JSON lines have the same columns in the same order.
func TestColumns(t *testing.T) {
	t.Parallel()
	var names []string
	for _, f := range reflect.VisibleFields(reflect.TypeFor[app.Exported]()) {
		names = append(names, f.Tag.Get("json"))
	}
	if diff := cmp.Diff(exportHead, names); diff != "" {
		t.Errorf("columns of the CSV (-) and of the JSON (+):\n%s", diff)
	}
	want := strings.Split("id, url, canonical, source, title, authors, published, fetched, language, topic, score, grade, relevant, story, relation, digest, posted", ", ")
	if diff := cmp.Diff(want, exportHead); diff != "" {
		t.Errorf("columns:\n%s", diff)
	}
}

// TestCSVComesBack is a law: whatever an outlet writes, a reader of CSV gets every cell as it was, but
// for the apostrophe, and no cell of text is a formula.
func TestCSVComesBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x := app.Exported{
			ID: rapid.Int64Min(1).Draw(t, "id"), Score: rapid.Float64Range(-2, 5).Draw(t, "score"),
			Title:   rapid.StringMatching(`[ =+\-@",;\na-c가]{0,12}`).Draw(t, "title"),
			Authors: rapid.SliceOfN(rapid.StringMatching(`[=@, a-c]{1,5}`), 0, 3).Draw(t, "authors"),
		}
		var b bytes.Buffer
		write, finish := csvRows(&b)
		if err := write(x); err != nil {
			t.Fatal(err)
		}
		if err := finish(); err != nil {
			t.Fatal(err)
		}
		body, marked := strings.CutPrefix(b.String(), "\ufeff")
		rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
		if err != nil || !marked || len(rows) != 2 || len(rows[1]) != len(exportHead) {
			t.Fatalf("%v, marked %v: %q", err, marked, b.String())
		}
		if title := rows[1][4]; title != x.Title && title != "'"+x.Title || strings.ContainsAny(first(strings.TrimSpace(title)), "=+-@") {
			t.Fatalf("title %q became %q", x.Title, title)
		}
		var score float64
		if err := json.Unmarshal([]byte(rows[1][10]), &score); err != nil || score != x.Score {
			t.Fatalf("score %v became %q", x.Score, rows[1][10])
		}
	})
}

func first(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}
