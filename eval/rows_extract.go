package eval

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"golang.org/x/net/html"

	"newsvigil/address"
	"newsvigil/crawler/extract"
	"newsvigil/news"
)

// readLimit is how long one page may take. The slowest of 285 news pages took a tenth of a second.
const readLimit = time.Minute

// nowhere is the address of a page that is known by none and names none. Its domain cannot exist
// (RFC 6761).
const nowhere = "https://page.invalid/"

// extracted is what is printed of a page.
type extracted struct {
	File    string   `json:"file"`
	Title   string   `json:"title"`
	Authors []string `json:"authors"`
	// Published is RFC 3339 with the page's own offset, a bare date, or null.
	Published *string   `json:"published"`
	Language  string    `json:"language"`
	Canonical string    `json:"canonical"`
	Kind      news.Kind `json:"kind"`
	Text      string    `json:"text"`
	Error     *string   `json:"error"`
}

// Extract reads the article on every page and writes a JSON line for each, in order, also where that
// fails, and returns how many failed. Pages are read as the crawler reads them, with nothing known
// beside the page and its address. The error is that of out or ctx.
func Extract(ctx context.Context, pages []PageFile, out io.Writer) (failed int, err error) {
	enc := encoder(out)
	err = inOrder(ctx, inTurn(pages), extractOne, func(x extracted) error {
		if x.Error != nil {
			failed++
		}
		return writeLine(enc, x)
	})
	return failed, err
}

// inTurn are the items as a sequence that cannot fail.
func inTurn[T any](items []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, it := range items {
			if !yield(it, nil) {
				return
			}
		}
	}
}

func extractOne(p PageFile) extracted {
	x := extracted{File: p.File, Authors: []string{}}
	a, err := limited(readLimit, func() (news.Article, error) { return p.read() })
	if err != nil {
		said := sentence(err)
		x.Error = &said
		return x
	}
	x.Title, x.Language, x.Canonical, x.Kind, x.Text = a.Title, a.Language, a.Canonical, a.Kind, a.Text
	x.Authors = append(x.Authors, a.Authors...)
	if strings.HasPrefix(x.Canonical, nowhere) {
		x.Canonical = ""
	}
	if !a.Published.IsZero() {
		layout := time.RFC3339
		if a.Published.DateOnly {
			layout = time.DateOnly
		}
		at := a.Published.Time.Format(layout)
		x.Published = &at
	}
	return x
}

// sentence is an error for people: the reason alone where the page was read and holds no article.
func sentence(err error) string {
	for _, known := range []error{extract.ErrNotArticle, extract.ErrBlocked, extract.ErrGone} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	return strings.ToValidUTF8(err.Error(), "�")
}

// limited bounds the time that work takes, and makes an error of a panic. Work that is not done in
// time goes on unheard until the program ends: parsers know no context.
func limited(limit time.Duration, work func() (news.Article, error)) (news.Article, error) {
	type answer struct {
		article news.Article
		err     error
	}
	done := make(chan answer, 1)
	go func() {
		var a answer
		defer func() {
			if r := recover(); r != nil {
				a.err = fmt.Errorf("the program stumbled over this page: %v", r)
			}
			done <- a
		}()
		a.article, a.err = work()
	}()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case a := <-done:
		return a.article, a.err
	case <-timer.C:
		return news.Article{}, fmt.Errorf("reading the page takes longer than %s", limit)
	}
}

func (p PageFile) read() (news.Article, error) {
	body, err := p.load()
	if err != nil {
		return news.Article{}, err
	}
	if p.URL != "" {
		if _, err := address.Canonical(p.URL); err != nil {
			return news.Article{}, fmt.Errorf("%q is not the address of a web page", p.URL)
		}
	}
	page, err := extract.Parse(body, p.URL)
	if err != nil {
		return news.Article{}, fmt.Errorf("the page cannot be parsed: %w", err)
	}
	if page.URL == "" {
		page.URL = ownAddress(page.Root)
	}
	return extract.Article(page, extract.Hints{})
}

// ownAddress is the address that a page gives itself, or one that leads nowhere.
func ownAddress(root *html.Node) string {
	best, rank := nowhere, 3
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		said, r := "", 3
		switch {
		case n.Data == "link" && strings.EqualFold(attribute(n, "rel"), "canonical"):
			said, r = attribute(n, "href"), 0
		case n.Data == "meta" && strings.EqualFold(attribute(n, "property"), "og:url"):
			said, r = attribute(n, "content"), 1
		case n.Data == "base":
			said, r = attribute(n, "href"), 2
		}
		if abs, err := address.Resolve("", strings.TrimSpace(said)); r < rank && err == nil {
			best, rank = abs, r
		}
	}
	return best
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
