package crawler

import (
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"newsvigil/news"
)

// TestOutageLosesNothing holds that pieces whose host cannot be reached for hours, while their feed
// on another host can, are read when it is back, and that an impatient admin uses up no tries.
func TestOutageLosesNothing(t *testing.T) {
	t.Parallel()
	for name, all := range map[string]bool{"for hours": false, "asked again and again": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// A listener that was closed refuses every connection.
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			home := "http://" + l.Addr().String()
			l.Close()
			if all {
				slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(500) }))
				t.Cleanup(slow.Close)
				home = slow.URL
			}
			feed := httptest.NewServer(http.NotFoundHandler())
			t.Cleanup(feed.Close)
			m := NewMemory()
			src := news.Source{Name: "Outlet", Home: feed.URL, Feeds: []string{feed.URL + "/feed"}, Hosts: []string{home[len("http://"):]}}
			piece := news.Candidate{Source: src.Name, URL: home + "/news/2026/11/a-piece", Key: "url:x"}
			if err := m.Polled(t.Context(), news.PollState{URL: "u"}, []news.Candidate{piece}); err != nil {
				t.Fatal(err)
			}
			if err := m.SaveHost(t.Context(), news.HostState{Host: home[len("http://"):], RobotsStatus: 404, RobotsFetched: time.Now(), RobotsGood: time.Now()}); err != nil {
				t.Fatal(err)
			}
			at := time.Now()
			for i := range 6 {
				o := quick()
				o.All = all
				o.Now = func() time.Time { return at.Add(time.Duration(i) * 3 * time.Hour) }
				if all {
					o.Now = func() time.Time { return at.Add(time.Duration(i) * time.Minute) }
				}
				got, _ := crawl(t, m, o, src)
				for _, p := range got.pages {
					if p.Outcome != news.OutcomeRetry {
						t.Errorf("run %d: %q %q: the piece is lost", i, p.Outcome, p.Detail)
					}
				}
			}
		})
	}
}
