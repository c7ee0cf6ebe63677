package digest

import (
	"regexp"
	"strings"
	"unicode"
)

const (
	// leastSounds is how many consonants a name must have to be known by its sound: chance makes equal
	// words of two.
	leastSounds = 3
	// leastSyllables and mostSyllables bound the Korean words that may be a name; particles follow it.
	leastSyllables, mostSyllables = 2, 5
)

var (
	// capitals are words with a capital letter in a row, with what is tied to them by hyphens.
	capitals = regexp.MustCompile(`\p{Lu}\p{Ll}+(?:-\p{L}\p{Ll}+)*(?: \p{Lu}\p{Ll}+(?:-\p{L}\p{Ll}+)*)*`)
	hangul   = regexp.MustCompile(`\p{Hangul}{2,}`)
)

// name is how a name is spelled in Latin letters, and the whole row of capitalised words that it is a part
// of; both are empty where it is written in Hangul.
type name struct{ spelled, row string }

// names finds what may be names in a text, each by its sound, so that Hyesan and 혜산 are the same.
func names(s string) map[string]name {
	out := make(map[string]name)
	add := func(sound string, n name) {
		_, known := out["~"+sound]
		if !known && strings.ContainsAny(sound, "IAO") && len(strings.Map(consonant, sound)) >= leastSounds {
			out["~"+sound] = n
		}
	}
	for _, word := range hangul.FindAllString(s, -1) {
		syllables := []rune(word)
		for n := leastSyllables; n <= min(mostSyllables, len(syllables)); n++ {
			add(sounds(syllables[:n]), name{})
		}
	}
	for _, row := range capitals.FindAllString(s, -1) {
		words := strings.Fields(row)
		for i := range words {
			for j := i + 1; j <= min(i+3, len(words)); j++ {
				spelled := strings.Join(words[i:j], " ")
				add(latinSound(spelled), name{spelled, row})
			}
		}
	}
	return out
}

func consonant(r rune) rune {
	if strings.ContainsRune("IAO", r) {
		return -1
	}
	return r
}

// The sounds of Hangul syllables, by their places in Unicode's order of them. Vowels are three at most: that
// of i, that of a, and all others, which the romanisations write in many ways. The vowel of 스 is none.
var (
	initials = strings.Fields("k k n t t l m p p s s - j j j k t p h")
	vowels   = strings.Fields("A O A O O O O O O A O O O O O O I O - I I")
	finals   = strings.Fields("- k k k n n n t l k m l l l p l m p p s s N j j k t p -")
)

// sounds are those of a word in Hangul.
func sounds(word []rune) string {
	var b strings.Builder
	for _, r := range word {
		if r < 0xac00 || r > 0xd7a3 {
			return ""
		}
		n := int(r - 0xac00)
		for _, s := range []string{initials[n/588], vowels[n%588/28], finals[n%28]} {
			if s != "-" {
				b.WriteString(s)
			}
		}
	}
	return unrepeated(b.String())
}

// spellings are letters of the romanisations of Korean and Chinese in the order in which they are
// replaced by their sounds; what stands behind comes after what it is a part of.
var spellings = strings.NewReplacer(
	"park", "pAk", "lee", "I", "rhee", "I", "sh", "s", "zh", "j", "ch", "j", "ts", "j", "kh", "k", "ph", "p", "th", "s", "ng", "N",
	"b", "p", "c", "k", "d", "t", "f", "p", "g", "k", "q", "j", "r", "l", "v", "p", "x", "s", "z", "j", "-", "", " ", "",
)

// latinSound is that of a name in Latin letters; "" where it has others.
func latinSound(name string) string {
	s := spellings.Replace(strings.ToLower(name))
	var b strings.Builder
	run := ""
	flush := func() {
		switch strings.Trim(run, "yw") {
		case "":
			if strings.ContainsAny(run, "y") {
				b.WriteString("I")
			}
		case "i", "ui", "ee", "I":
			b.WriteString("I")
		case "a", "A":
			b.WriteString("A")
		default:
			b.WriteString("O")
		}
		run = ""
	}
	for _, r := range s {
		switch {
		case strings.ContainsRune("aeiouywIAO", r):
			run += string(r)
			continue
		case run != "":
			flush()
		}
		if r > unicode.MaxASCII || !unicode.IsLetter(r) {
			return ""
		}
		b.WriteRune(r)
	}
	if run != "" {
		flush()
	}
	return unrepeated(b.String())
}

// unrepeated leaves one of equal sounds that follow each other.
func unrepeated(s string) string {
	var b strings.Builder
	var last rune
	for _, r := range s {
		if r != last {
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}
