package slack

import (
	"regexp"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// dot looks like a full stop, and keeps Slack from reading a name as that of a host.
const dot = "\u2024"

// bareHost matches what may be the name of a host that stands in a text without a scheme.
var bareHost = regexp.MustCompile(`[\pL\d][\pL\d-]*(?:\.[\pL\d][\pL\d-]*)+`)

// noHost keeps the name of a host that stands in a text from being a link. Slack makes one of "www.example.com"
// in the text of a message, and of what stands behind an @ an address to write to.
func noHost(s string) string {
	return bareHost.ReplaceAllStringFunc(s, func(name string) string {
		suffix, listed := publicsuffix.PublicSuffix(strings.ToLower(name))
		if !listed && !strings.HasPrefix(strings.ToLower(name), "www.") || suffix == strings.ToLower(name) {
			return name
		}
		return strings.ReplaceAll(name, ".", dot)
	})
}
