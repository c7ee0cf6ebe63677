package crawler

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"newsvigil/text"
)

const (
	// routeCap bounds a feed, sitemap or section, decoded.
	routeCap = 12 << 20
	// mostWindow is the most memory that a body packed with zstd may ask for (RFC 9659).
	mostWindow = 8 << 20
	// errorCap is how much of an error page is read: enough to know a bot wall by.
	errorCap = 64 << 10
)

// tooLargeError says that a body went over its cap.
type tooLargeError struct{ limit int64 }

func (e *tooLargeError) Error() string {
	return fmt.Sprintf("larger than %d MB", max(e.limit>>20, 1))
}

func isTooLarge(err error) bool {
	var large *tooLargeError
	return errors.As(err, &large)
}

// encodingError says that a body is packed in a way that was not offered.
type encodingError struct{ name string }

func (e *encodingError) Error() string {
	return fmt.Sprintf("packed as %q, which was not asked for", e.name)
}

// decoded hands on a body that is unpacked, within its cap, and UTF-8 with a label that says so:
// Colly trusts labels, and would spoil a UTF-8 page labelled EUC-KR.
func decoded(next http.RoundTripper) roundTrip {
	pool := &sync.Pool{New: func() any { return new(chunk) }}
	return func(req *http.Request) (*http.Response, error) {
		t, err := tripOf(req)
		if err != nil {
			return nil, err
		}
		req = req.Clone(req.Context())
		req.Header.Set("Accept-Encoding", "gzip, br, zstd")
		resp, err := next.RoundTrip(req)
		if err != nil {
			return nil, err
		}
		defer resp.Body.Close()
		body, err := readBody(resp, t, pool)
		t.took = time.Since(t.began)
		if err != nil {
			return nil, err
		}
		media, body := asText(resp.Header.Get("Content-Type"), body, t.why)
		resp.Header = resp.Header.Clone()
		resp.Header.Del("Content-Encoding")
		resp.Header.Set("Content-Type", media)
		// The body goes past Colly, which would copy it and keep both.
		t.body, resp.Body = body, http.NoBody
		resp.ContentLength = int64(len(body))
		// Colly looks for gzip once more unless told that it is undone.
		resp.Uncompressed = true
		return resp, nil
	}
}

// readBody reads what is of use: nothing of redirects and of files that are no text, the head of an
// error page, and all of the rest up to the cap.
func readBody(resp *http.Response, t *trip, pool *sync.Pool) ([]byte, error) {
	limit, cut := t.limit, t.why == whyRobots
	switch {
	case resp.StatusCode == http.StatusNotModified || resp.StatusCode/100 == 3:
		// A few bytes are read so that the connection can be used again.
		_, _ = io.CopyN(io.Discard, resp.Body, 4<<10)
		return nil, nil
	case resp.StatusCode != http.StatusOK:
		limit, cut = errorCap, true
	case t.why == whyPage && noText(resp.Header.Get("Content-Type")):
		return nil, nil
	}
	// The packed body is capped as well: empty blocks of gzip unpack to nothing without end.
	raw := bufio.NewReader(&cappedReader{r: resp.Body, left: limit + 1<<20, limit: limit})
	plain, err := unpack(raw, resp.Header.Get("Content-Encoding"), t.why)
	if err != nil {
		return nil, err
	}
	body, err := readCapped(plain, pool, limit)
	if cut && isTooLarge(err) {
		err = nil
	}
	if err != nil {
		return nil, err
	}
	return body, nil
}

// noText reports whether a media type is known to be no text, such as a PDF or a video.
func noText(contentType string) bool {
	media := mediaType(contentType)
	switch {
	case media == "", media == "application/octet-stream", strings.HasPrefix(media, "text/"):
		return false
	case strings.Contains(media, "html"), strings.Contains(media, "xml"), strings.Contains(media, "json"):
		return false
	}
	return true
}

func mediaType(contentType string) string {
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		media, _, _ = strings.Cut(contentType, ";")
	}
	return strings.ToLower(strings.TrimSpace(media))
}

// unpack undoes the content encodings, the last one first, and for sitemaps and feeds also a file
// that is gzip by itself.
func unpack(raw *bufio.Reader, encodings string, w why) (io.Reader, error) {
	r := raw
	list := strings.Split(encodings, ",")
	for i := len(list) - 1; i >= 0; i-- {
		next, err := unpackOne(r, strings.ToLower(strings.TrimSpace(list[i])))
		if err != nil {
			return nil, err
		}
		r = next
	}
	if w != whyPage && gzipped(r) {
		return unpackOne(r, "gzip")
	}
	return r, nil
}

