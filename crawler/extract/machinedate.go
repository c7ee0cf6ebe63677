package extract

import (
	"time"

	"newsvigil/news"
)

// dateMetas are the meta elements that hold the date of publication, most reliable first.
var dateMetas = []string{
	"article:published_time", "og:article:published_time", "og:published_time", "datepublished", "article:published", "article.published",
	"parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish-date", "publish_date", "pub_date", "publication_date", "published_time",
	"article_date_original", "originalpublicationdate", "dc.date.issued", "dcterms.issued", "dc.date", "dcterms.date", "dcterms.created", "dc.date.created", "dc:date",
	"cxenseparse:recs:publishtime", "shareaholic:article_published_time", "citation_publication_date", "bt:pubdate", "displaydate", "ptime", "date", "datecreated",
}

// machineDate is the date that the page holds for programs: JSON-LD's, else that of the first meta
// element which names the hour too. Where one of them states the offset that the others lack, it is
// right: some outlets print local time with and without its zone.
func (d *document) machineDate() news.Instant {
	var all []news.Instant
	for _, s := range append([]string{d.linked.published}, d.contents(dateMetas...)...) {
		if i := d.read(s, news.ConfidenceHigh); !i.IsZero() {
			all = append(all, i)
		}
	}
	if len(all) == 0 {
		return news.Instant{}
	}
	best := all[0]
	for _, i := range all {
		if sharper(i, best) {
			best = i
		}
	}
	if best.DateOnly || zoned(best) {
		return best
	}
	for _, i := range all {
		if zoned(i) && sameClock(i, best) {
			return i
		}
	}
	if best.Zone == news.ZoneAssumed {
		return d.inModifiedZone(best)
	}
	return best
}

// inModifiedZone reads a date without a zone in that which the date of the last change states.
func (d *document) inModifiedZone(i news.Instant) news.Instant {
	for _, s := range append([]string{d.linked.modified}, d.contents("article:modified_time", "og:updated_time", "last-modified", "dcterms.modified")...) {
		if m := d.read(s, news.ConfidenceHigh); zoned(m) {
			i.Time = inZone(i.Time, m.Time.Location())
			i.Confidence = news.ConfidenceMedium
			return i
		}
	}
	return i
}

// zoned reports whether an instant states an offset from UTC.
func zoned(i news.Instant) bool {
	_, offset := i.Time.Zone()
	return i.Zone == news.ZoneStated && offset != 0
}

// suspect reports whether a date is in UTC on the page of an outlet that lives by another clock.
func (d *document) suspect(i news.Instant) bool {
	if _, offset := i.Time.Zone(); d.h.Source.Zone == nil || offset != 0 || i.DateOnly {
		return false
	}
	_, local := i.Time.In(d.h.Source.Zone).Zone()
	return local != 0
}

// sameClock reports whether two instants show the same day and minute on their own clocks.
func sameClock(i, j news.Instant) bool {
	const clock = "2006-01-02 15:04"
	return !i.IsZero() && !i.DateOnly && !j.DateOnly && i.Time.Format(clock) == j.Time.Format(clock)
}

// inZone is the same clock time in another zone.
func inZone(t time.Time, zone *time.Location) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone)
}
