package digest

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"newsvigil/news"
	"newsvigil/text"
)

const maxDetail = 120 // characters of what is wrong with a source

// join stands between the parts of a line.
const join = ", "

// lateAfter is by how much a message may follow its time without a word: outlets are read first.
const lateAfter = 20 * time.Minute

// Headline is the digest in one line: the topic's name and what is new, or an alert's title. It is the
// header of the message and what a desktop notification shows.
func Headline(d news.Digest) string {
	say := func(key string, n int) string { return Say(d.Language, key, "n", n) }
	if isAlert(d) && d.Stories() == 1 {
		return Say(d.Language, "alert_of", "title", d.Lead[0].Title)
	}
	if isAlert(d) {
		return d.Topic + ": " + say("alerts", d.Stories())
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
		parts = append(parts, say("stories", fresh))
	}
	if updated > 0 {
		parts = append(parts, say("updated", updated))
	}
	if alerted > 0 {
		parts = append(parts, say("alerts", alerted))
	}
	if len(parts) == 0 {
		parts = append(parts, say("nothing", 0))
	}
	return d.Topic + ": " + strings.Join(parts, join)
}

// isAlert reports whether d is an alert: in a digest, alerts stand as lines only.
func isAlert(d news.Digest) bool { return len(d.Lead) > 0 && d.Lead[0].Kind == news.ItemAlerted }

// TotalsLine says how much was read to make the digest. A digest without stories says plainly that
// nothing is new, so that silence is never ambiguous, and an alert that it comes again. What was sent
// long after its time says so first.
func TotalsLine(d news.Digest) string {
	if isAlert(d) {
		return strings.TrimSpace(lateText(d, "late_alert") + " " + Say(d.Language, "at_once"))
	}
	t, since := d.Totals, ""
	back := d.Since.After(d.Slot) // the clock was set back since the digest before, whose time is no help
	if !d.Since.IsZero() && !back {
		since = date(d.Language, "weekday", d.Since.In(d.Slot.Location())) // in the zone of this digest's slot
	}
	read := func(key string) string {
		return Say(d.Language, key, "n", t.Read, "outlets", Say(d.Language, "outlets", "n", t.Outlets))
	}
	line := ""
	switch {
	case d.Stories() == 0 && back:
		line = Say(d.Language, "nothing_now", "read", read("read"))
	case back:
		line = read("read_new") + merged(d)
	case d.Stories() == 0 && since == "":
		line = Say(d.Language, "nothing_yet", "read", read("read"))
	case d.Stories() == 0:
		line = Say(d.Language, "nothing_since", "since", since, "read", read("read"))
	case since == "":
		line = Say(d.Language, "first", "read", read("read")) + merged(d)
	default:
		line = Say(d.Language, "since", "since", since, "read", read("read_new")) + merged(d)
	}
	if t.Muted > 0 && d.Stories() == 0 {
		line += join + mutedOut(d)
	}
	if t.Trouble > 0 {
		line += ". " + Say(d.Language, "trouble", "n", t.Trouble)
	}
	return strings.TrimSpace(lateText(d, "late") + " " + line + ".")
}

// merged says what was left of what was read.
func merged(d news.Digest) string {
	line := join + Say(d.Language, "on_topic", "n", d.Totals.OnTopic)
	if d.Totals.Muted > 0 {
		line += join + mutedOut(d)
	}
	if d.Totals.Stories < d.Totals.OnTopic-d.Totals.Muted { // more: a reader put one in, which no new piece is behind
		line += join + Say(d.Language, "merged", "n", d.Totals.Stories)
	}
	return line
}

// mutedOut says how much on topic is not shown because readers muted its outlet.
func mutedOut(d news.Digest) string { return Say(d.Language, "outlet_muted", "n", d.Totals.Muted) }

// lateText says that a message was sent long after its time; empty where it was not.
func lateText(d news.Digest, key string) string {
	if d.Sent.Sub(d.Slot) < lateAfter || d.Slot.IsZero() {
		return ""
	}
	sent, layout := d.Sent.In(d.Slot.Location()), "time"
	if sent.YearDay() != d.Slot.YearDay() || sent.Year() != d.Slot.Year() {
		layout = "weekday"
	}
	return Say(d.Language, key, "due", date(d.Language, layout, d.Slot), "sent", date(d.Language, layout, sent))
}

