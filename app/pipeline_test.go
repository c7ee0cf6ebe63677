package app

import (
	"strings"
	"testing"
	"time"

	"newsvigil/address"
	"newsvigil/crawler"
	"newsvigil/internal/practice/outlets"
	"newsvigil/news"
	"newsvigil/store"
)

// TestFirstDigest runs the whole pipeline over the practice outlets and holds what readers are shown.
func TestFirstDigest(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, nil)
	report := r.crawl(ctx, t)
	if bad := report.Troubled(); len(bad) > 0 {
		t.Errorf("sources in trouble: %+v", bad)
	}
	list, err := r.Preview(ctx, "")
	if err != nil || len(list) != 1 {
		t.Fatalf("%d previews, %v", len(list), err)
	}
	if len(r.digests()) != 0 {
		t.Error("the preview posted")
	}
	res := r.post(ctx, t)
	if res.Queued != 0 || len(r.digests()) != 1 {
		t.Fatalf("%+v, %d messages in the channel", res, len(r.digests()))
	}
	d, err := r.Digest(ctx, res.Topics[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	if len(list[0].Lead) != len(d.Lead) || list[0].Lead[0].Title != d.Lead[0].Title {
		t.Error("the digest is not what the preview showed")
	}
	stories := map[int64]bool{}
	for _, items := range [][]news.Item{d.Lead, d.Lines, d.Rest} {
		for _, it := range items {
			if stories[it.Story] {
				t.Errorf("story %d stands twice: %s", it.Story, it.Title)
			}
			stories[it.Story] = true
			whole(t, it)
		}
	}
	if d.Totals.Read == 0 || d.Totals.Stories != d.Stories() || d.Totals.Outlets != 5 {
		t.Errorf("totals %+v with %d stories", d.Totals, d.Stories())
	}
}

// whole holds that an item says everything that readers are promised.
func whole(t *testing.T, it news.Item) {
	t.Helper()
	if it.Title == "" || it.URL == "" || it.Outlet == "" || it.Language == "" || it.Published.IsZero() {
		t.Errorf("an item lacks something: %+v", it)
	}
	if len(it.Reasons.Facets) != 2 || it.Reasons.Nearest == "" {
		t.Errorf("%s: no reasons: %+v", it.Title, it.Reasons)
	}
	if strings.Contains(it.URL, "utm_") {
		t.Errorf("%s: the link is tracked: %s", it.Title, it.URL)
	}
}

// TestNothingTwice holds that crawling and posting again posts nothing, asks conditionally, and
// fetches no article again.
func TestNothingTwice(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, nil)
	r.crawl(ctx, t)
	r.post(ctx, t)
	before, posted := len(r.outlets.Requests()), len(r.slack.Messages(testChannel))
	if report := r.crawl(ctx, t); report.Total.New != 0 || report.Total.Fetched != 0 || report.Total.Stored != 0 {
		t.Errorf("the second crawl found %+v", report.Total)
	}
	res := r.post(ctx, t)
	if res.Sent != 0 || res.Topics[0].Digest != "" || len(r.slack.Messages(testChannel)) != posted {
		t.Errorf("the second digest posted: %+v", res)
	}
	for _, q := range r.outlets.Requests()[before:] {
		if q.Path != "/robots.txt" && !q.Conditional {
			t.Errorf("%s %s was asked unconditionally", q.Outlet, q.Path)
		}
	}
	r.outlets.Publish(2)
	if report := r.crawl(ctx, t); report.Total.Stored == 0 {
		t.Error("the third crawl stored nothing")
	}
	if res := r.post(ctx, t); res.Topics[0].Stories == 0 {
		t.Errorf("the third digest is empty: %+v", res)
	}
}

// TestNoAddressWhileExample holds that requests carry no address while contact is the example, and
// that robots.txt comes first.
func TestNoAddressWhileExample(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	r.crawl(t.Context(), t)
	first := map[string]string{}
	for _, q := range r.outlets.Requests() {
		if strings.Contains(q.UserAgent, "@") || !strings.HasPrefix(q.UserAgent, "newsvigil/") {
			t.Fatalf("User-Agent %q", q.UserAgent)
		}
		if first[q.Outlet] == "" {
			first[q.Outlet] = q.Path
		}
	}
	for outlet, path := range first {
		if path != "/robots.txt" {
			t.Errorf("%s was asked for %s before robots.txt", outlet, path)
		}
	}
}

// TestVerdicts holds explain's verdict for every fate a piece can have.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, nil)
	if x, err := r.Explain(ctx, "https://elsewhere.example/a"); err != nil || x.Code != "not-watched" {
		t.Errorf("%+v, %v", x, err)
	}
	if x := r.verdict(ctx, t, "001"); x.Code != "not-shown" {
		t.Errorf("before the crawl: %s", x.Verdict)
	}
	r.crawl(ctx, t)
	if x := r.verdict(ctx, t, "001"); x.Code != "waiting" && x.Code != "part-of-story" {
		t.Errorf("before the digest: %s (%s)", x.Verdict, x.Code)
	}
	r.post(ctx, t)
	for id, want := range map[string]string{
		"001": "posted", "006": "posted", "013": "posted", "020": "posted", "016": "posted", "017": "posted",
		"027": "old", "028": "refused", "029": "below-cut", "030": "below-cut", "034": "below-cut", "037": "below-cut",
	} {
		if x := r.verdict(ctx, t, id); x.Code != want {
			t.Errorf("piece %s: %q (%s), want %q", id, x.Code, x.Verdict, want)
		}
	}
	// The same piece under a tracked address, and under another section and month.
	if x, err := r.Explain(ctx, r.piece(t, "012").URL+"?utm_source=x&fbclid=y"); err != nil || x.Code != "posted" {
		t.Errorf("with tracking: %+v, %v", x, err)
	}
	moved := strings.Replace(r.piece(t, "012").URL, "/nation/2022/05/790_", "/world/2023/01/103_", 1)
	if x, err := r.Explain(ctx, moved); err != nil || x.Code != "posted" {
		t.Errorf("moved: %+v, %v", x, err)
	}
}

