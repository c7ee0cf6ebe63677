package eval

import (
	"math/rand/v2"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsvigil/news"
	"newsvigil/text"
)

// edit is what outlets do to a text that they take over.
type edit struct {
	name string
	// want are the relations that the edit may have to its original, the usual one first.
	want []news.Relation
	// make edits original i, or says that it cannot. Time, outlet, address and language are set by the
	// caller.
	make func(s scissors, i int) (news.Article, bool)
}

var (
	asCopy   = []news.Relation{news.RelationCopy, news.RelationText}
	asText   = []news.Relation{news.RelationText, news.RelationCopy}
	asUpdate = []news.Relation{news.RelationUpdate}
	// Where much is added, a short text becomes clearly longer.
	asEither  = []news.Relation{news.RelationCopy, news.RelationUpdate}
	asRoundup = []news.Relation{news.RelationRoundup}
)

var edits = [...]edit{
	{"other typography", asText, func(s scissors, i int) (news.Article, bool) {
		return news.Article{Title: strings.ToUpper(s.of(i).Title), Text: otherTypography(s.of(i).Text)}, true
	}},
	{"new headline and dateline", asCopy, func(s scissors, i int) (news.Article, bool) {
		dateline := strings.ToUpper(s.words(1)) + ", Nov. 20 (" + s.words(2) + ") -- "
		return news.Article{Title: s.words(9), Text: dateline + s.of(i).Text + "\n\n" + s.sentences(1)}, true
	}},
	{"5 % of the words changed", asCopy, changing(0.05)},
	{"15 % of the words changed", asCopy, changing(0.15)},
	{"30 % of the sentences cut", asCopy, func(s scissors, i int) (news.Article, bool) {
		var kept []string
		for _, one := range sentences(s.of(i).Text) {
			if s.rng.Float64() >= 0.3 {
				kept = append(kept, one)
			}
		}
		return news.Article{Title: s.words(9), Text: strings.Join(kept, " ")}, true
	}},
	{"cut to the first quarter", asCopy, func(s scissors, i int) (news.Article, bool) {
		words := strings.Fields(s.of(i).Text)
		return news.Article{Title: s.of(i).Title, Text: strings.Join(words[:len(words)/4], " ")}, true
	}},
	{"60 words of the beginning", asCopy, func(s scissors, i int) (news.Article, bool) {
		return news.Article{Title: s.words(9), Text: excerpt(s.of(i).Text, 0)}, true
	}},
	{"60 words from anywhere", asCopy, func(s scissors, i int) (news.Article, bool) {
		return news.Article{Title: s.words(9), Text: excerpt(s.of(i).Text, s.rng.Float64())}, true
	}},
	{"an introduction of their own, the last third cut", asEither, func(s scissors, i int) (news.Article, bool) {
		all := sentences(s.of(i).Text)
		return news.Article{Title: s.words(9), Text: s.longer(60) + "\n\n" + s.longer(60) + "\n\n" + strings.Join(all[:(2*len(all)+2)/3], " ")}, true
	}},
	{"captions between the paragraphs", asEither, func(s scissors, i int) (news.Article, bool) {
		return news.Article{Title: s.words(9), Text: captioned(s, sentences(s.of(i).Text))}, true
	}},
	{"in the style of another house", asCopy, func(s scissors, i int) (news.Article, bool) {
		return news.Article{Title: s.words(9), Text: otherHouse(s.of(i).Text)}, true
	}},
	{"headline, house style, captions and cuts at once", asEither, func(s scissors, i int) (news.Article, bool) {
		var kept []string
		for _, one := range sentences(otherHouse(s.of(i).Text)) {
			if s.rng.Float64() >= 0.2 {
				kept = append(kept, one)
			}
		}
		return news.Article{Title: s.words(9), Text: s.longer(30) + "\n\n" + captioned(s, kept)}, true
	}},
	{"rolling update", asUpdate, func(s scissors, i int) (news.Article, bool) {
		old := s.of(i)
		_, ok := s.desk.donors[old.Language]
		return news.Article{Title: old.Title, Text: s.longer(len(text.Words(old.Text))) + "\n\n" + old.Text}, ok
	}},
	{"with two others in a roundup", asRoundup, func(s scissors, i int) (news.Article, bool) {
		three := append([]int{i}, s.desk.after(i, 2)...)
		var parts []string
		for _, j := range three {
			all := sentences(s.of(j).Text)
			parts = append(parts, s.words(6), strings.Join(all[:(3*len(all)+4)/5], " "))
		}
		return news.Article{Title: s.words(6), Text: strings.Join(parts, "\n\n")}, len(three) == 3
	}},
}

