package crawler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsvigil/news"
)

func TestRunReadsWhatTheFeedShows(t *testing.T) {
	t.Parallel()
	s, paths := setup(t, 3)
	got, sum := crawl(t, nil, quick(), s.source())
	if len(got.pages) != 3 {
		t.Fatalf("%d pages, want 3: %+v", len(got.pages), got.pages)
	}
	for _, p := range got.pages {
		if p.Outcome != news.OutcomeRead || p.Status != 200 || !strings.Contains(p.Article.Text, "harbour office") {
			t.Errorf("page %s: outcome %q, status %d, detail %q", p.URL, p.Outcome, p.Status, p.Detail)
		}
	}
	want := SourceResult{Source: s.source().Name, Polled: true, Candidates: 3, New: 3, Fetched: 3, Routes: []RouteResult{
		{Route: news.RouteFeed, URL: s.URL + "/feed.xml", Status: 200, Candidates: 3, New: 3},
	}}
	res := sum.Sources[0]
	if res.Took <= 0 || res.Unfinished {
		t.Errorf("Took = %v, unfinished %v", res.Took, res.Unfinished)
	}
	res.Took = 0
	if diff := cmp.Diff(want, res); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
	if first := s.paths()[0]; first != "/robots.txt" {
		t.Errorf("first request is %s, want /robots.txt", first)
	}
	for _, p := range paths {
		if n := count2(s.paths(), p); n != 1 {
			t.Errorf("%s was asked %d times", p, n)
		}
	}
	h := s.seen(paths[0])[0].header
	if h.Get("User-Agent") != "newsvigil/1.0" || h.Get("Accept-Encoding") != "gzip, br, zstd" || h.Get("Cookie") != "" {
		t.Errorf("headers %v", h)
	}
}

func TestRerunWithNothingNewAsksConditionally(t *testing.T) {
	t.Parallel()
	s, paths := setup(t, 2)
	body := s.feed(paths...)
	s.on("/feed.xml", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"one"`)
		w.Header().Set("Last-Modified", "Fri, 20 Nov 2026 10:00:00 GMT")
		if r.Header.Get("If-None-Match") == `"one"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write([]byte(body))
	})
	m := NewMemory()
	crawl(t, m, quick(), s.source())
	s.forget()
	got, sum := crawl(t, m, quick(), s.source())
	if diff := cmp.Diff([]string{"/feed.xml"}, s.paths()); diff != "" {
		t.Errorf("second run asked (-want +got):\n%s", diff)
	}
	if h := s.seen("/feed.xml")[0].header; h.Get("If-Modified-Since") != "Fri, 20 Nov 2026 10:00:00 GMT" {
		t.Errorf("headers %v", h)
	}
	res := sum.Sources[0]
	if len(got.pages) != 0 || !res.Routes[0].Unchanged || res.Trouble != news.TroubleNone || !res.Polled || res.Candidates != 2 || res.New != 0 {
		t.Errorf("result %+v, %d pages", res, len(got.pages))
	}
}

func TestUnchangedBodyWithoutValidators(t *testing.T) {
	t.Parallel()
	s, _ := setup(t, 2)
	m := NewMemory()
	crawl(t, m, quick(), s.source())
	s.forget()
	got, sum := crawl(t, m, quick(), s.source())
	if len(got.pages) != 0 || !sum.Sources[0].Routes[0].Unchanged || len(s.paths()) != 1 {
		t.Errorf("%d pages, routes %+v, asked %v", len(got.pages), sum.Sources[0].Routes, s.paths())
	}
}

func TestKnownPiecesAreNotFetched(t *testing.T) {
	t.Parallel()
	s, paths := setup(t, 2)
	m := NewMemory()
	crawl(t, m, quick(), s.source())
	more := s.stories(3)
	s.text("/feed.xml", "application/rss+xml", s.feed(more...))
	s.forget()
	got, _ := crawl(t, m, quick(), s.source())
	if len(got.pages) != 1 || count2(s.paths(), paths[0])+count2(s.paths(), paths[1]) != 0 {
		t.Errorf("%d pages; asked %v", len(got.pages), s.paths())
	}
}

