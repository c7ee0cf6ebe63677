package discover

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"regexp"
	"strings"

	"newsvigil/text"
)

var errTooLarge = errors.New("larger than allowed")

var (
	feedRoot  = regexp.MustCompile(`(?i)<(?:[a-z][a-z0-9]*:)?(?:rss|rdf|feed)[\s>]`)
	comment   = regexp.MustCompile(`(?s)<!--.*?-->`)
	htmlStart = regexp.MustCompile(`(?i)<(?:!doctype\s+html|html|head|body)[\s>]`)
)

// decode unpacks gzip by its magic number and turns any charset into UTF-8.
func decode(body []byte) (string, error) {
	// A packed file is packed again by some servers, which is as far as it goes.
	for range 2 {
		if len(body) <= 2 || body[0] != 0x1f || body[1] != 0x8b {
			break
		}
		zr, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			break
		}
		// What could be unpacked before an error is used: servers do cut streams short.
		body, _ = io.ReadAll(io.LimitReader(zr, maxFeedBytes+1))
	}
	if len(body) > maxFeedBytes {
		return "", errTooLarge
	}
	decoded, _ := text.Decode(body, "")
	return string(decoded), nil
}

// feedDocument gives the feed within raw, repaired, or false where there is none.
func feedDocument(raw string) (string, bool) {
	trimmed := strings.TrimLeft(raw, "\ufeff \t\r\n\x00")
	if strings.HasPrefix(trimmed, "{") {
		return trimmed, strings.Contains(trimmed, `"items"`)
	}
	head := withoutComments(raw[:min(len(raw), 64<<10)])
	at := feedRoot.FindStringIndex(head)
	if at == nil {
		return "", false
	}
	if page := htmlStart.FindStringIndex(head); page != nil && page[0] < at[0] {
		return "", false
	}
	return wellFormed(raw[at[0]:]), true
}

// withoutComments blanks the comments, which may speak of feeds. Every byte stays where it is.
func withoutComments(s string) string {
	if !strings.Contains(s, "<!--") {
		return s
	}
	return comment.ReplaceAllStringFunc(s, func(c string) string { return strings.Repeat(" ", len(c)) })
}
