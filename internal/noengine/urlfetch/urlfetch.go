// Package urlfetch stands in for google.golang.org/appengine/urlfetch, which Colly imports for its method
// Collector.Appengine, by a replace directive in this project's go.mod. The program never calls that
// method and runs on no App Engine; the library and what it brings (protocol buffers) would make the
// program a tenth larger, and take 3 MB of memory from its start.
//
// The package holds what Colly v2.3.0 needs to compile.
package urlfetch

import (
	"context"
	"errors"
	"net/http"
)

// Client gives a client that answers every request with an error: this program runs on no App Engine.
func Client(context.Context) *http.Client { return &http.Client{Transport: absent{}} }

// absent is a transport that reaches nothing.
type absent struct{}

// RoundTrip always fails.
func (absent) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("this program is built without App Engine")
}
