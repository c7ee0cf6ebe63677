package discover

import (
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// sideSegments are path segments of pages that are no articles.
var sideSegments = map[string]bool{
	"tag": true, "tags": true, "category": true, "categories": true, "author": true, "authors": true, "topic": true, "topics": true,
	"login": true, "signin": true, "signup": true, "register": true, "account": true, "subscribe": true, "subscription": true, "newsletter": true, "newsletters": true,
	"search": true, "privacy": true, "privacy-policy": true, "terms": true, "contact": true, "contact-us": true, "about": true, "about-us": true, "donate": true,
	"feed": true, "feeds": true, "rss": true, "page": true, "cart": true, "shop": true, "wp-login.php": true, "wp-content": true, "wp-json": true, "profile": true, "user": true,
	"sitemap": true, "advertise": true, "jobs": true, "careers": true, "help": true, "faq": true, "cookies": true, "cookie-policy": true, "print": true, "staff": true,
}

// sideFiles are endings of files that hold no article. A PDF may be one.
var sideFiles = map[string]bool{
	".jpg": true, ".jpeg": true, ".png": true, ".gif": true, ".webp": true, ".svg": true, ".ico": true, ".mp3": true, ".mp4": true, ".m3u8": true, ".zip": true, ".gz": true,
	".css": true, ".js": true, ".xml": true, ".json": true, ".rss": true, ".doc": true, ".docx": true, ".xls": true, ".xlsx": true, ".ppt": true, ".pptx": true, ".exe": true, ".apk": true,
}

var (
	idQuery   = regexp.MustCompile(`^(?:[A-Za-z_]{0,4}\d{4,}|\d{3,})$`)
	listPage  = regexp.MustCompile(`^(?:list|index|main|default|page|archive|home)\d*(?:\.[a-z]{2,5})?$`)
	longDigit = regexp.MustCompile(`\d{4,}`)
	yearMonth = regexp.MustCompile(`(?:^|[^0-9])((?:19|20)\d\d)[-_/]?(0[1-9]|1[0-2])?(?:[^0-9]|$)`)
	sideMaps  = regexp.MustCompile(`(?i)(?:^|[/_.-])(?:categor(?:y|ies)|tags?|authors?|users?|images?|videos?|pages?|products?|post_tag)[_-]?(?:sitemap|\d*\.xml)|sitemap[_-]?(?:categor(?:y|ies)|tags?|tax|authors?|users?|images?|videos?|pages?)`)
)

// articleAddress reports whether an address looks like that of one piece: a number of four digits
// or more, a long slug, or an id in the query; not a list, a file or a page of the house.
func articleAddress(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil {
		return false
	}
	p := strings.Trim(u.Path, "/")
	if sideFiles[strings.ToLower(path.Ext(p))] {
		return false
	}
	segments := strings.Split(p, "/")
	for _, s := range segments {
		if sideSegments[strings.ToLower(s)] {
			return false
		}
	}
	last := segments[len(segments)-1]
	if p != "" && slug(last) && !listPage.MatchString(strings.ToLower(last)) {
		return true
	}
	for _, values := range u.Query() {
		for _, v := range values {
			if idQuery.MatchString(v) {
				return true
			}
		}
	}
	return p != "" && numbered(segments)
}

// slug reports whether a path segment reads like a headline: three hyphens or underscores or more,
// or ten letters of a script other than Latin.
func slug(s string) bool {
	if strings.Count(s, "-")+strings.Count(s, "_") >= 3 && len(s) >= 15 {
		return true
	}
	wide := 0
	for _, r := range s {
		if r > unicode.MaxLatin1 && unicode.IsLetter(r) {
			wide++
		}
	}
	return wide >= 6
}

// numbered reports whether a path ends in a number of a piece. A year, or a year and month, alone
// are the address of an archive.
func numbered(segments []string) bool {
	last := segments[len(segments)-1]
	if listPage.MatchString(strings.ToLower(last)) {
		return false
	}
	digits := longDigit.FindString(last)
	if digits == "" {
		// "…/2024/05/12/short-slug" has its date in the path and a slug after it.
		return len(segments) >= 3 && strings.Contains(last, "-") && len(last) >= 8 && dated(segments[:len(segments)-1])
	}
	if n, err := strconv.Atoi(last); err == nil && n >= 1900 && n < 2100 {
		return false
	}
	return true
}

func dated(segments []string) bool {
	for _, s := range segments {
		if n, err := strconv.Atoi(s); err == nil && n >= 1990 && n < 2100 {
			return true
		}
	}
	return false
}

// oldArchive reports whether a child sitemap is named after a month or year that ended before
// since, as archives of many years are.
func oldArchive(loc string, since time.Time) bool {
	if since.IsZero() {
		return false
	}
	u, err := url.Parse(loc)
	if err != nil {
		return false
	}
	m := yearMonth.FindStringSubmatch(u.Path + "?" + u.RawQuery)
	if m == nil {
		return false
	}
	year, _ := strconv.Atoi(m[1])
	end := time.Date(year+1, 1, 2, 0, 0, 0, 0, time.UTC)
	if month, err := strconv.Atoi(m[2]); err == nil {
		end = time.Date(year, time.Month(month)+1, 2, 0, 0, 0, 0, time.UTC)
	}
	return end.Before(since)
}

// sideMap reports whether a child sitemap lists no pieces: tags, authors, pictures.
func sideMap(loc string) bool {
	u, err := url.Parse(loc)
	return err == nil && sideMaps.MatchString(u.Path)
}
