package crawler

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"

	"newsvigil/address"
	"newsvigil/crawler/extract"
)

// The program's own transport. A request passes, from outside in: robots gate, conditional
// headers, decoding with its cap, deadlines, and the guard at dial time. The governor is not a layer
// but the queue in front: a layer could only hold back a request by holding a worker. For the same
// reason no layer follows redirects; each hop is a trip of its own through queue and gate.

// why names what a request is for; it stands in the trace.
type why string

const (
	whyRobots  why = "robots"
	whyFeed    why = "feed"
	whySitemap why = "sitemap"
	whySection why = "section"
	whyPosts   why = "wordpress"
	whyPage    why = "page"
)

// trip is one request on its way through the transport. It travels in the request's context.
type trip struct {
	why why
	url *url.URL
	// host is the host for which the queue gave leave, rules what its robots.txt says; nil for
	// robots.txt itself.
	host  string
	rules *rules
	// limit caps the decoded body. Over it the request fails, or for robots.txt the rest is left out.
	limit int64
	// etag and modified are the validators of the last answer.
	etag, modified string
	// sent is when the request was last written, in nanoseconds since began; 0 while it was not.
	began time.Time
	sent  atomic.Int64
	// took is how long the answer took to its last byte; 0 where none came. Reading it comes after.
	took time.Duration
	// body is the answer's, decoded.
	body []byte
	// desk is where the answer is read; nil while it is not.
	desk *extract.Desk
}

// start is when the request went out; the zero time where it never did.
func (t *trip) start() time.Time {
	if n := t.sent.Load(); n > 0 {
		return t.began.Add(time.Duration(n))
	}
	return time.Time{}
}

// watch notes when the request is written: the delay counts from there, not from the moment a
// worker got round to it.
func (t *trip) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteRequest: func(httptrace.WroteRequestInfo) { t.sent.Store(int64(time.Since(t.began))) },
	})
}

type tripKey struct{}

func withTrip(ctx context.Context, t *trip) context.Context {
	return t.watch(context.WithValue(ctx, tripKey{}, t))
}

func tripOf(req *http.Request) (*trip, error) {
	if t, ok := req.Context().Value(tripKey{}).(*trip); ok {
		return t, nil
	}
	return nil, fmt.Errorf("request %s has no leave from the queue", req.URL)
}

// roundTrip makes a function an http.RoundTripper.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// newTransport stacks the layers.
func newTransport(o Options, g *guard) http.RoundTripper {
	wire := &http.Transport{
		// Proxy stays nil: a proxy from the environment would dial for us, past the guard.
		DialContext:            g.dial,
		DisableCompression:     true, // the decoding layer asks for and undoes compression, with a cap
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           max(o.Parallel/2, 1), // each costs two goroutines
		MaxIdleConnsPerHost:    1,
		IdleConnTimeout:        45 * time.Second,
		TLSHandshakeTimeout:    o.Timeout,
		MaxResponseHeaderBytes: 256 << 10,
	}
	return gated(conditional(decoded(deadlines(wire, o.Timeout))))
}

// gated lets a request pass only to the host the queue gave leave for, and only where robots.txt
// allows the very address that goes out. The queue has asked the same question; this is the lock.
func gated(next http.RoundTripper) roundTrip {
	return func(req *http.Request) (*http.Response, error) {
		t, err := tripOf(req)
		if err != nil {
			return nil, err
		}
		if host := address.Host(req.URL.String()); host != t.host {
			return nil, fmt.Errorf("request to %s has leave for %s only", host, t.host)
		}
		if t.why != whyRobots && (t.rules == nil || !t.rules.allows(req.URL)) {
			return nil, errForbidden
		}
		return next.RoundTrip(req)
	}
}

// conditional asks for a body only where it has changed.
func conditional(next http.RoundTripper) roundTrip {
	return func(req *http.Request) (*http.Response, error) {
		t, err := tripOf(req)
		if err != nil {
			return nil, err
		}
		req = req.Clone(req.Context())
		if t.etag != "" {
			req.Header.Set("If-None-Match", t.etag)
		}
		if t.modified != "" {
			req.Header.Set("If-Modified-Since", t.modified)
		}
		return next.RoundTrip(req)
	}
}

// deadlines bounds the time to the headers by wait, and the time to the end of the body by three
// times as much. The inner timers of net/http do neither: the one for headers starts late, and none
// ends a body that drips.
func deadlines(next http.RoundTripper, wait time.Duration) roundTrip {
	return func(req *http.Request) (*http.Response, error) {
		ctx, cancel := context.WithCancelCause(req.Context())
		timer := time.AfterFunc(wait, func() { cancel(&timeoutError{wait: wait}) })
		start := time.Now()
		resp, err := next.RoundTrip(req.WithContext(ctx))
		if err != nil {
			err = causeOf(ctx, err)
			timer.Stop()
			cancel(nil)
			return nil, err
		}
		timer.Stop()
		whole := 3 * wait
		last := time.AfterFunc(whole-time.Since(start), func() { cancel(&timeoutError{wait: whole, body: true}) })
		resp.Body = &timedBody{ReadCloser: resp.Body, ctx: ctx, done: func() { last.Stop(); cancel(nil) }}
		return resp, nil
	}
}

// causeOf puts the deadline in place of the error it led to.
func causeOf(ctx context.Context, err error) error {
	if cause, ok := context.Cause(ctx).(*timeoutError); ok {
		return cause
	}
	return err
}

// timeoutError says that an answer, or the rest of one, did not come in time.
type timeoutError struct {
	wait time.Duration
	body bool
}

func (e *timeoutError) Error() string {
	if e.body {
		return fmt.Sprintf("the answer was not complete within %s", short(e.wait))
	}
	return fmt.Sprintf("no answer within %s", short(e.wait))
}

// timedBody ends its deadline when it is closed.
type timedBody struct {
	io.ReadCloser
	ctx  context.Context
	done func()
}

func (b *timedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && err != io.EOF {
		err = causeOf(b.ctx, err)
	}
	return n, err
}

func (b *timedBody) Close() error {
	err := b.ReadCloser.Close()
	b.done()
	return err
}
