package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"newsvigil/address"
	"newsvigil/config"
	"newsvigil/crawler"
	"newsvigil/news"
)

// errFetched ends a run of the crawler when the one page that was wanted has come.
var errFetched = errors.New("fetched")

// FetchArticle reads one piece as politely as a crawl would, robots.txt and all, and stores nothing.
func FetchArticle(ctx context.Context, cfg *config.Config, raw string, log *slog.Logger) (news.Article, error) {
	if _, err := address.Canonical(raw); err != nil {
		return news.Article{}, &UsageError{Text: fmt.Sprintf("%q is not the address of a web page: %v", raw, err)}
	}
	src := sourceFor(cfg, raw)
	key, err := address.Key(src, raw)
	if err != nil {
		return news.Article{}, fmt.Errorf("name %s: %w", raw, err)
	}
	memory := crawler.NewMemory()
	wanted := news.Candidate{Source: src.Name, URL: raw, Key: key, Route: news.RouteSection, Via: raw}
	if err := memory.Polled(ctx, news.PollState{Source: src.Name, URL: "the command line"}, []news.Candidate{wanted}); err != nil {
		return news.Article{}, err
	}
	a := App{cfg: cfg, now: time.Now, log: log}
	o := a.crawlerOptions(CrawlOptions{All: true})
	o.MaxAge = 100 * 365 * 24 * time.Hour // an example may be old
	var got *news.Page
	sum, err := crawler.New(memory, o).Run(ctx, []news.Source{src}, func(p news.Page) error {
		if p.Candidate.Key != key {
			return memory.Record(p)
		}
		got = &p
		return errFetched
	})
	switch {
	case got != nil && got.Outcome == news.OutcomeRead:
		return got.Article, nil
	case got != nil:
		return news.Article{}, fmt.Errorf("read %s: %s (%s)", raw, got.Detail, got.Outcome)
	case err != nil:
		return news.Article{}, fmt.Errorf("read %s: %w", raw, err)
	case len(sum.Sources) > 0 && sum.Sources[0].Waiting > 0:
		return news.Article{}, fmt.Errorf("read %s: %s does not answer, or asks for a pause; see whether a browser opens the address, and try again later", raw, address.Host(raw))
	}
	return news.Article{}, fmt.Errorf("read %s: no answer", raw)
}

// sourceFor is the configured source that the address belongs to, with its routes taken away so
// that only the one page is asked for, or a passing one for its site. It has no home page: were the
// address its home, the page would pass for a front page, which is no article.
func sourceFor(cfg *config.Config, raw string) news.Source {
	src := news.Source{Name: address.Host(raw), Zone: cfg.Zone}
	for _, s := range cfg.Sources {
		if address.Belongs(s, raw) {
			src = s
			break
		}
	}
	src.Hosts = append(slices.Clip(src.Hosts), address.Host(raw), address.Host(src.Home))
	src.Home, src.Feeds, src.Sitemaps, src.Sections = "", nil, nil, nil
	return src
}
