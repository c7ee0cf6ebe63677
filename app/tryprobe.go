package app

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"

	"newsvigil/address"
	"newsvigil/crawler"
	"newsvigil/news"
	"newsvigil/text"
)

// probe is one source being tried.
type probe struct {
	app    *App
	src    news.Source
	o      TryOptions
	memory *trialMemory
	trial  Trial
	// found is what the home page says of its outlet.
	found crawler.HomePage
	// answered says that some route gave an answer.
	answered bool
	articles []news.Article
	// requests are those made so far; hearing guards them.
	requests []crawler.Request
	hearing  sync.Mutex
}

func (p *probe) hear(q crawler.Request) {
	p.hearing.Lock()
	defer p.hearing.Unlock()
	q.URL, q.Detail = text.Clean(q.URL), text.Clean(q.Detail)
	p.requests = append(p.requests, q)
}

// warn says which hosts of the source look like those of a watched outlet.
func (p *probe) warn() {
	hosts := []string{address.Host(p.src.Home)}
	for _, r := range p.trial.Routes {
		hosts = append(hosts, address.Host(r.URL))
	}
	slices.Sort(hosts)
	for _, host := range slices.Compact(hosts) {
		if why := resembles(p.app.cfg, host); host != "" && why != "" {
			p.trial.Warnings = append(p.trial.Warnings, fmt.Sprintf("the host %s %s. Is it the outlet you mean?", host, why))
		}
	}
}

// poll asks the source's routes, and reads the newest pieces unless they are held back.
func (p *probe) poll(ctx context.Context, src news.Source) error {
	o := p.app.crawlerOptions(CrawlOptions{All: true})
	if p.o.MaxAge > 0 {
		o.MaxAge = p.o.MaxAge
	}
	if p.o.Trace {
		o.Trace = p.hear
	}
	sum, err := crawler.New(p.memory, o).Run(ctx, []news.Source{src}, func(page news.Page) error {
		p.trial.Pieces = append(p.trial.Pieces, p.piece(page))
		return p.memory.Record(page)
	})
	if err != nil {
		return err
	}
	s := sum.Sources[0]
	p.trial.Trouble, p.trial.Detail = s.Trouble, text.Clean(s.Detail)
	for _, r := range s.Routes {
		if r.Home != nil {
			p.found = *r.Home
		}
		p.answered = p.answered || r.Status/100 == 2
		p.trial.Routes = append(p.trial.Routes, TriedRoute{
			Kind: r.Route, URL: text.Clean(r.URL), Pieces: r.Candidates, Trouble: r.Trouble, Detail: text.Clean(r.Detail),
			Newest: known(publishedText(p.memory.newest[r.URL])),
		})
	}
	return nil
}

// discover finds the routes of an outlet of which an address is known: the feeds that the page
// announces, then those it links, sitemaps that robots.txt names, and section pages where nothing else
// shows pieces. Then it reads the newest ones.
func (p *probe) discover(ctx context.Context) error {
	p.memory.hold = true
	if err := p.poll(ctx, p.src); err != nil {
		return err
	}
	if err := p.elsewhere(ctx); err != nil {
		return err
	}
	if err := p.explore(ctx); err != nil {
		return err
	}
	if p.trial.Trouble != news.TroubleNone && p.answered {
		if err := p.asFeed(ctx); err != nil {
			return err
		}
	}
	if p.trial.Trouble != news.TroubleNone {
		return nil
	}
	p.memory.hold = false
	if names := p.names(); len(names) > 0 {
		p.src.Name = names[0] // a title that is no more than the outlet's name is known by it
	}
	done := p.trial
	if err := p.poll(ctx, p.only(nil, nil)); err != nil {
		return err
	}
	done.Pieces = p.trial.Pieces
	p.trial = done
	p.trial.Source, p.trial.Block = p.block()
	return nil
}

// only is the source with these routes and no others. Without its home page, which would be asked again,
// its hosts say what belongs to it.
func (p *probe) only(feeds, sections []string) news.Source {
	src := p.src
	src.Hosts = append([]string{address.Host(p.src.Home)}, p.src.Hosts...)
	src.Home, src.Feeds, src.Sections = "", feeds, sections
	return src
}

