package crawler

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	// robotsCap is how much of a robots.txt is read; RFC 9309 section 2.5 asks for 500 KiB at least.
	robotsCap = 500 << 10
	// longestLine is the length from which on the rest of a line is not read.
	longestLine = 16 << 10
	// longestCrawlDelay bounds what a Crawl-delay can ask for.
	longestCrawlDelay = 120 * time.Second
)

// rules are what a robots.txt says to one agent, by RFC 9309: the longest matching pattern decides,
// and an allow wins a tie. The zero value allows everything.
type rules struct {
	nothing  bool // allow nothing: robots.txt could not be had
	list     []rule
	delay    time.Duration
	sitemaps []string
}

// rule is one allow or disallow line. The pattern is kept as it was written, only escaped, and in
// the normal form of percent-encoding.
type rule struct {
	allow         bool
	plain, normal string
}

// allows reports whether the address may be asked for. A path is asked for only when both its
// plain spelling and its normal form may be: servers take %2F and %61 for / and a, so the two name
// one page, and a rule for either speaks of it.
func (r *rules) allows(u *url.URL) bool {
	path := robotsPath(u)
	if path == "/robots.txt" {
		return true
	}
	if r.nothing {
		return false
	}
	return allowed(r.list, path, func(e rule) string { return e.plain }) &&
		allowed(r.list, normalEscapes(path), func(e rule) string { return e.normal })
}

// robotsPath is the part of an address that rules speak of: path and query.
func robotsPath(u *url.URL) string {
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	if u.RawQuery != "" || u.ForceQuery {
		path += "?" + u.RawQuery
	}
	return path
}

func allowed(list []rule, path string, pattern func(rule) string) bool {
	allow, disallow := 0, 0
	for _, r := range list {
		p := pattern(r)
		n := strength(p, path)
		if n == 0 && r.allow {
			n = indexStrength(p, path)
		}
		if r.allow {
			allow = max(allow, n)
		} else {
			disallow = max(disallow, n)
		}
	}
	return allow >= disallow
}

// strength is the length of a pattern that matches the path, and 0 for one that does not.
func strength(pattern, path string) int {
	if pattern == "" || !matches(pattern, path) {
		return 0
	}
	return len(pattern)
}

// indexStrength lets an allow for ".../index.html" stand for the folder itself.
func indexStrength(pattern, path string) int {
	slash := strings.LastIndexByte(pattern, '/')
	if slash < 0 || !strings.HasPrefix(pattern[slash:], "/index.htm") {
		return 0
	}
	return strength(pattern[:slash+1]+"$", path)
}

