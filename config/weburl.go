package config

import (
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// maxURL is the longest address that is accepted; Slack links end there, too.
const maxURL = 2000

// webProblem says in words why a text is no http or https address; "" where it is one.
func webProblem(s string) string {
	switch {
	case s == "":
		return "it is empty"
	case len(s) > maxURL:
		return "it is longer than 2,000 characters"
	case strings.ContainsFunc(s, unicode.IsSpace):
		return "there is a space in it"
	}
	u, err := url.Parse(s)
	switch {
	case !strings.Contains(s, "://"):
		return `it does not begin with "https://" or "http://"`
	case err != nil:
		return "it is malformed"
	case u.Scheme != "http" && u.Scheme != "https":
		return `it begins with neither "https://" nor "http://"`
	case u.User != nil:
		return "it carries a user name or password"
	case u.Hostname() == "":
		return "the host is missing"
	case !hostShape.MatchString(u.Host):
		return "its host is malformed"
	case u.Port() != "" && !goodPort(u.Port()):
		return "its port is not within 1 and 65535"
	}
	return ""
}

// hostShape matches host names in any script, IPv4 and IPv6 addresses, with or without a port.
var hostShape = regexp.MustCompile(`^(?:[\pL\pN](?:[\pL\pN\pM._-]*[\pL\pN\pM])?\.?|\[[0-9A-Fa-f:.]+\])(?::\d+)?$`)

func goodPort(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n >= 1 && n <= 65535
}

// webAddress reads an http or https address that may be left empty. A secret one is never shown.
func (t *table) webAddress(key string, to *string, secret bool) *entry {
	e := t.string(key, to)
	if e == nil || *to == "" {
		return e
	}
	problem := webProblem(*to)
	if problem == "" {
		return e
	}
	shown := show(*to)
	if secret {
		shown = "the value " + hiddenValue
	}
	t.mistake(e, "%s is not an http or https address: %s", shown, problem)
	return nil
}

// webAddresses reads a list of http or https addresses.
func (t *table) webAddresses(key string) []string {
	var out []string
	for _, i := range t.list(key, `["https://news.example/feed"]`) {
		if problem := webProblem(i.text); problem != "" {
			t.rep.add(i.off, "%s: %s is not an http or https address: %s", key, show(i.text), problem)
			continue
		}
		out = append(out, i.text)
	}
	return out
}

// hosts reads a list of host names, with ports where they are not the usual ones.
func (t *table) hosts(key string) []string {
	var out []string
	for _, i := range t.list(key, `["news.example"]`) {
		if !hostShape.MatchString(i.text) {
			t.rep.add(i.off, `%s: %s is not a host name such as "news.example"; write it without "https://" and without a path`, key, show(i.text))
			continue
		}
		out = append(out, strings.ToLower(i.text))
	}
	return out
}

// networks reads a list of address ranges in CIDR notation (RFC 4632).
func (t *table) networks(key string) []netip.Prefix {
	var out []netip.Prefix
	for _, i := range t.list(key, `["127.0.0.0/24"]`) {
		p, err := netip.ParsePrefix(i.text)
		if err == nil {
			out = append(out, p.Masked())
			continue
		}
		hint := `write it as "127.0.0.0/24"`
		if a, err := netip.ParseAddr(i.text); err == nil && a.Zone() == "" {
			hint = "for this one address write " + show(netip.PrefixFrom(a, a.BitLen()).String())
		}
		t.rep.add(i.off, "%s: %s is not a range of addresses (CIDR); %s", key, show(i.text), hint)
	}
	return out
}

// listenAddress reads "host:port", the host of which may be empty; port 0 takes any free one.
func (t *table) listenAddress(key string, to *string) {
	e := t.string(key, to)
	if e == nil || *to == "" {
		return
	}
	_, port, err := net.SplitHostPort(*to)
	if err != nil || port != "0" && !goodPort(port) {
		t.mistake(e, `%s is not an address to listen on, such as "127.0.0.1:9464"`, show(*to))
	}
}
