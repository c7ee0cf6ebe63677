package extract

import (
	"net/url"
	"slices"
	"strings"

	"newsvigil/address"
	"newsvigil/news"
)

// identity gives the canonical address and all keys of the piece.
func (d *document) identity() (string, []string) {
	said := firstOf(d.canonical, d.meta("og:url"), d.linked.url)
	if !d.trusted(said) {
		said = d.meta("og:url")
		if !d.trusted(said) {
			said = ""
		}
	}
	if said != "" {
		said, _ = address.Resolve(d.p.URL, said)
	}
	return identify(d.h.Source, said, d.p.URL, d.h.Candidate.URL)
}

// trusted reports whether the address that a page gives itself can be believed: it lies with the
// outlet and is neither the front page nor the section the page lies in.
func (d *document) trusted(raw string) bool {
	if strings.TrimSpace(raw) == "" {
		return false
	}
	abs, err := address.Resolve(d.p.URL, raw)
	if err != nil || !address.Belongs(d.h.Source, abs) && !address.SameSite(abs, d.p.URL) {
		return false
	}
	said, err1 := url.Parse(abs)
	page, err2 := url.Parse(d.p.URL)
	if err1 != nil || err2 != nil {
		return false
	}
	path := strings.Trim(said.Path, "/")
	if path == "" && said.RawQuery == "" && strings.Trim(page.Path, "/")+page.RawQuery != "" {
		return false
	}
	// A canonical address that is the beginning of the page's own path is its section's.
	if strings.HasPrefix(strings.Trim(page.Path, "/"), path+"/") && said.RawQuery == "" && !tail(strings.TrimPrefix(strings.Trim(page.Path, "/"), path+"/")) {
		return false
	}
	// Where the id stands in the query, a canonical address without it names all pieces at once.
	if path == strings.Trim(page.Path, "/") && said.RawQuery == "" && d.h.Source.ID != nil &&
		d.h.Source.ID.MatchString(d.p.URL) && !d.h.Source.ID.MatchString(abs) {
		return false
	}
	if src := d.h.Source; src.Article != nil && src.Article.MatchString(d.p.URL) && !src.Article.MatchString(abs) {
		return false
	}
	return true
}

// tail are last path parts that name another form of the same piece.
func tail(s string) bool {
	switch strings.Trim(s, "/") {
	case "amp", "print", "single", "full", "all", "page/1", "1", "2", "3":
		return true
	}
	return false
}

// identify folds the addresses of a piece into its canonical one and its keys, ids first.
func identify(src news.Source, said, fetched, shown string) (canonical string, keys []string) {
	for _, raw := range []string{said, fetched, shown} {
		if raw == "" {
			continue
		}
		if canonical == "" {
			if c, err := address.Canonical(raw); err == nil {
				canonical = c
			}
		}
		if key, err := address.Key(src, raw); err == nil && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	slices.SortStableFunc(keys, func(a, b string) int { return rank(a) - rank(b) })
	return canonical, keys
}

func rank(key string) int {
	if strings.HasPrefix(key, "id:") {
		return 0
	}
	return 1
}