func unpackOne(r *bufio.Reader, encoding string) (*bufio.Reader, error) {
	switch encoding {
	case "", "identity", "none", "utf-8":
		return r, nil
	case "gzip", "x-gzip":
		if !gzipped(r) {
			return r, nil // labelled, but not packed
		}
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, fmt.Errorf("unpack gzip: %w", err)
		}
		z.Multistream(false)
		return bufio.NewReader(&members{raw: r, z: z}), nil
	case "br":
		return bufio.NewReader(brotli.NewReader(r)), nil
	case "zstd":
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(mostWindow))
		if err != nil {
			return nil, fmt.Errorf("unpack zstd: %w", err)
		}
		return bufio.NewReader(z), nil
	case "deflate":
		// The name means zlib, but some servers send the bare stream.
		if head, _ := r.Peek(2); len(head) == 2 && head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
			z, err := zlib.NewReader(r)
			if err != nil {
				return nil, fmt.Errorf("unpack deflate: %w", err)
			}
			return bufio.NewReader(z), nil
		}
		return bufio.NewReader(flate.NewReader(r)), nil
	}
	return nil, &encodingError{encoding}
}

// members reads the members of a gzip stream one after the other, and takes what follows the last one
// for the padding that some servers add; gzip.Reader would call it an error.
type members struct {
	raw *bufio.Reader
	z   *gzip.Reader
}

func (m *members) Read(p []byte) (int, error) {
	for {
		n, err := m.z.Read(p)
		if n > 0 && err == io.EOF {
			return n, nil
		}
		if n > 0 || err != io.EOF || !gzipped(m.raw) {
			return n, err
		}
		if err := m.z.Reset(m.raw); err != nil {
			return 0, fmt.Errorf("unpack gzip: %w", err)
		}
		m.z.Multistream(false)
	}
}

func gzipped(r *bufio.Reader) bool {
	head, _ := r.Peek(2)
	return len(head) == 2 && head[0] == 0x1f && head[1] == 0x8b
}

// chunk is a piece of a body on its way.
type chunk [16 << 10]byte

// readCapped reads to the end. Over the limit it gives what lies within, and a tooLargeError. Chunks are
// gathered and copied once, because a buffer that grows in steps takes three times what it ends with.
func readCapped(r io.Reader, pool *sync.Pool, limit int64) ([]byte, error) {
	var list []*chunk
	defer func() {
		for _, c := range list {
			pool.Put(c)
		}
	}()
	size := 0
	var err error
	for err == nil && int64(size) <= limit {
		c := pool.Get().(*chunk)
		list = append(list, c)
		for n := 0; n < len(c) && err == nil; {
			var more int
			more, err = r.Read(c[n:])
			n, size = n+more, size+more
		}
	}
	if err == io.EOF {
		err = nil
	}
	if int64(size) > limit {
		size, err = int(limit), &tooLargeError{limit}
	}
	body := make([]byte, 0, size)
	for _, c := range list {
		body = append(body, c[:min(len(c), size-len(body))]...)
	}
	return body, err
}

// cappedReader fails with a tooLargeError after left bytes.
type cappedReader struct {
	r           io.Reader
	left, limit int64
}

func (c *cappedReader) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, &tooLargeError{c.limit}
	}
	n, err := c.r.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	return n, err
}

// binaryType is the type of a file that nobody can name.
const binaryType = "application/octet-stream"

// unreadable reports whether a body is no text in any charset: reading one as a page takes seconds and finds
// nothing. UTF-16 without a mark looks much the same, but begins with a tag.
func unreadable(body []byte) bool {
	return len(body) > 2 && body[0] != '<' && body[1] != '<' && http.DetectContentType(body) == binaryType
}

// asText decodes a body to UTF-8 and gives the label that fits. Where the server names no useful
// type, the first bytes decide; a file that is no text keeps its bytes.
func asText(contentType string, body []byte, w why) (string, []byte) {
	media := mediaType(contentType)
	switch media {
	case "", "application/octet-stream", "text/plain", "application/unknown", "unknown/unknown":
		if len(body) > 0 {
			media = mediaType(http.DetectContentType(body))
		}
	}
	if bytes.HasPrefix(body, []byte("%PDF-")) {
		media = "application/pdf"
	} else if w == whyPage && unreadable(body) {
		return binaryType, body
	}
	if w == whyPage && noText(media) || len(body) == 0 {
		return media, body
	}
	utf8, _ := text.Decode(body, contentType)
	return media + "; charset=utf-8", utf8
}
