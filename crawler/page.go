package crawler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"time"

	"newsvigil/address"
	"newsvigil/crawler/extract"
	"newsvigil/news"
)

const (
	// mostTries is how often a page is tried that the host answers for. One whose host gives no answer,
	// or asks to be left alone, is no worse for it: it is tried for two days, so that an outage, on
	// either side, loses no piece.
	mostTries, mostUnanswered = 3, 12
	// longestRead bounds the reading of one page that is there already: half a second is long.
	longestRead = time.Minute
	// firstRetry is the wait after the first try; each further one is three times as long, up to
	// longestRetry.
	firstRetry   = 15 * time.Minute
	longestRetry = 6 * time.Hour
)

// waitingPage is a pending candidate that is to be asked for.
type waitingPage struct {
	candidate news.Candidate
	url       *url.URL
}

// load reads a source's pending candidates. Those whose stated date is too old, and those that are no
// address, are settled on the spot. Old ones pass through the backlog so that a crash between poll
// and record loses none of them.
func (c *Crawler) load(ctx context.Context, src news.Source, pages chan<- news.Page) (waiting []waitingPage, err error) {
	now := c.o.Now()
	before := now
	if c.o.All {
		before = now.AddDate(100, 0, 0)
	}
	pending, err := c.h.Pending(ctx, src.Name, before)
	if err != nil {
		return waiting, fmt.Errorf("list the pending pieces of %s: %w", src.Name, err)
	}
	for _, n := range pending {
		p := news.Page{Candidate: n, Fetched: now}
		u, err := normalAddress(n.URL)
		switch {
		case c.old(n.Published, now):
			p.Outcome, p.Detail = news.OutcomeOld, "published "+n.Published.Time.Format("2 January 2006")
		case err != nil:
			p.Outcome, p.Detail = news.OutcomeFailed, err.Error()
		default:
			waiting = append(waiting, waitingPage{n, u})
			continue
		}
		if err := give(ctx, pages, p); err != nil {
			return waiting, err
		}
	}
	return waiting, nil
}

// readInTime is readPage with a deadline: a page that is made to be read for ever is set aside, and the
// goroutine that reads it left behind.
func (c *Crawler) readInTime(j *job, a answer) news.Page {
	done := make(chan news.Page, 1)
	go func() { done <- c.readPage(j, a) }()
	late := time.NewTimer(c.longestRead)
	defer late.Stop()
	select {
	case p := <-done:
		return p
	case <-late.C:
	}
	c.o.Log.Error("page set aside: reading it takes too long", "url", j.url.String())
	p := news.Page{Candidate: j.candidate, Status: a.status, Fetched: c.o.Now(), Outcome: news.OutcomeFailed, Detail: errSlow.Error()}
	if a.status != 0 {
		p.URL = a.url.String()
	}
	return p
}

// readPage turns the answer to a candidate's request into what became of it.
func (c *Crawler) readPage(j *job, a answer) (p news.Page) {
	now := c.o.Now()
	p = news.Page{Candidate: j.candidate, Status: a.status, Fetched: now}
	if a.status != 0 {
		p.URL = a.url.String()
	}
	defer c.rescue(j, func() {
		p.Article, p.Outcome, p.Detail = news.Article{}, news.OutcomeFailed, errPanic.Error()
	})
	hints := extract.Hints{Source: j.outlet.src, Candidate: j.candidate, Fetched: now}
	trouble, detail := diagnose(a)
	switch {
	case trouble != news.TroubleNone:
		p.Outcome, p.Detail = outcomeOf(trouble, a), detail
		if a.status >= 500 && walled(a, hints) {
			p.Outcome, p.Detail = news.OutcomeBlocked, detail+": "+extract.ErrBlocked.Error()
		}
	case a.media == "application/pdf":
		readPDF(&p, hints)
	case a.root == nil || len(a.body) == 0:
		p.Outcome, p.Detail = news.OutcomeNotArticle, "a web page was expected; the answer is "+describe(a)
	default:
		c.readArticle(&p, a, hints)
	}
	if p.Outcome == news.OutcomeRetry {
		c.retry(&p, a)
	}
	fallBack(&p, hints)
	return p
}

// readArticle extracts the article off a page.
func (c *Crawler) readArticle(p *news.Page, a answer, hints extract.Hints) {
	reading, err := extract.Read(&extract.Parsed{Root: a.root, URL: p.URL}, hints)
	article := reading.Article
	p.Selected = reading.Selected
	switch {
	case errors.Is(err, extract.ErrBlocked):
		p.Outcome, p.Detail = news.OutcomeBlocked, extract.ErrBlocked.Error()
	case errors.Is(err, extract.ErrGone):
		p.Outcome, p.Detail = news.OutcomeGone, extract.ErrGone.Error()
	case errors.Is(err, extract.ErrNotArticle):
		p.Outcome, p.Detail = news.OutcomeNotArticle, whatItIs(err).Error()
	case err != nil:
		p.Outcome, p.Detail = news.OutcomeFailed, err.Error()
	case c.oldPage(article, p.Candidate):
		p.Outcome, p.Detail = news.OutcomeOld, "published "+article.Published.Time.Format("2 January 2006")
	default:
		p.Outcome, p.Article, p.Reader = news.OutcomeRead, article, reading.Reader
	}
}

