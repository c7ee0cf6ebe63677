package text

import (
	"strings"
	"unicode"
)

// sampleRunes is how many letters are enough to tell a language.
const sampleRunes = 5000

// Language tells the language of s as an ISO 639-1 code, "" where it cannot. Scripts are counted
// first; they outvote hint, the language a page claims (its html lang, such as "en-US"). Within one
// script the hint decides, and without a sensible one a vote of common words does.
func Language(s, hint string) string {
	hint = primary(hint)
	c := countScripts(s)
	switch {
	case c.total == 0:
		return hint
	case c.hangul > 0 && c.hangul*3 >= c.latin && c.hangul*2 >= c.han+c.kana:
		return "ko"
	case (c.han+c.kana)*3 >= c.latin && c.han+c.kana > 0 && c.han+c.kana >= c.other:
		return c.hanOrKana(hint)
	case c.other > c.latin:
		return c.otherScript(hint)
	}
	if hint != "" && !elsewhere(hint) {
		return hint
	}
	return vote(s)
}

// scripts are counts of letters by script.
type scripts struct {
	total, latin, hangul, han, kana, other int
	tables                                 [len(alphabets)]int
}

// alphabet is a script other than Latin with the languages that use it, the default first.
type alphabet struct {
	table     *unicode.RangeTable
	languages string
}

var alphabets = [...]alphabet{
	{unicode.Cyrillic, "ru uk bg sr mk be kk ky mn tg"},
	{unicode.Arabic, "ar fa ur ps ug sd ckb"},
	{unicode.Hebrew, "he yi"},
	{unicode.Thai, "th"},
	{unicode.Greek, "el"},
	{unicode.Devanagari, "hi ne mr"},
	{unicode.Bengali, "bn as"},
	{unicode.Tamil, "ta"},
	{unicode.Georgian, "ka"},
	{unicode.Armenian, "hy"},
	{unicode.Khmer, "km"},
	{unicode.Lao, "lo"},
	{unicode.Myanmar, "my"},
	{unicode.Mongolian, "mn"},
	{unicode.Tibetan, "bo"},
	{unicode.Ethiopic, "am ti"},
}

func countScripts(s string) scripts {
	var c scripts
	for _, r := range s {
		if c.total >= sampleRunes {
			break
		}
		switch {
		case r < 0x80:
			if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
				c.latin++
				c.total++
			}
			continue
		case !unicode.IsLetter(r):
			continue
		}
		c.total++
		switch k := scriptOf(r); {
		case k == scriptHangul:
			c.hangul++
		case k == scriptHan:
			c.han++
		case k == scriptKana:
			c.kana++
		case unicode.Is(unicode.Latin, r):
			c.latin++
		default:
			c.count(r)
		}
	}
	return c
}

func (c *scripts) count(r rune) {
	for i, a := range alphabets {
		if unicode.Is(a.table, r) {
			c.tables[i]++
			c.other++
			return
		}
	}
}

// hanOrKana tells Japanese, which cannot do without Kana for long, from Chinese.
func (c *scripts) hanOrKana(hint string) string {
	switch {
	case c.kana*10 >= c.han:
		return "ja"
	case c.kana == 0 && c.han < 40 && (hint == "ja" || hint == "ko"):
		return hint
	}
	return "zh"
}

func (c *scripts) otherScript(hint string) string {
	best := 0
	for i, n := range c.tables {
		if n > c.tables[best] {
			best = i
		}
	}
	languages := strings.Fields(alphabets[best].languages)
	for _, l := range languages {
		if l == hint {
			return l
		}
	}
	return languages[0]
}

// primary is the primary subtag of a language tag in lower case, "" where it is no code.
func primary(tag string) string {
	tag, _, _ = strings.Cut(strings.TrimSpace(tag), ",")
	tag, _, _ = strings.Cut(tag, "-")
	tag, _, _ = strings.Cut(tag, "_")
	tag = strings.ToLower(tag)
	if len(tag) < 2 || len(tag) > 3 {
		return ""
	}
	for i := 0; i < len(tag); i++ {
		if tag[i] < 'a' || tag[i] > 'z' {
			return ""
		}
	}
	switch tag {
	case "und", "mul", "zxx", "xx":
		return ""
	}
	return tag
}

// elsewhere reports whether a language is not written in Latin letters.
func elsewhere(code string) bool {
	if code == "ko" || code == "ja" || code == "zh" {
		return true
	}
	for _, a := range alphabets {
		for _, l := range strings.Fields(a.languages) {
			if l == code {
				return true
			}
		}
	}
	return false
}

// ballot is a Latin-script language with words that are frequent in it and rare in the others.
type ballot struct {
	code  string
	words map[string]struct{}
}

var ballots = [...]ballot{
	{"en", set("the of and to in that for with was on by are from this have has its not their which been were after over says will")},
	{"de", set("der die das und ist nicht mit von den dem ein eine für auf im zu sich des auch wird nach bei aus sind hat einen einer über")},
	{"fr", set("le la les des et est une du dans pour que qui sur pas au aux avec par ce il son sont plus ont cette mais été")},
	{"es", set("el la los las y de que en un una por con para del se es su al lo como más pero sus ha fue está contra")},
	{"it", set("il di che la è per una non con del della sono nel alla gli dei delle più anche ha si dal ma")},
	{"pt", set("o a os as que do da em um uma para com não por mais dos das foi ao na no se como são pelo")},
	{"id", set("yang dan di ini itu dengan untuk dari tidak akan pada adalah ke dalam juga karena oleh bisa ada sudah")},
	{"vi", set("của và là các được trong có cho không một với những người này đã khi từ để")},
	{"tr", set("ve bir bu için ile de da olarak olan daha çok gibi en sonra kadar ancak")},
	{"pl", set("i w na z się do nie że jest to o jak po od za przez dla są był oraz")},
	{"sv", set("och att det som en på är av för med den till inte har om ett var från men")},
	{"nl", set("de het een van en is dat niet op te met voor zijn die aan er ook bij naar door wordt heeft uit")},
}

// vote counts the frequent words of each language. The winner needs two of them, more than any other
// language has, and one word in sixteen: the shares in real text are three to six times that.
func vote(s string) string {
	var votes [len(ballots)]int
	words := 0
	sc := scanner{s: plain(s[:min(len(s), 4*sampleRunes)])}
	for w, ok := sc.next(); ok; w, ok = sc.next() {
		words++
		for i, b := range ballots {
			if _, ok := b.words[w.text]; ok {
				votes[i]++
			}
		}
	}
	best, second := 0, 0
	for i, n := range votes {
		if n > votes[best] {
			best = i
		}
	}
	for i, n := range votes {
		if i != best {
			second = max(second, n)
		}
	}
	if votes[best] < 2 || votes[best]*16 < words || votes[best] == second {
		return ""
	}
	return ballots[best].code
}
