package address

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
	"golang.org/x/text/unicode/norm"
)

// A domain may be made to be taken for another one. What is told here is a suspicion, in words: nothing
// is refused for it, as outlets of nearly one name exist.

const (
	// shortestLabel is the least length of a label that says something about its owner: half the world
	// has a name of three letters.
	shortestLabel = 4
	// From oneOff letters on one letter may differ, from twoOff letters on two.
	oneOff, twoOff = 6, 9
)

// LookAlike says in what the host of raw looks like that of watched, although it has another owner, as
// half a sentence that follows "the host"; "" where it does not, where both have one owner, or where
// either is no web address or host. The rules: a name that begins with the other's; letters that look
// like the other's (other scripts, digits); the same name under another ending; one or two letters off.
func LookAlike(raw, watched string) string {
	a, err := parseHost(raw)
	if err != nil {
		return ""
	}
	b, err := parseHost(watched)
	if err != nil || site(a) == site(b) {
		return ""
	}
	domain, own := registrable(a.host), registrable(b.host)
	if own == "" {
		return ""
	}
	if strings.HasPrefix(a.host, own+".") || strings.Contains(a.host, "."+own+".") {
		return fmt.Sprintf("begins with %s, but belongs to %s", own, orHost(domain, a.host))
	}
	if domain == "" {
		return ""
	}
	return alike(label(domain), label(own), own)
}

func orHost(domain, host string) string {
	if domain == "" {
		return host
	}
	return domain
}

// alike compares two labels of registered domains; own is the domain of the second one.
func alike(name, other, own string) string {
	if len([]rune(name)) < shortestLabel || len([]rune(other)) < shortestLabel {
		return ""
	}
	switch off := distance(name, other); {
	case name == other:
		return fmt.Sprintf("has the name of %s under another ending", own)
	case skeleton(name) == skeleton(other):
		return fmt.Sprintf("is written with letters that look like those of %s", own)
	case off == 1 && shorter(name, other) >= oneOff:
		return fmt.Sprintf("is one letter off %s", own)
	case off == 2 && shorter(name, other) >= twoOff:
		return fmt.Sprintf("is two letters off %s", own)
	}
	return ""
}

// Label is the name under which the host of raw was registered, without its ending: "example" for
// https://news.example.co.kr/; "" for hosts that have none.
func Label(raw string) string {
	p, err := parseHost(raw)
	if err != nil || registrable(p.host) == "" {
		return ""
	}
	return label(registrable(p.host))
}

// Disguised says that the host of raw mixes letters of several scripts within a word, as no honest name
// does, as half a sentence that follows "the host"; else "".
func Disguised(raw string) string {
	p, err := parseHost(raw)
	if err != nil {
		return ""
	}
	for part := range strings.SplitSeq(p.host, ".") {
		if !strings.HasPrefix(part, "xn--") {
			continue
		}
		shown, err := idna.Punycode.ToUnicode(part)
		if err != nil {
			return fmt.Sprintf("has a part that cannot be read, %s", part)
		}
		if mixed(shown) {
			return fmt.Sprintf("mixes letters of several scripts in %q", shown)
		}
	}
	return ""
}

// families are scripts that stand together in honest names: Korean and Japanese names hold Chinese
// characters, and Latin letters beside them.
var families = []struct {
	name   string
	tables []*unicode.RangeTable
}{
	{"latin", []*unicode.RangeTable{unicode.Latin}},
	{"cyrillic", []*unicode.RangeTable{unicode.Cyrillic}},
	{"greek", []*unicode.RangeTable{unicode.Greek}},
	{"armenian", []*unicode.RangeTable{unicode.Armenian}},
	{"cherokee", []*unicode.RangeTable{unicode.Cherokee}},
}

// mixed reports whether a label has letters of two scripts whose letters look alike.
func mixed(label string) bool {
	seen := ""
	for _, r := range label {
		for _, f := range families {
			if !unicode.In(r, f.tables...) {
				continue
			}
			if seen != "" && seen != f.name {
				return true
			}
			seen = f.name
		}
	}
	return false
}

// label is the part of a registered domain in front of its public suffix, in Unicode.
func label(domain string) string {
	suffix, _ := publicsuffix.PublicSuffix(domain)
	name := strings.TrimSuffix(domain, "."+suffix)
	if shown, err := idna.Punycode.ToUnicode(name); err == nil {
		return shown
	}
	return name
}

// twins are letters that look like a Latin one, after the confusables of Unicode TR 39.
var twins = strings.NewReplacer(
	"а", "a", "е", "e", "о", "o", "р", "p", "с", "c", "у", "y", "х", "x", "і", "i", "ј", "j", "ѕ", "s", "ԁ", "d", "ɡ", "g", "һ", "h", "ո", "n",
	"к", "k", "м", "m", "т", "t", "н", "h", "в", "b", "г", "r", "ӏ", "l", "ѵ", "v", "ѡ", "w", "ԛ", "q", "ԝ", "w", "п", "n", "и", "u",
	"α", "a", "ο", "o", "ν", "v", "ι", "i", "κ", "k", "ρ", "p", "τ", "t", "υ", "u", "χ", "x", "ε", "e", "η", "n", "γ", "y", "ω", "w",
	"ı", "i", "ł", "l", "ø", "o", "đ", "d", "ħ", "h", "ſ", "s", "օ", "o", "ս", "u", "ց", "g",
)

// shapes are letters and digits that look like one another in Latin script.
var shapes = strings.NewReplacer("rn", "m", "vv", "w", "0", "o", "1", "l", "i", "l", "-", "")

// skeleton is a label without its accents, with every letter in the place of those that look like it.
func skeleton(label string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(label)) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(r)
		}
	}
	return shapes.Replace(twins.Replace(b.String()))
}

func shorter(a, b string) int { return min(len([]rune(a)), len([]rune(b))) }

// distance is how many letters were changed, added, left out or swapped with their neighbour between two
// labels (optimal string alignment).
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	if n := len(x) - len(y); n > 2 || n < -2 || len(x) > 63 || len(y) > 63 {
		return 3 // more than anybody asks for
	}
	before, last := []int(nil), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row := make([]int, len(y)+1)
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(y)]
}
