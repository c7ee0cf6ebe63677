package news

import (
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"regexp"
	"strings"
)

// Hidden stands where a secret was taken out.
const Hidden = "***"

// Secret is a token, password or address that nobody may see. However it is printed, encoded or
// logged it gives ***; only Reveal gives the value. The zero value is no secret at all.
type Secret struct {
	// The value stands behind a function, because fmt and other printers reach unexported fields of
	// structs by reflection, past every method.
	reveal func() string
}

// NewSecret hides a value; an empty one gives the zero Secret.
func NewSecret(value string) Secret {
	if value == "" {
		return Secret{}
	}
	return Secret{reveal: func() string { return value }}
}

// IsSet reports whether there is a value.
func (s Secret) IsSet() bool { return s.reveal != nil }

// Reveal is the value itself, for the one place that needs it; "" where there is none.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// String implements fmt.Stringer.
func (s Secret) String() string {
	if !s.IsSet() {
		return ""
	}
	return Hidden
}

// GoString implements fmt.GoStringer.
func (s Secret) GoString() string { return `news.Secret("` + s.String() + `")` }

// Format implements fmt.Formatter, so that no verb shows anything else.
func (s Secret) Format(f fmt.State, verb rune) {
	if verb == 'v' && f.Flag('#') {
		_, _ = io.WriteString(f, s.GoString())
		return
	}
	_, _ = io.WriteString(f, s.String()) // fmt keeps the errors of its writer to itself, too
}

// MarshalText implements encoding.TextMarshaler, which JSON, XML and TOML go by as well.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// shortestSecret is how many bytes a value must have to be taken out of texts by itself. A shorter
// one is no token of Slack's, and would blank out common words.
const shortestSecret = 8

// secretShapes are what gives a secret away by its form, with what stands in its place: tokens of
// Slack (bot, user, app, refresh, configuration), incoming webhooks with or without their host, and
// names and passwords in addresses.
var secretShapes = []struct {
	find *regexp.Regexp
	put  string
}{
	{regexp.MustCompile(`(?i)xox[a-z](?:\.xox[a-z])?-[a-z0-9._%-]{3,}|xapp-[a-z0-9._%-]{3,}`), Hidden},
	{regexp.MustCompile(`(?i)(hooks\.slack(?:-gov)?\.com(?::\d+)?)(?:/|\\/|%2f)(?:[^\s"'<>\\]|\\/)*`), "${1}/" + Hidden},
	{regexp.MustCompile(`/(services|workflows|triggers)/[TE][A-Z0-9]{6,}/[A-Z0-9]{6,}/[A-Za-z0-9/]{10,}`), "/${1}/" + Hidden},
	{regexp.MustCompile(`://[^/?#\s@"'<>]+@`), "://" + Hidden + "@"},
}

// secretHints are what each of secretShapes cannot match without, in small letters: looking for
// these first makes texts without secrets cheap.
var secretHints = [][]string{{"xox", "xapp-"}, {"hooks.slack"}, {"/services/", "/workflows/", "/triggers/"}, {"://"}}

// Redact takes secrets out of a text: the given ones wherever they stand, plain or as a part of an
// address, and whatever has the form of a Slack token, a webhook's address or a password in an address.
func Redact(text string, known ...Secret) string {
	for _, s := range known {
		for _, form := range s.forms() {
			text = strings.ReplaceAll(text, form, Hidden)
		}
	}
	small := strings.ToLower(text)
	for i, shape := range secretShapes {
		for _, hint := range secretHints[i] {
			if strings.Contains(small, hint) {
				text = shape.find.ReplaceAllString(text, shape.put)
				break
			}
		}
	}
	return text
}

// forms are the spellings of a secret that are looked for, the longest first: the value itself, as
// part of a query, as Go and JSON quote it, and of an address its path and the end of it.
func (s Secret) forms() []string {
	value := s.Reveal()
	list := []string{value, url.QueryEscape(value), url.PathEscape(value), strings.Trim(fmt.Sprintf("%q", value), `"`)}
	if u, err := url.Parse(value); err == nil && u.Host != "" {
		list = append(list, u.RequestURI(), u.RawQuery, strings.TrimSuffix(u.Path, "/"), u.Path[strings.LastIndex(u.Path, "/")+1:])
		if pass, ok := u.User.Password(); ok {
			list = append(list, pass)
		}
	}
	var out []string
	for _, form := range list {
		if len(form) >= shortestSecret {
			out = append(out, form)
		}
	}
	return out
}
