package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"newsvigil/news"
)

// CandidateState is how far a candidate has come.
type CandidateState string

// The states of a candidate.
const (
	CandidatePending CandidateState = "pending" // to be read, or to be tried again
	CandidateRead    CandidateState = "read"    // its article is stored
	CandidateDropped CandidateState = "dropped" // it will not be tried again; the outcome says why
)

// candidateColumns are what scanCandidate reads.
const candidateColumns = `c.key, c.source, c.url, c.route, c.via, c.title, c.summary, c.authors, c.language,
	c.published, c.published_offset, c.published_day, c.published_zone, c.published_confidence, c.baseline, c.attempts, c.content`

func scanCandidate(r row, more ...any) (news.Candidate, error) {
	var c news.Candidate
	var p publication
	to := []any{&c.Key, &c.Source, &c.URL, &c.Route, &c.Via, &c.Title, &c.Summary, decoded{&c.Authors}, &c.Language}
	to = append(to, p.columns()...)
	to = append(to, &c.Baseline, &c.Attempts, packed{&c.Content})
	if err := r.Scan(append(to, more...)...); err != nil {
		return c, err
	}
	c.Published = p.instant()
	return c, nil
}

// The queries that run for every poll and piece stand apart, so that a test sees that each has its
// index.
const (
	knownQuery = `SELECT DISTINCT j.value FROM json_each(?1) j
		WHERE EXISTS (SELECT 1 FROM candidates c WHERE c.key = j.value) OR EXISTS (SELECT 1 FROM aliases k WHERE k.key = j.value)`
	pendingQuery = `SELECT ` + candidateColumns + ` FROM candidates c
		WHERE c.source_key = ?1 AND c.state = 'pending' AND (c.next <= ?2 OR c.next > ?3)
		ORDER BY c.found, c.published DESC, c.rowid`
)

// Known tells which of the keys belong to an article or to a candidate in any state.
func (db *DB) Known(ctx context.Context, keys []string) (map[string]bool, error) {
	rows, err := db.read.QueryContext(ctx, knownQuery, words(keys))
	found, err := collect(rows, err, func(r row) (string, error) {
		var key string
		err := r.Scan(&key)
		return key, err
	})
	if err != nil {
		return nil, advised("look up known addresses", err)
	}
	known := make(map[string]bool, len(found))
	for _, key := range found {
		known[key] = true
	}
	return known, nil
}

// Pending lists a source's candidates that wait to be read and whose next try is due by before: the
// ones found earliest first, so that none waits for ever, and of one poll the newest first. A next try
// that no wait explains is due at once; see tooFar.
func (db *DB) Pending(ctx context.Context, sourceName string, before time.Time) ([]news.Candidate, error) {
	rows, err := db.read.QueryContext(ctx, pendingQuery, news.Slug(sourceName), stamp(before), stamp(tooFar(db.now())))
	all, err := collect(rows, err, func(r row) (news.Candidate, error) { return scanCandidate(r) })
	if err != nil {
		return nil, advised("list pending pieces of "+sourceName, err)
	}
	return all, nil
}

