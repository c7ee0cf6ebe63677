package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"newsvigil/address"
	"newsvigil/digest"
	"newsvigil/news"
	"newsvigil/store"
)

// standing are the quarantines that stand now, the one that began last first.
func (a *App) standing(ctx context.Context) ([]news.Quarantine, error) {
	if a.db == nil { // nothing is stored yet
		return nil, nil
	}
	all, err := a.db.Quarantines(ctx)
	return slices.DeleteFunc(all, func(q news.Quarantine) bool { return !q.Stands() }), err
}

// links say where what is posted may lead now.
func (a *App) links(ctx context.Context) (digest.Links, error) {
	stand, err := a.standing(ctx)
	return digest.Links{Sources: a.cfg.Sources, Quarantines: stand}, err
}

// linkOf is the address of a piece that a reader may be led to now; "" where none is.
func (a *App) linkOf(art news.Article) string {
	l, err := a.links(a.ctx)
	if err != nil {
		return ""
	}
	return l.Of(art)
}

// held are the configured sources that are quarantined, by their keys. A quarantine of a source that is
// configured no more holds the ones with its home: most likely it was given another name.
func (a *App) held(ctx context.Context) (map[string]news.Quarantine, error) {
	stand, err := a.standing(ctx)
	if err != nil || len(stand) == 0 {
		return nil, err
	}
	out := map[string]news.Quarantine{}
	for _, q := range stand {
		_, named := a.configured(q.Source)
		for _, s := range a.cfg.Sources {
			if s.Key() == q.Source || !named && address.Belongs(news.Source{Hosts: q.Sites}, s.Home) {
				out[s.Key()] = q
			}
		}
		out[q.Source] = q
	}
	return out, nil
}

// unheld leaves out the sources that are quarantined.
func (a *App) unheld(ctx context.Context, sources []news.Source) ([]news.Source, error) {
	held, err := a.held(ctx)
	return slices.DeleteFunc(slices.Clone(sources), func(s news.Source) bool { return held[s.Key()].Source != "" }), err
}

// quarantinedNow reports whether a source was quarantined, for a crawl that is under way.
func (a *App) quarantinedNow(source string) bool {
	held, err := a.held(a.ctx)
	return err == nil && held[news.Slug(source)].Source != ""
}

// cordon is what quarantines keep out of one topic's digests and alerts.
type cordon struct {
	held map[string]news.Quarantine
	// made is when the last digest was made under each quarantine that was lifted.
	made []news.Quarantine
	last map[int64]time.Time
}

func (a *App) cordon(ctx context.Context, t *topic) (c cordon, err error) {
	if c.held, err = a.held(ctx); err != nil {
		return c, err
	}
	all, err := a.db.Quarantines(ctx)
	if err != nil {
		return c, err
	}
	c.last = map[int64]time.Time{}
	for _, q := range all {
		if q.Stands() {
			continue
		}
		at, ok, err := a.db.MadeWithin(ctx, t.Key(), q.At, q.Lifted)
		if err != nil {
			return c, err
		}
		if ok {
			c.made, c.last[q.ID] = append(c.made, q), at
		}
	}
	return c, nil
}

// names are the quarantined outlets, in order.
func (c cordon) names() (names []string) {
	for _, q := range c.held {
		if !slices.Contains(names, q.Outlet) {
			names = append(names, q.Outlet)
		}
	}
	slices.Sort(names)
	return names
}

// let leaves out the members of quarantined outlets, so that another one stands for the story, or none. Of
// an outlet that is read again those stay out that a digest would have told meanwhile: what was left out
// does not come in a flood. One that a reader rescued since comes.
func (c cordon) let(stories []news.Story) []news.Story {
	if len(c.held) == 0 && len(c.made) == 0 {
		return stories
	}
	out := make([]news.Story, 0, len(stories))
	for _, s := range stories {
		s.Members = slices.DeleteFunc(slices.Clone(s.Members), c.keepsOut)
		if len(s.Members) > 0 {
			out = append(out, s)
		}
	}
	return out
}

func (c cordon) keepsOut(m news.Member) bool {
	key := news.Slug(m.Article.Source)
	if c.held[key].Source != "" {
		return true
	}
	return !m.Announced && !m.Score.Reasons.Rescued && slices.ContainsFunc(c.made, func(q news.Quarantine) bool {
		last := c.last[q.ID]
		return q.Source == key && (m.Article.Fetched.Before(last) || latest(m.Article).Before(last))
	})
}

// latest is the last moment at which a piece can have been published: its day may be all that is known.
func latest(art news.Article) time.Time {
	if art.Published.DateOnly {
		return art.When().Add(12 * time.Hour)
	}
	return art.When()
}

