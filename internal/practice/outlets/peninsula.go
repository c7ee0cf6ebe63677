package outlets

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Peninsula View is a WordPress-like site: a feed and a comments feed, a sitemap index, and lists of
// other headlines around and inside every article.

func peninsulaPath(p piece) string { return fmt.Sprintf("/%s/article/%s/", p.section, p.number) }

func peninsulaOutlet(s *site) Outlet {
	return Outlet{
		Name: s.name, Home: s.url("/"), Sitemaps: []string{s.url("/sitemap_index.xml")},
		Article: `/[a-z0-9-]+/article/\d+/?(?:[?#].*)?$`, ID: `/article/(\d+)`, Language: "en", Timezone: "Asia/Seoul",
	}
}

func peninsulaPages(s *site) http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("/robots.txt", robots("User-agent: *\nDisallow: /wp-admin/\nSitemap: "+s.url("/sitemap_index.xml")+"\n"))
	m.HandleFunc("/feed/", func(w http.ResponseWriter, r *http.Request) {
		// A short feed: what falls out of it stands in the sitemap alone.
		list := s.shown()
		write(w, r, "application/rss+xml; charset=UTF-8", []byte(utf8XML+s.rss(list[:min(10, len(list))], time.RFC1123Z, func(p piece) string { return p.URL })))
	})
	m.HandleFunc("/comments/feed/", func(w http.ResponseWriter, r *http.Request) {
		write(w, r, "application/rss+xml; charset=UTF-8", []byte(utf8XML+`<rss version="2.0"><channel><title>Comments for Peninsula View</title><link>`+s.url("/")+`</link><description></description></channel></rss>`))
	})
	m.HandleFunc("/sitemap_index.xml", func(w http.ResponseWriter, r *http.Request) {
		write(w, r, "application/xml", []byte(utf8XML+`<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>`+s.url("/sitemap-posts.xml")+"</loc></sitemap></sitemapindex>\n"))
	})
	m.HandleFunc("/sitemap-posts.xml", func(w http.ResponseWriter, r *http.Request) {
		var b strings.Builder
		b.WriteString(utf8XML + `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + "\n")
		for _, p := range s.shown() {
			fmt.Fprintf(&b, "<url><loc>%s</loc><lastmod>%s</lastmod></url>\n", p.URL, p.Published.Format(time.RFC3339))
		}
		b.WriteString("</urlset>\n")
		write(w, r, "application/xml", []byte(b.String()))
	})
	m.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			writeHTML(w, r, s.render("peninsula-home.html", view{List: s.views(s.shown())}))
			return
		}
		s.article(w, r, strings.TrimSuffix(r.URL.Path, "/")+"/", "peninsula-article.html")
	})
	return m
}
