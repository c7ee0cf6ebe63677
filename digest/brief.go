package digest

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"newsvigil/news"
	"newsvigil/text"
)

// maxAuthors is how many authors a citation names; of more it names the first.
const maxAuthors = 3

// BriefOptions say what a brief is made for.
type BriefOptions struct {
	// Key is the brief's unique key.
	Key   string
	Topic news.Topic
	// Since and Until bound when the stories were kept.
	Since, Until time.Time
	// Texts are the texts of the kept pieces, by article, as far as they are known.
	Texts map[int64]string
	// Sources are the configured outlets: for labels and for the hosts links may lead to.
	Sources []news.Source
}

// Brief makes the brief of the stories that readers kept, in their order. A story is told by the piece that
// was kept; where several of its pieces were, by the best of them.
func Brief(kept []news.Keeping, o BriefOptions) news.Brief {
	e := newEditor(Options{Topic: o.Topic, Sources: o.Sources})
	b := news.Brief{
		Key: o.Key, Topic: o.Topic.Name, TopicKey: o.Topic.Key(), Channel: o.Topic.Channel, Language: e.language(), Since: o.Since, Until: o.Until,
		Stories: []news.Kept{},
	}
	for _, k := range kept {
		isKept := func(m news.Member) bool { return slices.Contains(k.Articles, m.Article.ID) }
		candidates := slices.DeleteFunc(slices.Clone(k.Story.Members), func(m news.Member) bool { return !isKept(m) })
		if len(candidates) == 0 {
			continue
		}
		members := slices.DeleteFunc(slices.Clone(k.Story.Members), func(m news.Member) bool {
			return !isKept(m) && (!m.Score.Relevant() || muted(m))
		})
		it := e.rank(k.Story.ID, news.ItemNew, members, candidates).item
		b.Stories = append(b.Stories, news.Kept{
			Item: it, Gloss: Gloss(o.Texts[it.Article], it.Title), Readers: k.Readers, Against: k.Against,
			At: k.Last, Before: !k.First.After(o.Since),
		})
	}
	return b
}

// BriefHead is a brief in one line: the topic's name and how much was kept.
func BriefHead(b news.Brief) string {
	if len(b.Stories) == 0 {
		return Say(b.Language, "brief_empty", "topic", b.Topic)
	}
	return Say(b.Language, "brief_head", "topic", b.Topic, "n", len(b.Stories))
}

// BriefLine says what a brief holds and from when on; of an empty one, what would have put a story into it.
func BriefLine(b news.Brief) string {
	key := "brief_line"
	if len(b.Stories) == 0 {
		key = "brief_nothing"
	}
	return Say(b.Language, key, "since", date(b.Language, "moment", b.Since.In(b.Until.Location())),
		"until", date(b.Language, "moment", b.Until), "keep", Say(b.Language, "press.keep"))
}

// BriefQuoted says whose words the quotations are.
func BriefQuoted(lang string) string { return Say(lang, "brief_quoted") }

// KeptLine says how many readers kept a story, and what speaks against it.
func KeptLine(k news.Kept, lang string) string {
	line := Say(lang, "brief_kept", "n", k.Readers)
	if k.Against > 0 {
		line += join + Say(lang, "brief_against", "n", k.Against, "not", Say(lang, "press.not"))
	}
	if k.Before {
		line += join + Say(lang, "brief_before")
	}
	return line
}

// CiteHead stands before a citation.
func CiteHead(lang string) string { return Say(lang, "brief_cite") }

// BriefCopyHead stands over the n-th of several messages that hold a brief as text to copy.
func BriefCopyHead(n, of int, lang string) string {
	if of == 1 {
		return Say(lang, "brief_copy_all")
	}
	return Say(lang, "brief_copy", "number", n, "of", of)
}

// BriefRestHead stands over the stories of a brief that have no room in its first message.
func BriefRestHead(n int, lang string) string { return Say(lang, "brief_rest", "n", n) }

// BriefFoot says where a brief is found as text to copy; behind it belongs BriefCommand.
func BriefFoot(lang string) string { return Say(lang, "brief_foot") }

// BriefMore counts the stories that have no room in the messages of a brief; behind it belongs BriefCommand.
func BriefMore(n int, lang string) string { return Say(lang, "brief_more", "n", n) }

// BriefCommand is what an admin types to have the brief as a file.
func BriefCommand(b news.Brief) string {
	days := max(1, int(math.Ceil(b.Until.Sub(b.Since).Hours()/24-0.1))) // an hour more or less is summer time
	return fmt.Sprintf("newsvigil brief --topic %s --since %dd > brief.md", b.TopicKey, days)
}

// Markup says how the parts of a citation are written; what is nil leaves them as they are.
type Markup struct {
	// Text writes foreign words, Work the outlet's name, Link an address.
	Text, Work, Link func(string) string
}

// Citation is how a report cites a piece: author, “title,” outlet, date, address, and the day on which it was
// read. What is not known is left out, but for the date. The days are those of the outlet and of the zone of
// the brief.
func Citation(b news.Brief, it news.Item, m Markup) string {
	lang := b.Language
	write := func(f func(string) string, s string) string {
		if f == nil {
			return s
		}
		return f(s)
	}
	var parts []string
	if a := authors(it.Authors, lang); a != "" {
		parts = append(parts, write(m.Text, a)+join)
	}
	title := inner.Replace(text.Clean(it.Title))
	key := "cite_title"
	if last, _ := utf8.DecodeLastRuneInString(title); strings.ContainsRune("?!….?!。", last) {
		key = "cite_asked" // no comma stands behind another sign
	}
	parts = append(parts, Say(lang, key, "title", write(m.Text, title))+" ")
	if o := text.Clean(it.Outlet); o != "" {
		parts = append(parts, write(m.Work, o)+join)
	}
	day := Say(lang, "date_unknown")
	if !it.Published.IsZero() {
		day = date(lang, "long", it.Published.Time)
	}
	parts = append(parts, day)
	if it.URL != "" {
		if u := write(m.Link, it.URL); u != "" {
			parts = append(parts, join+u)
		}
	}
	if !it.Fetched.IsZero() {
		parts = append(parts, join+Say(lang, "cite_read", "date", date(lang, "long", it.Fetched.In(b.Until.Location()))))
	}
	return strings.Join(parts, "") + "."
}

// inner makes the quotation marks within a quoted title single ones.
var inner = strings.NewReplacer("“", "‘", "”", "’")

// authors are the names of those who wrote a piece; "" where none is known.
func authors(names []string, lang string) string {
	var list []string
	for _, n := range names {
		if n = shorten(text.Clean(n), maxNearest); n != "" {
			list = append(list, n)
		}
	}
	switch n := len(list); {
	case n == 0:
		return ""
	case n == 1:
		return list[0]
	case n > maxAuthors:
		return Say(lang, "cite_others", "author", list[0])
	default:
		return Say(lang, "cite_and", "authors", strings.Join(list[:n-1], join), "last", list[n-1])
	}
}

// Untitled is a story's title, or where it has none its outlet.
func Untitled(it news.Item) string {
	return cmp.Or(text.Clean(it.Title), text.Clean(it.Outlet), "…")
}