// liftedSince reports whether a source was quarantined, and is read again, since a time.
func liftedSince(all []news.Quarantine, source string, at time.Time) bool {
	return slices.ContainsFunc(all, func(q news.Quarantine) bool { return q.Source == source && q.Lifted.After(at) })
}

// explainQuarantine corrects the verdict on an address of a quarantined outlet.
func (a *App) explainQuarantine(ctx context.Context, e *Explanation) error {
	l, err := a.links(ctx)
	if err != nil || !l.Quarantined(e.Source, e.URL) {
		return err
	}
	one := func(q news.Quarantine) bool {
		return digest.Links{Quarantines: []news.Quarantine{q}}.Quarantined(e.Source, e.URL)
	}
	q := l.Quarantines[slices.IndexFunc(l.Quarantines, one)]
	before := e.Verdict
	if q.Source == news.Slug(e.Source) {
		e.say("quarantined", "Quarantined: %s is kept from readers since %s; nothing of it is read, told or linked to.", q.Outlet, a.clock(q.At))
	} else {
		e.say("quarantined", "Quarantined: the address belongs to %s, which is kept from readers since %s; nothing links there.", q.Outlet, a.clock(q.At))
	}
	e.Lines = slices.Insert(e.Lines, 0, "Without that: "+before, fmt.Sprintf("`newsvigil quarantine --lift %q` ends it.", q.Outlet))
	return nil
}

// sourceToHold finds the source that is meant by a name, a key, a host or an address; also one that is
// configured no more and of which something is stored, or that is quarantined already.
func (a *App) sourceToHold(ctx context.Context, what string) (news.Source, error) {
	what = strings.TrimSpace(what)
	key := news.Slug(what)
	for _, s := range a.cfg.Sources {
		if key != "" && s.Key() == key {
			return s, nil
		}
	}
	if owners := a.owners(what); len(owners) == 1 {
		return owners[0], nil
	} else if len(owners) > 1 {
		var names []string
		for _, s := range owners {
			names = append(names, fmt.Sprintf("%q", s.Name))
		}
		return news.Source{}, &UsageError{Text: fmt.Sprintf("%s belongs to %s; name the one that is meant", what, joinAnd(names))}
	}
	if s, ok, err := a.former(ctx, key); err != nil || ok {
		return s, err
	}
	return news.Source{}, a.noSource(what)
}

// owners are the sources to which a host or an address belongs.
func (a *App) owners(what string) (owners []news.Source) {
	if !strings.Contains(what, ".") && !strings.Contains(what, ":") {
		return nil
	}
	if !strings.Contains(what, "://") {
		what = "https://" + what
	}
	plain := "http" + strings.TrimPrefix(what, "https")
	for _, s := range a.cfg.Sources {
		if address.Belongs(s, what) || address.Belongs(s, plain) {
			owners = append(owners, s)
		}
	}
	return owners
}

// former is a source that is configured no more, by its key, with the addresses of its pieces for hosts.
func (a *App) former(ctx context.Context, key string) (news.Source, bool, error) {
	stand, err := a.standing(ctx)
	if err != nil {
		return news.Source{}, false, err
	}
	for _, q := range stand {
		if q.Source == key {
			return news.Source{Name: q.Outlet, Hosts: q.Sites}, true, nil
		}
	}
	var names []string
	for _, s := range a.cfg.Sources {
		names = append(names, s.Name)
	}
	strays, err := a.db.Strays(ctx, names, strayPieces)
	for _, s := range strays {
		if s.Key == key {
			src := news.Source{Name: cmp.Or(s.Name, key)}
			for _, u := range s.URLs {
				if host := address.Host(u); !slices.Contains(src.Hosts, host) {
					src.Hosts = append(src.Hosts, host)
				}
			}
			return src, true, err
		}
	}
	return news.Source{}, false, err
}

// neighbours are the other sources that lie on the sites of one: its quarantine takes their links, too.
func (a *App) neighbours(q news.Quarantine) (names []string) {
	for _, s := range a.cfg.Sources {
		if s.Key() != q.Source && address.Belongs(news.Source{Hosts: q.Sites}, s.Home) {
			names = append(names, s.Name)
		}
	}
	return names
}

// addressesOf are all addresses and hosts that a source names, each once.
func addressesOf(s news.Source) (all []string) {
	for _, raw := range slices.Concat([]string{s.Home}, s.Feeds, s.Sitemaps, s.Sections, s.Hosts) {
		if raw != "" && !slices.Contains(all, raw) {
			all = append(all, raw)
		}
	}
	return all
}

// quarantinedMeanwhile says that a piece was not taken in because its outlet was quarantined meanwhile.
func quarantinedMeanwhile(err error) bool { return errors.Is(err, store.ErrQuarantined) }
