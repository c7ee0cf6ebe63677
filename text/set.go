package text

import "strings"

// set is the set of the words of s.
func set(s string) map[string]struct{} {
	fields := strings.Fields(s)
	out := make(map[string]struct{}, len(fields))
	for _, f := range fields {
		out[f] = struct{}{}
	}
	return out
}
