package app

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"newsvigil/config"
	"newsvigil/news"
	"newsvigil/store"
)

// TestProbabilityIsToldInWords holds that explain tells how often readers agree, once enough of them spoke.
func TestProbabilityIsToldInWords(t *testing.T) {
	t.Parallel()
	a := &App{cfg: &config.Config{File: "config.toml"}}
	const words = "Of pieces with this score readers find 70 % on the topic."
	for probability, want := range map[float64]bool{0: false, 0.7: true} {
		var e Explanation
		a.explainScore(&e, news.Score{Topic: "harvest", Value: 2.5, Cut: 2, Grade: news.GradeLikely, Probability: probability})
		if got := strings.Contains(strings.Join(e.Lines, "\n"), words); got != want {
			t.Errorf("probability %v: %q", probability, e.Lines)
		}
	}
}

// TestEveryVerdict holds the one sentence that explain says first, for every fate of an address.
func TestEveryVerdict(t *testing.T) {
	t.Parallel()
	seoul := zone(t, "Asia/Seoul")
	now := time.Date(2026, 11, 20, 14, 0, 0, 0, seoul)
	slot := time.Date(2026, 11, 20, 8, 0, 0, 0, seoul)
	a := &App{cfg: &config.Config{File: "config.toml", Zone: seoul}, now: func() time.Time { return now }, log: slog.New(slog.DiscardHandler)}
	a.topics = []*topic{{Topic: news.Topic{Name: "Harvest", Digest: []string{"0 18 * * *", "0 8 * * *"}}}}
	herald := news.Source{Name: "Herald", Home: "https://herald.example"}

	candidate := func(o news.Outcome) store.Trail {
		return store.Trail{Candidate: &store.Considered{Candidate: news.Candidate{Source: "Herald", Route: news.RouteFeed}, State: store.CandidateDropped, Outcome: o, Found: now}}
	}
	pending := func(attempts int) store.Trail {
		c := candidate("")
		c.Candidate.State, c.Candidate.Attempts, c.Candidate.Next = store.CandidatePending, attempts, now.Add(time.Hour)
		return c
	}
	score := func(value float64, g news.Grade) news.Score {
		return news.Score{Topic: "harvest", Value: value, Cut: 2, Grade: g, Reasons: news.Reasons{Facets: []news.Hit{{Name: "grain", Words: []string{"rye"}}, {Name: "fields"}}}}
	}
	article := func(k news.Kind, s news.Score, shown ...store.Shown) store.Trail {
		return store.Trail{
			Article: &news.Article{ID: 1, Source: "Herald", Title: "The harvest", Kind: k, Published: news.Instant{Time: now}, Fetched: now},
			Story:   7, Placement: news.Placement{Relation: news.RelationNew}, Scores: []news.Score{s}, Digests: shown,
		}
	}
	sent := []news.Delivery{{State: news.DeliverySent, Part: 1, Parts: 1, Channel: "#harvest"}}
	in := func(kind news.ItemKind, alert bool, d []news.Delivery) store.Shown {
		return store.Shown{Key: "harvest/1", Topic: "harvest", Kind: kind, Slot: slot, Alert: alert, Deliveries: d}
	}
	strong, below := score(4, news.GradeStrong), score(1, news.GradeNone)
	copied := article(news.KindFull, strong)
	copied.Placement = news.Placement{Story: 7, Relation: news.RelationCopy, Of: 9}
	copied.Named = map[int64]news.Article{9: {ID: 9, Title: "The first report", Source: "Wire"}}
	muted := below
	muted.Reasons.Muted = "horoscope"
	baseline := article(news.KindFull, strong, store.Shown{Kind: store.ItemSeen})
	baseline.Candidate = &store.Considered{Candidate: news.Candidate{Baseline: true}}
	saved := strong
	saved.Reasons.Rescued = true
	rescued := article(news.KindFull, saved, store.Shown{Kind: store.ItemSeen})
	rescuedAndTold := article(news.KindFull, saved, store.Shown{Kind: store.ItemSeen}, in(news.ItemNew, false, sent))
	unscored := article(news.KindFull, strong)
	unscored.Scores = nil

	for _, c := range []struct {
		code, want string // how the sentence begins
		in         store.Trail
		src        *news.Source // where it is not the watched one
	}{
		{code: "not-watched", want: "Not watched: no source in config.toml belongs to this site.", src: &news.Source{}},
		{code: "not-watched", want: `Not watched: the source "Herald" is switched off`, src: &news.Source{Name: "Herald", Off: true}},
		{code: "not-shown", want: "Watched (Herald), but no feed, sitemap or section page has shown this address."},
		{code: "refused", want: "Refused: the outlet's robots.txt forbids", in: candidate(news.OutcomeRefused)},
		{code: "blocked", want: "Blocked: the outlet answers programs with a wall", in: candidate(news.OutcomeBlocked)},
		{code: "gone", want: "Gone: ", in: candidate(news.OutcomeGone)},
		{code: "old", want: "Too old: it was published before the oldest piece", in: candidate(news.OutcomeOld)},
		{code: "not-article", want: "Not an article: ", in: candidate(news.OutcomeNotArticle)},
		{code: "outside", want: "Not read: the address leads away from the outlet", in: candidate(news.OutcomeOutside)},
		{code: "failed", want: "Not read: it was tried and given up.", in: candidate(news.OutcomeFailed)},
		{code: "queued", want: "Not read yet: it waits for the next crawl.", in: pending(0)},
		{code: "retrying", want: "Not read yet: the last try failed; the next one is due Fri 20 Nov 15:00 KST.", in: pending(2)},
		{code: "teaser", want: "Teaser only: the rest of it is not to be had. Below the cut: its score is 50 % of what is needed", in: article(news.KindTeaser, below)},
		{code: "pdf", want: "PDF only: there is no text of it on a page. Below the cut", in: article(news.KindPDF, below)},
		{code: "below-cut", want: "Below the cut: its score is 50 % of what is needed; no word of fields was found.", in: article(news.KindFull, below)},
		{code: "muted", want: `Muted: it holds "horoscope", which never_match names.`, in: article(news.KindFull, muted)},
		{code: "unscored", want: "Read, but judged for no topic", in: unscored},
		{code: "part-of-story", want: "On topic, and a copy of “The first report” (Wire); it stands with that story.", in: copied},
		{code: "waiting", want: "On topic, and waiting for the digest of Fri 20 Nov 18:00 KST.", in: article(news.KindFull, strong)},
		{code: "queued-delivery", want: "In the digest of Fri 20 Nov 08:00 KST, whose message is still on its way", in: article(news.KindFull, strong, in(news.ItemNew, false, []news.Delivery{{State: news.DeliveryPending}}))},
		{code: "queued-delivery", want: "In the alert of Fri 20 Nov 08:00 KST, whose message is still", in: article(news.KindFull, strong, in(news.ItemAlerted, true, []news.Delivery{{State: news.DeliveryPending}}))},
		{code: "posted", want: "Posted in the digest of Fri 20 Nov 08:00 KST.", in: article(news.KindFull, strong, in(news.ItemNew, false, sent))},
		{code: "posted", want: "Posted in the digest of", in: article(news.KindFull, strong, in(news.ItemAlerted, true, sent), in(news.ItemAlerted, false, sent))},
		{code: "alerted", want: "Posted at once, as an alert, on Fri 20 Nov 08:00 KST. The next digest names it again in one line.", in: article(news.KindFull, strong, in(news.ItemAlerted, true, sent))},
		{code: "near-miss", want: "Just under the cut: it stands among the near misses of the digest of Fri 20 Nov 08:00 KST.", in: article(news.KindFull, below, in(news.ItemNear, false, sent))},
		{code: "seen", want: "Marked as seen by a backfill", in: article(news.KindFull, strong, store.Shown{Kind: store.ItemSeen})},
		{code: "seen", want: "Seen, and not announced: it was there already when its outlet was looked at for the first time", in: baseline},
		{code: "waiting", want: "On topic, and waiting for the digest of Fri 20 Nov 18:00 KST.", in: rescued},
		{code: "posted", want: "Posted in the digest of Fri 20 Nov 08:00 KST.", in: rescuedAndTold},
	} {
		e := Explanation{URL: "https://herald.example/1"}
		src := herald
		if c.src != nil {
			src = *c.src
		}
		a.explainTrail(&e, src, src.Name != "", c.in)
		if e.Code != c.code || !strings.HasPrefix(e.Verdict, c.want) {
			t.Errorf("want %q (%s)\n got %q (%s)", c.want, c.code, e.Verdict, e.Code)
		}
	}
	for name, specs := range map[string][]string{"by hand": nil, "Sat 21 Nov 08:00": {"0 8 * * *"}} {
		a.topics[0].Digest = specs
		if got := a.nextDigest("harvest"); !strings.Contains(got, name) {
			t.Errorf("%v: waits for %s", specs, got)
		}
	}
}

// TestExplainNeighbours holds that explain names the story of a piece, what decided, and what was near.
func TestExplainNeighbours(t *testing.T) {
	t.Parallel()
	trail := store.Trail{
		Story: 7, Placement: news.Placement{Story: 7, Relation: news.RelationCopy, Of: 9, Similarity: 0.81, Neighbours: []news.Neighbour{{Article: 9, Similarity: 0.81}, {Article: 8, Similarity: 0.22}, {Article: 5}}},
		Named: map[int64]news.Article{9: {Title: "The first report", Source: "Wire"}, 8: {Title: "Another harvest", Source: "Herald"}},
	}
	var e Explanation
	explainPlacement(&e, trail)
	if got, want := strings.Join(e.Lines, "\n"), "Placed in story 7: a copy of “The first report” (Wire), similarity 0.81.\n  near it: “Another harvest” (Herald), similarity 0.22"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	e = Explanation{}
	explainPlacement(&e, store.Trail{Story: 8})
	if len(e.Lines) != 1 || e.Lines[0] != "Placed in story 8, as its first piece." {
		t.Errorf("got %q", e.Lines)
	}
}
