package crawler

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"net/http"
	"strings"
	"testing"
	"unicode/utf16"

	"newsvigil/news"
)

// TestBrokenFeedsOverTheWire holds that what the transport does to an answer leaves a feed whole that is
// sent under a wrong type, packed without a word, or in a charset of its own.
func TestBrokenFeedsOverTheWire(t *testing.T) {
	t.Parallel()
	plain := func(feed string) []byte { return []byte(feed) }
	pack := func(feed string) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write([]byte(feed))
		_ = z.Close()
		return b.Bytes()
	}
	wide := func(feed string) []byte {
		var b bytes.Buffer
		for _, u := range utf16.Encode([]rune("\ufeff" + strings.Replace(feed, "UTF-8", "UTF-16", 1))) {
			_ = binary.Write(&b, binary.LittleEndian, u)
		}
		return b.Bytes()
	}
	tests := map[string]struct {
		header string
		body   func(string) []byte
	}{
		"a web page by its type":         {"Content-Type: text/html", plain},
		"plain text in latin-1":          {"Content-Type: text/plain; charset=iso-8859-1", plain},
		"no type":                        {"", plain},
		"a packed file":                  {"Content-Type: application/x-gzip", pack},
		"packed, as xml":                 {"Content-Type: application/rss+xml", pack},
		"packed on the way":              {"Content-Encoding: gzip", pack},
		"utf-16":                         {"Content-Type: application/xml; charset=utf-16", wide},
		"utf-16 that says utf-8":         {"Content-Type: application/xml; charset=utf-8", wide},
		"an attachment of unknown bytes": {"Content-Type: application/octet-stream", plain},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			paths := s.stories(3)
			body := tt.body(strings.Replace(s.feed(paths...), "Headline 0", "항구 소식 &copy; R&D", 1))
			s.on("/feed.xml", func(w http.ResponseWriter, _ *http.Request) {
				if k, v, ok := strings.Cut(tt.header, ": "); ok {
					w.Header().Set(k, v)
				}
				_, _ = w.Write(body)
			})
			got, sum := crawl(t, nil, quick(), s.source())
			if len(got.pages) != 3 || sum.Sources[0].Trouble != news.TroubleNone {
				t.Fatalf("%v, %+v", got.outcomes(), sum.Sources[0])
			}
			if title := got.page(t, paths[0]).Candidate.Title; title != "항구 소식 © R&D" {
				t.Errorf("title %q", title)
			}
		})
	}
}
