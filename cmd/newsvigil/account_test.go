package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"newsvigil/app"
	"newsvigil/internal/practice/outlets"
	"newsvigil/internal/practice/slack"
	"newsvigil/store"
)

// account is what can be known from outside when all has settled: of every piece whether it was shown,
// of every story how often, and what the admin channel was told.
type account struct {
	// Fates are the verdicts of `explain` on the pieces, by their numbers.
	Fates map[string]string
	// Stories counts the headlines in the channel by the piece that their story began with.
	Stories map[string]int
	// Notices counts the messages to the admin channel by their first line.
	Notices map[string]int
	// Feedback is how many pieces readers spoke of.
	Feedback int
}

// account draws up the account, and holds what must be so in every one: nothing twice, nothing queued,
// nothing announced that is not in Slack, a whole database, no half-written file.
func (m *mortal) account() account {
	m.t.Helper()
	a := account{Fates: map[string]string{}, Stories: map[string]int{}, Notices: map[string]int{}}
	for id, code := range m.fates() {
		a.Fates[id] = stands(code)
	}
	posts := m.slack.Messages("C0PRACTICE")
	for address, n := range headlines(m.t, posts) {
		p := m.piece(address)
		if a.Fates[p.ID] != "posted" {
			continue // a near miss
		}
		most := 1
		if p.Expect == "update" {
			most = 2 // in the message that was changed, and as a line of its own
		}
		if n > most {
			m.t.Errorf("%s was announced %d times", address, n)
		}
		a.Stories[m.story(p)] += n
	}
	for _, p := range m.outlets.Pieces() {
		if m.lost && a.Fates[p.ID] == "waiting" && a.Stories[m.story(p)] > 0 {
			a.Fates[p.ID] = "posted" // explain does not know of a story that was recalled, only of the piece
		}
		if p.Of == "" && a.Fates[p.ID] == "posted" && a.Stories[p.ID] == 0 {
			m.t.Errorf("%s counts as posted, and no message shows its story: %s", p.ID, p.Title)
		}
	}
	notices := m.slack.Messages("C0PRACTICEOPS")
	for _, n := range notices {
		title, _, _ := strings.Cut(n.Text, "\n")
		a.Notices[title]++
	}
	m.once(append(posts, notices...))
	m.whole()
	err := m.read(func(db *store.DB) error {
		said, err := db.Feedback(m.t.Context(), m.config().Topics[0].Key())
		a.Feedback = len(said)
		return err
	})
	if err != nil {
		m.t.Error(err)
	}
	return a
}

// piece is the piece at an address; outlets hang parameters on some, of which one alone means something.
func (m *mortal) piece(address string) outlets.Piece {
	bare := func(s string) string {
		u, err := url.Parse(s)
		if err != nil {
			return s
		}
		return u.Host + u.Path + "?cd=" + u.Query().Get("cd")
	}
	for _, p := range m.outlets.Pieces() {
		if at := bare(address); at == bare(p.URL) || p.Also != "" && at == bare(p.Also) {
			return p
		}
	}
	m.t.Errorf("Slack shows %s, which is no piece", address)
	return outlets.Piece{}
}

// story is the number of the piece that a piece's story began with, as its label says.
func (m *mortal) story(p outlets.Piece) string {
	for _, of := range m.outlets.Pieces() {
		if of.ID == p.Of {
			return m.story(of)
		}
	}
	return p.ID
}

// once holds that no message stands twice, and that the database and Slack agree on what was posted.
func (m *mortal) once(posts []slack.Message) {
	m.t.Helper()
	err := m.read(func(db *store.DB) error {
		seen, stories := map[string]bool{}, map[int64]string{}
		for _, p := range posts {
			if seen[p.Key()] || p.Key() == "" {
				m.t.Errorf("message %q stands twice or has no key: %s", p.Key(), p.Text)
			}
			seen[p.Key()] = true
			if p.Channel != "C0PRACTICE" || p.Thread != "" {
				continue
			}
			key, _, _ := strings.Cut(p.Key(), "/#")
			d, err := db.Digest(m.t.Context(), key)
			if err != nil {
				return fmt.Errorf("slack shows a digest that the database has not: %w", err)
			}
			for _, it := range append(append(d.Lead, d.Lines...), d.Rest...) {
				if was, twice := stories[it.Story]; twice && it.Kind == "new" {
					m.t.Errorf("story %d is new as %q and was announced as %q", it.Story, it.Title, was)
				}
				stories[it.Story] = it.Title
			}
		}
		return nil
	})
	if err != nil {
		m.t.Error(err)
	}
}

// whole holds that the database is sound, that nothing waits, and that no half-written file is left.
func (m *mortal) whole() {
	m.t.Helper()
	if err := m.read(func(db *store.DB) error { return db.Check(m.t.Context()) }); err != nil {
		m.t.Error(err)
	}
	if n := m.queued(); n != 0 {
		m.t.Errorf("%d messages are queued", n)
	}
	err := filepath.WalkDir(m.config().DataDir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !documented(d.Name()) {
			m.t.Errorf("%s is left behind", path)
		}
		return err
	})
	if err != nil {
		m.t.Error(err)
	}
}

// documented reports whether a file of this name may stand in the data folder.
func documented(name string) bool {
	const db = app.DatabaseName
	for _, pattern := range []string{
		db, db + "-wal", db + "-shm", store.LockName, "newsvigil-*Z.db", db + ".schema-?", db + ".schema-??", db + ".damaged-*Z", db + ".damaged-*Z-wal", db + ".damaged-*Z-shm",
	} {
		if ok, err := filepath.Match(pattern, name); ok && err == nil {
			return true
		}
	}
	return false
}

// same holds that a life with deaths came to what a calm one came to.
func same(t *testing.T, calm, wild account) {
	t.Helper()
	if diff := cmp.Diff(calm, wild); diff != "" {
		t.Errorf("(-calm +killed):\n%s", diff)
	}
}

// headlines counts the addresses that digests announce: the first link of every story. Those that follow
// are of other outlets that carry it.
func headlines(t *testing.T, messages []slack.Message) map[string]int {
	t.Helper()
	out := map[string]int{}
	for _, m := range messages {
		var v any
		if err := json.Unmarshal(m.Blocks, &v); err != nil {
			t.Fatal(err)
		}
		walk(v, func(o map[string]any) {
			elements, _ := o["elements"].([]any)
			for _, e := range elements {
				if link, ok := e.(map[string]any); ok && link["type"] == "link" {
					out[fmt.Sprint(link["url"])]++
					return
				}
			}
		})
	}
	return out
}
