package app

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"newsvigil/address"
	"newsvigil/config"
	"newsvigil/news"
)

// mostOutside bounds the hosts of other sites that one crawl tells of for a source; a feed that gathers
// the news of others would else fill the admin channel.
const mostOutside = 3

// elsewhere notes to which other sites a source's pieces lead.
type elsewhere map[string]map[string]bool

func (e elsewhere) note(p news.Page) {
	if p.Outside == "" {
		return
	}
	if e[p.Candidate.Source] == nil {
		e[p.Candidate.Source] = map[string]bool{}
	}
	e[p.Candidate.Source][p.Outside] = true
}

// tellOutside tells the admin channel, once for ever, of each other site to which pieces of a source lead.
func (a *App) tellOutside(ctx context.Context, found elsewhere) error {
	for _, source := range slices.Sorted(maps.Keys(found)) {
		hosts := slices.Sorted(maps.Keys(found[source]))
		for i, host := range hosts {
			if i == mostOutside {
				a.log.Warn("further sites to which pieces lead", "source", source, "hosts", hosts[i:])
				break
			}
			n := news.Notice{
				Key: "outside/" + news.Slug(source) + "/" + host, At: a.now(),
				Title: fmt.Sprintf("Pieces of %s lead to another site, %s", source, host),
				Lines: a.outsideLines(host),
			}
			if err := a.tellOnce(ctx, n); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *App) outsideLines(host string) []string {
	lines := []string{"Another site is not asked, and not linked: what the feed says of such a piece is told as plain text."}
	if why := resembles(a.cfg, host); why != "" {
		lines = append(lines, fmt.Sprintf("Beware: the host %s %s.", host, why))
	}
	return append(lines, fmt.Sprintf("What to do: where the site is the outlet's own, add hosts = [%q] to its [[source]]. Else nothing; you will not be told of it again.", host))
}

// tellOnce tells the admin channel of something by its key, never again.
func (a *App) tellOnce(ctx context.Context, n news.Notice) error {
	_, told, err := a.db.LastRun(ctx, "told/"+n.Key)
	if err != nil || told {
		return err
	}
	if err := a.tell(ctx, n); err != nil {
		return err
	}
	return a.db.SaveRun(ctx, "told/"+n.Key, a.now())
}

// resembles says in what a host looks like one of a watched outlet without belonging to it, as half a
// sentence that follows "the host"; "" where it does not, or where it is an outlet's own.
func resembles(cfg *config.Config, host string) string {
	why := address.Disguised(host)
	for _, s := range cfg.Sources {
		if address.Belongs(s, "https://"+host) || address.Belongs(s, "http://"+host) {
			return ""
		}
		for _, own := range sitesOf(s) {
			if why == "" {
				why = address.LookAlike(host, own)
			}
		}
	}
	return why
}

// sitesOf are the addresses and hosts that a source names.
func sitesOf(s news.Source) []string {
	var all []string
	if s.Home != "" {
		all = append(all, s.Home)
	}
	return slices.Concat(all, s.Feeds, s.Sitemaps, s.Sections, s.Hosts)
}

// lookAlikes names the hosts of the configuration that look like those of another source, or that mix
// scripts: most likely slips of the pen, at worst a trap. Two sources of one name in two countries,
// which both say so in their names, are left alone.
func lookAlikes(cfg *config.Config) []string {
	var out []string
	said := map[string]bool{}
	note := func(s news.Source, raw, why string) {
		host := address.Host(raw)
		if host == "" {
			host = raw
		}
		line := fmt.Sprintf("source %q: the host %s %s. Is it the outlet's own?", s.Name, host, why)
		if !said[line] {
			said[line] = true
			out = append(out, line)
		}
	}
	for i, s := range cfg.Sources {
		for _, raw := range sitesOf(s) {
			if why := address.Disguised(raw); why != "" {
				note(s, raw, why)
			}
			for k, other := range cfg.Sources {
				if k == i && len(sitesOf(s)) < 2 || k > i && cfg.Sources[i].Name == other.Name {
					continue
				}
				if why := likeSource(s, raw, other, k == i); why != "" {
					note(s, raw, why)
				}
			}
		}
	}
	return out
}

// likeSource says in what an address of s looks like one of another source, or, within one source, like
// its home page's, of which a feed's host may be a slip of the pen.
func likeSource(s news.Source, raw string, other news.Source, same bool) string {
	sites := sitesOf(other)
	if same {
		if s.Home == "" || raw == s.Home {
			return ""
		}
		sites = []string{s.Home}
	}
	for _, own := range sites {
		why := address.LookAlike(raw, own)
		if why == "" || !same && (address.Belongs(other, raw) || namesakes(s, other, raw, own)) {
			continue
		}
		return why
	}
	return ""
}

// namesakes reports whether two sources have one name in two countries, and say so: both are called
// after the label that their hosts share.
func namesakes(a, b news.Source, raw, own string) bool {
	label := address.Label(raw)
	return label != "" && label == address.Label(own) && calledAfter(a, label) && calledAfter(b, label)
}

func calledAfter(s news.Source, label string) bool {
	return strings.Contains(strings.ReplaceAll(s.Key(), "-", ""), strings.ReplaceAll(label, "-", ""))
}
