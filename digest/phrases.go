package digest

import (
	_ "embed"
	"fmt"
	"strings"
	"time"
)

//go:embed phrases.txt
var phraseFile string

// book holds the phrases of phrases.txt by their keys.
var book = readPhrases(phraseFile)

// phrase is what one line of the file says, by language; English is always there.
type phrase map[string]string

// readPhrases reads lines such as "key = English | Korean". What is none is passed over; a test holds
// that there is no such line.
func readPhrases(file string) map[string]phrase {
	out := make(map[string]phrase)
	for line := range strings.SplitSeq(file, "\n") {
		key, words, ok := strings.Cut(line, "=")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		en, ko, _ := strings.Cut(words, " | ")
		p := phrase{"en": strings.TrimSpace(en)}
		if ko = strings.TrimSpace(ko); ko != "" {
			p["ko"] = ko
		}
		out[strings.TrimSpace(key)] = p
	}
	return out
}

// find is a phrase in a language, else in English; false where there is none of this key.
func find(lang, key string) (string, bool) {
	p, ok := book[key]
	if !ok {
		return "", false
	}
	if words, ok := p[lang]; ok {
		return words, true
	}
	return p["en"], true
}

// Say is a phrase of phrases.txt in a language, "en" or "ko", with its braces filled in: with holds
// names and values in turn. Where the value of "n" is one, and the language has a form for that, it is
// taken. An unknown key says nothing.
func Say(lang, key string, with ...any) string {
	words, _ := find(lang, key)
	pairs := make([]string, 0, len(with))
	for i := 0; i+1 < len(with); i += 2 {
		name, value := fmt.Sprint(with[i]), fmt.Sprint(with[i+1])
		if name == "n" && value == "1" {
			words = single(lang, key, words)
		}
		pairs = append(pairs, "{"+name+"}", value)
	}
	return strings.NewReplacer(pairs...).Replace(words) // in one pass: a title may hold braces of its own
}

// single is the form for one, where the language that the words are in has it.
func single(lang, key, words string) string {
	if _, own := book[key][lang]; own && book[key+".one"][lang] == "" {
		return words
	}
	if one, ok := find(lang, key+".one"); ok {
		return one
	}
	return words
}

// date fills a phrase for dates.
func date(lang, key string, t time.Time) string {
	word := func(list string, i int) string {
		words := strings.Fields(Say(lang, list))
		if i >= len(words) {
			return ""
		}
		return words[i]
	}
	return Say(lang, key,
		"y", t.Year(), "m", int(t.Month()), "d", t.Day(), "time", t.Format("15:04"), "zone", t.Format("MST"),
		"month", word("months", int(t.Month())-1), "monthname", word("monthnames", int(t.Month())-1), "weekday", word("weekdays", int(t.Weekday())))
}
