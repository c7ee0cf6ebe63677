package address

import (
	"regexp"
	"strings"
)

// Outlets serve one piece again for phones: as AMP, on a host or in a folder of its own or by a
// parameter, and Blogger with ?m=1. Only forms that name no other piece are folded.

// bloggerPiece is the path of a piece on Blogger, the one system on which m=1 is known to mean the form
// for phones; elsewhere it may be a menu.
var bloggerPiece = regexp.MustCompile(`^/\d{4}/\d{2}/[^/]+\.html$`)

// foldTwin takes off the marks of AMP in a path that is folded otherwise. A path that is nothing but the
// mark keeps it: that is a page about AMP, or the list of such pieces.
func foldTwin(path string) string {
	for {
		shorter := path
		if rest, ok := strings.CutPrefix(shorter, "/amp/"); ok {
			shorter = "/" + rest
		}
		if rest, ok := strings.CutSuffix(shorter, "/amp"); ok && strings.Trim(rest, "/") != "" {
			shorter = rest
		}
		if rest, ok := strings.CutSuffix(shorter, ".amp"); ok && !strings.HasSuffix(rest, "/") {
			shorter = rest
		}
		if rest, ok := strings.CutSuffix(shorter, ".amp.html"); ok && !strings.HasSuffix(rest, "/") {
			shorter = rest + ".html"
		}
		if shorter = strings.TrimRight(shorter, "/"); shorter == path || shorter == "" {
			return path
		}
		path = shorter
	}
}

// twin reports whether a query parameter only asks for another form of the page at a path.
func twin(pair, path string) bool {
	switch strings.ToLower(pair) {
	case "amp", "amp=", "amp=1", "amp=true", "outputtype=amp":
		return true
	case "m=0", "m=1":
		return bloggerPiece.MatchString(path)
	}
	return false
}

// SameName reports whether two addresses give a piece the same name: the last part of the path, where it
// can be a name at all, with the same query. It tells another form of a piece's address, as a redirect
// or a page names it, from the address of a consent page or a list that every piece leads to.
func SameName(a, b string) bool {
	p, err := parse(a)
	if err != nil {
		return false
	}
	q, err := parse(b)
	if err != nil {
		return false
	}
	p, q = p.canonical(), q.canonical()
	name := lastPart(p.path)
	if p.query != q.query {
		return false
	}
	return name == lastPart(q.path) && (strings.Trim(p.query, "&=") != "" || telling(name))
}

// lastPart is the end of a path without its extension.
func lastPart(path string) string {
	part := path[strings.LastIndexByte(path, '/')+1:]
	for _, ext := range []string{".html", ".htm", ".php", ".asp", ".aspx", ".jsp", ".do"} {
		if rest, ok := strings.CutSuffix(part, ext); ok {
			return rest
		}
	}
	return part
}

// telling reports whether a part of a path can be the name of one piece: it has a number, or several
// words.
func telling(part string) bool {
	return strings.ContainsAny(part, "0123456789") || strings.Count(part, "-")+strings.Count(part, "_") >= 2 || len(part) > 24
}