// Outdated lists a source's pieces published since then that were left unread as too old, the newest first.
func (db *DB) Outdated(ctx context.Context, sourceName string, since time.Time) ([]news.Candidate, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT `+candidateColumns+` FROM candidates c
		WHERE c.source_key = ? AND c.state = 'dropped' AND c.outcome = 'old' AND c.published >= ? ORDER BY c.published DESC, c.rowid`,
		news.Slug(sourceName), stamp(since))
	all, err := collect(rows, err, func(r row) (news.Candidate, error) { return scanCandidate(r) })
	return all, advised("list the old pieces of "+sourceName, err)
}

// Orphans lists the candidates that wait to be read and whose source is none of the named ones.
func (db *DB) Orphans(ctx context.Context, sources []string) ([]news.Candidate, error) {
	keys := make([]string, len(sources))
	for i, name := range sources {
		keys[i] = news.Slug(name)
	}
	rows, err := db.read.QueryContext(ctx, `SELECT `+candidateColumns+` FROM candidates c
		WHERE c.state = 'pending' AND c.source_key NOT IN (SELECT value FROM json_each(?))`, words(keys))
	all, err := collect(rows, err, func(r row) (news.Candidate, error) { return scanCandidate(r) })
	return all, advised("list pending pieces without a source", err)
}

// Adopt gives pending candidates, by their keys, to the sources of these names.
func (db *DB) Adopt(ctx context.Context, owners map[string]string) error {
	return db.update(ctx, "adopt", "give pending pieces to their sources", func(tx *sql.Tx) error {
		for key, name := range owners {
			_, err := tx.ExecContext(ctx, `UPDATE candidates SET source = ?, source_key = ? WHERE key = ? AND state = 'pending'`,
				name, news.Slug(name), key)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// addCandidate stores a candidate as pending. Where its key is known already, as a candidate or as an
// article's, nothing changes.
func addCandidate(ctx context.Context, tx *sql.Tx, c news.Candidate, found time.Time) error {
	if c.Key == "" {
		return fmt.Errorf("the piece %s has no key", c.URL)
	}
	authors, err := list(c.Authors)
	if err != nil {
		return err
	}
	content, err := pack(c.Content)
	if err != nil {
		return err
	}
	args := []any{c.Key, c.Source, news.Slug(c.Source), c.URL, string(c.Route), c.Via, c.Title, c.Summary, authors, c.Language}
	args = append(args, published(c.Published)...)
	args = append(args, c.Attempts, stamp(found), content, c.Baseline)
	_, err = tx.ExecContext(ctx, `INSERT INTO candidates (key, source, source_key, url, route, via, title, summary, authors,
		language, published, published_offset, published_day, published_zone, published_confidence, state, outcome,
		attempts, found, content, baseline)
		SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, 'pending', '', ?16, ?17, ?18, ?19
		WHERE NOT EXISTS (SELECT 1 FROM aliases WHERE key = ?1)
		ON CONFLICT (key) DO NOTHING`, args...)
	return err
}

// finishCandidate marks a candidate as read, if it is known.
func finishCandidate(ctx context.Context, tx *sql.Tx, key string, at time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE candidates SET state = 'read', outcome = ?, detail = '', attempts = attempts + 1,
		tried = ?, next = 0, content = NULL WHERE key = ? AND state <> 'read'`, string(news.OutcomeRead), stamp(at), key)
	return err
}

// SavePage stores what became of a candidate whose page gave no article. A retry stays pending until
// Page.Retry; any other outcome is final. A candidate whose key is unknown is stored with the outcome,
// one that was read already stays as it is. OutcomeRead belongs to SaveArticle and is an error here.
func (db *DB) SavePage(ctx context.Context, p news.Page) error {
	c := p.Candidate
	doing := "save the outcome of " + c.URL
	if p.Outcome == news.OutcomeRead || p.Outcome == "" {
		return fmt.Errorf("%s: outcome %q: %w", doing, p.Outcome, errors.ErrUnsupported)
	}
	state, next := CandidateDropped, int64(0)
	if p.Outcome == news.OutcomeRetry {
		state, next = CandidatePending, stamp(p.Retry)
	}
	now := db.now()
	return db.update(ctx, "page", doing, func(tx *sql.Tx) error {
		if err := addCandidate(ctx, tx, c, now); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE candidates SET state = ?1, outcome = ?2, status = ?3, detail = ?4, final_url = ?5,
			attempts = attempts + 1, tried = ?6, next = ?7, content = CASE ?1 WHEN 'pending' THEN content END
			WHERE key = ?8 AND state <> 'read'`, string(state), string(p.Outcome), p.Status, p.Detail, p.URL,
			stamp(tried(p.Fetched, now)), next, c.Key)
		return err
	})
}

// tried is when a page was asked for, or decided upon without asking.
func tried(fetched, now time.Time) time.Time {
	if fetched.IsZero() {
		return now
	}
	return fetched
}