// changing replaces a share of the words by others, here and there.
func changing(share float64) func(scissors, int) (news.Article, bool) {
	return func(s scissors, i int) (news.Article, bool) {
		words := strings.Fields(s.of(i).Text)
		for n := range words {
			if s.rng.Float64() < share {
				words[n] = s.words(1)
			}
		}
		return news.Article{Title: s.of(i).Title, Text: strings.Join(words, " ")}, true
	}
}

// scissors are what one edit is made with.
type scissors struct {
	desk *copyDesk
	from donor
	rng  *rand.Rand
}

func (s scissors) of(i int) news.Article { return s.desk.originals[i] }

// words are n strange words that stand side by side in their text.
func (s scissors) words(n int) string {
	at := s.rng.IntN(max(1, len(s.from.words)-n))
	return strings.Join(s.from.words[at:min(at+n, len(s.from.words))], " ")
}

// sentences are n strange sentences.
func (s scissors) sentences(n int) string {
	out := make([]string, n)
	for i := range out {
		out[i] = s.from.sentences[s.rng.IntN(len(s.from.sentences))]
	}
	return strings.Join(out, " ")
}

// longer are strange sentences of together at least n words.
func (s scissors) longer(n int) string {
	var out []string
	for n > 0 {
		one := s.sentences(1)
		out = append(out, one)
		n -= max(1, len(text.Words(one)))
	}
	return strings.Join(out, " ")
}

// after are the next n originals in the language of original i, or fewer where there are no more.
func (d *copyDesk) after(i, n int) []int {
	var out []int
	for step := 1; step < len(d.originals) && len(out) < n; step++ {
		if j := (i + step) % len(d.originals); d.originals[j].Language == d.originals[i].Language {
			out = append(out, j)
		}
	}
	return out
}

// excerpt is 60 words, from the given share of the way on.
func excerpt(s string, from float64) string {
	words := strings.Fields(s)
	at := int(from * float64(max(0, len(words)-excerptWords)))
	return strings.Join(words[at:min(at+excerptWords, len(words))], " ")
}

// excerptWords is a little more than 60, as signs that stand alone are no words to the program.
const excerptWords = 66

// otherTypography sets a text as another outlet would: other quotes, dashes, spaces and lines.
func otherTypography(s string) string {
	s = strings.NewReplacer(
		"“", `"`, "”", `"`, "‘", "'", "’", "'", " – ", " - ", " — ", " - ", "…", "...", "\u00a0", " ", "\n", " \r\n",
	).Replace(s)
	var b strings.Builder
	open := true
	for i, r := range s {
		switch {
		case r == '"' && open:
			b.WriteString("«")
			open = false
		case r == '"':
			b.WriteString("»")
			open = true
		case r == ' ' && i%7 == 0:
			b.WriteRune('\u00a0')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// sentences cuts a text after full stops and the like, and at line breaks.
func sentences(s string) []string {
	var out []string
	start := 0
	cut := func(end int) {
		if one := strings.TrimSpace(s[start:end]); one != "" {
			out = append(out, one)
		}
		start = end
	}
	for i, r := range s {
		end := i + utf8.RuneLen(r)
		next, _ := utf8.DecodeRuneInString(s[min(end, len(s)):])
		switch {
		case r == '\n', strings.ContainsRune("。！？", r):
			cut(end)
		case strings.ContainsRune(".!?", r) && (end >= len(s) || unicode.IsSpace(next)):
			cut(end)
		}
	}
	cut(len(s))
	return out
}