// whatItIs is the kind of page that is no article.
func whatItIs(err error) error {
	for _, kind := range []error{extract.ErrListing, extract.ErrVideo, extract.ErrPhotos, extract.ErrLogin} {
		if errors.Is(err, kind) {
			return kind
		}
	}
	return extract.ErrNotArticle
}

// oldPage trusts the page's own date, except one found in running text against a route's word.
func (c *Crawler) oldPage(a news.Article, n news.Candidate) bool {
	if a.Published.Confidence == news.ConfidenceLow && !n.Published.IsZero() {
		return false
	}
	return c.old(a.Published, a.Fetched)
}

// walled reports whether an error page is a bot wall.
func walled(a answer, hints extract.Hints) bool {
	if a.root == nil {
		return false
	}
	_, err := extract.Article(&extract.Parsed{Root: a.root, URL: a.url.String()}, hints)
	return errors.Is(err, extract.ErrBlocked)
}

// readPDF makes an article of what the route said of a PDF; the file itself is not read.
func readPDF(p *news.Page, hints extract.Hints) {
	n := hints.Candidate
	n.Content, n.Summary = "", ""
	if n.Title == "" {
		n.Title = path.Base(p.URL)
	}
	hints.Candidate = n
	article, err := extract.FromFeed(hints)
	if err != nil {
		p.Outcome, p.Detail = news.OutcomeNotArticle, "a PDF of which nothing is known"
		return
	}
	article.Kind, article.URL, article.Text = news.KindPDF, p.URL, ""
	if key, err := address.Key(hints.Source, p.URL); err == nil && !slices.Contains(article.Keys, key) {
		article.Keys = append(article.Keys, key)
	}
	p.Outcome, p.Article = news.OutcomeRead, article
}

// outcomeOf says what a failed request means for a page.
func outcomeOf(t news.Trouble, a answer) news.Outcome {
	var outside *outsideError
	switch t {
	case news.TroubleRobots:
		return news.OutcomeRefused
	case news.TroubleBlocked:
		return news.OutcomeBlocked
	case news.TroubleMissing:
		return news.OutcomeGone
	case news.TroublePrivate, news.TroubleBadAddress:
		return news.OutcomeOutside
	case news.TroubleThrottled, news.TroubleTimeout, news.TroubleUnreachable:
		return news.OutcomeRetry
	case news.TroubleServer:
		if a.status >= 500 || a.status == http.StatusRequestTimeout || a.status == http.StatusTooEarly {
			return news.OutcomeRetry
		}
	case news.TroubleOther:
		switch {
		case errors.As(a.err, &outside):
			return news.OutcomeOutside
		case errors.Is(a.err, errFrontPage):
			return news.OutcomeGone
		}
	}
	return news.OutcomeFailed
}

// retry sets the time of the next try, or gives up; never on a try that came before its time.
func (c *Crawler) retry(p *news.Page, a answer) {
	tries, most := p.Candidate.Attempts+1, mostTries
	if a.status == 0 || complains(a.status, a.header) {
		most = mostUnanswered
	}
	if tries >= most && !c.o.All {
		p.Outcome, p.Detail = news.OutcomeFailed, fmt.Sprintf("%s (tried %d times)", p.Detail, tries)
		return
	}
	wait := firstRetry
	for range tries - 1 {
		wait = min(3*wait, longestRetry)
	}
	p.Retry = p.Fetched.Add(max(wait, retryAfter(a.status, a.header, p.Fetched)))
}

// fallBack puts what the feed carried in place of a page that cannot be had: the whole piece, or a
// teaser where the page is blocked. A piece that is gone stays gone.
func fallBack(p *news.Page, hints extract.Hints) {
	n := hints.Candidate
	whole := n.Content != ""
	switch p.Outcome {
	case news.OutcomeBlocked:
		whole = whole || n.Summary != ""
	case news.OutcomeFailed, news.OutcomeRefused:
	case news.OutcomeNotArticle:
		whole = whole && hints.Source.FullTextFeed
	default:
		return
	}
	if !whole {
		return
	}
	article, err := extract.FromFeed(hints)
	if err != nil || article.Text == "" || p.Outcome == news.OutcomeNotArticle && article.Kind != news.KindFull {
		return
	}
	p.Outcome, p.Article, p.Detail, p.Reader = news.OutcomeRead, article, p.Detail+"; read from the feed", "feed"
}
