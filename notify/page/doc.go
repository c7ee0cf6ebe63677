// Package page shows a digest without Slack: as text for a terminal, and as one HTML page that looks
// like the channel it would be posted to. The words are those of package digest, so that what an
// admin previews is what readers get. Everything foreign is cleaned and escaped; a link is one only
// if it leads to an http or https address.
package page

import (
	"net/url"
	"slices"
	"time"

	"newsvigil/digest"
	"newsvigil/news"
	"newsvigil/text"
)

// Options say how a digest is shown.
type Options struct {
	// Zone is the zone of dates; nil is the zone each was written in.
	Zone *time.Location
	// Width is that of the terminal in columns; 0 is 80.
	Width int
	// Color adds terminal colours.
	Color bool
}

// Section is a block of plain lines that stands below the messages of a page.
type Section struct {
	Title string
	Lines []string
}

// safeLink is the address where it may be linked to, else nothing: a terminal obeys control characters
// within a query, too.
func safeLink(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || text.Clean(raw) != raw || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return u.String()
}

// inFull are the stories that are told in full. An alert's headline says already that they are one.
func inFull(items []news.Item) []news.Item {
	items = slices.Clone(items)
	for i := range items {
		if items[i].Kind == news.ItemAlerted {
			items[i].Kind = news.ItemNew
		}
	}
	return items
}

// withdrawn says, behind a space, that a link was there; "" where none was.
func withdrawn(form, lang string) string {
	if form == "" {
		return ""
	}
	return " " + digest.WithdrawnNote(lang)
}

// badge is the word in front of a title that is not simply new.
func badge(it news.Item) bool { return it.Kind == news.ItemUpdated || it.Kind == news.ItemAlerted }
