package crawler

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"newsvigil/address"
	"newsvigil/internal/practice/outlets"
	"newsvigil/news"
)

// practice starts the practice outlets and gives them as configured sources.
func practice(t *testing.T) (*outlets.Network, []news.Source) {
	t.Helper()
	n, err := outlets.Start(outlets.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	var due []news.Source
	for _, o := range n.Outlets() {
		src := news.Source{
			Name: o.Name, Home: o.Home, Feeds: o.Feeds, Sitemaps: o.Sitemaps, Sections: o.Sections, Hosts: o.Hosts,
			Language: o.Language, Label: o.Label, Wire: o.Wire,
		}
		if o.Article != "" {
			src.Article = regexp.MustCompile(o.Article)
		}
		if o.ID != "" {
			src.ID = regexp.MustCompile(o.ID)
		}
		if src.Zone, err = time.LoadLocation(o.Timezone); err != nil {
			t.Fatal(err)
		}
		due = append(due, src)
	}
	return n, due
}

func TestPracticeOutlets(t *testing.T) {
	t.Parallel()
	n, due := practice(t)
	m := NewMemory()
	var all []news.Page
	for round := 1; round <= 2; round++ {
		n.Publish(round)
		before := len(n.Requests())
		got, sum := crawl(t, m, quick(), due...)
		all = append(all, got.pages...)
		for _, s := range sum.Sources {
			t.Logf("round %d: %s: %d shown, %d new, %d fetched, %d failed, %q %q", round, s.Source, s.Candidates, s.New, s.Fetched, s.Failed, s.Trouble, s.Detail)
			if s.Trouble != news.TroubleNone {
				t.Errorf("%s: %q %q", s.Source, s.Trouble, s.Detail)
			}
		}
		for _, r := range n.Requests()[before:] {
			if !strings.HasPrefix(r.UserAgent, "newsvigil/") || r.Method != "GET" {
				t.Errorf("request %+v", r)
			}
		}
	}
	pages := map[string]news.Page{}
	for _, p := range all {
		pages[p.Candidate.Key] = p
	}
	missing := 0
	for _, want := range n.Pieces() {
		src := due[slices.IndexFunc(due, func(s news.Source) bool { return s.Name == want.Outlet })]
		key, err := address.Key(src, want.URL)
		if err != nil {
			t.Fatal(err)
		}
		p, ok := pages[key]
		if !ok {
			missing++
			t.Logf("%s (%s, %s) was not found: %s", want.ID, want.Outlet, want.Expect, want.URL)
			continue
		}
		checkPiece(t, want, p)
	}
	// The figure to reach is 98 %: a second page of a list may be linked in words nobody knows.
	if total := len(n.Pieces()); missing*50 > total {
		t.Errorf("%d of %d pieces were not found", missing, total)
	}
	before := len(n.Requests())
	again, _ := crawl(t, m, quick(), due...)
	if len(again.pages) != 0 {
		t.Errorf("a rerun with nothing new gave %v", again.outcomes())
	}
	for _, r := range n.Requests()[before:] {
		if !r.Conditional || r.Status != 304 {
			t.Errorf("the rerun asked %s %s without a validator, or for a full answer: %d", r.Outlet, r.Path, r.Status)
		}
	}
}

func checkPiece(t *testing.T, want outlets.Piece, p news.Page) {
	t.Helper()
	outcome, kind := news.OutcomeRead, news.KindFull
	switch want.Expect {
	case "old":
		outcome, kind = news.OutcomeOld, ""
	case "refused":
		outcome, kind = news.OutcomeRefused, ""
	case "teaser":
		kind = news.KindTeaser
	case "pdf":
		kind = news.KindPDF
	}
	if p.Outcome != outcome || p.Article.Kind != kind {
		t.Errorf("%s (%s, %s): %q %q, kind %q: %s", want.ID, want.Outlet, want.Expect, p.Outcome, p.Detail, p.Article.Kind, want.URL)
	}
}
