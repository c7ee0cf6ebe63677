package text

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsvigil/news"
)

// Lexicon finds the words and phrases of several lists in running text, all in one pass. It is safe
// for use by several goroutines.
type Lexicon struct {
	lists   []news.WordList
	entries []entry
	nodes   []node
	first   [256]int32 // the root's children by byte; 0 means none
}

// entry is one spelling of one list.
type entry struct {
	list, place int
	stem        bool
}

// node is a place in the byte trie of all folded entries.
type node struct {
	bytes   []byte
	next    []int32
	entries []int32 // those that end here
}

// minStem is how many letters a stem of an alphabet must have: shorter ones match half a dictionary.
const minStem = 3

// Compile makes a Lexicon of lists. An entry is a word or phrase in any language; a * at its end
// makes it a stem. Entries that can match nothing or nearly everything (empty, a * alone or inside,
// a stem of fewer than three letters) are errors, all of them at once, each naming its list.
func Compile(lists []news.WordList) (*Lexicon, error) {
	l := &Lexicon{lists: lists, nodes: make([]node, 1)}
	var errs []error
	for i, list := range lists {
		seen := make(map[string]bool, len(list.Any))
		for j, spelling := range list.Any {
			key, stem, err := parseEntry(spelling)
			if err != nil {
				errs = append(errs, fmt.Errorf("word list %q: %w", list.Name, err))
				continue
			}
			if id := fmt.Sprint(key, stem); !seen[id] {
				seen[id] = true
				l.add(key, entry{list: i, place: j, stem: stem})
			}
		}
	}
	return l, errors.Join(errs...)
}

// parseEntry folds a listed spelling and takes off its star.
func parseEntry(spelling string) (key string, stem bool, err error) {
	key, stem = strings.CutSuffix(strings.TrimSpace(spelling), "*")
	key = strings.Trim(spaced(key), " \x00")
	letters, alphabet := 0, true
	for _, r := range key {
		if k := scriptOf(r); k != scriptNone {
			letters++
			alphabet = alphabet && k <= scriptDigit
		}
	}
	switch {
	case letters == 0:
		return "", false, fmt.Errorf("%q holds no word; take it out or write a word or phrase", spelling)
	case strings.ContainsRune(key, '*'):
		return "", false, fmt.Errorf("%q has a * that is not at its end; a * can only end a stem", spelling)
	case stem && alphabet && letters < minStem:
		return "", false, fmt.Errorf("%q is too short for a stem; write at least %d letters before the *", spelling, minStem)
	}
	return key, stem, nil
}

func (l *Lexicon) add(key string, e entry) {
	at := int32(0)
	for i := 0; i < len(key); i++ {
		next := l.child(at, key[i])
		if next == 0 {
			next = int32(len(l.nodes))
			l.nodes = append(l.nodes, node{})
			l.nodes[at].bytes = append(l.nodes[at].bytes, key[i])
			l.nodes[at].next = append(l.nodes[at].next, next)
			if at == 0 {
				l.first[key[i]] = next
			}
		}
		at = next
	}
	l.nodes[at].entries = append(l.nodes[at].entries, int32(len(l.entries)))
	l.entries = append(l.entries, e)
}

func (l *Lexicon) child(at int32, c byte) int32 {
	if at == 0 {
		return l.first[c]
	}
	n := &l.nodes[at]
	for i, b := range n.bytes {
		if b == c {
			return n.next[i]
		}
	}
	return 0
}