func TestOldPiecesAreRecordedAndNotFetched(t *testing.T) {
	t.Parallel()
	s, paths := setup(t, 1)
	feed := strings.ReplaceAll(s.feed(paths...), "</channel>", fmt.Sprintf(
		"<item><title>Old</title><link>%s/news/old-piece-of-spring</link><pubDate>%s</pubDate></item></channel>",
		s.URL, time.Now().AddDate(0, -2, 0).Format(time.RFC1123Z)))
	s.text("/feed.xml", "application/rss+xml", feed)
	m := NewMemory()
	got, sum := crawl(t, m, quick(), s.source())
	if p := got.page(t, "/news/old-piece-of-spring"); p.Outcome != news.OutcomeOld || p.Detail == "" {
		t.Errorf("old piece: %q %q", p.Outcome, p.Detail)
	}
	if n := len(s.seen("/news/old-piece-of-spring")); n != 0 {
		t.Errorf("the old piece was fetched %d times", n)
	}
	if sum.Sources[0].New != 1 {
		t.Errorf("New = %d, want 1", sum.Sources[0].New)
	}
	if again, _ := crawl(t, m, quick(), s.source()); len(again.pages) != 0 {
		t.Errorf("the second run gave %d pages", len(again.pages))
	}
}

func TestOldByThePagesOwnDate(t *testing.T) {
	t.Parallel()
	s, _ := setup(t, 0)
	page := strings.Replace(story(1), time.Now().UTC().Format("2006"), "2019", 1)
	s.text("/news/harbour-report-of-2019", "text/html", page)
	s.text("/feed.xml", "application/rss+xml", strings.ReplaceAll(s.feed("/news/harbour-report-of-2019"), "pubDate", "noDate"))
	got, _ := crawl(t, nil, quick(), s.source())
	if p := got.page(t, "2019"); p.Outcome != news.OutcomeOld {
		t.Errorf("outcome %q %q", p.Outcome, p.Detail)
	}
}

func TestPagesPerRunLeavesTheRestPending(t *testing.T) {
	t.Parallel()
	s, _ := setup(t, 7)
	m := NewMemory()
	o := quick()
	o.PagesPerRun = 3
	seen := 0
	for run, want := range []int{3, 3, 1, 0} {
		got, sum := crawl(t, m, o, s.source())
		seen += len(got.pages)
		if len(got.pages) != want || sum.Sources[0].Waiting != max(7-seen, 0) {
			t.Errorf("run %d: %d pages, %d waiting; want %d and %d", run, len(got.pages), sum.Sources[0].Waiting, want, 7-seen)
		}
	}
}

func TestCrashBetweenPollAndRecordLosesNothing(t *testing.T) {
	t.Parallel()
	s, _ := setup(t, 4)
	m := NewMemory()
	boom := errors.New("disk full")
	_, err := New(m, quick()).Run(t.Context(), []news.Source{s.source()}, func(news.Page) error { return boom })
	if !errors.Is(err, boom) {
		t.Fatalf("Run = %v, want the error of emit", err)
	}
	if left, _ := m.Pending(t.Context(), s.source().Name, time.Now()); len(left) != 4 {
		t.Fatalf("%d pending after the crash, want 4", len(left))
	}
	got, _ := crawl(t, m, quick(), s.source())
	if len(got.pages) != 4 {
		t.Errorf("%d pages after the crash, want 4", len(got.pages))
	}
}

func TestEmitErrorStopsTheRun(t *testing.T) {
	t.Parallel()
	s, _ := setup(t, 30)
	boom, calls := errors.New("no"), 0
	_, err := New(NewMemory(), quick()).Run(t.Context(), []news.Source{s.source()}, func(news.Page) error {
		if calls++; calls == 3 {
			return boom
		}
		return nil
	})
	if !errors.Is(err, boom) || calls != 3 {
		t.Errorf("err = %v after %d calls, want %v after 3", err, calls, boom)
	}
}