// DateText is when an item was published, in loc (nil: the zone it was written in). A date without
// a time is the outlet's own date, whatever loc is; an unknown one says when the piece was first seen.
func DateText(it news.Item, loc *time.Location, lang string) string {
	switch {
	case it.Published.IsZero() && it.Fetched.IsZero():
		return Say(lang, "date_unknown")
	case it.Published.IsZero():
		return Say(lang, "first_seen", "date", date(lang, "moment", in(it.Fetched, loc)))
	case it.Published.DateOnly:
		return date(lang, "day", it.Published.Time)
	}
	return date(lang, "moment", in(it.Published.Time, loc))
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
	if name, ok := find(lang, "language."+strings.ToLower(code)); ok {
		return name
	}
	if len(code) > 3 || strings.ContainsFunc(code, func(r rune) bool { return !unicode.IsLetter(r) }) {
		return ""
	}
	return strings.ToUpper(code)
}

// AlsoHead stands before the other outlets that carry a story.
func AlsoHead(lang string) string { return Say(lang, "also") }

// AlsoNote is what to say in brackets after another outlet's name: its language where that is not
// the item's own. It is empty where there is nothing to say.
func AlsoNote(a news.Also, it news.Item, lang string) string {
	if a.Language == "" || a.Language == it.Language {
		return ""
	}
	if name := LanguageName(a.Language, lang); name != "" {
		return Say(lang, "in_language", "language", name)
	}
	return ""
}

// ForeignHead stands before a story in another language that tells of the same event: "Also in Korean".
func ForeignHead(a news.Also, lang string) string {
	if name := LanguageName(a.Language, lang); name != "" {
		return Say(lang, "also_foreign", "language", name)
	}
	return Say(lang, "also_elsewhere")
}

// LinesHead stands over the stories that are shown as lines.
func LinesHead(lang string) string { return Say(lang, "in_brief") }

// RestHead stands over the stories in the thread.
func RestHead(d news.Digest) string { return Say(d.Language, "rest", "n", len(d.Rest)) }

// MoreLine counts the stories that found no room and names the command that lists them. It is empty
// where all found room.
func MoreLine(d news.Digest) string {
	if d.Beyond == 0 {
		return ""
	}
	return Say(d.Language, "more", "n", d.Beyond)
}

// LeftOut counts the stories that a message of last resort has no room for, and names the command that
// lists them.
func LeftOut(lang string, n int) string { return Say(lang, "left_out", "n", n) }

// NearHead stands over the near misses.
func NearHead(d news.Digest) string { return Say(d.Language, "near", "n", len(d.Near)) }

// TroublesHead stands over the sources in trouble.
func TroublesHead(d news.Digest) string {
	return Say(d.Language, "troubles", "n", len(d.Troubles)+d.MoreTroubles)
}

// TroubleLine is one source in trouble in plain words, with the day since when and the detail.
func TroubleLine(t news.SourceTrouble, lang string) string {
	what, ok := find(lang, "mishap."+string(t.Trouble))
	if !ok {
		what = Say(lang, "mishap."+string(news.TroubleOther))
	}
	line := t.Source + ": " + what
	if !t.Since.IsZero() {
		line += join + Say(lang, "since_day", "date", date(lang, "day", t.Since))
	}
	if t.Detail != "" {
		line += " (" + shorten(t.Detail, maxDetail) + ")"
	}
	return text.Clean(line)
}

// KindWord is the kind of an item in one or two words.
func KindWord(k news.ItemKind, lang string) string { return Say(lang, "kind."+string(k)) }

// ArticleKindWord says that only a teaser or a PDF could be read; it is empty for a full article.
func ArticleKindWord(k news.Kind, lang string) string { return Say(lang, "article."+string(k)) }

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
func DayText(t time.Time, lang string) string { return date(lang, "day", t) }

// RepliesLine counts the messages of a thread.
func RepliesLine(n int, lang string) string { return Say(lang, "replies", "n", n) }

// InThread points from a message to the n stories in its thread.
func InThread(n int, lang string) string { return Say(lang, "in_thread", "n", n) }
