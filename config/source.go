package config

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"time"

	"github.com/andybalholm/cascadia"

	"newsvigil/news"
)

// maxPattern is the longest regular expression or selector, in characters.
const maxPattern = 1000

func (c *Config) readSources(r *reader, blocks []*table) {
	names := map[string]*entry{}
	for _, t := range blocks {
		s := news.Source{Language: "en", Zone: c.Zone, Weight: 1}
		t.name("name", &s.Name, names)
		readAddresses(t, &s)
		s.Article = t.pattern("article")
		s.ID = t.pattern("id")
		if e := t.find("id"); s.ID != nil && s.ID.NumSubexp() == 0 {
			t.mistake(e, "the pattern has no group; put brackets around the part that names the article, as in '/article/(\\d+)'")
		}
		readSelect(r.sub(t, "select"), &s.Select)
		if e := t.string("label", &s.Label); e != nil && len([]rune(s.Label)) > 40 {
			t.mistake(e, "the label is longer than 40 characters")
		}
		t.language("language", &s.Language)
		t.zone("timezone", &s.Zone)
		t.flag("full_text_feed", &s.FullTextFeed)
		t.flag("wire", &s.Wire)
		t.number("weight", &s.Weight, 10)
		t.durationOr("every", "", &s.Every, span{time.Minute, 30 * day})
		t.durationOr("quiet_after", "auto", &s.QuietAfter, span{time.Hour, 10 * year})
		t.flag("off", &s.Off)
		c.Sources = append(c.Sources, s)
	}
}

func readAddresses(t *table, s *news.Source) {
	t.webAddress("home", &s.Home, false)
	s.Feeds = t.webAddresses("feeds")
	s.Sitemaps = t.webAddresses("sitemaps")
	s.Sections = t.webAddresses("sections")
	s.Hosts = t.hosts("hosts")
	for _, key := range []string{"home", "feeds", "sitemaps", "sections"} {
		e := t.find(key)
		if e != nil && (e.val.kind != kindText || e.val.text != "") && (e.val.kind != kindList || len(e.val.items) > 0) {
			return
		}
	}
	t.missing(`this source has no address: home = "https://…", or feeds, sitemaps or sections`)
}

// pattern reads a regular expression; nil where there is none.
func (t *table) pattern(key string) *regexp.Regexp {
	var s string
	e := t.string(key, &s)
	if e == nil || s == "" {
		return nil
	}
	if len([]rune(s)) > maxPattern {
		t.mistake(e, "the pattern is longer than 1,000 characters")
		return nil
	}
	re, err := regexp.Compile(s)
	if err == nil {
		return re
	}
	problem := "it is malformed"
	var se *syntax.Error
	if errors.As(err, &se) {
		problem = se.Code.String()
		if se.Expr != "" && se.Expr != s {
			problem += ": " + show(se.Expr)
		}
	}
	t.mistake(e, "the pattern is no regular expression (RE2): %s", problem)
	return nil
}

func readSelect(t *table, s *news.Selectors) {
	for _, part := range []struct {
		key string
		to  *string
	}{{"body", &s.Body}, {"title", &s.Title}, {"date", &s.Date}} {
		if e := t.string(part.key, part.to); e != nil && *part.to != "" {
			t.selector(item{*part.to, e.off}, part.key)
		}
	}
	for _, i := range t.list("remove", `[".related"]`) {
		t.selector(i, "remove")
		s.Remove = append(s.Remove, i.text)
	}
}

// selector notes a text that is no CSS selector.
func (t *table) selector(i item, key string) {
	if len([]rune(i.text)) > maxPattern {
		t.rep.add(i.off, "%s: the selector is longer than 1,000 characters", key)
		return
	}
	if err := trySelector(i.text); err != nil {
		t.rep.add(i.off, `%s: %s is not a CSS selector, such as "div.story > p"`, key, show(i.text))
	}
}

// trySelector parses a selector, taking panics of the library for errors.
func trySelector(s string) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("parse selector: %v", p)
		}
	}()
	_, err = cascadia.ParseGroup(s)
	return err
}

var languageShape = regexp.MustCompile(`^[a-z]{2}$`)

// language reads an ISO 639-1 code that may be left empty.
func (t *table) language(key string, to *string) {
	e := t.string(key, to)
	if e != nil && *to != "" && !languageShape.MatchString(*to) {
		t.mistake(e, `%s is not a language of two small letters, such as "en", "ko" or "ja"`, show(*to))
	}
}

// durationOr reads a duration, or a word that stands for none (0).
func (t *table) durationOr(key, none string, to *time.Duration, within span) {
	if e := t.find(key); e != nil && e.val.kind == kindText && e.val.text == none {
		t.ask(key)
		return
	}
	t.duration(key, to, within)
}
