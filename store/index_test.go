package store

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"newsvigil/news"
)

func numbersOf(all []news.Stored) []int64 {
	var ids []int64
	for _, s := range all {
		ids = append(ids, s.Article.ID)
	}
	return ids
}

// shingled is sample n with the given hashes only.
func shingled(n int, hashes ...uint64) Placed {
	p := placed(n, graded("north", 0, news.GradeNone))
	p.Fingerprint = news.Fingerprint{Shingles: hashes, Words: 100}
	return p
}

func TestByKeys(t *testing.T) {
	t.Parallel()
	db := open(t)
	a, story := save(t, db, placed(1, relevant("north", 1)))
	b, _ := save(t, db, placed(2, relevant("north", 1)))
	for _, tt := range []struct {
		in   []string
		want int64
	}{
		{nil, 0},
		{[]string{"unknown", ""}, 0},
		{[]string{"unknown", placed(2).Article.Keys[1], placed(1).Article.Keys[0]}, b},
		{[]string{placed(1).CandidateKey, placed(2).Article.Keys[0]}, a},
	} {
		got, found, err := db.ByKeys(t.Context(), tt.in)
		ok(t, err)
		if got.Article.ID != tt.want || found != (tt.want != 0) {
			t.Errorf("%q: article %d, want %d", tt.in, got.Article.ID, tt.want)
		}
		if tt.want == a && (got.Story != story || got.Article.Text != sample(1).Text) {
			t.Errorf("%q: story %d, text %q", tt.in, got.Story, got.Article.Text)
		}
	}
}

func TestByText(t *testing.T) {
	t.Parallel()
	db := open(t)
	const high = 1<<64 - 3 // negative as a signed number
	for n, hash := range []uint64{high, high, 0} {
		p := placed(n, relevant("north", 1))
		p.Fingerprint.Text = hash
		save(t, db, p)
	}
	for _, tt := range []struct {
		hash  uint64
		since int // fetched is n+5
		want  int64
	}{{high, 0, 1}, {high, 5, 1}, {high, 6, 2}, {high, 7, 0}, {0, 0, 0}, {3, 0, 0}} {
		got, found, err := db.ByText(t.Context(), tt.hash, at(tt.since))
		ok(t, err)
		if got.Article.ID != tt.want || found != (tt.want != 0) {
			t.Errorf("%v: article %d", tt, got.Article.ID)
		}
	}
}

func TestSharing(t *testing.T) {
	t.Parallel()
	db := open(t)
	const high = 1 << 63
	save(t, db, shingled(1, 1, 2, 3, high))
	save(t, db, shingled(2, 1, 2))
	save(t, db, shingled(3, 3))
	save(t, db, shingled(4, 1, high))
	save(t, db, shingled(5, 1, 1, 9)) // a repeated hash counts once
	for _, tt := range []struct {
		in    []uint64
		since int
		want  []int64
	}{
		{[]uint64{1, 2, 3, high, 1, 1}, 0, []int64{1, 2, 4}},
		{[]uint64{1, high}, 0, []int64{1, 4}},
		{[]uint64{1, 2, 3, high}, 7, []int64{2, 4}},
		{[]uint64{3}, 0, nil},
		{nil, 0, nil},
	} {
		got := must(db.Sharing(t.Context(), tt.in, at(tt.since)))(t)
		same(t, fmt.Sprint(tt.in), numbersOf(got), tt.want)
		for _, s := range got {
			if s.Article.Text == "" || s.Story == 0 {
				t.Errorf("article %d came without text or story", s.Article.ID)
			}
		}
	}
}

// A hash that 200 articles have is boilerplate; with 199 it still counts.
func TestSharingLeavesBoilerplateOut(t *testing.T) {
	t.Parallel()
	db := open(t)
	for n := range 199 {
		save(t, db, shingled(n, 100, 101, 1000+uint64(n)))
	}
	got := must(db.Sharing(t.Context(), []uint64{100, 101, 1050}, at(-9)))(t)
	if len(got) != 20 || got[0].Article.ID != 51 || got[1].Article.ID != 1 {
		t.Fatalf("found %v", numbersOf(got))
	}
	save(t, db, shingled(200, 100, 101))
	if got := must(db.Sharing(t.Context(), []uint64{100, 101, 1050}, at(-9)))(t); len(got) != 0 {
		t.Errorf("boilerplate led to %v", numbersOf(got))
	}
	save(t, db, shingled(201, 1050, 1051))
	if got := must(db.Sharing(t.Context(), []uint64{100, 1050, 1051}, at(-9)))(t); len(got) != 1 {
		t.Errorf("beside boilerplate found %v", numbersOf(got))
	}
}

func TestSince(t *testing.T) {
	t.Parallel()
	db := open(t)
	for _, n := range []int{30, 10, 20} {
		save(t, db, placed(n, relevant("north", 1)))
	}
	got := must(db.Since(t.Context(), at(25)))(t)
	same(t, "since", numbersOf(got), []int64{1, 3})
	if got[0].Article.Text != sample(30).Text || got[1].Story != 3 {
		t.Errorf("got %+v", got)
	}
	before := must(db.Before(t.Context(), at(35), 2))(t)
	same(t, "before", numbersOf(before), []int64{2, 3})
	if before[1].Article.Text != sample(20).Text || before[1].Story != 3 {
		t.Errorf("got %+v", before[0])
	}
	same(t, "long before", numbersOf(must(db.Before(t.Context(), at(25), 9))(t)), []int64{2})
	background := must(db.Background(t.Context(), 0, 2))(t)
	if len(background) != 2 || background[0].ID != 1 || background[1].ID != 3 || background[0].Text == "" {
		t.Errorf("background %+v", background)
	}
}

// small matches the scans of what is never large: JSON arguments, results of subqueries, the partial
// indexes of the outbox.
var small = regexp.MustCompile(`VIRTUAL TABLE|^SCAN (rare|shared|\(subquery)|USING INDEX deliveries_(open|unswept)$`)

// The queries of every piece must not read a table through: the file grows for years.
func TestHotQueriesUseIndexes(t *testing.T) {
	t.Parallel()
	db := open(t)
	for name, query := range map[string]string{
		"known":   knownQuery,
		"pending": pendingQuery,
		"keys":    keysQuery,
		"text":    textQuery,
		"held":    postingsQuery,
		"sharing": sharingQuery,
		"since":   sinceQuery,
		"before":  beforeQuery,
		"stories": storiesPick,
		"near":    nearPick,
		"due":     dueQuery,
		"unswept": unsweptQuery,
	} {
		rows, err := db.read.Query(`EXPLAIN QUERY PLAN `+query, make([]any, placeholders(query))...)
		plan := must(collect(rows, err, func(r row) (string, error) {
			var id, parent, unused int
			var line string
			err := r.Scan(&id, &parent, &unused, &line)
			return line, err
		}))(t)
		for _, line := range plan {
			if strings.HasPrefix(line, "SCAN ") && !small.MatchString(line) {
				t.Errorf("%s: %s\n\t%s", name, line, strings.Join(plan, "\n\t"))
			}
		}
	}
}

// placeholders counts the arguments of a query: the highest numbered one, or all question marks.
func placeholders(query string) int {
	most := 0
	for n := 1; strings.Contains(query, fmt.Sprintf("?%d", n)); n++ {
		most = n
	}
	if most == 0 {
		return strings.Count(query, "?")
	}
	return most
}
