package digest

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"newsvigil/news"
	"newsvigil/text"
)

// Bounds that keep a line of reasons readable on a phone.
const (
	maxHits    = 4   // concepts and facets named
	maxWords   = 3   // spellings named of each
	maxTerms   = 4   // shared terms named
	maxNearest = 80  // characters of the nearest exemplar's title
	maxDetail  = 120 // characters of what is wrong with a source
)

// Headline is the digest in one line: the topic's name and what is new. It is the header of the
// message and what a desktop notification shows.
func Headline(d news.Digest) string {
	p := phrasesIn(d.Language)
	if isAlert(d) {
		return d.Topic + ": " + p.alerts(len(d.Lead))
	}
	var updated, alerted int
	for _, list := range [][]news.Item{d.Lead, d.Lines, d.Rest} {
		for _, it := range list {
			switch it.Kind {
			case news.ItemUpdated:
				updated++
			case news.ItemAlerted:
				alerted++
			}
		}
	}
	var parts []string
	if fresh := d.Stories() - updated - alerted; fresh > 0 {
		parts = append(parts, p.stories(fresh))
	}
	if updated > 0 {
		parts = append(parts, p.updated(updated))
	}
	if alerted > 0 {
		parts = append(parts, p.alerts(alerted))
	}
	if len(parts) == 0 {
		parts = append(parts, p.nothing)
	}
	return d.Topic + ": " + strings.Join(parts, p.join)
}

// isAlert reports whether d is an alert: in a digest, alerts stand as lines only.
func isAlert(d news.Digest) bool { return len(d.Lead) > 0 && d.Lead[0].Kind == news.ItemAlerted }

// TotalsLine says how much was read to make the digest. A digest without stories says plainly that
// nothing is new, so that silence is never ambiguous, and an alert
// that it comes again.
func TotalsLine(d news.Digest) string {
	p, t := phrasesIn(d.Language), d.Totals
	if isAlert(d) {
		return p.atOnce
	}
	line := ""
	switch since := sinceText(d, p); {
	case d.Stories() == 0 && since == "":
		line = p.nothingYet(t.Read, t.Outlets)
	case d.Stories() == 0:
		line = p.nothingSince(since, t.Read, t.Outlets)
	case since == "":
		line = strings.Join([]string{p.first(t.Read, t.Outlets), p.onTopic(t.OnTopic), p.merged(t.Stories)}, p.join)
	default:
		line = strings.Join([]string{p.since(since, t.Read, t.Outlets), p.onTopic(t.OnTopic), p.merged(t.Stories)}, p.join)
	}
	if t.Trouble > 0 {
		line += p.stop + p.trouble(t.Trouble)
	}
	return line + "."
}

// sinceText is the slot of the digest before, in the zone of this one's; "" for a first digest.
func sinceText(d news.Digest, p phrases) string {
	if d.Since.IsZero() {
		return ""
	}
	return p.weekday(d.Since.In(d.Slot.Location()))
}

// Why says in words why an item was chosen: facet and concept words that stand in it, the terms it
// shares with the exemplars, the nearest exemplar. It never shows a number. It is empty where no
// reason is known.
func Why(it news.Item, lang string) string {
	p, r := phrasesIn(lang), it.Reasons
	var parts, missing []string
	seen := make(map[string]bool)
	for _, hit := range append(append([]news.Hit(nil), r.Facets...), r.Concepts...) {
		name := strings.ToLower(hit.Name)
		if hit.Name == "" || seen[name] {
			continue
		}
		seen[name] = true
		if len(hit.Words) > 0 && len(parts) < maxHits {
			parts = append(parts, hitText(hit))
		}
	}
	for _, hit := range r.Facets {
		if len(hit.Words) == 0 {
			missing = append(missing, hit.Name)
		}
	}
	if len(missing) > 0 {
		parts = append(parts, p.missing(strings.Join(missing, p.join)))
	}
	if len(r.Terms) > 0 {
		parts = append(parts, p.terms(strings.Join(r.Terms[:min(maxTerms, len(r.Terms))], ", ")))
	}
	if r.Always != "" {
		parts = append(parts, p.always(r.Always))
	}
	if r.Muted != "" {
		parts = append(parts, p.muted(r.Muted))
	}
	if r.Nearest != "" {
		parts = append(parts, p.closest(shorten(r.Nearest, maxNearest)))
	}
	return text.Clean(strings.Join(parts, " · "))
}

