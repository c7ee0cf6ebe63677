package crawler

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"newsvigil/news"
	"newsvigil/store"
)

// trialTask, in the environment, makes a child process of TestTrial of this program: one run over the
// practice outlets, with the real store, so that every run is a restart and its memory is its own.
const trialTask = "NEWSVIGIL_TRIAL_TASK"

// trialOrder is what the child is told, trialReport what it answers.
type (
	trialOrder struct {
		Database       string
		Shift          time.Duration
		Delay, Timeout time.Duration
		MaxBody        int64
		Sources        []news.Source
	}
	trialReport struct {
		Took       time.Duration
		MiB        float64
		Goroutines int
		Pages      []trialPage
		Troubles   map[string]string
		Requests   []trialRequest
	}
	trialRequest struct {
		Host, URL string
		At        time.Time
		Took      time.Duration
	}
	trialPage struct {
		URL, Key        string
		Outcome, Detail string
	}
)

// runTrial is the main of the child.
func runTrial(order string) error {
	var o trialOrder
	if err := json.Unmarshal([]byte(order), &o); err != nil {
		return err
	}
	now := func() time.Time { return time.Now().Add(o.Shift) }
	db, err := store.Open(context.Background(), o.Database, store.Options{Now: now})
	if err != nil {
		return err
	}
	got, err := trialRun(db, o, now)
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	rss, err := peakRSS()
	if err != nil {
		return err
	}
	got.MiB = rss
	return json.NewEncoder(os.Stdout).Encode(got)
}

func trialRun(db *store.DB, o trialOrder, now func() time.Time) (got trialReport, err error) {
	defer Frugal()()
	most, done, counted := 0, make(chan struct{}), make(chan struct{})
	go func() {
		defer close(counted)
		for tick := time.NewTicker(time.Millisecond); ; {
			select {
			case <-tick.C:
				most = max(most, runtime.NumGoroutine())
			case <-done:
				return
			}
		}
	}()
	var mu sync.Mutex
	start := time.Now()
	sum, err := New(db, Options{
		UserAgent: "newsvigil/1.0 (+mailto:desk@paper.example)", Delay: o.Delay, Timeout: o.Timeout, MaxBody: o.MaxBody, Now: now,
		AllowPrivate: []netip.Prefix{netip.MustParsePrefix(trialNet)},
		Trace: func(q Request) {
			mu.Lock()
			defer mu.Unlock()
			got.Requests = append(got.Requests, trialRequest{q.Host, q.URL, q.At, q.Took})
		},
	}).Run(context.Background(), o.Sources, func(p news.Page) error {
		got.Pages = append(got.Pages, trialPage{p.Candidate.URL, p.Candidate.Key, string(p.Outcome), p.Detail})
		return keep(db, p)
	})
	got.Took = time.Since(start)
	close(done)
	<-counted
	got.Goroutines, got.Troubles = most, map[string]string{}
	for _, s := range sum.Sources {
		got.Troubles[s.Source] = string(s.Trouble)
		for _, r := range s.Routes {
			if r.Trouble != news.TroubleNone {
				got.Troubles[s.Source+" "+r.URL] = string(r.Trouble)
			}
		}
	}
	return got, err
}

// keep stores a page as the program does, without scores and place.
func keep(db *store.DB, p news.Page) error {
	if p.Outcome != news.OutcomeRead {
		return db.SavePage(context.Background(), p)
	}
	_, _, err := db.SaveArticle(context.Background(), store.Placed{
		Article: p.Article, CandidateKey: p.Candidate.Key, Reader: p.Reader, Placement: news.Placement{Relation: news.RelationNew},
	})
	return err
}

