package outlets

import "net/http"

// Bridge Notes has no feed, slugs that say nothing, and whole bodies in one line.

func bridgePath(p piece) string { return "/blogPost/untitled-" + p.number }

func bridgeOutlet(s *site) Outlet {
	return Outlet{
		Name: s.name, Home: s.url("/"), Sections: []string{s.url("/")},
		Article: `/blogPost/[^/?#]+/?(?:[?#].*)?$`, ID: `/blogPost/([^/?#]+)`, Language: "en", Timezone: "Asia/Seoul",
	}
}

func bridgePages(s *site) http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			writeHTML(w, r, s.render("bridge-home.html", view{List: s.views(s.shown())}))
		case "/robots.txt":
			http.NotFound(w, r) // none, which allows everything
		default:
			s.article(w, r, r.URL.Path, "bridge-article.html")
		}
	})
	return m
}
