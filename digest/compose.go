package digest

import (
	"cmp"
	"slices"
	"time"

	"newsvigil/address"
	"newsvigil/news"
)

// Defaults for a topic that sets no bounds, and the room of the thread.
const (
	defaultLead  = 5
	defaultLines = 5
	defaultNear  = 10
	maxRest      = 100
)

// Options say what a digest is made for.
type Options struct {
	// Key is the digest's unique key.
	Key   string
	Topic news.Topic
	// Slot is the time the digest stands for, Since that of the one before; zero for a first digest.
	Slot, Since time.Time
	Totals      news.Totals
	Troubles    []news.SourceTrouble
	// Near are the stories just below the cut.
	Near []news.Story
	// Texts are the texts of pieces, by article, as far as they are known. By them stories in several
	// languages are told to be of one event; titles alone rarely say enough.
	Texts map[int64]string
	// Sources are the configured outlets: for labels, weights, wires and the hosts links may lead to.
	Sources []news.Source
	// Buttons says that readers can press buttons below the stories, Muted which outlets they muted; their
	// pieces are to be left out of the stories.
	Buttons bool
	Muted   []news.Mute
	// Quarantined are the outlets that are kept away from readers, by name.
	Quarantined []string
	// Alert makes every story an alert in full: the message is sent at once and holds nothing else.
	Alert bool
}

// Compose makes the digest of the stories that have news for the topic's readers. A story has news
// when it was never announced, when an update of it came since, or when an alert alone has told of it;
// further copies and further reports of an announced story are none. The order of the stories does not
// matter.
func Compose(stories []news.Story, o Options) news.Digest {
	if o.Alert { // all of it in full, and nothing else
		o.Topic.Lead, o.Near = max(o.Topic.Lead, defaultLead), nil
	}
	o.Topic = bounds(o.Topic)
	e := newEditor(o)
	var fresh, lines []ranked
	told := make(map[int64]bool, len(stories))
	for _, s := range stories {
		r, ok := e.item(s)
		if !ok || told[s.ID] {
			continue
		}
		told[s.ID] = true
		if r.item.Kind == news.ItemNew || o.Alert {
			fresh = append(fresh, r)
		} else {
			lines = append(lines, r)
		}
	}
	slices.SortFunc(fresh, byRank)
	if !o.Alert {
		fresh = e.joined(fresh)
	}
	d := news.Digest{
		Key: o.Key, Topic: o.Topic.Name, Channel: o.Topic.Channel, Language: o.Topic.Language,
		Slot: o.Slot, Since: o.Since, Totals: o.Totals, Troubles: byName(o.Troubles),
		Buttons: o.Buttons, Muted: o.Muted, Quarantined: o.Quarantined,
	}
	if d.Language == "" {
		d.Language = "en"
	}
	lead := min(max(o.Topic.Lead, 0), len(fresh))
	fresh = spread(fresh, lead)
	d.Lead = items(fresh[:lead])
	// What stood in a digest or an alert before comes as a line at most.
	lines = append(lines, fresh[lead:]...)
	slices.SortFunc(lines, byRank)
	n := min(max(o.Topic.Lines, 0), len(lines))
	d.Lines, lines = items(lines[:n]), lines[n:]
	n = min(maxRest, len(lines))
	d.Rest, d.Beyond = items(lines[:n]), len(lines)-n
	d.Near = e.near(o.Near, told)
	return d
}

// bounds fills in the usual bounds for a topic that sets none of them; else a 0 means none at all.
func bounds(t news.Topic) news.Topic {
	if t.Lead == 0 && t.Lines == 0 && t.NearMisses == 0 {
		t.Lead, t.Lines, t.NearMisses = defaultLead, defaultLines, defaultNear
	}
	return t
}

func byName(ts []news.SourceTrouble) []news.SourceTrouble {
	ts = slices.Clone(ts)
	slices.SortStableFunc(ts, func(a, b news.SourceTrouble) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Trouble, b.Trouble))
	})
	return ts
}

// ranked is an item with what its place in the digest depends on.
type ranked struct {
	item    news.Item
	strong  bool
	weight  float64
	outlets int
	newest  time.Time
	// first is when the earliest piece came out, languages are those of all pieces.
	first     time.Time
	languages []string
}

// byRank puts strong before likely, then the clearer and weightier, then what more outlets carry,
// then the newer. Story ids break ties, so that the order never depends on the input's.
func byRank(a, b ranked) int {
	if a.strong != b.strong {
		if a.strong {
			return -1
		}
		return 1
	}
	return cmp.Or(
		cmp.Compare(b.weight, a.weight),
		cmp.Compare(b.outlets, a.outlets),
		b.newest.Compare(a.newest),
		cmp.Compare(a.item.Story, b.item.Story),
	)
}

// perOutlet is how many stories of one outlet stand in full while others have some that are as strong.
const perOutlet = 2

// spread brings stories of other outlets forward into the first n, so that an outlet that publishes a
// lot does not fill them alone. A strong story never gives way to a likely one, and the rest stays in order.
func spread(rs []ranked, n int) []ranked {
	left := slices.Clone(rs)
	out := make([]ranked, 0, len(rs))
	told := make(map[string]int)
	for len(out) < n {
		i := slices.IndexFunc(left, func(r ranked) bool {
			return told[r.item.Outlet] < perOutlet && r.strong == left[0].strong
		})
		i = max(i, 0)
		told[left[i].item.Outlet]++
		out = append(out, left[i])
		left = slices.Delete(left, i, i+1)
	}
	return append(out, left...)
}

func items(rs []ranked) []news.Item {
	var out []news.Item
	for _, r := range rs {
		out = append(out, r.item)
	}
	return out
}

// editor knows the outlets while a digest is made.
type editor struct {
	o       Options
	sources map[string]news.Source
}

func newEditor(o Options) editor {
	e := editor{o: o, sources: make(map[string]news.Source, len(o.Sources))}
	for _, s := range o.Sources {
		e.sources[s.Key()] = s
	}
	return e
}

// source is the outlet of this name, whatever its capitals and spacing; the zero one is not configured.
func (e editor) source(name string) news.Source { return e.sources[news.Slug(name)] }

// link is the member's address where it leads to the outlet that is watched, else nothing. The
// address that was read comes first: it is known to answer, while a canonical one is folded.
func (e editor) link(a news.Article) string {
	src := e.source(a.Source)
	if src.Name == "" {
		return ""
	}
	for _, raw := range []string{a.URL, a.Canonical} {
		if isWeb(raw) && address.Belongs(src, raw) {
			return address.Untracked(raw)
		}
	}
	return ""
}