// elsewhere tries the feeds that the home page announces on hosts of others and that lead to pieces on
// these hosts: that the outlet itself announces them is what makes them its own.
func (p *probe) elsewhere(ctx context.Context) error {
	var feeds []string
	at := map[string]int{}
	for i, r := range p.trial.Routes {
		if r.Kind == news.RouteFeed && r.Trouble == news.TroubleEmpty && !address.Belongs(p.src, r.URL) {
			feeds, at[r.URL] = append(feeds, r.URL), i
		}
	}
	if len(feeds) == 0 {
		return nil
	}
	before := p.trial
	if err := p.poll(ctx, p.only(feeds, nil)); err != nil {
		return err
	}
	for _, r := range p.trial.Routes[len(before.Routes):] {
		i, announced := at[r.URL]
		if !announced || r.Trouble != news.TroubleNone || r.Pieces == 0 {
			continue
		}
		before.Routes[i], before.Trouble, before.Detail = r, news.TroubleNone, ""
		if host := address.Host(r.URL); !slices.Contains(p.src.Hosts, host) {
			p.src.Hosts = append(p.src.Hosts, host)
		}
	}
	p.trial = before
	return nil
}

// explore tries what the home page links: feeds where it announces none, section pages where neither
// it nor a sitemap shows pieces. What is of no use is not spoken of.
func (p *probe) explore(ctx context.Context) error {
	feeds, sections := p.found.Feeds, p.found.Sections
	if len(p.working(news.RouteFeed)) > 0 {
		return nil
	}
	if p.trial.Trouble == news.TroubleNone {
		sections = nil
	}
	if len(feeds)+len(sections) == 0 {
		return nil
	}
	before := p.trial
	if err := p.poll(ctx, p.only(feeds, sections)); err != nil {
		return err
	}
	further := p.trial.Routes[len(before.Routes):]
	further = slices.DeleteFunc(slices.Clone(further), func(r TriedRoute) bool { return r.Trouble != news.TroubleNone || r.Pieces == 0 })
	if len(further) > 0 {
		before.Trouble, before.Detail = news.TroubleNone, ""
	}
	before.Routes = append(before.Routes, further...)
	p.trial = before
	return nil
}

// asFeed tries an address that is no page with links as a feed, which is what people often have at hand.
func (p *probe) asFeed(ctx context.Context) error {
	u, err := url.Parse(p.src.Home)
	if err != nil {
		return nil // the crawler has said so
	}
	before, feed := p.trial, p.src.Home
	p.trial.Routes = nil
	if err := p.poll(ctx, p.only([]string{feed}, nil)); err != nil {
		return err
	}
	if p.trial.Trouble != news.TroubleNone {
		p.trial = before
		return nil
	}
	p.src.Home = u.Scheme + "://" + u.Host + "/"
	p.trial.Home = p.src.Home
	return nil
}

// longestBeginning is where the first line of a piece is cut, in letters.
const longestBeginning = 100

// piece judges what became of a piece, as a crawl would.
func (p *probe) piece(page news.Page) TriedPiece {
	out := TriedPiece{URL: text.Clean(orElse(page.URL, page.Candidate.URL)), Outcome: page.Outcome, Detail: text.Clean(page.Detail), Title: text.Clean(page.Candidate.Title)}
	out.Published = known(publishedText(page.Candidate.Published))
	out.Reader, out.Selected = page.Reader, page.Selected
	if page.Outcome != news.OutcomeRead {
		return out
	}
	art := page.Article
	p.articles = append(p.articles, art)
	line, _, _ := strings.Cut(art.Text, "\n")
	out.Title, out.Published, out.Zone = text.Clean(art.Title), known(publishedText(art.Published)), art.Published.Zone
	out.Language, out.Kind, out.Words = art.Language, art.Kind, len(text.Words(art.Text))
	out.Begins = shortened(text.Clean(line), longestBeginning)
	for _, t := range p.app.topics {
		out.Scores = append(out.Scores, p.app.triedScore(t, art))
	}
	return out
}

func (a *App) triedScore(t *topic, art news.Article) TriedScore {
	s := t.model.Score(art)
	out := TriedScore{Topic: t.Name, Value: s.Value, Cut: s.Cut, Grade: s.Grade, Verdict: "below"}
	switch {
	case s.Relevant():
		out.Verdict = "relevant"
	case s.Grade == news.GradeWeak:
		out.Verdict = "near"
	}
	var e Explanation
	if s.Reasons.Muted != "" {
		e.add("Muted: it holds %q, which never_match names.", s.Reasons.Muted)
	}
	a.explainScore(&e, s)
	out.Reasons = e.Lines
	return out
}

func shortened(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
