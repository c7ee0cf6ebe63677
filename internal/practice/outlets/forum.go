package outlets

import (
	"net/http"
	"strconv"
)

// NK Policy Forum has no feed: section pages, the id in the query string, and a folder that
// robots.txt forbids although a section page links into it.

// forumPage is how many pieces one section page lists.
const forumPage = 8

func forumPath(p piece) string { return "/" + p.section + "/view?cd=" + p.number }

func forumOutlet(s *site) Outlet {
	return Outlet{
		Name: s.name, Home: s.url("/"), Sections: []string{s.url("/commentary/list")},
		Article: `/[a-z]+/view\?(?:[^#]*&)?cd=[A-Z]{3}\d{6}(?:[&#].*)?$`, ID: `[?&]cd=([A-Z]{3}\d{6})`,
		Language: "en", Timezone: "Asia/Seoul", Label: "think tank",
	}
}

func forumPages(s *site) http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("/robots.txt", robots("User-agent: *\nDisallow: /members/\n"))
	m.HandleFunc("/commentary/list", func(w http.ResponseWriter, r *http.Request) {
		page, err := strconv.Atoi(r.URL.Query().Get("page"))
		if err != nil || page < 1 {
			page = 1
		}
		list := s.shown()
		from := min((page-1)*forumPage, len(list))
		to := min(from+forumPage, len(list))
		v := view{List: s.views(list[from:to])}
		if to < len(list) {
			v.Older = "/commentary/list?page=" + strconv.Itoa(page+1)
		}
		writeHTML(w, r, s.render("forum-list.html", v))
	})
	m.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			writeHTML(w, r, s.render("forum-list.html", view{}))
			return
		}
		s.article(w, r, r.URL.Path+"?cd="+r.URL.Query().Get("cd"), "forum-article.html")
	})
	return m
}