// TestTrial lets outlets play every trap that crawlers are known to fall into, over three runs with a
// restart between them, and watches from the outlets' side. NEWSVIGIL_TRIAL=1 plays it with the delay
// and the time-outs that the program has by default.
func TestTrial(t *testing.T) {
	t.Parallel()
	if raceDetector {
		t.Skip("the race detector makes the crawler too slow for time-outs of seconds; CI runs this test without it too")
	}
	order := trialOrder{Database: filepath.Join(t.TempDir(), "trial.db"), Delay: 50 * time.Millisecond, Timeout: 2 * time.Second, MaxBody: 5 << 20}
	if os.Getenv("NEWSVIGIL_TRIAL") != "" {
		order.Delay, order.Timeout = 2*time.Second, 30*time.Second
	}
	tr := newTrial(t, order.Delay)
	for _, s := range tr.sites {
		if s.src.Name != "" {
			order.Sources = append(order.Sources, s.src)
		}
	}
	found := map[string]bool{}
	for run, shift := range []time.Duration{0, 2 * time.Hour, 30 * time.Hour} {
		tr.shiftTo(shift)
		order.Shift = shift
		got := trialChild(t, order)
		var lost []string
		for _, p := range got.Pages {
			if p.Outcome == string(news.OutcomeRead) {
				found[trialKey(p.URL)] = true
			}
		}
		reachable, missing := 0, 0
		for _, w := range tr.wanted {
			if w.run > run+1 {
				continue
			}
			if reachable++; !found[trialKey(w.url)] {
				missing++
				lost = append(lost, w.url)
			}
		}
		t.Logf("run %d: %d of %d found, %.0f s, %.0f MiB, %d goroutines, %d requests, missing %v", run+1, reachable-missing, reachable,
			got.Took.Seconds(), got.MiB, got.Goroutines, len(got.Requests), lost)
		if missing*50 > reachable || run == 2 && missing > 0 {
			t.Errorf("run %d: %d of %d wanted pieces are missing:\n%s", run+1, missing, reachable, explainLost(got.Pages, lost))
		}
		tr.judge(t, got)
		tr.orderly(t, got.Requests)
		tr.publish(run + 2)
	}
}

func explainLost(pages []trialPage, lost []string) string {
	var b strings.Builder
	for _, u := range lost {
		b.WriteString(u)
		for _, p := range pages {
			if trialKey(p.URL) == trialKey(u) {
				fmt.Fprintf(&b, " %s: %s", p.Outcome, p.Detail)
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// judge holds what a run may cost, and what the outlets saw.
func (tr *trial) judge(t *testing.T, got trialReport) {
	t.Helper()
	if got.Took > 180*time.Second || got.Goroutines > 100 || got.Goroutines == 0 || got.MiB > 150 {
		t.Errorf("%v, %.0f MiB, %d goroutines; at most 180 s, 150 MiB and 100", got.Took, got.MiB, got.Goroutines)
	}
	for name, want := range tr.troubles {
		if said := got.Troubles[name]; said != want && tr.shift == 0 {
			t.Errorf("%s is said to have trouble %q, want %q", name, said, want)
		}
	}
	tr.mu.Lock()
	defer tr.mu.Unlock()
	for i, b := range tr.breaches {
		if i < 20 {
			t.Error(b)
		}
	}
	if n := len(tr.breaches); n > 20 {
		t.Errorf("%d breaches in all", n)
	}
	if n := tr.private.Load(); n > 0 {
		t.Errorf("%d connections to a private address that is not allowed", n)
	}
}

// orderly holds that requests to one host kept their distance and never overlapped, by the crawler's own
// stamps, and that every request that arrived at a host is one of those.
func (tr *trial) orderly(t *testing.T, requests []trialRequest) {
	t.Helper()
	slices.SortFunc(requests, func(a, b trialRequest) int { return a.At.Compare(b.At) })
	for _, s := range tr.sites {
		var last trialRequest
		made := 0
		for _, q := range requests {
			if q.Host != s.host {
				continue
			}
			made++
			least := tr.delay
			if s.delay > 0 && !strings.HasSuffix(last.URL, "/robots.txt") {
				least = s.delay
			}
			if gap := q.At.Sub(last.At); gap < max(least, last.Took) {
				t.Errorf("%s %v after %s, which took %v: the delay is %v", q.URL, gap, last.URL, last.Took, least)
			}
			last = q
		}
		s.at.Lock()
		if s.asked > made { // one that was given up may not have arrived
			t.Errorf("%s %s was asked %d times, the crawler says %d", s.src.Name, s.host, s.asked, made)
		}
		s.asked = 0
		s.at.Unlock()
	}
}

func trialChild(t *testing.T, o trialOrder) (got trialReport) {
	t.Helper()
	order, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), os.Args[0])
	c.Env = append(os.Environ(), trialTask+"="+string(order))
	var said strings.Builder
	c.Stderr = &said
	out, err := c.Output()
	if err == nil {
		err = json.Unmarshal(out, &got)
	}
	if err != nil {
		t.Fatalf("%v: %.2000s %.2000s", err, said.String(), out)
	}
	return got
}

// peakRSS is the most memory that this process has held, in MiB.
func peakRSS() (float64, error) {
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, fmt.Errorf("peak memory is known on Linux only: %w", err)
	}
	_, rest, _ := strings.Cut(string(data), "VmHWM:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0, errors.New("/proc/self/status names no VmHWM")
	}
	kb, err := strconv.ParseFloat(fields[0], 64)
	return kb / 1024, err
}
