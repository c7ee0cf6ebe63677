package address

import (
	"fmt"
	"regexp"
	"strings"

	"newsvigil/news"
)

// Key names the piece at raw, whatever form its address takes: "id:<source key>:<id>" where src has an
// ID pattern, raw belongs to src and is an article's address, else "url:" and the canonical address
// without its scheme. Where src has an Article pattern too, only what matches it has an id: an ID
// pattern alone often takes a section page for an article.
func Key(src news.Source, raw string) (string, error) {
	p, err := parse(raw)
	if err != nil {
		return "", err
	}
	folded := p.canonical()
	if src.ID != nil && belongs(src, p) {
		forms := spellings(src, p, raw)
		if src.Article == nil || matches(src.Article, forms) {
			if id := identify(src.ID, forms); id != "" {
				return "id:" + src.Key() + ":" + id, nil
			}
		}
	}
	s := strings.TrimPrefix(folded.String(), folded.scheme+"://")
	if len(s) > maxLength {
		return "", fmt.Errorf("name an address of %d bytes: %w", len(s), ErrNoWebAddress)
	}
	return "url:" + s, nil
}

// spellings are the forms in which a pattern may expect the address: folded, and without tracking
// parameters on its own host and on the outlet's home as readers know it, there also with the slash at
// the end of the path the other way round, and last as it was found.
func spellings(src news.Source, p parts, raw string) []string {
	out := make([]string, 0, 5)
	out = append(out, p.canonical().String())
	p.query = foldQuery(p.query, p.path)
	out = append(out, p.String())
	if home, err := parse(src.Home); err == nil {
		p.scheme, p.host, p.port = home.scheme, home.host, home.port
		out = append(out, p.String())
		if bare, ok := strings.CutSuffix(p.path, "/"); ok && bare != "" {
			p.path = bare
		} else {
			p.path += "/"
		}
		out = append(out, p.String())
	}
	return append(out, raw)
}

func matches(re *regexp.Regexp, forms []string) bool {
	for _, f := range forms {
		if re.MatchString(f) {
			return true
		}
	}
	return false
}

// identify is the first non-empty group of re in the first form that has one; a pattern without
// groups names by all it matches.
func identify(re *regexp.Regexp, forms []string) string {
	for _, f := range forms {
		m := re.FindStringSubmatch(f)
		if len(m) == 1 {
			return m[0]
		}
		for _, group := range m[min(1, len(m)):] {
			if group != "" {
				return group
			}
		}
	}
	return ""
}

// Belongs reports whether raw is an address of the outlet: its host is one that the source names (home, feeds,
// sections, sitemaps, Hosts) or lies in the same registrable domain as one of them. Hosts that are
// IP addresses or have no domain must be equal with their port.
func Belongs(src news.Source, raw string) bool {
	p, err := parse(raw)
	return err == nil && belongs(src, p)
}

func belongs(src news.Source, p parts) bool {
	if sameSite(src.Home, p) {
		return true
	}
	for _, list := range [][]string{src.Hosts, src.Feeds, src.Sections, src.Sitemaps} {
		for _, own := range list {
			if sameSite(own, p) {
				return true
			}
		}
	}
	return false
}

func sameSite(own string, p parts) bool {
	o, err := parseHost(own)
	return err == nil && site(o) == site(p)
}

// SameSite reports whether a and b lie in the same registrable domain ("news.example.co.kr" and
// "example.co.kr"), or where there is none, on the same host and port.
func SameSite(a, b string) bool {
	p, err := parseHost(a)
	if err != nil {
		return false
	}
	return sameSite(b, p)
}

// site is what all hosts of one owner share.
func site(p parts) string {
	if d := registrable(p.host); d != "" {
		return d
	}
	if p.port == "" && p.scheme == "http" {
		return p.host + ":80"
	}
	if p.port == "" {
		return p.host + ":443"
	}
	return p.host + ":" + p.port
}

// Host is the lower-case host of raw in punycode, with the port where it is not the scheme's own; ""
// where raw is no web address.
func Host(raw string) string {
	p, err := parse(raw)
	if err != nil {
		return ""
	}
	return p.authority()
}

// parseHost reads an address or, as admins write it, a host alone.
func parseHost(s string) (parts, error) {
	p, err := parse(s)
	if err == nil || strings.Contains(s, "://") || strings.Contains(s, "@") {
		return p, err
	}
	return parse("http://" + strings.TrimPrefix(s, "//"))
}
