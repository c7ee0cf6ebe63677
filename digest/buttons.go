package digest

import "time"

// ButtonText is what stands on a button of a message, in a modal or in an answer to one reader; name is
// the second half of a key of phrases.txt that begins with "press.".
func ButtonText(name, lang string, with ...any) string { return Say(lang, "press."+name, with...) }

// AnswerText is what a slash command is answered with; name is the second half of a key of phrases.txt that
// begins with "ask.".
func AnswerText(name, lang string, with ...any) string { return Say(lang, "ask."+name, with...) }

// VerdictText is what became of a piece, by the code of the verdict, in one sentence for readers; it is
// empty for a code that has none.
func VerdictText(code, lang string) string { return Say(lang, "verdict."+code) }

// WhenText is the day and time of t in words, in the zone of t.
func WhenText(t time.Time, lang string) string { return date(lang, "weekday", t) }
