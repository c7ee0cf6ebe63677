package crawler

import (
	"slices"
	"strings"

	"golang.org/x/net/html"

	"newsvigil/address"
	"newsvigil/news"
)

// mostAliases bounds the further addresses that are remembered of one piece.
const mostAliases = 12

// aliases are the keys of further addresses of a piece, beside those that it has: the redirects that
// led to it, and the forms for AMP and for phones that its page names. Only what gives the piece the same
// name counts. A page that all pieces of an outlet pass through would else make one piece of them all.
func aliases(art news.Article, j *job, a answer) []string {
	src := j.outlet.src
	known := []string{art.URL, j.candidate.URL, art.Canonical}
	var keys []string
	for _, raw := range append(slices.Clone(j.from), forms(a)...) {
		key, err := address.Key(src, raw)
		if err != nil || !address.Belongs(src, raw) || slices.Contains(art.Keys, key) || slices.Contains(keys, key) || len(keys) >= mostAliases {
			continue
		}
		if strings.HasPrefix(key, "id:") { // an id that the piece does not have is another piece's
			continue
		}
		if slices.ContainsFunc(known, func(k string) bool { return address.SameName(k, raw) }) {
			keys = append(keys, key)
		}
	}
	return keys
}

// forms are the addresses of other forms of a page that its head names.
func forms(a answer) []string {
	var out []string
	if a.root == nil {
		return nil
	}
	for n := range a.root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "body" {
			break
		}
		if n.Data != "link" {
			continue
		}
		rel := strings.Fields(strings.ToLower(attribute(n, "rel")))
		phone := slices.Contains(rel, "alternate") && attribute(n, "media") != "" && attribute(n, "hreflang") == ""
		if !phone && !slices.Contains(rel, "amphtml") {
			continue
		}
		if to, err := address.Resolve(a.url.String(), attribute(n, "href")); err == nil && len(out) < mostAliases {
			out = append(out, to)
		}
	}
	return out
}
