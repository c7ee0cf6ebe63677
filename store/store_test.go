package store

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsvigil/news"
)

// clock is the time of the tests: odd in every place, so that a lost digit shows.
var clock = time.Date(2026, 3, 14, 15, 9, 26, 535897931, time.UTC)

func at(minutes int) time.Time { return clock.Add(time.Duration(minutes) * time.Minute) }

// open gives a new database in a folder of the test.
func open(t testing.TB) *DB {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "newsvigil.db"))
}

func openAt(t testing.TB, path string) *DB {
	t.Helper()
	db, err := Open(t.Context(), path, Options{Now: func() time.Time { return clock }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// must stops the test at an error.
func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// sample is an article with something in every field.
func sample(n int) news.Article {
	seoul := time.FixedZone("KST", 9*3600)
	return news.Article{
		Source:    "Border Post",
		URL:       fmt.Sprintf("https://post.example/a/%d?x=1&y=<2>", n),
		Canonical: fmt.Sprintf("https://post.example/a/%d", n),
		Keys:      []string{fmt.Sprintf("id:border-post:%d", n), fmt.Sprintf("url:post.example/a/%d", n)},
		Title:     fmt.Sprintf("국경 소식 %d & more \"news\"", n),
		Authors:   []string{"Kim A", "이 나"},
		Published: news.Instant{Time: at(n).In(seoul), Zone: news.ZoneOutlet, Confidence: news.ConfidenceHigh},
		Fetched:   at(n + 5),
		Language:  "ko",
		Text:      fmt.Sprintf("첫 문단 %d.\n\nSecond paragraph with \x00 and 🙂.", n),
		Kind:      news.KindFull,
		Route:     news.RouteFeed,
		Credit:    "Wire",
	}
}

// full stops the test where a field of v is empty: a round trip of an empty field proves nothing, and
// a field that is new in package news must come to the store too. Fields named in but may be empty.
func full[T any](t testing.TB, v T, but ...string) T {
	t.Helper()
	r := reflect.ValueOf(v)
	for i := range r.NumField() {
		if name := r.Type().Field(i).Name; r.Field(i).IsZero() && !slices.Contains(but, name) {
			t.Fatalf("%T: the test leaves %s empty", v, name)
		}
	}
	return v
}

func relevant(topic string, value float64) news.Score {
	return news.Score{Topic: topic, Value: value, Cut: 0.5, Probability: 0.8, Grade: news.GradeLikely, Model: "m1",
		Reasons: news.Reasons{
			Concepts: []news.Hit{{Name: "trade", Words: []string{"market", "장마당"}, Counts: []int{2, 1}}, {Name: "none"}},
			Terms:    []string{"a b", "<c>"}, Nearest: "An example", Always: "trade",
			Shares: []float64{0.2, 0.1}, Rest: 0.05, Lifted: 0.15, Rescued: true,
		}}
}

func graded(topic string, value float64, g news.Grade) news.Score {
	s := relevant(topic, value)
	s.Grade = g
	return s
}

// placed is sample n as a story of its own with a fingerprint and scores.
func placed(n int, scores ...news.Score) Placed {
	a := sample(n)
	return Placed{
		Article:      a,
		CandidateKey: fmt.Sprintf("url:feeds.example/%d", n),
		Fingerprint:  news.Fingerprint{Text: 1<<63 + uint64(n), Shingles: []uint64{1<<63 + uint64(n), uint64(n), 77}, Words: 8},
		Placement:    news.Placement{Relation: news.RelationNew},
		Scores:       scores,
	}
}

// save stores p and gives its article and story.
func save(t testing.TB, db *DB, p Placed) (article, story int64) {
	t.Helper()
	article, story, err := db.SaveArticle(t.Context(), p)
	ok(t, err)
	return article, story
}

// invariants are queries that must find nothing in any state that a crash can leave.
var invariants = map[string]string{
	"article without text":                  `SELECT id FROM articles WHERE id NOT IN (SELECT article FROM texts)`,
	"article without key":                   `SELECT id FROM articles WHERE id NOT IN (SELECT article FROM aliases)`,
	"article without score":                 `SELECT id FROM articles WHERE id NOT IN (SELECT article FROM scores)`,
	"long article without shingles":         `SELECT id FROM articles WHERE words > 0 AND id NOT IN (SELECT article FROM shingles)`,
	"story without article":                 `SELECT id FROM stories WHERE id NOT IN (SELECT story FROM articles)`,
	"copy in another story":                 `SELECT a.id FROM articles a JOIN articles o ON o.id = a.of WHERE a.relation IN ('text', 'copy', 'update', 'story') AND a.story <> o.story`,
	"read candidate without article":        `SELECT key FROM candidates WHERE state = 'read' AND key NOT IN (SELECT key FROM aliases)`,
	"waiting candidate with an article":     `SELECT key FROM candidates WHERE state <> 'read' AND key IN (SELECT key FROM aliases)`,
	"final candidate with content":          `SELECT key FROM candidates WHERE state <> 'pending' AND content IS NOT NULL`,
	"final candidate with a next try":       `SELECT key FROM candidates WHERE state <> 'pending' AND next <> 0`,
	"digest without announcement":           `SELECT key FROM digests WHERE json_array_length(body, '$.lead') > 0 AND key NOT IN (SELECT digest FROM announced WHERE digest IS NOT NULL)`,
	"announced to another topic":            `SELECT n.article FROM announced n JOIN digests d ON d.key = n.digest WHERE n.topic <> d.topic`,
	"notice without delivery":               `SELECT key FROM notices WHERE key NOT IN (SELECT notice FROM deliveries WHERE notice IS NOT NULL)`,
	"later part sent before the first":      `SELECT d.id FROM deliveries d JOIN deliveries p ON p.digest = d.digest AND p.channel = d.channel AND p.part = 1 WHERE d.part > 1 AND d.tries > 0 AND p.state <> 'sent'`,
	"delivery in flight that was not tried": `SELECT id FROM deliveries WHERE state = 'sending' AND (tries = 0 OR claimed = 0)`,
	"reference to nothing":                  `SELECT "table" FROM pragma_foreign_key_check`,
	"damaged page":                          `SELECT quick_check FROM pragma_quick_check WHERE quick_check <> 'ok'`,
}

// sound checks the invariants.
func sound(t testing.TB, db *DB) {
	t.Helper()
	for name, query := range invariants {
		rows, err := db.read.QueryContext(t.Context(), query)
		bad, err := collect(rows, err, func(r row) (string, error) {
			var s string
			err := r.Scan(&s)
			return s, err
		})
		ok(t, err)
		if len(bad) > 0 {
			t.Errorf("%s: %q", name, bad)
		}
	}
}
