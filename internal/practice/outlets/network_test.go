package outlets

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/text/encoding/korean"
)

// start serves the outlets until the test ends.
func start(t *testing.T) *Network {
	t.Helper()
	n, err := Start(Options{Now: func() time.Time { return time.Date(2031, 3, 5, 1, 2, 3, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	})
	return n
}

type page struct {
	status int
	header http.Header
	body   string // as UTF-8
}

// client asks without keeping connections.
func client() *http.Client { return &http.Client{Transport: &http.Transport{DisableKeepAlives: true}} }

// get asks for an address; headers are pairs of a name and a value.
func get(t *testing.T, url string, headers ...string) page {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s: %v", url, err)
	}
	if strings.Contains(resp.Header.Get("Content-Type"), "euc-kr") || bytes.Contains(body[:min(60, len(body))], []byte("EUC-KR")) {
		if body, err = korean.EUCKR.NewDecoder().Bytes(body); err != nil || bytes.ContainsRune(body, '\uFFFD') {
			t.Errorf("%s is no valid EUC-KR (%v)", url, err)
		}
	}
	return page{resp.StatusCode, resp.Header, string(body)}
}

// site finds the site of an outlet.
func (n *Network) site(key string) *site {
	for _, s := range n.sites {
		if s.key == key {
			return s
		}
	}
	return nil
}

// read gives the text and the links of a web page.
func read(t *testing.T, body string) (text string, links []string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data + " ")
		}
		for _, a := range n.Attr {
			if a.Key == "href" {
				links = append(links, a.Val)
			}
		}
	}
	return strings.Join(strings.Fields(b.String()), " "), links
}

func TestRounds(t *testing.T) {
	t.Parallel()
	n := start(t)
	first := len(n.Pieces())
	for _, p := range n.pieces {
		if want := map[int]int{1: http.StatusOK, 2: http.StatusNotFound}[p.Round]; get(t, p.URL).status != want {
			t.Errorf("%s of round %d: want %d in round 1", p.ID, p.Round, want)
		}
	}
	n.Publish(2)
	if got := len(n.Pieces()) - first; got < 4 {
		t.Errorf("round 2 has %d new pieces, want at least 4", got)
	}
	if !slices.IsSortedFunc(n.Pieces(), func(a, b Piece) int { return b.Published.Compare(a.Published) }) {
		t.Error("the newest piece does not come first")
	}
}

// TestCloseLeavesNothing runs alone, before the parallel tests: it looks for goroutines.
func TestCloseLeavesNothing(t *testing.T) {
	for range 3 {
		n, err := Start(Options{})
		if err != nil {
			t.Fatal(err)
		}
		name, url := n.Outlets()[0].Name, n.Outlets()[0].Home
		idle := &http.Transport{}
		resp, err := (&http.Client{Transport: idle}).Get(url)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		n.Break(name, Fault{Slow: time.Hour})
		hung := hang(t, url)
		if err := errors.Join(n.Close(), n.Close()); err != nil {
			t.Error(err)
		}
		if err := <-hung; err == nil {
			t.Error("a closed outlet has answered")
		}
		idle.CloseIdleConnections()
	}
	// The last steps of a goroutine come after all that Close can wait for.
	for end := time.Now().Add(10 * time.Second); serving() && time.Now().Before(end); {
		runtime.Gosched()
	}
	if serving() {
		t.Error("after Close something still serves")
	}
}

// TestCloseWaitsForAnswers uses a handler that says when it has begun, and that ends with its caller.
func TestCloseWaitsForAnswers(t *testing.T) {
	t.Parallel()
	n := start(t)
	began, ended := make(chan struct{}), false
	s := &site{key: "slow"}
	s.handler = func(*site) http.Handler {
		return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			close(began)
			<-r.Context().Done()
			for range 1000 {
				runtime.Gosched()
			}
			ended = true
		})
	}
	if err := n.listen(s); err != nil {
		t.Fatal(err)
	}
	hung := hang(t, s.url("/"))
	<-began
	if err := n.Close(); err != nil {
		t.Error(err)
	}
	if !ended {
		t.Error("Close came back before an answer in hand had ended")
	}
	<-hung
}

// hang asks for an address that will not answer; it returns when the request has been sent.
func hang(t *testing.T, url string) <-chan error {
	t.Helper()
	sent, done := make(chan struct{}), make(chan error, 1)
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { close(sent) }})
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		resp, err := client().Do(req)
		if err == nil {
			resp.Body.Close()
		}
		done <- err
	}()
	<-sent
	return done
}

// serving reports whether any goroutine belongs to a server.
func serving() bool {
	buf := make([]byte, 1<<20)
	stacks := string(buf[:runtime.Stack(buf, true)])
	return strings.Contains(stacks, "net/http.(*Server).Serve") || strings.Contains(stacks, "net/http.(*conn).serve")
}

func TestOutletsFillASource(t *testing.T) {
	t.Parallel()
	n := start(t)
	hosts := map[string]bool{}
	for _, o := range n.Outlets() {
		hosts[o.Home] = true
		article, id := regexp.MustCompile(o.Article), regexp.MustCompile(o.ID)
		for _, p := range n.visible("") {
			if p.Outlet != o.Name {
				continue
			}
			for _, url := range []string{p.URL, p.Also} {
				if url != "" && (!article.MatchString(url) || id.FindStringSubmatch(url) == nil) {
					t.Errorf("%s: %s matches not the patterns of %s", p.ID, url, o.Name)
				}
			}
		}
		for _, list := range append(append(append([]string{o.Home}, o.Feeds...), o.Sitemaps...), o.Sections...) {
			if article.MatchString(list) {
				t.Errorf("the list %s passes for an article", list)
			}
		}
	}
	if len(hosts) != 5 {
		t.Errorf("%d outlets, want 5", len(hosts))
	}
}
