package digest

import (
	"net/url"
	"slices"
	"strings"

	"newsvigil/address"
	"newsvigil/news"
)

// Links says where what is posted may lead: to the outlets that are configured, but to none that is
// quarantined.
type Links struct {
	Sources []news.Source
	// Quarantines are those that stand.
	Quarantines []news.Quarantine
}

// Allowed reports whether a piece of an outlet may be linked to at an address: one of a configured outlet,
// as a source may have been renamed since, where neither the outlet nor the owner of the address is
// quarantined.
func (l Links) Allowed(outlet, raw string) bool {
	if !isWeb(raw) || l.Quarantined(outlet, raw) {
		return false
	}
	key := news.Slug(outlet)
	own := func(s news.Source) bool { return s.Key() == key && address.Belongs(s, raw) }
	any := func(s news.Source) bool { return address.Belongs(s, raw) }
	return slices.ContainsFunc(l.Sources, own) || slices.ContainsFunc(l.Sources, any)
}

// Quarantined reports whether an outlet is quarantined, by its name, or an address belongs to one that is.
// Either may be empty.
func (l Links) Quarantined(outlet, raw string) bool {
	return slices.ContainsFunc(l.Quarantines, func(q news.Quarantine) bool {
		return q.Source == news.Slug(outlet) && outlet != "" || raw != "" && address.Belongs(news.Source{Hosts: q.Sites}, raw)
	})
}

// Of is the address of an article that may be linked to, without what only tracks readers; "" where none
// may.
func (l Links) Of(a news.Article) string {
	for _, raw := range []string{a.URL, a.Canonical} {
		if raw != "" && l.Allowed(a.Source, raw) {
			return address.Untracked(raw)
		}
	}
	return ""
}

// Withdraw is a digest without the links that may not be there any more, because their outlet is
// quarantined or was taken out of the configuration since the digest was composed. Nothing else of it
// changes, so that what was posted keeps its form.
func (l Links) Withdraw(d news.Digest) news.Digest {
	d.Lead, d.Lines, d.Rest, d.Near = l.items(d.Lead), l.items(d.Lines), l.items(d.Rest), l.items(d.Near)
	return d
}

func (l Links) items(items []news.Item) []news.Item {
	out := slices.Clone(items)
	for i := range out {
		it := &out[i]
		it.URL, it.Withdrawn = l.withdraw(it.Outlet, it.URL)
		it.Also, it.Foreign = l.others(it.Also), l.others(it.Foreign)
	}
	return out
}

func (l Links) others(list []news.Also) []news.Also {
	out := slices.Clone(list)
	for i := range out {
		out[i].URL, out[i].Withdrawn = l.withdraw(out[i].Outlet, out[i].URL)
	}
	return out
}

func (l Links) withdraw(outlet, raw string) (link, withdrawn string) {
	if raw == "" || l.Allowed(outlet, raw) {
		return raw, ""
	}
	return "", masked(raw)
}

// masked has the form and the length of an address and says nothing of it: every letter is an a, every
// figure a 0. What is none stays none.
func masked(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme == "" {
		return "-"
	}
	rest := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
			return 'a'
		case r >= '0' && r <= '9':
			return '0'
		}
		return r
	}, raw[len(u.Scheme):])
	return u.Scheme + rest
}

// WithdrawnNote stands behind what was a link: "(link withdrawn)".
func WithdrawnNote(lang string) string { return "(" + Say(lang, "withdrawn") + ")" }

// WithdrawBrief is Withdraw for a brief.
func (l Links) WithdrawBrief(b news.Brief) news.Brief {
	b.Stories = slices.Clone(b.Stories)
	for i := range b.Stories {
		b.Stories[i].Item = l.items([]news.Item{b.Stories[i].Item})[0]
	}
	return b
}

// QuarantinedLine names the outlets that are kept away from readers; "" where none is.
func QuarantinedLine(d news.Digest) string {
	if len(d.Quarantined) == 0 {
		return ""
	}
	return Say(d.Language, "quarantined", "names", strings.Join(d.Quarantined, ", "))
}
