package extract

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html"

	"newsvigil/news"
	"newsvigil/when"
)

// slack is left to the clocks of outlets, as in when.Clamp.
const slack = 10 * time.Minute

var (
	dateClass  = regexp.MustCompile(`(?i)date|time|publish|posted|byline|meta|info|일시|日付|reg|stamp|day`)
	todayClass = regexp.MustCompile(`(?i)today|current|clock|weather|now\b|topbar|top-bar|gnb|masthead`)
	attrDate   = regexp.MustCompile(`^data-(?:[a-z]+-)*(?:date|datetime|time|timestamp|ts|unix|unixtime|epoch|published|pubdate)(?:-(?:at|time|date|utc|gmt|unix|iso|published|created|ms))*$`)
	modified   = regexp.MustCompile(`(?i)modif|updat|수정|更新`)
)

// published is the date of publication: the admin's selector, data for machines, marked-up and
// labelled dates of the article, and where the page has none or less than the feed, the feed's.
// Dates are never read from addresses, and a date outside the article is not trusted.
func (d *document) published() news.Instant {
	page := d.pageDate()
	feed := d.h.Candidate.Published
	switch {
	case page.IsZero():
		page = feed
	case feed.IsZero():
	case !d.h.Fetched.IsZero() && page.Time.After(d.h.Fetched.Add(slack)):
		page = feed // a page that dates itself into the future is wrong
	case page.Confidence == news.ConfidenceLow && feed.Confidence != news.ConfidenceLow:
		page = feed
	case vague(page) && !vague(feed) && sameDay(page.Time, feed.Time):
		page = feed
	}
	return bound(page, d.h)
}

func (d *document) pageDate() news.Instant {
	if i := d.read(d.selected(d.h.Source.Select.Date), news.ConfidenceHigh); !i.IsZero() {
		return i
	}
	machine := d.machineDate()
	if !machine.IsZero() && !vague(machine) && !d.suspect(machine) {
		return machine
	}
	shown := d.shownDate()
	switch {
	case machine.IsZero() || sharper(shown, machine):
		return shown
	case d.suspect(machine) && shown.Zone == news.ZoneOutlet && sameClock(shown, machine):
		// The page prints its local time and labels it UTC for machines.
		shown.Confidence = news.ConfidenceHigh
		return shown
	}
	return machine
}

// sharper reports whether i tells the hour of the day that j only names.
func sharper(i, j news.Instant) bool {
	return !i.IsZero() && vague(j) && !vague(i) && sameDay(i.Time, j.Time)
}

// vague reports whether an instant names no hour. Many systems write midnight for that.
func vague(i news.Instant) bool {
	return i.DateOnly || i.Time.Hour() == 0 && i.Time.Minute() == 0 && i.Time.Second() == 0
}

func sameDay(a, b time.Time) bool {
	d := a.Sub(b)
	return d < 36*time.Hour && d > -36*time.Hour && (a.YearDay() == b.In(a.Location()).YearDay() || a.In(b.Location()).YearDay() == b.YearDay())
}

// read parses a date as written, with the outlet's zone where it states none.
func (d *document) read(s string, c news.Confidence) news.Instant {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > 200 {
		return news.Instant{}
	}
	i, err := when.Parse(s, d.h.Source.Zone)
	if err != nil {
		var ok bool
		if i, ok = when.Find(s, d.h.Source.Zone); !ok {
			return news.Instant{}
		}
	}
	if i.Time.Year() < 1990 {
		return news.Instant{}
	}
	i.Confidence = c
	return i
}

// shownDates are the dates that people see on a page, by how they are marked: in <time>, behind a
// label, in an element named after dates, and such an element above the headline, where today's
// date often stands.
type shownDates struct {
	timed, labelled, marked, early news.Instant
}

// shownDate looks for a date that people see. Menus, footers, side columns and comments are
// passed over: their dates are those of other pieces, or today's.
func (d *document) shownDate() news.Instant {
	var s shownDates
	pastHead := len(d.heads) == 0
	for n := d.p.Root; n != nil; {
		inside := n.Type != html.ElementNode || !outside(n) && !aside(n)
		if n.Type == html.ElementNode && inside {
			if n.Data == "h1" {
				pastHead = true
			}
			prop := strings.ToLower(attr(n, "itemprop"))
			if prop == "datepublished" {
				if i := d.read(firstOf(attr(n, "content"), dateAttr(n), line(n, 200)), news.ConfidenceHigh); !i.IsZero() {
					return i
				}
			}
			d.noteDate(n, pastHead, &s)
		}
		n = after(n, d.p.Root, inside)
	}
	return d.best(s)
}