// hitText is a list's name with the spellings found, without the one that is the name itself.
func hitText(hit news.Hit) string {
	var words []string
	for _, w := range hit.Forms() {
		known := func(k string) bool { return strings.EqualFold(k, w) }
		if !known(hit.Name) && !slices.ContainsFunc(words, known) && len(words) < maxWords {
			words = append(words, w)
		}
	}
	if len(words) == 0 {
		return hit.Name
	}
	return hit.Name + " (" + strings.Join(words, ", ") + ")"
}

// WhyHead is the word that stands before Why.
func WhyHead(lang string) string { return phrasesIn(lang).why }

// DateText is when an item was published, in loc (nil: the zone it was written in). A date without
// a time is the outlet's own date, whatever loc is; an unknown one says when the piece was first seen.
func DateText(it news.Item, loc *time.Location, lang string) string {
	p := phrasesIn(lang)
	switch {
	case it.Published.IsZero() && it.Fetched.IsZero():
		return strings.TrimSpace(p.unknownDate(""))
	case it.Published.IsZero():
		return p.unknownDate(p.moment(in(it.Fetched, loc)))
	case it.Published.DateOnly:
		return p.day(it.Published.Time)
	}
	return p.moment(in(it.Published.Time, loc))
}

func in(t time.Time, loc *time.Location) time.Time {
	if loc == nil {
		return t
	}
	return t.In(loc)
}

// LanguageName is the name of the ISO 639-1 code in the interface language lang. A code that is not
// known is returned in capitals; what is no code at all has no name.
func LanguageName(code, lang string) string {
	if name, ok := phrasesIn(lang).languages[strings.ToLower(code)]; ok {
		return name
	}
	if len(code) > 3 || strings.ContainsFunc(code, func(r rune) bool { return !unicode.IsLetter(r) }) {
		return ""
	}
	return strings.ToUpper(code)
}

// AlsoHead stands before the other outlets that carry a story.
func AlsoHead(lang string) string { return phrasesIn(lang).also }

// AlsoNote is what to say in brackets after another outlet's name: its language where that is not
// the item's own. It is empty where there is nothing to say.
func AlsoNote(a news.Also, it news.Item, lang string) string {
	if a.Language == "" || a.Language == it.Language {
		return ""
	}
	if name := LanguageName(a.Language, lang); name != "" {
		return phrasesIn(lang).inLanguage(name)
	}
	return ""
}

// LinesHead stands over the stories that are shown as lines.
func LinesHead(lang string) string { return phrasesIn(lang).lines }

// RestHead stands over the stories in the thread.
func RestHead(d news.Digest) string { return phrasesIn(d.Language).rest(len(d.Rest)) }

// MoreLine counts the stories that found no room and names the command that lists them. It is empty
// where all found room.
func MoreLine(d news.Digest) string {
	if d.Beyond == 0 {
		return ""
	}
	return phrasesIn(d.Language).more(d.Beyond)
}

// NearHead stands over the near misses.
func NearHead(d news.Digest) string { return phrasesIn(d.Language).near(len(d.Near)) }

// TroublesHead stands over the sources in trouble.
func TroublesHead(d news.Digest) string { return phrasesIn(d.Language).troubles(len(d.Troubles)) }

// TroubleLine is one source in trouble in plain words, with the day since when and the detail.
func TroubleLine(t news.SourceTrouble, lang string) string {
	p := phrasesIn(lang)
	what, ok := p.mishaps[t.Trouble]
	if !ok {
		what = p.mishap
	}
	line := t.Source + ": " + what
	if !t.Since.IsZero() {
		line += p.join + p.sinceDay(p.day(t.Since))
	}
	if t.Detail != "" {
		line += " (" + shorten(t.Detail, maxDetail) + ")"
	}
	return text.Clean(line)
}

// KindWord is the kind of an item in one or two words.
func KindWord(k news.ItemKind, lang string) string { return phrasesIn(lang).kinds[k] }

// ArticleKindWord says that only a teaser or a PDF could be read; it is empty for a full article.
func ArticleKindWord(k news.Kind, lang string) string { return phrasesIn(lang).articleKinds[k] }

// shorten cuts s to at most n characters, at a space where one is near.
func shorten(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	cut := string(r[:n-1])
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)*2/3 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:-–—") + "…"
}

// Byline is what stands under an item's title: outlet, label, date, language and how much of the
// piece could be read.
func Byline(it news.Item, loc *time.Location, lang string) string {
	parts := []string{it.Outlet, it.Label, DateText(it, loc, lang), LanguageName(it.Language, lang), ArticleKindWord(it.ArticleKind, lang)}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " · ")
}

// DayText is the day of t in words.
func DayText(t time.Time, lang string) string { return phrasesIn(lang).day(t) }

// RepliesLine counts the messages of a thread.
func RepliesLine(n int, lang string) string { return phrasesIn(lang).replies(n) }