// TestSourceTrouble holds that one failing source stops no other, that the admin channel hears of it
// once after the second failure, and once when it is well.
func TestSourceTrouble(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, nil)
	const sick = "NK Policy Forum"
	r.outlets.Break(sick, outlets.Fault{Down: true})
	report := r.crawl(ctx, t)
	if bad := report.Troubled(); len(bad) != 1 || bad[0].Source != sick || bad[0].Trouble != news.TroubleUnreachable {
		t.Fatalf("in trouble: %+v", bad)
	}
	if report.Total.Stored == 0 {
		t.Error("the other sources gave nothing")
	}
	notices := func() int { r.post(ctx, t); return len(r.slack.Messages(testOps)) }
	if n := notices(); n != 0 {
		t.Errorf("%d notices after one failure", n)
	}
	for range 3 {
		r.clock.advance(time.Hour)
		r.crawl(ctx, t)
	}
	if n := notices(); n != 1 {
		t.Errorf("%d notices after four failures, want 1", n)
	}
	list, err := r.Sources(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		if (s.Source == sick) != (s.Trouble != news.TroubleNone) {
			t.Errorf("sources: %+v", s)
		}
	}
	r.outlets.Break(sick, outlets.Fault{})
	r.clock.advance(24 * time.Hour)
	if bad := r.crawl(ctx, t).Troubled(); len(bad) != 0 {
		t.Errorf("after healing: %+v", bad)
	}
	if n := notices(); n != 2 {
		t.Errorf("%d notices after healing, want 2", n)
	}
	if got := r.slack.Messages(testOps)[1].Text; !strings.Contains(got, "well again") {
		t.Errorf("the second notice: %s", got)
	}
}

// TestCrawlLimit holds that a crawl that is cut short keeps what it read, and the next one goes on.
func TestCrawlLimit(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, nil)
	for _, o := range r.outlets.Outlets() {
		r.outlets.Break(o.Name, outlets.Fault{Slow: 40 * time.Millisecond})
	}
	report, err := r.Crawl(ctx, CrawlOptions{All: true, Limit: 500 * time.Millisecond})
	if err != nil {
		t.Fatalf("a limit is no error: %v", err)
	}
	for _, o := range r.outlets.Outlets() {
		r.outlets.Break(o.Name, outlets.Fault{})
	}
	rest := r.crawl(ctx, t)
	if report.Total.Stored+rest.Total.Stored < 55 || rest.Total.Stored == 0 {
		t.Errorf("stored %d, then %d", report.Total.Stored, rest.Total.Stored)
	}
}

// TestSettledAfterKill holds that pieces which a killed crawl has judged once only, without the
// background that it brought, are judged again before a digest shows them.
func TestSettledAfterKill(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, nil)
	r.crawl(ctx, t)
	x := r.verdict(ctx, t, "001")
	// As a crawl leaves it that was killed before its end: the scores of another model, and no note.
	stale := x.Scores[0]
	stale.Model, stale.Grade, stale.Value = "early", news.GradeNone, 0
	article, _, err := r.db.ByKeys(ctx, keysOf(t, r, "001"))
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		r.db.SaveScores(ctx, []store.ArticleScore{{Article: article.Article.ID, Score: stale}}),
		r.db.SaveRun(ctx, runUnsettled, r.now().Add(time.Second)),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if x := r.verdict(ctx, t, "001"); x.Code != "below-cut" {
		t.Fatalf("the stale score does not show: %s", x.Verdict)
	}
	r.clock.advance(time.Minute)
	r.post(ctx, t)
	if x := r.verdict(ctx, t, "001"); x.Code != "posted" {
		t.Errorf("after the digest: %s", x.Verdict)
	}
	if owed, err := r.unsettled(ctx); err != nil || owed {
		t.Errorf("still unsettled (%v)", err)
	}
}

// keysOf are the keys of a practice piece.
func keysOf(t *testing.T, r *rig, id string) []string {
	t.Helper()
	u := r.piece(t, id).URL
	src, _ := r.sourceOf(u)
	key, err := address.Key(src, u)
	if err != nil {
		t.Fatal(err)
	}
	return []string{key}
}

// TestUnfinishedStaysDue holds that a source which a stop cut short is as due as it was, and that
// what its requests came to at that moment is no trouble of the source.
func TestUnfinishedStaysDue(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, nil)
	list := r.sources()
	sum := crawler.Summary{Sources: []crawler.SourceResult{
		{Source: list[0].Name, Polled: true, Unfinished: true},
		{Source: list[1].Name, Polled: true, Unfinished: true, Trouble: news.TroubleUnreachable, Detail: "cut off"},
		{Source: list[2].Name, Polled: true},
	}}
	if err := r.recordHealth(ctx, sum, nil); err != nil {
		t.Fatal(err)
	}
	due, healths, err := r.due(ctx, r.now(), false)
	if err != nil {
		t.Fatal(err)
	}
	if len(due) != len(list)-1 || due[0].Name != list[0].Name || due[1].Name != list[1].Name {
		t.Errorf("%d of %d sources are due, want all but the finished one", len(due), len(list))
	}
	if h := healths[list[1].Key()]; h.Trouble != news.TroubleNone {
		t.Errorf("a cut request became the trouble %q", h.Trouble)
	}
}
