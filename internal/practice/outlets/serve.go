package outlets

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Fault is something wrong with an outlet. The zero Fault is none.
type Fault struct {
	// Down closes every connection without an answer.
	Down bool
	// Status is answered to everything but robots.txt; RetryAfter goes with it.
	Status     int
	RetryAfter time.Duration
	// Slow delays every answer; with an hour the outlet hangs until the caller gives up.
	Slow time.Duration
	// BotWall answers with a page that asks for a browser, NotFeed with a web page where a feed or a
	// sitemap was.
	BotWall, NotFeed bool
}

// Break gives an outlet, named as in its Outlet, a fault; the zero Fault heals it. A feed host breaks
// with its outlet.
func (n *Network) Break(outlet string, f Fault) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, s := range n.sites {
		if s.name == outlet {
			n.faults[s.key] = f
		}
	}
}

func (n *Network) fault(key string) Fault {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.faults[key]
}

// observed notes every request and applies the outlet's fault.
func (s *site) observed(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := &recorder{ResponseWriter: w, status: http.StatusOK}
		at := time.Now()
		s.net.heard(r)
		if !s.broken(rec, r) {
			h.ServeHTTP(rec, r)
		}
		s.net.mu.Lock()
		defer s.net.mu.Unlock()
		s.net.requests = append(s.net.requests, Request{
			At: at, Outlet: s.name, Method: r.Method, Path: r.URL.RequestURI(), UserAgent: r.UserAgent(), Status: rec.status,
			Conditional: r.Header.Get("If-None-Match") != "" || r.Header.Get("If-Modified-Since") != "",
		})
	})
}

// broken answers in place of the outlet where it has a fault.
func (s *site) broken(w http.ResponseWriter, r *http.Request) bool {
	f := s.net.fault(s.key)
	if f.Down {
		panic(http.ErrAbortHandler)
	}
	if f.Slow > 0 {
		select {
		case <-time.After(f.Slow):
		case <-r.Context().Done():
		}
	}
	if r.URL.Path == "/robots.txt" {
		return false
	}
	switch feed := strings.Contains(r.URL.Path, "feed") || strings.HasSuffix(r.URL.Path, ".xml"); {
	case f.Status != 0:
		if f.RetryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(f.RetryAfter/time.Second)))
		}
		http.Error(w, http.StatusText(f.Status), f.Status)
	case f.BotWall:
		writeHTML(w, r, "<html><head><title>Just a moment...</title></head><body>Enable JavaScript and cookies to continue</body></html>")
	case f.NotFeed && feed:
		writeHTML(w, r, `<!DOCTYPE html><html><head><meta http-equiv="refresh" content="0;url=/"></head><body>RSS</body></html>`)
	default:
		return false
	}
	return true
}

// recorder remembers the status for the log of requests.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

func writeHTML(w http.ResponseWriter, r *http.Request, body string) {
	write(w, r, "text/html; charset=utf-8", []byte(body))
}

// write answers with a validator, or with 304 where the caller has the body already. Where the
// header Last-Modified is set, its date is a validator too, for callers that send no ETag (RFC 9110,
// section 13.2.2).
func write(w http.ResponseWriter, r *http.Request, contentType string, body []byte) {
	sum := sha256.Sum256(body)
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	w.Header().Set("ETag", tag)
	match, since := r.Header.Get("If-None-Match"), r.Header.Get("If-Modified-Since")
	if match == tag || match == "" && since != "" && since == w.Header().Get("Last-Modified") {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // a reader that hung up is no fault of the outlet
	}
}

func newestFirst(list []piece) {
	slices.SortStableFunc(list, func(a, b piece) int { return b.Published.Compare(a.Published) })
}
