package app

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"newsvigil/news"
	"newsvigil/store"
)

const (
	// mostNamed is how many outlets or digests one line names.
	mostNamed = 8
	// wholeWeek is from how long on a time without anything new is worth a word.
	wholeWeek = 6 * 24 * time.Hour
	// leastMissed pieces, and one in missedShare, must a feed have missed to be named.
	leastMissed, missedShare = 5, 5
	// longestDetail is how many characters of a trouble's details stand in the message.
	longestDetail = 160
)

// coverageNotice sums up a time for those who want to know whether silence can be trusted: first what
// speaks against it, then the figures.
func (a *App) coverageNotice(s stretch) news.Notice {
	sick := slices.DeleteFunc(slices.Clone(s.outlets), func(o outletWeek) bool { return o.Trouble == news.TroubleNone })
	unknown := slices.DeleteFunc(slices.Clone(s.outlets), func(o outletWeek) bool { return o.Trouble != news.TroubleNone || !o.Good.IsZero() })
	n := news.Notice{At: a.now(), Title: a.coverageTitle(s, len(sick), len(unknown))}
	add := func(lines ...string) { n.Lines = append(n.Lines, lines...) }
	add(a.doubts(s, sick, unknown)...)
	if len(n.Lines) == 0 {
		answers := "every outlet answered"
		if slices.ContainsFunc(s.outlets, func(o outletWeek) bool { return len(o.ills) > 0 }) {
			answers = "every outlet answers now"
		}
		add("Nothing stands in the way: newsvigil was at work all the time, " + answers + ", and every digest was posted. Where nothing was told, nothing was found.")
	}
	add(a.asides(s)...)
	add(a.figures(s)...)
	if s.began {
		add(fmt.Sprintf("This is the first of these messages: it counts from %s on.", a.clock(s.from)))
	}
	add("`newsvigil sources` shows every outlet and what each way to its pieces found; `newsvigil explain ADDRESS` says what became of a piece.")
	return n
}

func (a *App) coverageTitle(s stretch, sick, unknown int) string {
	days := a.day(s.from) + " to " + a.day(s.to)
	well := len(s.outlets) - sick - unknown
	switch {
	case sick+unknown == 0 && well == 1:
		return fmt.Sprintf("Coverage, %s: the one outlet is read", days)
	case sick+unknown == 0:
		return fmt.Sprintf("Coverage, %s: all %s read", days, counted(well, "outlet is", "outlets are"))
	}
	title := fmt.Sprintf("Coverage, %s: %d of %s read", days, well, counted(len(s.outlets), "outlet is", "outlets are"))
	if sick > 0 {
		title += fmt.Sprintf(", %d in trouble", sick)
	}
	return title
}

// day names a day in the configured zone.
func (a *App) day(t time.Time) string { return t.In(a.cfg.Zone).Format("2 Jan") }

// doubts are the reasons not to trust silence.
func (a *App) doubts(s stretch, sick, unknown []outletWeek) []string {
	var out []string
	if len(s.still) > 0 {
		out = append(out, fmt.Sprintf("newsvigil itself read nothing %s. What outlets showed and took away in between was missed.", a.spans(s.still)))
	}
	slices.SortStableFunc(sick, func(x, y outletWeek) int { return x.Since.Compare(y.Since) })
	for i, o := range sick {
		if i == mostNamed && len(sick) > mostNamed+1 {
			out = append(out, fmt.Sprintf("%d more outlets are in trouble.", len(sick)-i))
			break
		}
		line := fmt.Sprintf("%s: %s since %s", o.Source, o.Trouble, a.clock(o.Since))
		if d := clipped(o.Detail, longestDetail); d != "" {
			line += " (" + d + ")"
		}
		out = append(out, sentence(line))
	}
	if len(unknown) > 0 {
		out = append(out, "Not asked yet: "+someOf(unknown, func(o outletWeek) string { return o.Source })+".")
	}
	return append(out, a.undeliveredLines(s)...)
}

// undeliveredLines tell of digests that are late, or not there.
func (a *App) undeliveredLines(s stretch) []string {
	var out []string
	for _, t := range s.topics {
		if len(t.waits) > 0 {
			out = append(out, fmt.Sprintf("%s: %s to be posted (%s).", t.name, counted(len(t.waits), "message still waits", "messages still wait"),
				strings.TrimSuffix(cmp.Or(clipped(t.waits[0].Error, longestDetail), "it will be tried again"), ".")))
		}
		own := slices.DeleteFunc(slices.Clone(t.waits), func(f store.Fared) bool { return !f.Own })
		if n := t.due - t.posted - len(own); n > 0 {
			out = append(out, fmt.Sprintf("%s: %s without a digest of its own; the next digest told what was new since the one before.", t.name, counted(n, "slot went by", "slots went by, each")))
		}
		if len(t.late) > 0 {
			out = append(out, fmt.Sprintf("%s: %s late: %s.", t.name, counted(len(t.late), "digest came", "digests came"), someOf(t.late, a.lateness)))
		}
	}
	return out
}

