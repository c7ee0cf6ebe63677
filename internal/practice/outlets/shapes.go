package outlets

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"
)

// Keys of the outlets, as pieces name them.
const (
	peninsula = "peninsula-view"
	hanRiver  = "han-river-times"
	forum     = "nk-policy-forum"
	bridge    = "bridge-notes"
	hangang   = "hangang"
)

//go:embed templates
var templateFiles embed.FS

// shapes are the five outlets.
func shapes() []*site {
	return []*site{
		{key: peninsula, name: "Peninsula View", handler: peninsulaPages, path: peninsulaPath, describe: peninsulaOutlet},
		{key: hanRiver, name: "The Han River Times", handler: hanRiverPages, path: hanRiverPath, describe: hanRiverOutlet},
		{key: forum, name: "NK Policy Forum", handler: forumPages, path: forumPath, describe: forumOutlet},
		{key: bridge, name: "Bridge Notes", handler: bridgePages, path: bridgePath, describe: bridgeOutlet},
		{key: hangang, name: "한강통신 (Hangang News Agency)", handler: hangangPages, path: hangangPath, describe: hangangOutlet},
	}
}

// view is what a page template is given.
type view struct {
	Site     string // the outlet's name
	Base     string // http://host:port
	Piece    viewPiece
	List     []viewPiece
	Popular  []viewPiece
	Today    string
	Older    string // the address of the next page of a list
	Language string
}

// viewPiece is a piece as templates show it.
type viewPiece struct {
	Title, URL, Path, Section, Number string
	Also                              string // the path of a second address
	Authors                           []string
	Paras                             []string
	Credit                            string
	Published                         time.Time
	Teaser                            bool
	Language                          string
}

// Summary is the beginning of the body.
func (v viewPiece) Summary() string {
	if len(v.Paras) == 0 {
		return ""
	}
	return v.Paras[0]
}

// Byline names the authors.
func (v viewPiece) Byline() string { return strings.Join(v.Authors, ", ") }

// OneLine is the whole body without a line break.
func (v viewPiece) OneLine() string { return strings.Join(v.Paras, " ") }

// Half cuts the body in two, for what stands in its middle.
func (v viewPiece) Half() [2][]string {
	n := (len(v.Paras) + 1) / 2
	return [2][]string{v.Paras[:n], v.Paras[n:]}
}

func (s *site) view(p piece) viewPiece {
	v := viewPiece{
		Title: p.Title, URL: s.url(s.path(p)), Path: s.path(p), Section: p.section, Number: p.number, Also: p.also,
		Authors: p.authors, Paras: p.paras, Credit: p.credit, Published: p.Published,
		Teaser: p.shape == "teaser", Language: p.Language,
	}
	if v.Teaser {
		v.Paras = v.Paras[:1]
	}
	return v
}

func (s *site) views(list []piece) []viewPiece {
	out := make([]viewPiece, 0, len(list))
	for _, p := range list {
		out = append(out, s.view(p))
	}
	return out
}

// shown are the outlet's pieces that have appeared, the newest first.
func (s *site) shown() []piece { return s.net.visible(s.key) }

// page finds the piece at a path of the outlet, or at its second one.
func (s *site) page(path string) (piece, bool) {
	for _, p := range s.shown() {
		if s.path(p) == path || p.also == path && path != "" {
			return p, true
		}
	}
	return piece{}, false
}

// render fills a template.
func (s *site) render(name string, v view) string {
	v.Site, v.Base = s.name, "http://"+s.addr
	v.Today = s.net.start.Format("Monday, January 2, 2006")
	funcs := template.FuncMap{"date": func(layout string, t time.Time) string { return t.In(seoul).Format(layout) }}
	t, err := template.New(name).Funcs(funcs).ParseFS(templateFiles, "templates/"+name)
	if err != nil {
		return "template: " + err.Error()
	}
	var b bytes.Buffer
	if err := t.Execute(&b, v); err != nil {
		return "template: " + err.Error()
	}
	return b.String()
}

// article answers with the page of the piece at the request's path, or 404.
func (s *site) article(w http.ResponseWriter, r *http.Request, path, tmpl string) {
	p, ok := s.page(path)
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Last-Modified", p.Published.UTC().Format(http.TimeFormat))
	if p.shape == "pdf" {
		write(w, r, "application/pdf", []byte("%PDF-1.4\n% a practice file without text\n%%EOF\n"))
		return
	}
	v := view{Piece: s.view(p), Language: p.Language}
	for _, other := range s.shown() {
		if other.ID != p.ID && len(v.Popular) < 6 {
			v.Popular = append(v.Popular, s.view(other))
		}
	}
	writeHTML(w, r, s.render(tmpl, v))
}

func robots(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { write(w, r, "text/plain; charset=utf-8", []byte(text)) }
}

// rss is a feed; link gives the address that the feed prints.
func (s *site) rss(list []piece, dates string, link func(piece) string) string {
	var b strings.Builder
	b.WriteString(`<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>`)
	fmt.Fprintf(&b, "<title>%s</title><link>http://%s/</link><description>practice</description>\n", template.HTMLEscapeString(s.name), s.addr)
	for _, p := range list {
		v := s.view(p)
		fmt.Fprintf(&b, "<item><title>%s</title><link>%s</link><guid isPermaLink=\"false\">%s</guid><pubDate>%s</pubDate><description>%s</description></item>\n",
			template.HTMLEscapeString(p.Title), template.HTMLEscapeString(link(p)), template.HTMLEscapeString(p.number),
			p.Published.In(seoul).Format(dates), template.HTMLEscapeString(v.Summary()))
	}
	b.WriteString("</channel></rss>\n")
	return b.String()
}

const utf8XML = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"
