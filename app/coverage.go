package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"newsvigil/news"
)

// Coverage is what each route of a source caught: how many of the pieces it showed, and how many no
// other route did. The keys are feed, sitemap, section and wordpress.
type Coverage struct {
	// Pieces counts what any route showed.
	Pieces int                `json:"pieces"`
	Showed map[news.Route]int `json:"showed"`
	Only   map[news.Route]int `json:"only,omitempty"`
}

// coverage is what the routes of each source caught since then, by the source's key.
func (a *App) coverage(ctx context.Context, since time.Time) (map[string]*Coverage, error) {
	all, err := a.db.Coverage(ctx, since)
	if err != nil {
		return nil, err
	}
	out := make(map[string]*Coverage, len(all))
	for key, c := range all {
		out[key] = &Coverage{Pieces: c.Pieces, Showed: c.Showed, Only: c.Only}
	}
	return out, nil
}

// routeNames are the routes as admins know them, in the order of the table.
var routeNames = []struct {
	route news.Route
	name  string
}{
	{news.RouteFeed, "feed"}, {news.RouteSitemap, "sitemap"}, {news.RouteSection, "section pages"}, {news.RouteWordPress, "WordPress"},
}

// String says it in words: "feed 41, sitemap 44, only the sitemap: 3". A source with a single route has
// no "only".
func (c *Coverage) String() string {
	if c == nil {
		return ""
	}
	var parts []string
	for _, r := range routeNames {
		if n := c.Showed[r.route]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", r.name, n))
		}
	}
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	for _, r := range routeNames {
		if n := c.Only[r.route]; n > 0 {
			name := r.name
			if r.route != news.RouteWordPress {
				name = "the " + name
			}
			parts = append(parts, fmt.Sprintf("only %s: %d", name, n))
		}
	}
	return strings.Join(parts, ", ")
}