// noteDate keeps the date of one element under the way it is marked, if it is the first of its way.
func (d *document) noteDate(n *html.Node, pastHead bool, s *shownDates) {
	mark := attr(n, "class") + " " + attr(n, "id") + " " + attr(n, "itemprop")
	if n.Data == "body" || n.Data == "html" || n.Data != "time" && !dateClass.MatchString(mark) {
		return
	}
	said := dateAttr(n)
	if s.timed.IsZero() && !modified.MatchString(mark) && (n.Data == "time" || pastHead && said != "") {
		s.timed = d.read(firstOf(said, line(n, 200)), news.ConfidenceMedium)
	}
	words := line(n, 400)
	count := utf8.RuneCountInString(words)
	if count < 6 || count > 200 {
		return
	}
	if s.labelled.IsZero() {
		if i, ok := when.Find(words, d.h.Source.Zone); ok {
			s.labelled = i
			s.labelled.Confidence = news.ConfidenceMedium
		}
	}
	if count > 60 || modified.MatchString(mark+words) || !s.marked.IsZero() {
		return
	}
	i, err := when.Parse(words, d.h.Source.Zone)
	switch {
	case err != nil:
	case pastHead:
		s.marked = i
		s.marked.Confidence = news.ConfidenceMedium
	case s.early.IsZero() && !sameDay(i.Time, d.h.Fetched):
		s.early = i
		s.early.Confidence = news.ConfidenceLow
	}
}

// dateAttr is the date in an attribute of an element whose text may only say "3 hours ago": datetime, or
// one such as data-timestamp or data-published-at, often in Unix time.
func dateAttr(n *html.Node) string {
	for _, a := range n.Attr {
		if a.Key == "datetime" && strings.TrimSpace(a.Val) != "" {
			return a.Val
		}
	}
	for _, a := range n.Attr {
		if len(a.Val) >= 8 && len(a.Val) <= 60 && attrDate.MatchString(a.Key) && !modified.MatchString(a.Key) {
			return a.Val
		}
	}
	return ""
}

// best prefers dates with an hour, then the way they are marked; text without marks comes after.
func (d *document) best(s shownDates) news.Instant {
	ways := []news.Instant{s.timed, s.labelled, s.marked}
	for _, i := range ways {
		if !i.IsZero() && !vague(i) {
			return i
		}
	}
	for _, i := range append(ways, d.labelledText()) {
		if !i.IsZero() {
			return i
		}
	}
	return s.early
}

// labelledText looks for a labelled date in short texts anywhere but in asides.
func (d *document) labelledText() news.Instant {
	tries := 0
	for n := d.p.Root; n != nil && tries < 400; {
		inside := n.Type != html.ElementNode || !outside(n) && !aside(n) && !element(n, "script", "style", "noscript", "template", "head")
		if n.Type == html.TextNode && len(n.Data) >= 8 && len(n.Data) <= 300 && strings.ContainsAny(n.Data, "0123456789") {
			tries++
			if i, ok := when.Find(squeeze(n.Data), d.h.Source.Zone); ok {
				i.Confidence = news.ConfidenceMedium
				return i
			}
		}
		n = after(n, d.p.Root, inside)
	}
	return news.Instant{}
}

// outside reports whether an element is the frame of the page, where today's date stands.
func outside(n *html.Node) bool {
	switch n.Data {
	case "nav", "footer":
		return true
	case "header":
		// The header of an article holds its date.
		return !within(n, func(p *html.Node) bool { return p.Data == "article" || p.Data == "main" }) && first(n, "h1") == nil
	}
	return todayClass.MatchString(attr(n, "class")+" "+attr(n, "id")) && n.Data != "body" && n.Data != "html"
}

// bound makes sure that nothing was published after it was fetched. Some outlets print local time
// and label it GMT: where only that makes a date lie in the future, the outlet's zone is right.
func bound(i news.Instant, h Hints) news.Instant {
	if i.IsZero() || h.Fetched.IsZero() {
		return i
	}
	limit := h.Fetched.Add(slack)
	if _, offset := i.Time.Zone(); offset == 0 && h.Source.Zone != nil && i.Time.After(limit) {
		local := inZone(i.Time, h.Source.Zone)
		if !local.After(limit) {
			return news.Instant{Time: local, DateOnly: i.DateOnly, Zone: news.ZoneOutlet, Confidence: news.ConfidenceLow}
		}
	}
	return when.Clamp(i, h.Fetched)
}

func firstOf(list ...string) string {
	for _, s := range list {
		if strings.TrimSpace(s) != "" {
			return s
		}
	}
	return ""
}