func TestCancelWithAFullQueue(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	var paths []string
	for i := range 5000 {
		paths = append(paths, fmt.Sprintf("/news/harbour-report-%d", 10000+i))
	}
	s.text("/feed.xml", "application/rss+xml", s.feed(paths...))
	ctx, cancel := context.WithCancel(t.Context())
	m := NewMemory()
	o := quick()
	o.PagesPerRun, o.MaxAge, o.Timeout = 10000, 10000*time.Hour, time.Minute
	var stopped atomic.Int64
	hang := func(_ http.ResponseWriter, r *http.Request) {
		stopped.CompareAndSwap(0, time.Now().UnixNano())
		cancel()
		<-r.Context().Done()
	}
	for _, p := range paths {
		s.pages[p] = hang
	}
	sum, err := New(m, o).Run(ctx, []news.Source{s.source()}, m.Record)
	took := time.Since(time.Unix(0, stopped.Load()))
	t.Logf("Run returned %v after the cancel, with %d pages queued", took, len(paths))
	// The promise is a second; the rest is for a machine that does much else at once.
	if took > 10*time.Second {
		t.Errorf("Run returned %v after the cancel", took)
	}
	if !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
	if !sum.Sources[0].Unfinished {
		t.Error("a source that was cut short passes for finished")
	}
	left, _ := m.Pending(t.Context(), s.source().Name, time.Now())
	if len(left) != 5000 || sum.Sources[0].Waiting != 5000 || sum.Sources[0].New != 5000 {
		t.Errorf("%d pending, summary %+v", len(left), sum.Sources[0])
	}
}

func TestEmitComesFromTheCaller(t *testing.T) {
	t.Parallel()
	var sites []news.Source
	for range 4 {
		s, _ := setup(t, 5)
		sites = append(sites, s.source())
	}
	inside, calls := false, 0 // the race detector watches these
	_, err := New(NewMemory(), quick()).Run(t.Context(), sites, func(news.Page) error {
		if inside {
			t.Error("emit is called twice at a time")
		}
		inside = true
		calls++
		inside = false
		return nil
	})
	if err != nil || calls != 20 {
		t.Errorf("err = %v, %d calls", err, calls)
	}
}

func TestProgress(t *testing.T) {
	t.Parallel()
	s, _ := setup(t, 2)
	var steps []Progress
	o := quick()
	o.Progress = func(p Progress) { p.Source = ""; steps = append(steps, p) }
	crawl(t, nil, o, s.source())
	want := []Progress{
		{Stage: StagePolling, Total: 1}, {Stage: StagePolling, Done: 1, Total: 1},
		{Stage: StageReading, Total: 2}, {Stage: StageReading, Done: 1, Total: 2}, {Stage: StageDone, Done: 2, Total: 2},
	}
	if diff := cmp.Diff(want, steps); diff != "" {
		t.Errorf("progress (-want +got):\n%s", diff)
	}
}

func TestOneBadSourceStopsNoOther(t *testing.T) {
	t.Parallel()
	good, _ := setup(t, 1)
	dead, _ := setup(t, 1)
	src := dead.source()
	dead.Close()
	got, sum := crawl(t, nil, quick(), src, good.source(), news.Source{Name: "Nothing"}, news.Source{Name: "Odd", Feeds: []string{"ftp://x/feed"}})
	var troubles []news.Trouble
	for _, r := range sum.Sources {
		troubles = append(troubles, r.Trouble)
	}
	want := []news.Trouble{news.TroubleUnreachable, news.TroubleNone, news.TroubleNoRoute, news.TroubleBadAddress}
	if diff := cmp.Diff(want, troubles); diff != "" || len(got.pages) != 1 {
		t.Errorf("%d pages, troubles (-want +got):\n%s", len(got.pages), diff)
	}
	if sum.Sources[0].Detail != "connection refused" {
		t.Errorf("detail = %q", sum.Sources[0].Detail)
	}
}

func TestBacklogOrderIsKept(t *testing.T) {
	t.Parallel()
	s, paths := setup(t, 5)
	crawl(t, nil, quick(), s.source())
	asked := slices.DeleteFunc(s.paths(), func(p string) bool { return !strings.HasPrefix(p, "/news/") })
	if diff := cmp.Diff(paths, asked); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}
