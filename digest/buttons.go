package digest

// ButtonText is what stands on a button of a message, in a modal or in an answer to one reader; name is
// the second half of a key of phrases.txt that begins with "press.".
func ButtonText(name, lang string, with ...any) string { return Say(lang, "press."+name, with...) }
