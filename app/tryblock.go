package app

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"newsvigil/address"
	"newsvigil/config"
	"newsvigil/news"
	"newsvigil/text"
)

// mostSitemaps bounds the sitemaps that are named in a block's remark.
const mostSitemaps = 5

// block writes the [[source]] that an admin may paste, and gives the name in it. It is read back before
// it is shown: what an outlet calls itself is no reason for a mistake in config.toml.
func (p *probe) block() (name, block string) {
	for _, name := range p.names() {
		block := p.write(name)
		if _, err := config.Parse("block.toml", []byte("[[topic]]\nname = \"t\"\nchannel = \"#t\"\ndigest = [\"0 8 * * *\"]\n"+block)); err == nil {
			return name, block
		}
	}
	return p.src.Name, ""
}

// names are what the source may be called, the best first.
func (p *probe) names() []string {
	return slices.DeleteFunc([]string{p.found.Name, address.Host(p.src.Home)}, func(s string) bool { return news.Slug(s) == "" || p.taken(s) })
}

// taken reports whether a configured source has the name already.
func (p *probe) taken(name string) bool {
	return slices.ContainsFunc(p.app.cfg.Sources, func(s news.Source) bool { return s.Key() == news.Slug(name) })
}

func (p *probe) write(name string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "[[source]]\nname = %s\nhome = %s\n", tomlText(name), tomlText(p.src.Home))
	feeds, sitemaps := p.working(news.RouteFeed), p.working(news.RouteSitemap)
	writeList(&b, "feeds", feeds)
	writeList(&b, "sitemaps", sitemaps)
	if len(p.src.Hosts) > 0 {
		b.WriteString("# Its pieces lie on another host, where its home page announces a feed. Is that host the outlet's own?\n")
		writeList(&b, "hosts", p.src.Hosts)
	}
	sections := p.working(news.RouteSection)
	writeList(&b, "sections", sections)
	if len(feeds)+len(sitemaps)+len(sections) == 0 {
		b.WriteString("# No feed and no sitemap was found; the home page serves as a section page. Pages that list more can be named here:\n# sections = [\"…\"]\n")
		if u, err := url.Parse(p.src.Home); err == nil && strings.Trim(u.Path, "/") != "" {
			b.WriteString("# If `home` is a single piece, name the outlet's front page instead.\n")
		}
	}
	if more := p.unasked(); len(sitemaps) == 0 && len(more) > 0 {
		b.WriteString("# robots.txt names sitemaps. They are asked by themselves where a feed may have missed pieces; set them to have them asked at every poll:\n# ")
		writeList(&b, "sitemaps", more)
	}
	if lang := p.language(); lang != "" {
		fmt.Fprintf(&b, "language = %s\n", tomlText(lang))
	} else {
		b.WriteString("language = \"\"   # none was recognised; a code such as \"en\" or \"ko\"\n")
	}
	if slices.ContainsFunc(p.articles, func(a news.Article) bool {
		return a.Published.Zone == news.ZoneOutlet && !a.Published.DateOnly
	}) {
		fmt.Fprintf(&b, "# Its dates carry no time zone, and are read as %s. If that is not the outlet's own, name it:\n# timezone = %s\n", p.app.cfg.Zone, tomlText(p.app.cfg.Zone.String()))
	}
	return b.String()
}

// working are the routes of a kind that gave pieces and that a configuration would name.
func (p *probe) working(kind news.Route) []string {
	var out []string
	for _, r := range p.trial.Routes {
		named := true // what is found below a sitemap or behind a section's first page is led to by these
		switch kind {
		case news.RouteSitemap:
			named = slices.Contains(p.unasked(), r.URL)
		case news.RouteSection:
			named = slices.Contains(p.found.Sections, r.URL)
		}
		if r.Kind == kind && r.Trouble == news.TroubleNone && named && (r.Pieces > 0 || kind == news.RouteSitemap) {
			out = append(out, r.URL)
		}
	}
	return out
}

// unasked are the sitemaps of the outlet that its robots.txt names.
func (p *probe) unasked() []string {
	var out []string
	for _, u := range p.memory.sitemaps(address.Host(p.src.Home)) {
		abs, err := address.Resolve(p.src.Home, u)
		if err == nil && address.Belongs(p.src, abs) && len(out) < mostSitemaps {
			out = append(out, abs)
		}
	}
	return out
}

// language is that of most pieces read.
func (p *probe) language() string {
	count := map[string]int{}
	for _, a := range p.articles {
		if a.Language != "" {
			count[a.Language]++
		}
	}
	return slices.MaxFunc(append(slices.Sorted(maps.Keys(count)), ""), func(a, b string) int { return cmp.Compare(count[a], count[b]) })
}

func writeList(b *strings.Builder, key string, values []string) {
	if len(values) == 0 {
		return
	}
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = tomlText(v)
	}
	fmt.Fprintf(b, "%s = [%s]\n", key, strings.Join(quoted, ", "))
}

// tomlText quotes a text as a basic string of TOML, which may hold no control characters.
func tomlText(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text.Clean(s)) + `"`
}
