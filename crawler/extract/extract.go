// Package extract reads article pages: title, authors, date, language, canonical address and the
// body alone, without menus, link lists, captions and footers. It does no I/O. Pages are hostile:
// size, depth and number of nodes are bounded, and the shared tree is never changed.
package extract

import (
	"errors"
	"fmt"
	"time"

	"golang.org/x/net/html"

	"newsvigil/news"
	"newsvigil/text"
)

// The reasons why a page gives no article. Errors of this package wrap one of them.
var (
	// ErrNotArticle means that the page has no body worth the name.
	ErrNotArticle = errors.New("the page holds no article")
	// ErrListing, ErrVideo, ErrPhotos and ErrLogin wrap it and say what the page is instead.
	ErrListing = fmt.Errorf("%w: it is a front or section page", ErrNotArticle)
	ErrVideo   = fmt.Errorf("%w: it shows a video or sound with hardly any text", ErrNotArticle)
	ErrPhotos  = fmt.Errorf("%w: it shows pictures with hardly any text", ErrNotArticle)
	ErrLogin   = fmt.Errorf("%w: it asks for a login", ErrNotArticle)
	// ErrBlocked means that the outlet answered with a page that keeps programs out.
	ErrBlocked = errors.New("the outlet answered with a page that keeps programs out")
	// ErrGone means that the page says, with whatever status, that the piece is not there.
	ErrGone = errors.New("the page says that the piece does not exist")
)

// Parsed is a page parsed once and shared by everything that reads it; nothing changes the tree.
type Parsed struct {
	Root *html.Node
	// URL is the address of the page after redirects.
	URL string
	// Desk, where there is one, saves memory from page to page.
	Desk *Desk
}

// Hints are what is known of a page beside the page.
type Hints struct {
	Source    news.Source
	Candidate news.Candidate
	// Fetched bounds dates: nothing is published after it. The zero time bounds nothing.
	Fetched time.Time
}

// Reading is an article and how it was read.
type Reading struct {
	Article news.Article
	// Reader names what read the body: select, trafilatura, readability, json-ld, script, feed,
	// paragraphs or description.
	Reader string
	// Selected tells of each of the source's selectors whether the page had what it names.
	Selected []news.Selected
}

// Article reads the article on a page. All fields but ID are filled. The error wraps ErrNotArticle,
// ErrBlocked or ErrGone.
func Article(p *Parsed, h Hints) (news.Article, error) {
	r, err := Read(p, h)
	return r.Article, err
}

// Read is Article, and tells how the page was read. Selected is filled on an error, too.
func Read(p *Parsed, h Hints) (Reading, error) {
	if p == nil || p.Root == nil {
		return Reading{}, ErrNotArticle
	}
	doc := survey(p, h)
	r := Reading{Selected: doc.selectors()}
	said, reader := doc.body()
	body, signed := cutCredit(said, doc.by)
	size := length(body)
	switch {
	case doc.blocked(size):
		return r, fmt.Errorf("read %s: %w", p.URL, ErrBlocked)
	case doc.gone(size):
		return r, fmt.Errorf("read %s: %w", p.URL, ErrGone)
	}
	kind := doc.kind(body, size)
	if kind == news.KindTeaser {
		body = withoutDemands(body)
		if said := doc.said(); length(body) < minTeaser && length(said) > length(body) {
			body, reader = said, readByDescription
		}
	}
	if kind == news.KindFull && size < minArticle || kind == news.KindTeaser && body == "" || doc.listing(body, size) {
		return r, fmt.Errorf("read %s: %w", p.URL, doc.whatElse(body, size))
	}
	a := news.Article{
		Source:  h.Source.Name,
		URL:     p.URL,
		Fetched: h.Fetched,
		Text:    body,
		Kind:    kind,
		Route:   h.Candidate.Route,
	}
	a.Canonical, a.Keys = doc.identity()
	a.Title = doc.title(body)
	a.Authors = doc.by
	a.Published = doc.published()
	a.Language = text.Language(body, doc.lang)
	a.Credit = credit(h.Source, doc.names, signed, body, a.Authors)
	r.Article, r.Reader = a, reader
	return r, nil
}

// FromFeed makes an article of what the feed carries where the page cannot be had: the whole
// article where the feed has it, else a teaser of its summary. The error wraps ErrNotArticle where
// the feed carries neither.
func FromFeed(h Hints) (news.Article, error) {
	c := h.Candidate
	body, kind := fragment(c.Content), news.KindFull
	if length(body) < minFeedArticle {
		kind = news.KindTeaser
		if body == "" {
			body = fragment(c.Summary)
		}
	}
	names := siteNames(h.Source, nil)
	authors := tidyAuthors(c.Authors, names)
	body, signed := cutCredit(body, authors)
	title := tidyTitle(c.Title, names)
	if body == "" && title == "" {
		return news.Article{}, fmt.Errorf("read the feed's %s: %w", c.URL, ErrNotArticle)
	}
	a := news.Article{
		Source:    h.Source.Name,
		URL:       c.URL,
		Fetched:   h.Fetched,
		Title:     title,
		Authors:   authors,
		Published: bound(c.Published, h),
		Text:      body,
		Kind:      kind,
		Route:     c.Route,
	}
	hint := c.Language
	if hint == "" {
		hint = h.Source.Language
	}
	a.Language = text.Language(title+"\n"+body, hint)
	a.Canonical, a.Keys = identify(h.Source, "", c.URL, c.URL)
	a.Credit = credit(h.Source, names, signed, body, a.Authors)
	return a, nil
}
