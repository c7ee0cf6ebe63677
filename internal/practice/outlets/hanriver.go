package outlets

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// The Han River Times has its feed on another host, prints local times without a zone and today's
// date above every article, and keeps articles under a month that is not that of publication.

func hanRiverPath(p piece) string {
	if p.shape == "pdf" {
		return fmt.Sprintf("/files/%s.pdf", p.number)
	}
	return fmt.Sprintf("/www/%s/2022/05/790_%s.html", p.section, p.number)
}

func hanRiverOutlet(s *site) Outlet {
	return Outlet{
		Name: s.name, Home: s.url("/"), Feeds: []string{s.net.feeds.url("/k/allnews.xml")},
		Article: `/www/[a-z-]+/\d{4}/\d{2}/\d+_\d+\.html|/files/\d+\.pdf`, ID: `(?:/\d+_(\d+)\.html|/files/(\d+)\.pdf)`,
		Language: "en", Timezone: "Asia/Seoul",
	}
}

func hanRiverPages(s *site) http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("/robots.txt", robots("User-agent: *\nDisallow: /print/\nAllow: /\n"))
	m.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			writeHTML(w, r, s.render("hanriver-home.html", view{List: s.views(s.shown())}))
			return
		}
		// The same article answers under every section and month.
		path := r.URL.Path
		if i := strings.LastIndex(path, "_"); i > 0 {
			for _, p := range s.shown() {
				if strings.TrimSuffix(path[i+1:], ".html") == p.number {
					path = s.path(p)
				}
			}
		}
		s.article(w, r, path, "hanriver-article.html")
	})
	return m
}

// feedHost serves the feed of the Han River Times from its other host.
func (s *site) feedHost(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/robots.txt":
		robots("")(w, r)
	case "/k/allnews.xml":
		var paper *site
		for _, other := range s.net.sites {
			if other.key == hanRiver {
				paper = other
			}
		}
		body := utf8XML + paper.rss(paper.shown(), time.RFC1123Z, func(p piece) string {
			return p.URL + "?utm_source=rss&utm_medium=feed"
		})
		write(w, r, "text/xml", []byte(body))
	default:
		http.NotFound(w, r)
	}
}
