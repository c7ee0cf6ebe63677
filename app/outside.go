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

// sitesOf are the hosts that a source names, each once, the home page's first.
func sitesOf(s news.Source) []string {
	var all []string
	for _, raw := range slices.Concat([]string{s.Home}, s.Feeds, s.Sitemaps, s.Sections, s.Hosts) {
		if host := orElse(address.Host(raw), raw); host != "" && !slices.Contains(all, host) {
			all = append(all, host)
		}
	}
	return all
}

// lookAlikes names the hosts of the configuration that look like another source's, or like their own
// source's home page, and those that mix scripts: most likely slips of the pen, at worst a trap.
func lookAlikes(cfg *config.Config) []string {
	var out []string
	said := map[string]bool{}
	note := func(s news.Source, raw, like, why string) {
		pair := []string{address.Label(raw), address.Label(like)}
		slices.Sort(pair)
		if key := strings.Join(pair, " "); !said[key] {
			said[key] = true
			out = append(out, fmt.Sprintf("source %q: the host %s %s. Is it the outlet's own?", s.Name, raw, why))
		}
	}
	for i, s := range cfg.Sources {
		for _, raw := range sitesOf(s) {
			if why := address.Disguised(raw); why != "" {
				note(s, raw, "", why)
			}
			if why := address.LookAlike(raw, s.Home); why != "" {
				note(s, raw, s.Home, why)
			}
			for _, other := range cfg.Sources[:i] { // of two that are alike, the later one is named
				if address.Belongs(other, raw) {
					continue
				}
				for _, own := range sitesOf(other) {
					if why := address.LookAlike(raw, own); why != "" && !namesakes(s, other, raw, own) {
						note(s, raw, own, why)
					}
				}
			}
		}
	}
	return out
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
