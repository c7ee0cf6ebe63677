package discover

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html"

	"newsvigil/address"
	"newsvigil/news"
	"newsvigil/text"
)

const (
	// apiRelation is what a WordPress site calls the link to its interface for programs.
	apiRelation = "https://api.w.org/"
	// postsPerPage is how many posts are asked for at a time; WordPress allows a hundred.
	postsPerPage = 50
)

// post is what of a WordPress post is read.
type post struct {
	Date    string   `json:"date"`
	DateGMT string   `json:"date_gmt"`
	Link    string   `json:"link"`
	Title   rendered `json:"title"`
	Excerpt rendered `json:"excerpt"`
	Content rendered `json:"content"`
}

// rendered is a piece of HTML; a protected one needs a password and says nothing.
type rendered struct {
	HTML      string
	Protected bool
}

// UnmarshalJSON takes the object of WordPress and, from plug-ins that shorten it, a bare text.
func (r *rendered) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, &r.HTML)
	}
	var o struct {
		Rendered  string `json:"rendered"`
		Protected bool   `json:"protected"`
	}
	if json.Unmarshal(data, &o) == nil {
		r.HTML, r.Protected = o.Rendered, o.Protected
	}
	return nil // a field of another form says nothing, and spoils no post
}

// Posts reads a page of posts from the REST interface of WordPress, as PostsAddress asks for it. The
// content of a post is kept as the whole article. A body that is no list of posts is TroubleNotFeed.
func Posts(src news.Source, url string, body []byte, now time.Time) Result {
	var list []json.RawMessage
	if err := json.Unmarshal(bytes.TrimPrefix(bytes.TrimSpace(body), []byte("\ufeff")), &list); err != nil {
		return Result{Trouble: news.TroubleNotFeed, Detail: "the answer is no list of WordPress posts"}
	}
	g := gather(src, news.RouteWordPress, url)
	for _, raw := range list[:min(len(list), maxItems)] {
		var p post
		if json.Unmarshal(raw, &p) != nil {
			continue
		}
		link, err := address.Resolve(url, strings.TrimSpace(p.Link))
		if err != nil || p.Link == "" {
			continue
		}
		g.add(p.candidate(src, link, now))
	}
	var res Result
	res.Candidates, res.Detail = g.matching()
	if len(res.Candidates) == 0 && g.outside > 0 {
		return g.empty("list of posts")
	}
	return res // no post since the time that was asked for is no trouble
}

func (p post) candidate(src news.Source, link string, now time.Time) news.Candidate {
	published := news.Instant{}
	if t, err := time.Parse("2006-01-02T15:04:05", p.DateGMT); err == nil {
		published = instant(src, t.Format(time.RFC3339), now)
	} else {
		published = instant(src, p.Date, now)
	}
	c := news.Candidate{
		URL:       link,
		Title:     cut(text.Clean(plain(p.Title.HTML)), maxTitle),
		Summary:   cut(text.Clean(plain(p.Excerpt.HTML)), maxSummary),
		Published: published,
	}
	if !p.Content.Protected {
		c.Content = cut(p.Content.HTML, maxContent)
	}
	return c
}

// PostsAddress is the address of a page, from 1 on, of the posts published after a time, or of all where
// that is zero, the newest first; api is what API or Announced gave.
func PostsAddress(api string, after time.Time, page int) (string, error) {
	u, err := url.Parse(api)
	if err != nil {
		return "", fmt.Errorf("read the address of WordPress posts: %w", err)
	}
	query := u.Query()
	const posts = "wp/v2/posts"
	if route := query.Get("rest_route"); route != "" {
		query.Set("rest_route", strings.TrimSuffix(route, "/")+"/"+posts)
	} else {
		u.Path, u.RawPath = strings.TrimSuffix(u.Path, "/")+"/"+posts, ""
	}
	if !after.IsZero() {
		query.Set("after", after.UTC().Format(time.RFC3339))
	}
	query.Set("per_page", strconv.Itoa(postsPerPage))
	query.Set("orderby", "date")
	query.Set("order", "desc")
	query.Set("_fields", "date,date_gmt,link,title,excerpt,content")
	if page > 1 {
		query.Set("page", strconv.Itoa(page))
	}
	u.RawQuery = query.Encode()
	return u.String(), nil
}

// API is the address of the WordPress interface that a page names or, where the page is plainly built
// with WordPress and names none, the one that such sites usually have; "" for any other page.
func API(root *html.Node, at string) string {
	guess := ""
	for n := range all(root) {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "link":
			if strings.TrimSpace(attr(n, "rel")) == apiRelation {
				return usualAPI(at, attr(n, "href"), "")
			}
		case "meta":
			if strings.EqualFold(attr(n, "name"), "generator") && strings.HasPrefix(attr(n, "content"), "WordPress") && guess == "" {
				guess = usualAPI(at, "/", "wp-json/")
			}
		}
		for _, name := range []string{"href", "src"} {
			if before, _, ok := strings.Cut(attr(n, name), "/wp-content/"); ok {
				if ours := usualAPI(at, before+"/", "wp-json/"); address.SameSite(at, ours) {
					guess = ours
				}
			}
		}
	}
	return guess
}

// usualAPI is the interface below a folder of the site.
func usualAPI(at, folder, name string) string {
	abs, err := address.Resolve(at, strings.TrimSpace(folder))
	if err != nil {
		return ""
	}
	return abs + name
}

// Announced is the address of the WordPress interface that the Link headers of an answer name; "" where
// they name none.
func Announced(links []string, at string) string {
	for _, line := range links {
		for _, link := range strings.Split(line, ",") {
			ref, rest, ok := strings.Cut(strings.TrimSpace(link), ">")
			if ok && strings.HasPrefix(ref, "<") && strings.Contains(rest, apiRelation) {
				return usualAPI(at, ref[1:], "")
			}
		}
	}
	return ""
}

// IsAPI reports whether an address is that of a WordPress interface, as API and Announced give them.
func IsAPI(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && (strings.HasSuffix(strings.TrimSuffix(u.Path, "/"), "/wp-json") || u.Query().Has("rest_route"))
}

// generatedBy is the usual interface of a site whose feed says that WordPress made it.
func generatedBy(generator, home string) string {
	if !strings.Contains(strings.ToLower(generator), "wordpress.org") || !strings.HasPrefix(home, "http") {
		return ""
	}
	return usualAPI(home, strings.TrimSuffix(home, "/")+"/", "wp-json/")
}
