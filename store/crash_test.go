package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"newsvigil/news"
)

// childVariable says what a child process of a test does, and with which database: "write:/some/file".
const childVariable = "NEWSVIGIL_STORE_CHILD"

// roles are what a child can do. Its error is said on standard error.
var roles = map[string]func(ctx context.Context, path string) error{
	"write":          writeForEver,
	"write-unfolded": writeUnfolded,
	"write-folding":  writeFolding,
	"hold":           holdLock,
	"limits":         meetLimits,
	"umask":          workOpenly,
}

func TestMain(m *testing.M) {
	role, path, child := strings.Cut(os.Getenv(childVariable), ":")
	if !child {
		os.Exit(m.Run())
	}
	if err := roles[role](context.Background(), path); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// child prepares a process of this test binary in a role.
func child(t *testing.T, role, path string) *exec.Cmd {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0])
	c.Env = append(os.Environ(), childVariable+"="+role+":"+path)
	return c
}

// writeForEver commits pieces and digests and says on standard output what was acknowledged, until it
// is killed.
func writeForEver(ctx context.Context, path string) error {
	if _, err := LockDir(filepath.Dir(path)); err != nil {
		return err
	}
	db, err := Open(ctx, path, Options{})
	if err != nil {
		return err
	}
	first, err := db.Background(ctx, 0, 1)
	if err != nil {
		return err
	}
	n := 1
	if len(first) > 0 {
		n = int(first[0].ID) + 1000 // beyond every number that the child before used
	}
	for ; ; n++ {
		if err := writeOne(ctx, db, n); err != nil {
			return err
		}
	}
}

// writeOne takes one piece through its life: shown, read, announced, claimed, sent.
func writeOne(ctx context.Context, db *DB, n int) error {
	p := placed(n, relevant("north", 0.7), graded("south", 0, news.GradeNone))
	c := candidate(n)
	c.Key = p.CandidateKey
	poll := news.PollState{URL: "feed", ETag: strconv.Itoa(n)}
	if err := db.Polled(ctx, poll, []news.Candidate{c, candidate(-n)}); err != nil {
		return err
	}
	id, story, err := db.SaveArticle(ctx, p)
	if err != nil {
		return err
	}
	fmt.Println("article", id, story, n)
	d := news.Digest{Key: fmt.Sprint("digest-", n), Slot: at(n), Lead: []news.Item{item(news.ItemNew, id)}}
	ds := []news.Delivery{delivery(d.Key+"/1", 1, 2), delivery(d.Key+"/2", 2, 2)}
	if _, err := db.SaveDigest(ctx, "north", false, d, ds); err != nil {
		return err
	}
	fmt.Println("digest", d.Key)
	due, err := db.Due(ctx, clock)
	if err != nil {
		return err
	}
	for _, d := range due {
		if d.State == news.DeliverySending {
			continue // a child before died with it
		}
		d, claimed, err := db.Claim(ctx, d.ID, clock)
		if err != nil || !claimed {
			return errors.Join(err, fmt.Errorf("%s could not be claimed", d.Key))
		}
		fmt.Println("claimed", d.Key)
		d.State, d.TS = news.DeliverySent, "1.1"
		if err := db.Save(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// A process that is killed at any moment leaves whole transactions only, and all that it was told are
// committed.
func TestKill(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "newsvigil.db")
	articles := make(map[int64]int) // number of the sample by article
	var digests, claimed []string
	for range 6 {
		for _, line := range killAfter(t, path, 1+rand.IntN(60)) {
			var id, story int64
			var n int
			switch what, rest, _ := strings.Cut(line, " "); what {
			case "article":
				if _, err := fmt.Sscan(rest, &id, &story, &n); err == nil {
					articles[id] = n
				}
			case "digest":
				digests = append(digests, rest)
			case "claimed":
				claimed = append(claimed, rest)
			}
		}
		beside := must(OpenReader(t.Context(), path, Options{}))(t) // reads before any writer mends the log
		sound(t, beside)
		ok(t, beside.Close())
		lock := must(LockDir(filepath.Dir(path)))(t) // the dead hold nothing
		db := must(Open(t.Context(), path, Options{}))(t)
		sound(t, db)
		for id, n := range articles {
			whole(t, db, id, n)
		}
		for _, key := range digests {
			must(db.Digest(t.Context(), key))(t)
		}
		for _, key := range claimed {
			var tries int
			ok(t, db.read.QueryRow(`SELECT tries FROM deliveries WHERE key = ?`, key).Scan(&tries))
			if tries == 0 {
				t.Errorf("the claim of %s is forgotten", key)
			}
		}
		ok(t, db.Close())
		ok(t, lock.Unlock())
	}
	t.Logf("%d articles, %d digests and %d claims were acknowledged", len(articles), len(digests), len(claimed))
}

// killAfter runs a child until it said so many lines, kills it, and gives all whole lines it said.
func killAfter(t *testing.T, path string, lines int) []string {
	t.Helper()
	child := child(t, "write", path)
	var complaint strings.Builder
	child.Stderr = &complaint
	out := must(child.StdoutPipe())(t)
	ok(t, child.Start())
	r := bufio.NewReader(out)
	var said []string
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			break
		}
		said = append(said, strings.TrimSpace(line))
		if len(said) == lines {
			ok(t, child.Process.Kill())
		}
	}
	child.Wait() // killed: an error of no interest
	if len(said) < lines {
		t.Fatalf("the child ended by itself: %s", complaint.String())
	}
	return said
}

// whole checks that an article has every row of its transaction.
func whole(t *testing.T, db *DB, id int64, n int) {
	t.Helper()
	p := placed(n)
	want := p.Article
	want.ID, want.Keys = id, append(want.Keys, p.CandidateKey)
	same(t, "article", must(db.Article(t.Context(), id))(t), want)
	trail := must(db.Trail(t.Context(), want.Keys))(t)
	if len(trail.Scores) != 2 || trail.Candidate == nil || trail.Candidate.State != CandidateRead {
		t.Errorf("article %d has scores %v and candidate %v", id, trail.Scores, trail.Candidate)
	}
	var hashes int
	ok(t, db.read.QueryRow(`SELECT count(*) FROM shingles WHERE article = ?`, id).Scan(&hashes))
	if hashes != len(p.Fingerprint.Shingles) {
		t.Errorf("article %d has %d hashes", id, hashes)
	}
}