func (a *App) lateness(f store.Fared) string {
	return fmt.Sprintf("that of %s by %s", a.clock(f.Slot), roughly(f.Posted.Sub(f.Slot)))
}

// asides are what an admin may look into, though nothing was lost by it.
func (a *App) asides(s stretch) []string {
	var out []string
	well := slices.DeleteFunc(slices.Clone(s.outlets), func(o outletWeek) bool { return o.Trouble != news.TroubleNone || o.Good.IsZero() })
	ill := slices.DeleteFunc(slices.Clone(well), func(o outletWeek) bool { return len(o.ills) == 0 })
	if len(ill) > 0 {
		out = append(out, "In trouble for a time, and well now: "+someOf(ill, func(o outletWeek) string { return o.Source + " (" + a.spans(o.ills) + ")" })+".")
	}
	quiet := slices.DeleteFunc(slices.Clone(well), func(o outletWeek) bool { return o.New > 0 || o.last.After(s.from) })
	if len(quiet) > 0 && s.to.Sub(s.from) >= wholeWeek {
		out = append(out, "Answered, and showed nothing new: "+someOf(quiet, a.quietness)+". If that surprises you, open one of them in a browser.")
	}
	for _, src := range a.cfg.Sources {
		i := slices.IndexFunc(s.outlets, func(o outletWeek) bool { return o.Source == src.Name })
		if i >= 0 && len(src.Feeds) > 0 {
			out = append(out, missedByFeed(s.outlets[i])...)
		}
	}
	return out
}

func (a *App) quietness(o outletWeek) string {
	if o.last.IsZero() {
		return o.Source + " (never yet)"
	}
	return o.Source + " (last on " + a.day(o.last) + ")"
}

// missedByFeed tells of a feed that leaves out what the outlet's other routes show.
func missedByFeed(o outletWeek) []string {
	c := o.Coverage
	if c == nil {
		return nil
	}
	missed := c.Pieces - c.Showed[news.RouteFeed]
	if missed < leastMissed || missed*missedShare < c.Pieces {
		return nil
	}
	var others []string
	for _, r := range routeNames {
		if r.route == news.RouteFeed || c.Showed[r.route] == 0 {
			continue
		}
		if r.route == news.RouteWordPress {
			others = append(others, r.name)
		} else {
			others = append(others, "its "+r.name)
		}
	}
	return []string{fmt.Sprintf("The feed of %s missed %d of %d pieces; they were found by %s.", o.Source, missed, c.Pieces, joinAnd(others))}
}

// figures are the counts of the time.
func (a *App) figures(s stretch) []string {
	read := counted(s.read, "piece was read", "pieces were read")
	var out []string
	for _, t := range s.topics {
		line := fmt.Sprintf("%d on topic, %s told", t.onTopic, counted(t.told, "story", "stories"))
		if len(s.topics) == 1 {
			line = read + ": " + line
		} else {
			line = t.name + ": " + line
		}
		line += fmt.Sprintf(". %s posted", counted(t.posted, "digest was", "digests were"))
		if t.alerts > 0 {
			line += fmt.Sprintf(", %s", counted(t.alerts, "more by hand or as an alert", "more by hand or as alerts"))
		}
		out = append(out, line+".")
	}
	if len(s.topics) > 1 {
		out = slices.Insert(out, 0, read+".")
	}
	var said []string
	for _, l := range []struct {
		label news.Label
		word  string
	}{{news.LabelLike, "kept"}, {news.LabelDislike, "not relevant"}, {news.LabelMissed, "missed"}, {news.LabelRescue, "rescued"}} {
		if n := s.said[l.label]; n > 0 {
			said = append(said, fmt.Sprintf("%d %s", n, l.word))
		}
	}
	if len(said) > 0 {
		out = append(out, "Readers said: "+strings.Join(said, ", ")+".")
	}
	return out
}

// spans writes periods: "from Tue 17 Nov 10:20 KST to Wed 18 Nov 08:00 KST".
func (a *App) spans(all []period) string {
	return someOf(all, func(p period) string { return "from " + a.clock(p.from) + " to " + a.clock(p.to) })
}

// someOf names the first of some things, and counts the rest.
func someOf[T any](all []T, name func(T) string) string {
	var out []string
	for i, v := range all {
		if i == mostNamed && len(all) > mostNamed+1 {
			return strings.Join(out, ", ") + fmt.Sprintf(", and %d more", len(all)-i)
		}
		out = append(out, name(v))
	}
	return joinAnd(out)
}

// counted is a number with its noun.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// roughly writes a duration for people: minutes below two hours, else hours and days.
func roughly(d time.Duration) string {
	if d < 2*time.Hour {
		return fmt.Sprintf("%d minutes", d/time.Minute)
	}
	return span(d.Round(time.Hour))
}

// clipped is the beginning of a text on one line.
func clipped(s string, most int) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}
