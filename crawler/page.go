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
	// mostUnanswered is how many runs try a page whose host gives no answer, or asks to be left alone:
	// the page is no worse for that, and an outage on either side shall lose no piece.
	mostUnanswered = 12
	// longestRead bounds the reading of one page that is there already: half a second is long.
	longestRead = time.Minute
	// firstRetry is the wait after the first try of an unanswered page; each further one is three times
	// as long, up to longestRetry.
	firstRetry   = 30 * time.Minute
	longestRetry = 6 * time.Hour
)

// retryWaits are the waits after each run that failed to read a page that its host answers for. When
// they are used up it is given up.
var retryWaits = [...]time.Duration{30 * time.Minute, 6 * time.Hour, 24 * time.Hour}

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
		case c.old(n, n.Published, now):
			p.Outcome, p.Detail = news.OutcomeOld, "published "+n.Published.Time.Format("2 January 2006")
		case err != nil:
			p.Outcome, p.Detail = news.OutcomeFailed, err.Error()
		case !address.Belongs(src, n.URL):
			elsewhere(&p, u, extract.Hints{Source: src, Candidate: n, Fetched: now})
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

// elsewhere settles a piece of a feed whose address leads to another site, which is not asked: what the
// feed says of it is kept.
func elsewhere(p *news.Page, u *url.URL, hints extract.Hints) {
	p.Outcome, p.Outside = news.OutcomeOutside, u.Host
	p.Detail = (&outsideError{host: u.Host, alike: suspicion(hints.Source, u.Host), link: true}).Error()
	fallBack(p, hints)
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
		p.Outcome, p.Detail, p.Trouble = outcomeOf(trouble, a), detail, trouble
		p.Outside = foreign(a.err)
		if a.status >= 500 && walled(a, hints) {
			p.Outcome, p.Detail = news.OutcomeBlocked, detail+": "+extract.ErrBlocked.Error()
			p.Trouble = news.TroubleBlocked
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
	if p.Outcome == news.OutcomeRead {
		p.Article.Keys = append(p.Article.Keys, aliases(p.Article, j, a)...)
	}
	return p
}

// readArticle extracts the article off a page.
func (c *Crawler) readArticle(p *news.Page, a answer, hints extract.Hints) {
	reading, err := extract.Read(&extract.Parsed{Root: a.root, URL: p.URL, Desk: a.desk}, hints)
	article := reading.Article
	p.Selected = reading.Selected
	switch {
	case errors.Is(err, extract.ErrBlocked):
		p.Outcome, p.Detail, p.Trouble = news.OutcomeBlocked, extract.ErrBlocked.Error(), news.TroubleBlocked
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
	return c.old(n, a.Published, a.Fetched)
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
	switch t {
	case news.TroubleRobots:
		return news.OutcomeRefused
	case news.TroubleBlocked:
		return news.OutcomeBlocked
	case news.TroubleMissing:
		return news.OutcomeGone
	case news.TroublePrivate, news.TroubleBadAddress:
		return news.OutcomeOutside
	case news.TroubleMoved:
		return news.OutcomeOutside
	case news.TroubleThrottled, news.TroubleTimeout, news.TroubleUnreachable, news.TroubleTLS:
		return news.OutcomeRetry
	case news.TroubleServer:
		if a.status >= 500 || a.status == http.StatusRequestTimeout || a.status == http.StatusTooEarly {
			return news.OutcomeRetry
		}
	}
	return news.OutcomeFailed
}

// retry sets the time of the next try, or gives up; never on a try that came before its time.
func (c *Crawler) retry(p *news.Page, a answer) {
	tries, most := p.Candidate.Attempts+1, len(retryWaits)+1
	wait := retryWaits[min(tries, len(retryWaits))-1]
	if unanswered(a) {
		most, wait = mostUnanswered, firstRetry
		for range tries - 1 {
			wait = min(3*wait, longestRetry)
		}
	}
	if tries >= most && !c.o.All {
		p.Outcome, p.Detail = news.OutcomeFailed, fmt.Sprintf("%s (tried in %d runs)", p.Detail, tries)
		return
	}
	p.Retry = p.Fetched.Add(max(wait, retryAfter(a.status, a.header, p.Fetched)))
}

// fallBack puts what the feed carried in place of a page that cannot be had: the whole piece, or a
// teaser where the page is blocked or at another site. A piece that is gone stays gone.
func fallBack(p *news.Page, hints extract.Hints) {
	n := hints.Candidate
	whole := n.Content != ""
	switch p.Outcome {
	case news.OutcomeBlocked:
		whole = whole || n.Summary != ""
	case news.OutcomeOutside:
		whole = p.Outside != "" && (whole || n.Summary != "")
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
	if p.Outcome == news.OutcomeOutside && address.Belongs(hints.Source, article.URL) {
		// Its own address, where it has one, leads away too: there is nothing to link to.
		article.URL = "http://" + p.Outside + "/"
		article.Canonical = article.URL
	}
	p.Outcome, p.Article, p.Detail, p.Reader = news.OutcomeRead, article, p.Detail+"; read from the feed", "feed"
}
