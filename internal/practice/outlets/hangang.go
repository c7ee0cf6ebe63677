package outlets

import (
	"net/http"
	"strings"
)

// Hangang is a Korean agency: pages and feed in EUC-KR, dates without a zone, JSON-LD on every page,
// and pieces that other outlets print.

func hangangPath(p piece) string { return "/view/" + p.number }

func hangangOutlet(s *site) Outlet {
	return Outlet{
		Name: s.name, Home: s.url("/"), Feeds: []string{s.url("/rss/northkorea.xml")},
		Article: `/view/[A-Z]{3}\d+(?:[?#].*)?$`, ID: `/view/([A-Z]{3}\d+)`, Language: "ko", Timezone: "Asia/Seoul", Wire: true,
	}
}

func hangangPages(s *site) http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("/robots.txt", robots("User-agent: *\nCrawl-delay: 0.02\n"))
	m.HandleFunc("/rss/northkorea.xml", func(w http.ResponseWriter, r *http.Request) {
		body := `<?xml version="1.0" encoding="EUC-KR"?>` + "\n" + s.rss(s.shown(), "2006-01-02 15:04:05", func(p piece) string { return p.URL + "?section=nk" })
		write(w, r, "text/xml", euckr(body))
	})
	m.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			write(w, r, "text/html; charset=euc-kr", euckr(s.render("hangang-home.html", view{List: s.views(s.shown())})))
			return
		}
		p, ok := s.page(strings.TrimSuffix(r.URL.Path, "/"))
		if !ok {
			http.NotFound(w, r)
			return
		}
		write(w, r, "text/html; charset=euc-kr", euckr(s.render("hangang-article.html", view{Piece: s.view(p), Language: p.Language})))
	})
	return m
}
