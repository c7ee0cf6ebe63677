package address

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/nlnwa/whatwg-url/url"
	"golang.org/x/net/publicsuffix"
)

// maxLength bounds an address in bytes, before and after encoding; longer ones are traps, not articles.
const maxLength = 8 << 10

// ErrNoWebAddress says that a string is no address that can be fetched over http or https.
var ErrNoWebAddress = errors.New("not an http or https address")

// parts is a parsed address. Everything is in the normal form of RFC 3986 section 6.2.2 and the
// WHATWG URL standard; host is in punycode, port is empty where it is the scheme's own.
type parts struct {
	scheme, host, port, path, query string
}

// Canonical folds raw to the form that all addresses of one page share: lower-case host without www.,
// m. and the like, no mark of AMP, no user, no default port, no fragment, no tracking parameters, the other parameters
// sorted by name, percent-encoding in normal form, no slash at the end of a path. Folding twice
// changes nothing. The scheme stays. The result is for comparing; an outlet may not answer under it.
func Canonical(raw string) (string, error) {
	p, err := parse(raw)
	if err != nil {
		return "", err
	}
	s := p.canonical().String()
	if len(s) > maxLength { // encoding makes bytes outside ASCII three times as long
		return "", fmt.Errorf("fold an address to %d bytes: %w", len(s), ErrNoWebAddress)
	}
	return s, nil
}

// Resolve makes ref, an address as a page or feed at base wrote it, absolute. Only http and https
// results are returned; base may be empty where ref is absolute.
func Resolve(base, ref string) (string, error) {
	if len(ref) > maxLength || len(base) > maxLength {
		return "", fmt.Errorf("resolve an address of %d bytes: %w", len(ref), ErrNoWebAddress)
	}
	var u *url.Url
	var err error
	if base == "" {
		u, err = url.Parse(ref)
	} else {
		u, err = url.ParseRef(base, ref)
	}
	if err != nil || !web(u) {
		return "", fmt.Errorf("resolve %.200q against %.200q: %w", ref, base, ErrNoWebAddress)
	}
	p := split(u)
	p.path, p.query = fixPercent(p.path), fixPercent(p.query)
	out := p.String()
	if f := u.Fragment(); f != "" {
		out += "#" + fixPercent(f)
	}
	if len(out) > maxLength {
		return "", fmt.Errorf("resolve an address to %d bytes: %w", len(out), ErrNoWebAddress)
	}
	return out, nil
}

func parse(raw string) (parts, error) {
	if len(raw) > maxLength {
		return parts{}, fmt.Errorf("read an address of %d bytes: %w", len(raw), ErrNoWebAddress)
	}
	u, err := url.Parse(raw)
	if err != nil || !web(u) {
		return parts{}, fmt.Errorf("read address %.200q: %w", raw, ErrNoWebAddress)
	}
	return split(u), nil
}

func web(u *url.Url) bool {
	host := u.Hostname()
	if u.Scheme() != "http" && u.Scheme() != "https" || host == "" || len(host) > longestHost || host[0] == '.' || strings.Contains(host, "..") {
		return false
	}
	return u.IsIPv6() || strings.Trim(host, hostBytes) == ""
}

// longestHost is the longest name that the domain name system knows (RFC 1035 section 2.3.4), written with dots.
const longestHost = 253

// hostBytes are what a host in punycode is made of. The WHATWG standard allows more, which no name
// server knows and net/url refuses.
const hostBytes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"

func split(u *url.Url) parts {
	return parts{
		scheme: u.Scheme(),
		host:   strings.TrimRight(strings.ToLower(u.Hostname()), "."),
		port:   u.Port(),
		path:   u.Pathname(),
		query:  u.Query(),
	}
}

func (p parts) String() string {
	s := p.scheme + "://" + p.authority() + p.path
	if p.query != "" {
		s += "?" + p.query
	}
	return s
}

func (p parts) authority() string {
	if p.port == "" {
		return p.host
	}
	return p.host + ":" + p.port
}

func (p parts) canonical() parts {
	p.host = foldHost(p.host)
	for path := ""; path != p.path; { // what one takes off may uncover what the other does
		path, p.path = p.path, foldTwin(foldPath(p.path))
	}
	p.query = foldQuery(p.query, p.path)
	return p
}

// prefixes are host labels under which outlets serve the same pages again.
var prefixes = []string{"www.", "m.", "w.", "mm.", "mobile.", "amp."}

// foldHost takes prefixes off as long as what remains is a name that someone registered: "m.co.kr"
// and "www.gov.uk" keep theirs.
func foldHost(host string) string {
	for {
		rest, ok := "", false
		for _, prefix := range prefixes {
			if rest, ok = strings.CutPrefix(host, prefix); ok {
				break
			}
		}
		if !ok || registrable(rest) == "" {
			return host
		}
		host = rest
	}
}

// registrable is the part of host that its owner registered, "" for IP addresses, for names without
// a dot and for public suffixes such as co.kr or blogspot.com.
func registrable(host string) string {
	if isIP(host) {
		return ""
	}
	d, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return ""
	}
	return d
}

func isIP(host string) bool {
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil
}

// foldPath normalises a path and drops the slashes at its end and the ids of sessions.
func foldPath(path string) string {
	path = normalPercent(path)
	if i := strings.Index(strings.ToLower(path), ";jsessionid="); i >= 0 {
		end := strings.IndexByte(path[i:], '/')
		if end < 0 {
			end = len(path) - i
		}
		path = path[:i] + path[i+end:]
	}
	path = strings.TrimRight(sessionPart.ReplaceAllString(path, "/"), "/")
	if path == "" {
		return "/"
	}
	return path
}

// sessionPart is a session's id as ASP.NET writes it into a path.
var sessionPart = regexp.MustCompile(`(?i)(?:/\(S\([a-z0-9]+\)\))+(?:/|$)`)

// foldQuery drops tracking parameters, and those that ask for another form of the page at a path, and
// sorts the rest by name. Parameters of one name keep their order,
// which may mean something.
func foldQuery(query, path string) string {
	if query == "" {
		return ""
	}
	kept := make([]string, 0, 4)
	for pair := range strings.SplitSeq(normalPercent(query), "&") {
		for strings.HasPrefix(pair, "amp;") { // escaped once too often: "?a=1&amp;b=2"
			pair = pair[len("amp;"):]
		}
		if pair != "" && !tracking(name(pair)) && !twin(pair, path) {
			kept = append(kept, pair)
		}
	}
	slices.SortStableFunc(kept, func(a, b string) int { return strings.Compare(name(a), name(b)) })
	return strings.Join(kept, "&")
}

func name(pair string) string {
	n, _, _ := strings.Cut(pair, "=")
	return n
}
