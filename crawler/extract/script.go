package extract

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"newsvigil/text"
)

// The bounds of what is read of the data in scripts.
const (
	maxScript   = 3 << 20 // bytes of all scripts together
	maxNested   = 2       // levels of JSON written as a string within JSON
	minLiteral  = 60      // letters from which on a string is prose
	minScripted = 60      // words of a body in a script
	maxRuns     = 60
	// runGap is by how many brackets a run of paragraphs may be left and entered again: a span lies in
	// a list in a paragraph in a list.
	runGap = 3
	// maxRunDepth is more than brackets are nested: leaving it ends every run.
	maxRunDepth = 1 << 20
)

var (
	// stateScript marks scripts that hold what a page is drawn from in the browser.
	stateScript = regexp.MustCompile(`__NEXT_DATA__|__next_f|__NUXT|__[A-Z][A-Z_]+(?:STATE|DATA)__|Fusion\.(?:globalContent|contentCache)|window(?:\.\w+|\[["']\w+["']\])\s*=\s*(?:\{|\[|JSON\.parse)`)
	// otherKey are the keys of texts that are not the body.
	otherKey = regexp.MustCompile(`(?i)desc|summary|teaser|excerpt|abstract|caption|^alt|title|headline|credit|copyright|seo|meta|url|^src|class|style|label|message|placeholder|error|query|policy|terms|cookie|consent|tooltip|bio\b|about|disclaimer|script`)
	textKey  = regexp.MustCompile(`(?i)text|content|value|body|children|html|paragraph|insert`)
	tagged   = regexp.MustCompile(`<(?:p|br|div|h[1-6]|ul|ol|blockquote|figure)\b[^>]*>`)
	anyTag   = regexp.MustCompile(`<[^>]{1,500}>`)
)

// scripted is the body that a script of the page holds for the browser to draw: the longest run of
// prose strings under one key, if it has to do with the title. JSON is not parsed but gone through for
// its strings, because most of it is wrapped in a program.
func (d *document) scripted(title string) []string {
	s := scripts{keys: make(map[string]int)}
	left := maxScript
	for n := range all(d.p.Root) {
		if !element(n, "script") || n.FirstChild == nil {
			continue
		}
		kind, code := strings.ToLower(attr(n, "type")), n.FirstChild.Data
		if strings.Contains(kind, "ld+json") || len(code) < 200 || len(code) > left {
			continue
		}
		if strings.Contains(kind, "json") || attr(n, "id") == "__NEXT_DATA__" || stateScript.MatchString(code[:min(len(code), 4000)]) {
			left -= len(code)
			s.scan(code, 0)
		}
	}
	slices.SortStableFunc(s.done, func(a, b *run) int { return b.size - a.size })
	for _, r := range s.done[:min(len(s.done), 5)] {
		if lines := r.lines(); length(join(lines)) >= minScripted && kin(title, join(lines)) {
			return lines
		}
	}
	return nil
}

// scripts gathers runs of prose; open ones by key and depth.
type scripts struct {
	open, done []*run
	keys       map[string]int // the worth of those that were met
}

// run are strings that stand under one key at one depth, near each other.
type run struct {
	key        string
	depth, low int  // low is the least depth since the last string
	size       int  // letters of prose
	prose      bool // whether any part is
	parts      []string
	continuous []bool // whether a part continues the one before
}

// scan goes through JSON, or a program that holds some, for strings.
func (s *scripts) scan(code string, level int) {
	depth := level * 1000
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
			s.leave(depth)
		case '"':
			end := literalEnd(code, i)
			s.note(code, i, end, depth, level)
			i = end
		}
	}
	s.leave(min(depth, level*1000) - maxRunDepth)
}

// literalEnd is where the string that begins at i ends.
func literalEnd(code string, i int) int {
	for j := i + 1; j < len(code); j++ {
		switch code[j] {
		case '\\':
			j++
		case '"':
			return j
		}
	}
	return len(code) - 1
}