// matches compares a path with a pattern from the start: * is any run, $ at the end is the end of
// the path. It walks both once and goes back to the last * only, so hostile patterns cost at most
// the product of the lengths.
func matches(pattern, path string) bool {
	anchored := strings.HasSuffix(pattern, "$")
	if anchored {
		pattern = pattern[:len(pattern)-1]
	} else {
		pattern += "*"
	}
	p, s := 0, 0
	star, from := -1, 0
	for s < len(path) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, s
			p++
			if p == len(pattern) {
				return true
			}
		case p < len(pattern) && pattern[p] == path[s]:
			p++
			s++
		case star >= 0:
			from++
			p, s = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// parseRobots reads what a robots.txt says to the agent, which is a product token such as
// "newsvigil". It never fails: what cannot be read is passed over.
func parseRobots(body, agent string) *rules {
	p := robotsParser{agent: agent}
	body = strings.TrimPrefix(body, "\ufeff")
	for len(body) > 0 {
		end := strings.IndexAny(body, "\r\n")
		line := body
		if end < 0 {
			body = ""
		} else {
			line, body = body[:end], body[end+1:]
		}
		if len(line) > longestLine {
			line = line[:longestLine]
		}
		if key, value, ok := robotsLine(line); ok {
			p.take(key, value)
		}
	}
	return p.rules()
}

// robotsParser collects the groups that name the agent and those that name everybody.
type robotsParser struct {
	agent                string
	own, all             rules
	inOwn, inAll, seeing bool
	named                bool
	sitemaps             []string
}

func (p *robotsParser) take(key, value string) {
	switch key {
	case "user-agent":
		p.group(value)
	case "allow", "disallow":
		p.seeing = false
		if value == "" {
			return
		}
		plain := plainEscapes(value)
		p.each(func(r *rules) {
			r.list = append(r.list, rule{allow: key == "allow", plain: plain, normal: normalEscapes(plain)})
		})
	case "crawl-delay":
		// It ends the list of agents like a rule: "User-agent: *, Crawl-delay: 10, User-agent: Bad,
		// Disallow: /" is common, and means two groups.
		p.seeing = false
		seconds, err := strconv.ParseFloat(value, 64)
		if err != nil || !(seconds > 0) {
			return
		}
		delay := time.Duration(min(seconds, longestCrawlDelay.Seconds()) * float64(time.Second))
		p.each(func(r *rules) { r.delay = max(r.delay, delay) })
	case "sitemap":
		p.sitemaps = append(p.sitemaps, value)
	}
}

// group opens a group, or adds an agent to the one being opened: user-agent lines in a row share
// the rules that follow.
func (p *robotsParser) group(value string) {
	if !p.seeing {
		p.inOwn, p.inAll, p.seeing = false, false, true
	}
	if value == "*" || strings.HasPrefix(value, "* ") || strings.HasPrefix(value, "*\t") {
		p.inAll = true
		return
	}
	if token := productToken(value); token != "" && strings.EqualFold(token, p.agent) {
		p.inOwn, p.named = true, true
	}
}

func (p *robotsParser) each(do func(*rules)) {
	if p.inOwn {
		do(&p.own)
	}
	if p.inAll {
		do(&p.all)
	}
}

// rules gives the groups for the agent where there is one, even an empty one, else those for all.
func (p *robotsParser) rules() *rules {
	r := p.all
	if p.named {
		r = p.own
	}
	r.sitemaps = p.sitemaps
	return &r
}

// productToken is the leading part of an agent's name that RFC 9309 compares.
func productToken(agent string) string {
	for i := range len(agent) {
		c := agent[i]
		if c != '-' && c != '_' && (c|0x20 < 'a' || c|0x20 > 'z') {
			return agent[:i]
		}
	}
	return agent
}

// robotsLine splits a line into its folded key and its value. Like Google's reader it takes a
// missing colon between two words, and the misspellings of disallow that are seen in the wild.
func robotsLine(line string) (key, value string, ok bool) {
	line, _, _ = strings.Cut(line, "#")
	line = strings.TrimSpace(line)
	key, value, ok = strings.Cut(line, ":")
	if !ok {
		words := strings.Fields(line)
		if len(words) != 2 {
			return "", "", false
		}
		key, value = words[0], words[1]
	}
	key = strings.ToLower(strings.TrimSpace(key))
	switch key {
	case "dissallow", "dissalow", "disalow", "diasllow", "disallaw":
		key = "disallow"
	case "useragent", "user agent":
		key = "user-agent"
	case "crawldelay", "crawl delay":
		key = "crawl-delay"
	case "site-map":
		key = "sitemap"
	}
	return key, strings.TrimSpace(value), key != ""
}

// plainEscapes escapes what is not ASCII and writes escapes in capitals, and changes nothing else.
func plainEscapes(s string) string { return escapes(s, false) }

// normalEscapes is plainEscapes with needless escapes taken out (RFC 3986 section 6.2.2.2).
func normalEscapes(s string) string { return escapes(s, true) }

func escapes(s string, normal bool) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			v := unhex(s[i+1])<<4 | unhex(s[i+2])
			i += 2
			if normal && unreserved(v) {
				b.WriteByte(v)
				continue
			}
			b.Write([]byte{'%', hex[v>>4], hex[v&15]})
			continue
		}
		if c >= 0x80 {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

func unreserved(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' }

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}
