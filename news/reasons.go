package news

import (
	"fmt"
	"strings"
)

// Lines are the reasons as short lines of plain English, in the order in which a person would ask for
// them. There are none where nothing of the topic was found.
func (r Reasons) Lines() []string {
	lines := []string{}
	if r.Muted != "" {
		lines = append(lines, fmt.Sprintf("muted by the word %q (never_match)", r.Muted))
	}
	for _, f := range r.Facets {
		if len(f.Words) == 0 {
			lines = append(lines, fmt.Sprintf("facet %q: no word found", f.Name))
			continue
		}
		lines = append(lines, fmt.Sprintf("facet %q: %s", f.Name, f.counted()))
	}
	for _, c := range r.Concepts {
		lines = append(lines, fmt.Sprintf("concept %q: %s", c.Name, c.counted()))
	}
	if len(r.Terms) > 0 {
		lines = append(lines, "shared with the exemplars: "+strings.Join(r.Terms, ", "))
	}
	if r.Nearest != "" {
		lines = append(lines, fmt.Sprintf("closest exemplar: “%s”", r.Nearest))
	}
	if r.Always != "" {
		lines = append(lines, fmt.Sprintf("lifted to the cut by the concept %q (always)", r.Always))
	}
	return lines
}

// counted are the words of a hit, with how often each stands there where that is more than once.
func (h Hit) counted() string {
	words := make([]string, len(h.Words))
	for i, w := range h.Words {
		words[i] = w
		if i < len(h.Counts) && h.Counts[i] > 1 {
			words[i] = fmt.Sprintf("%s ×%d", w, h.Counts[i])
		}
	}
	return strings.Join(words, ", ")
}