// note keeps a string that may be prose, and goes through one that is JSON itself.
func (s *scripts) note(code string, start, end, depth, level int) {
	if end-start < 2 || end-start > 1<<20 {
		return
	}
	key := keyBefore(code, start)
	worth, known := s.keys[key]
	if !known {
		worth = keyWorth(key)
		s.keys[key] = worth
	}
	if worth == otherText {
		return
	}
	var v string
	if json.Unmarshal([]byte(code[start:end+1]), &v) != nil {
		return
	}
	if level < maxNested && len(v) > 300 && (strings.Contains(v, `":"`) || strings.Contains(v, `":[`) || strings.Contains(v, `":{`)) {
		s.scan(v, level+1)
		return
	}
	size, prose := proseSize(v)
	r := s.find(key, depth)
	if r == nil {
		if !prose && worth != bodyText || len(s.open) >= maxRuns {
			return
		}
		r = &run{key: key, depth: depth}
		s.open = append(s.open, r)
	}
	if key == "[]" && !prose {
		return
	}
	r.prose = r.prose || prose
	r.continuous = append(r.continuous, len(r.parts) > 0 && r.low >= depth-1 && continues(r.parts[len(r.parts)-1], v))
	r.parts, r.size, r.low = append(r.parts, v), r.size+size, depth
}

// The worths of a key: what stands under it is no body, may be one, is likely to be a part of one.
const (
	otherText = iota
	anyText
	bodyText
)

func keyWorth(key string) int {
	switch {
	case otherKey.MatchString(key):
		return otherText
	case textKey.MatchString(key):
		return bodyText
	}
	return anyText
}

// keyBefore is the key before the colon before a string, with quotation marks or without; "[]" where
// the string stands in a list.
func keyBefore(code string, start int) string {
	before := strings.TrimRight(code[max(0, start-60):start], " \t\r\n")
	before, ok := strings.CutSuffix(before, ":")
	if !ok {
		return "[]"
	}
	before = strings.TrimRight(before, " \"'\\")
	i := strings.LastIndexFunc(before, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '-' && r != '$'
	})
	return before[i+1:]
}

// find is the open run of a key at a depth, or nil.
func (s *scripts) find(key string, depth int) *run {
	for _, r := range s.open {
		if r.key == key && r.depth == depth {
			return r
		}
	}
	return nil
}

// leave closes the runs that lie too far within the bracket that was left.
func (s *scripts) leave(depth int) {
	for _, r := range s.open {
		r.low = min(r.low, depth)
	}
	s.end()
}

// end moves the runs that are over to those that are done.
func (s *scripts) end() {
	s.open = slices.DeleteFunc(s.open, func(r *run) bool {
		over := r.low < r.depth-runGap
		if over && r.prose {
			s.done = append(s.done, r)
		}
		return over
	})
}

// proseSize counts the letters of a string without its tags, and tells whether it is prose.
func proseSize(v string) (size int, prose bool) {
	if strings.Contains(v, "<") {
		v = anyTag.ReplaceAllString(v, " ")
	}
	letters, spaces, all := 0, 0, 0
	for _, r := range v {
		all++
		switch {
		case unicode.IsSpace(r):
			spaces++
		case unicode.IsLetter(r):
			letters++
		}
	}
	ok := letters >= minLiteral && 10*(letters+spaces) >= 7*all && (spaces*15 >= letters || wide(v)) && !strings.ContainsAny(v, "{}")
	return letters, ok
}

// continues reports whether a string goes on in the middle of a line: white space or a mark stands where
// they meet.
func continues(before, s string) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	first, _ := utf8.DecodeRuneInString(s)
	return unicode.IsSpace(last) || unicode.IsSpace(first) || strings.ContainsRune(",.;:!?)”’»。、", first)
}

// gap is what stands between a part and the one that it continues.
func (r *run) gap(i int) string {
	last, _ := utf8.DecodeLastRuneInString(r.parts[i-1])
	first, _ := utf8.DecodeRuneInString(r.parts[i])
	if unicode.IsSpace(last) || unicode.IsSpace(first) {
		return " "
	}
	return ""
}

// lines are the paragraphs of a run.
func (r *run) lines() []string {
	var lines []string
	for i, part := range r.parts {
		var more []string
		if strings.ContainsAny(part, "<&") {
			if !tagged.MatchString(part) {
				part = strings.ReplaceAll(part, "\n", "<br>")
			}
			if root, err := html.Parse(strings.NewReader(part)); err == nil {
				truncate(root, maxNodes)
				strip(root)
				pruneLinkLists(root)
				more = render(root)
			}
		} else {
			for l := range strings.SplitSeq(part, "\n") {
				if l = strings.TrimSpace(l); l != "" {
					more = append(more, l)
				}
			}
		}
		if r.continuous[i] && len(lines) > 0 && len(more) > 0 {
			lines[len(lines)-1] = text.Clean(lines[len(lines)-1] + r.gap(i) + more[0])
			more = more[1:]
		}
		lines = append(lines, more...)
	}
	return lines
}