// Find returns one Hit per list, in the order of the lists; Words is empty where nothing was found.
// Words are spelled as they are listed, the most frequent first, ties in the order of the list; Seen
// has the form in which each stands in s first.
// Capitals, accents and the shape of letters do not matter, a space in a phrase also stands for a hyphen, and an
// alphabet's words match whole ("un" is not in "under") while Hangul, Han and Kana match anywhere, as
// particles and compounds need. Within one list the longest spelling counts where several overlap.
func (l *Lexicon) Find(s string) []news.Hit {
	if len(l.entries) == 0 {
		return l.empty()
	}
	f := finder{
		l: l, s: spaced(s), end: make([]int, len(l.lists)),
		counts: make([]int, len(l.entries)), seen: make(map[int]string, 16),
	}
	boundary := true
	for i := 0; i < len(f.s); {
		r, n := rune(f.s[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(f.s[i:])
		}
		letter := alphabetic(r)
		if boundary || !letter {
			f.from(i)
		}
		boundary = !letter
		i += n
	}
	return f.hits(s)
}

// empty is what is found where nothing is.
func (l *Lexicon) empty() []news.Hit {
	out := make([]news.Hit, len(l.lists))
	for i, list := range l.lists {
		out[i].Name = list.Name
	}
	return out
}

// finder is one search.
type finder struct {
	l      *Lexicon
	s      string
	end    []int          // by list: where its last match ends
	counts []int          // by entry
	seen   map[int]string // by entry: the first match, folded
}

// from counts the longest match of every list that starts at i and overlaps no earlier one.
func (f *finder) from(i int) {
	type match struct{ entry, end int }
	var best [8]match
	found := best[:0]
	at := f.l.first[f.s[i]]
	for j := i + 1; at != 0; j++ {
		for _, id := range f.l.nodes[at].entries {
			e := f.l.entries[id]
			end, ok := f.ends(j, e.stem)
			if !ok || f.end[e.list] > i {
				continue
			}
			m := match{int(id), end}
			if k := slices.IndexFunc(found, func(o match) bool { return f.l.entries[o.entry].list == e.list }); k >= 0 {
				found[k] = m
			} else {
				found = append(found, m)
			}
		}
		if j >= len(f.s) {
			break
		}
		at = f.l.child(at, f.s[j])
	}
	for _, m := range found {
		if f.counts[m.entry]++; f.counts[m.entry] == 1 {
			f.seen[m.entry] = f.s[i:m.end]
		}
		f.end[f.l.entries[m.entry].list] = m.end
	}
}

// ends reports whether a match may end before byte j, and where the matched word ends.
func (f *finder) ends(j int, stem bool) (int, bool) {
	last, _ := utf8.DecodeLastRuneInString(f.s[:j])
	if !alphabetic(last) {
		return j, true
	}
	end := j
	for end < len(f.s) {
		r, n := utf8.DecodeRuneInString(f.s[end:])
		if !alphabetic(r) {
			break
		}
		if !stem {
			return 0, false
		}
		end += n
	}
	return end, true
}

// hits are what was found, with the capitals of the original text.
func (f *finder) hits(original string) []news.Hit {
	var whole aligned
	out := f.l.empty()
	found := make([]int, 0, 16)
	for id, n := range f.counts {
		if n > 0 {
			found = append(found, id)
		}
	}
	if len(found) > 0 {
		whole = align(original).gapsAsSpaces()
	}
	slices.SortStableFunc(found, func(a, b int) int { return f.counts[b] - f.counts[a] })
	for _, id := range found {
		e := f.l.entries[id]
		h := &out[e.list]
		h.Words = append(h.Words, f.l.lists[e.list].Any[e.place])
		h.Counts = append(h.Counts, f.counts[id])
		h.Seen = append(h.Seen, whole.asWritten(f.seen[id]))
	}
	return out
}

// asWritten gives a folded match the capitals and accents that it has in the original, where they can be
// told.
func (a aligned) asWritten(match string) string {
	for from := 0; ; {
		i := strings.Index(a.text[from:], match)
		if i < 0 {
			return match
		}
		i += from
		before, _ := utf8.DecodeLastRuneInString(a.text[:i])
		after, _ := utf8.DecodeRuneInString(a.text[i+len(match):])
		first, n := utf8.DecodeRuneInString(match)
		last, _ := utf8.DecodeLastRuneInString(match)
		if inside := alphabetic(first) && alphabetic(before) || alphabetic(last) && alphabetic(after); !inside {
			return a.from(i, i+len(match))
		}
		from = i + n
	}
}

// alphabetic reports whether r is part of a word that has boundaries: a letter, mark or digit, but
// not of Hangul, Han or Kana.
func alphabetic(r rune) bool {
	k := scriptOf(r)
	return k == scriptLetter || k == scriptDigit || k == scriptNone && r >= 0x300 && unicode.IsMark(r)
}

// spaced is plain text in which one space stands for every gap that may lie between the words of a
// phrase: white space without a blank line, or a hyphen. Wider gaps are marked by a zero byte, which
// no entry holds.
func spaced(s string) string {
	s = unaccented(plain(s))
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		c := s[i]
		if c > ' ' && c != '-' && c < 0x80 || c >= 0x80 && !gapRune(s[i:]) {
			b.WriteByte(c)
			i++
			continue
		}
		n, white := gap(s[i:])
		if white {
			b.WriteByte(' ')
		} else {
			b.WriteByte(0)
		}
		i += n
	}
	return b.String()
}

// gapRune reports whether s starts with a space or hyphen outside ASCII.
func gapRune(s string) bool {
	if s[0] < 0xc2 || s[0] > 0xe3 || s[0] > 0xc2 && s[0] < 0xe1 {
		return false
	}
	r, _ := utf8.DecodeRuneInString(s)
	return hyphen(r) || unicode.IsSpace(r)
}

func hyphen(r rune) bool { return r == '-' || r >= 0x2010 && r <= 0x2013 }

// gap measures the run of spaces and hyphens at the start of s; joins is false where it parts
// paragraphs or is a dash between spaces.
func gap(s string) (n int, joins bool) {
	lines, hyphens, spaces := 0, 0, 0
	for n < len(s) {
		r, m := utf8.DecodeRuneInString(s[n:])
		switch {
		case r == '\n':
			lines++
			spaces++
		case r <= ' ' || unicode.IsSpace(r):
			spaces++
		case hyphen(r):
			hyphens++
		default:
			return n, lines < 2 && (hyphens == 0 || hyphens == 1 && spaces == 0)
		}
		n += m
	}
	return n, lines < 2 && (hyphens == 0 || hyphens == 1 && spaces == 0)
}
