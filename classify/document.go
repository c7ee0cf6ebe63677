package classify

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"newsvigil/news"
	"newsvigil/text"
)

// titleWeight is how often a headline counts: a word in it says more of what a piece is about than
// one in the tenth paragraph.
const titleWeight = 3

// conceptPrefix marks the token of a concept. No word of a text holds a colon, so it is never
// mistaken for one.
const conceptPrefix = "concept:"

// vocabulary numbers the terms of the exemplars, of the pieces that readers judged, and the topic's
// concepts. Other terms cannot change a score, so nothing else is remembered of an article.
type vocabulary struct {
	terms []string
	id    map[string]int32
	// concepts is the id of each concept's token, in the topic's order.
	concepts []int32
}

func vocabularyOf(t news.Topic, judged []news.Article) *vocabulary {
	v := &vocabulary{id: map[string]int32{}}
	add := func(terms map[string]int) {
		for term := range terms {
			v.id[term] = 0
		}
	}
	for _, e := range t.Exemplars {
		add(e.Terms)
		add(text.Terms(e.Title))
	}
	for _, a := range judged {
		add(text.Terms(a.Title))
		add(text.Terms(bodyOf(a)))
	}
	for _, c := range t.Concepts {
		v.id[conceptPrefix+c.Name] = 0
	}
	for term := range v.id {
		v.terms = append(v.terms, term)
	}
	slices.Sort(v.terms)
	for i, term := range v.terms {
		v.id[term] = int32(i)
	}
	for _, c := range t.Concepts {
		v.concepts = append(v.concepts, v.id[conceptPrefix+c.Name])
	}
	return v
}

func (v *vocabulary) isConcept(id int32) bool { return strings.HasPrefix(v.terms[id], conceptPrefix) }

// posting is one term of a document and how often it stands there.
type posting struct {
	id int32
	tf float64
}

// document is an article or exemplar as the model sees it.
type document struct {
	postings []posting // by id, so that sums come out the same on every run
	// length is the number of all its terms, known to the vocabulary or not.
	length float64
	// facets is the strength of each facet; see strength.
	facets []float64
	// foreign says that no exemplar is in its language.
	foreign bool
	// hits are the words found of each facet and concept; empty for exemplars.
	hits found
}

// found is what an article holds of the topic's word lists.
type found struct {
	facets, concepts []news.Hit
	muted            string
}

// reader turns articles and exemplars into documents.
type reader struct {
	vocabulary *vocabulary
	lexicon    *text.Lexicon // facets, then concepts, then never_match
	topic      news.Topic
	languages  map[string]bool
}

func newReader(t news.Topic, judged []news.Article) (*reader, error) {
	all := slices.Concat(t.Facets, t.Concepts, []news.WordList{{Name: "never_match", Any: t.NeverMatch}})
	lexicon, err := text.Compile(all)
	if err != nil {
		return nil, fmt.Errorf("read the word lists of topic %q: %w", t.Name, err)
	}
	r := &reader{vocabulary: vocabularyOf(t, judged), lexicon: lexicon, topic: t, languages: map[string]bool{}}
	for _, e := range t.Exemplars {
		if lang := primary(e.Language); lang != "" {
			r.languages[lang] = true
		}
	}
	return r, nil
}

// primary is the language of a tag such as en-US, in lower case.
func primary(tag string) string {
	tag, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
	return tag
}

// article reads a piece. The lists are looked up in title and text together, and once more in title and
// lead alone, because a hit there counts for more.
func (r *reader) article(a news.Article) document {
	a.Text = bodyOf(a)
	counts := map[int32]float64{}
	var d document
	add := func(terms map[string]int, weight float64) {
		for term, n := range terms {
			d.length += weight * float64(n)
			if id, ok := r.vocabulary.id[term]; ok {
				counts[id] += weight * float64(n)
			}
		}
	}
	add(text.Terms(a.Title), titleWeight)
	add(text.Terms(a.Text), 1)

	whole, title, lead := r.lexicon.Find(a.Title+"\n\n"+a.Text), r.lexicon.Find(a.Title), r.lexicon.Find(leadOf(a.Text))
	facets, concepts := len(r.topic.Facets), len(r.topic.Concepts)
	for i := range facets {
		d.facets = append(d.facets, strength(prominence(whole[i], title[i], lead[i]), d.length))
	}
	for i, id := range r.vocabulary.concepts {
		if n := total(whole[facets+i]) + (titleWeight-1)*total(title[facets+i]); n > 0 {
			counts[id] += float64(n)
		}
	}
	d.hits = found{facets: whole[:facets:facets], concepts: whole[facets : facets+concepts]}
	if muted := whole[facets+concepts].Words; len(muted) > 0 {
		d.hits.muted = muted[0]
	}
	d.postings = sorted(counts)
	d.foreign = r.foreign(a)
	return d
}

// foreign reports pieces in a language of which the topic has concepts but no exemplar. A piece whose
// language is unknown is taken for a familiar one.
func (r *reader) foreign(a news.Article) bool {
	if len(r.topic.Concepts) == 0 || len(r.languages) == 0 {
		return false
	}
	lang := primary(a.Language)
	if lang == "" {
		lang = primary(text.Language(a.Title+"\n"+a.Text, ""))
	}
	return lang != "" && !r.languages[lang]
}

// dateline is "CITY, July 3 (Agency) --" at the start of a text: it says where a piece was written, not
// what it is about.
var dateline = regexp.MustCompile(`^\s*[^\n(]{0,60}\([^)\n]{2,40}\)\s*(?:--|[-–—])\s`)

func bodyOf(a news.Article) string { return a.Text[len(dateline.FindString(a.Text)):] }

// leadBytes is how much of a text is its lead: about 150 words of English, 75 of Korean.
const leadBytes = 900

func leadOf(body string) string {
	if len(body) <= leadBytes {
		return body
	}
	return strings.ToValidUTF8(body[:leadBytes], "")
}

func total(h news.Hit) int {
	n := 0
	for _, c := range h.Counts {
		n += c
	}
	return n
}

// exemplar reads an exemplar's terms and title. It has no facets: whoever chose it said that it is on
// the topic, so no gate stands before it. Terms that the model was not made of are left out.
func (r *reader) exemplar(e news.Exemplar, concepts []list) document {
	counts := map[int32]float64{}
	var d document
	for _, terms := range []map[string]int{e.Terms, text.Terms(e.Title)} {
		for term, n := range terms {
			d.length += float64(n)
			if id, ok := r.vocabulary.id[term]; ok {
				counts[id] += float64(n)
			}
		}
	}
	for i, l := range concepts {
		if n := l.count(e.Terms); n > 0 {
			counts[r.vocabulary.concepts[i]] = float64(n)
		}
	}
	d.postings = sorted(counts)
	return d
}

func sorted(counts map[int32]float64) []posting {
	p := make([]posting, 0, len(counts))
	for id, tf := range counts {
		p = append(p, posting{id, tf})
	}
	slices.SortFunc(p, func(a, b posting) int { return cmp.Compare(a.id, b.id) })
	return p
}
