package address

import "strings"

// Untracked is the address with its tracking parameters and its fragment taken out, and otherwise
// exactly as the outlet wrote it: for links that people follow, where folding a host or sorting
// parameters might lead to a page that does not answer. An address that cannot be read is returned
// as it is.
func Untracked(raw string) string {
	if _, err := Canonical(raw); err != nil {
		return raw
	}
	raw, _, _ = strings.Cut(raw, "#")
	path, query, ok := strings.Cut(raw, "?")
	if !ok {
		return raw
	}
	var kept []string
	for _, pair := range strings.Split(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if pair != "" && !tracking(name) {
			kept = append(kept, pair)
		}
	}
	if len(kept) == 0 {
		return path
	}
	return path + "?" + strings.Join(kept, "&")
}
