package extract

import (
	"encoding/json"
	"html"
	"strings"

	"newsvigil/address"
	"newsvigil/text"
)

// linked is what JSON-LD (schema.org) says of the page's article.
type linked struct {
	found                                     bool
	headline, body, published, modified, kind string
	publisher, description, url               string
	authors                                   []string
	// closed says that isAccessibleForFree is false.
	closed bool
	words  int
}

const (
	maxLinkedBytes   = 2 << 20
	maxLinkedObjects = 400
	maxLinkedDepth   = 12
)

type object = map[string]any

// readLinked picks the object about the page itself: an article whose address is the page's, then
// one with a date and a headline.
func readLinked(scripts []string, url string) linked {
	var objects []object
	for _, s := range scripts {
		if len(s) > maxLinkedBytes || len(objects) >= maxLinkedObjects {
			continue
		}
		if v, ok := decodeJSON(s); ok {
			objects = collect(v, 0, objects)
		}
	}
	byID := make(map[string]object)
	for _, o := range objects {
		if id := str(o["@id"]); id != "" && len(o) > 1 {
			byID[id] = o
		}
	}
	var best object
	top := 0
	for _, o := range objects {
		if weight := articleWeight(o, url); weight > top {
			best, top = o, weight
		}
	}
	if best == nil {
		return linked{}
	}
	return describe(best, byID)
}

// decodeJSON forgives what outlets do to their JSON: comments around it, raw line breaks within
// strings, a semicolon behind it.
func decodeJSON(s string) (any, bool) {
	s = strings.TrimSpace(s)
	s = strings.TrimPrefix(s, "<!--")
	s = strings.TrimSuffix(s, "-->")
	s = strings.TrimPrefix(strings.TrimSpace(s), "//<![CDATA[")
	s = strings.TrimSuffix(strings.TrimSpace(s), "//]]>")
	s = strings.TrimRight(strings.TrimSpace(s), ";")
	var v any
	if json.Unmarshal([]byte(s), &v) == nil {
		return v, true
	}
	s = strings.Map(func(r rune) rune {
		if r < 0x20 {
			return ' '
		}
		return r
	}, s)
	for _, pair := range [][2]string{{", }", " }"}, {",}", "}"}, {", ]", " ]"}, {",]", "]"}} {
		s = strings.ReplaceAll(squeeze(s), pair[0], pair[1])
	}
	return v, json.Unmarshal([]byte(s), &v) == nil
}

// collect lists the objects within v, outer ones first.
func collect(v any, depth int, list []object) []object {
	if depth > maxLinkedDepth || len(list) >= maxLinkedObjects {
		return list
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			list = collect(e, depth+1, list)
		}
	case object:
		list = append(list, v)
		// Only these hold articles or people; the order of a map must not decide.
		for _, key := range []string{"@graph", "mainEntity", "mainEntityOfPage", "liveBlogUpdate", "author", "publisher"} {
			switch v[key].(type) {
			case object, []any:
				list = collect(v[key], depth+1, list)
			}
		}
	}
	return list
}

func articleWeight(o object, url string) int {
	kind := strings.ToLower(str(o["@type"]))
	weight := 0
	switch {
	case strings.Contains(kind, "newsarticle"):
		weight = 6
	case strings.Contains(kind, "article"), strings.Contains(kind, "posting"), kind == "report":
		weight = 5
	case kind == "webpage", kind == "videoobject", kind == "event":
		weight = 1
	default:
		return 0
	}
	if str(o["headline"]) != "" {
		weight += 2
	}
	if str(o["datePublished"]) != "" {
		weight += 2
	}
	if str(o["articleBody"]) != "" {
		weight++
	}
	for _, key := range []string{"url", "mainEntityOfPage", "@id"} {
		if same(str(o[key]), url) {
			weight += 4
			break
		}
	}
	return weight
}

func same(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	a, errA := address.Canonical(a)
	b, errB := address.Canonical(b)
	return errA == nil && errB == nil && a == b
}

func describe(o object, byID map[string]object) linked {
	l := linked{
		found:       true,
		kind:        str(o["@type"]),
		headline:    clean(str(o["headline"])),
		body:        str(o["articleBody"]),
		published:   str(o["datePublished"]),
		modified:    str(o["dateModified"]),
		description: clean(str(o["description"])),
		url:         str(o["url"]),
		closed:      isFalse(o["isAccessibleForFree"]),
	}
	if l.published == "" {
		l.published = str(o["dateCreated"])
	}
	if n, ok := o["wordCount"].(float64); ok {
		l.words = int(n)
	}
	if names := people(o["publisher"], byID, 0); len(names) > 0 {
		l.publisher = names[0]
	}
	l.authors = people(o["author"], byID, 0)
	if len(l.authors) == 0 {
		l.authors = people(o["creator"], byID, 0)
	}
	return l
}

// people are the names of persons or organisations, which JSON-LD writes as a string, an object,
// a reference to an object, or a list of these.
func people(v any, byID map[string]object, depth int) []string {
	if depth > 4 {
		return nil
	}
	switch v := v.(type) {
	case string:
		if o, ok := byID[v]; ok {
			return people(o, nil, depth+1)
		}
		return []string{clean(v)}
	case []any:
		var names []string
		for _, e := range v[:min(len(v), 30)] {
			names = append(names, people(e, byID, depth+1)...)
		}
		return names
	case object:
		if _, list := v["name"].([]any); list {
			return people(v["name"], nil, depth+1)
		}
		if name := clean(str(v["name"])); name != "" {
			return []string{name}
		}
		if o, ok := byID[str(v["@id"])]; ok {
			return people(o, nil, depth+1)
		}
	}
	return nil
}

// str is a JSON value as a string: the first of a list, the id or address of an object.
func str(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case []any:
		if len(v) > 0 {
			if _, nested := v[0].([]any); !nested {
				return str(v[0])
			}
		}
	case object:
		for _, key := range []string{"@id", "url", "@value", "name"} {
			if s, ok := v[key].(string); ok && s != "" {
				return strings.TrimSpace(s)
			}
		}
	}
	return ""
}

func isFalse(v any) bool {
	switch v := v.(type) {
	case bool:
		return !v
	case string:
		return strings.EqualFold(strings.TrimSpace(v), "false")
	}
	return false
}

func clean(s string) string { return text.Clean(html.UnescapeString(s)) }
