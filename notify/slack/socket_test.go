package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"newsvigil/internal/practice/slack"
	"newsvigil/news"
)

// TestNothingFallsBetweenConnections: when Slack announces the end of a connection the next one stands
// before it, and what was pressed on the old one is answered, on the new one where the old one is gone.
func TestNothingFallsBetweenConnections(t *testing.T) {
	t.Parallel()
	s := practice(t, slack.Options{Every: -1})
	e := &ear{}
	c, stop := listening(t, s, Options{}, e)
	_, ts := pressable(t, s, c)
	press := func() error {
		_, err := s.Press(slack.Press{Channel: channelOne, TS: ts[0], Action: ActionKeep})
		return err
	}
	for n := range 3 {
		s.Announce("refresh_requested")
		await(t, func() bool { return s.Sockets() == 2 })
		if err := press(); err != nil {
			t.Errorf("round %d, with two connections: %v", n+1, err)
		}
		s.EndOldest()
		if err := press(); err != nil {
			t.Errorf("round %d, after the end of the old one: %v", n+1, err)
		}
	}
	came, held := make(chan struct{}), make(chan struct{})
	e.answers(func(Action) (func(context.Context), error) { close(came); <-held; return nil, nil })
	pressed := make(chan error, 1)
	go func() { pressed <- press() }()
	<-came
	s.Announce("warning")
	await(t, func() bool { return s.Sockets() == 2 })
	s.EndOldest()
	close(held)
	if err := <-pressed; err != nil {
		t.Errorf("pressed on a connection that ended before the answer: %v", err)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	await(t, func() bool { return s.Sockets() == 0 })
}

// TestEnvelopeTwice: one that Slack sends again is answered again, and done once; one that failed is done
// anew.
func TestEnvelopeTwice(t *testing.T) {
	t.Parallel()
	s := practice(t, slack.Options{Every: -1, Ack: 300 * time.Millisecond})
	e := &ear{}
	c, stop := listening(t, s, Options{}, e)
	_, ts := pressable(t, s, c)
	p := slack.Press{Channel: channelOne, TS: ts[0], Action: ActionKeep}
	first, err := s.Press(p)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 2 {
		if err := s.Again(first.ID); err != nil {
			t.Fatal(err)
		}
		await(t, func() bool { return s.Answers(first.ID) == n+2 })
	}
	var fails atomic.Bool
	fails.Store(true)
	e.answers(func(Action) (func(context.Context), error) {
		if fails.Load() {
			return nil, io.ErrUnexpectedEOF
		}
		return nil, nil
	})
	second, err := s.Press(p)
	if err == nil {
		t.Fatal("a press that was not kept was confirmed")
	}
	fails.Store(false)
	if err := s.Again(second.ID); err != nil {
		t.Fatal(err)
	}
	await(t, func() bool { return s.Answers(second.ID) == 1 })
	if err := stop(); err != nil || len(e.all()) != 3 {
		t.Errorf("%d heard, want 3; %v", len(e.all()), err)
	}
}

// relay hands on connections to a practice Slack until it is told to freeze, when it hands on nothing and
// ends nothing, as a network does that has gone.
type relay struct {
	net.Listener
	to     string
	frozen atomic.Bool
}

func newRelay(t *testing.T, to string) *relay {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{Listener: l, to: to}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", r.to)
			if err != nil {
				conn.Close()
				continue
			}
			t.Cleanup(func() { conn.Close(); out.Close() })
			go r.hand(conn, out)
			go r.hand(out, conn)
		}
	}()
	return r
}

func (r *relay) hand(to, from net.Conn) {
	buf := make([]byte, 32<<10)
	frozen := r.frozen.Load()
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		if frozen = frozen || r.frozen.Load(); !frozen {
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
	}
}

// TestDeadConnectionIsNoticed: a connection over which nothing comes any more, not even an answer to a
// ping, is made anew.
func TestDeadConnectionIsNoticed(t *testing.T) {
	t.Parallel()
	s := practice(t, slack.Options{Every: -1, Ack: 300 * time.Millisecond})
	u, err := url.Parse(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	r := newRelay(t, u.Host)
	// The address of the connection leads through the relay as well.
	door := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(q *httputil.ProxyRequest) { q.Out.URL.Scheme, q.Out.URL.Host = "http", u.Host }, ModifyResponse: func(resp *http.Response) error {
		body, err := io.ReadAll(resp.Body)
		body = bytes.ReplaceAll(body, []byte("ws://"+u.Host), []byte("ws://"+r.Addr().String()))
		resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		resp.Header.Set("Content-Length", fmt.Sprint(len(body)))
		return err
	}})
	defer door.Close()
	// The first one that is made anew may lead into the dead network as well, and is given up then.
	c := client(t, Options{APIURL: door.URL + "/api/", AppToken: news.NewSecret(slack.DefaultAppToken), Timeout: time.Second})
	c.quiet, c.again = 700*time.Millisecond, time.Millisecond
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() { c.Listen(ctx, &ear{}) })
	defer done.Wait()
	defer cancel()
	await(t, func() bool { return s.Sockets() == 1 })
	asked := s.Calls("apps.connections.open")
	time.Sleep(3 * c.quiet) // it lives on as long as pings are answered
	if n := s.Calls("apps.connections.open"); n != asked {
		t.Errorf("%d connections were asked for while the first one lived", n-asked)
	}
	r.frozen.Store(true)
	await(t, func() bool { return s.Calls("apps.connections.open") > asked })
	r.frozen.Store(false)
	await(t, func() bool { // the server has not noticed yet which of its connections are dead
		_, err := s.Command("", channelOne, "/newsvigil help")
		return err == nil
	})
}

// TestOutageOfConnections: however long no connection is to be had, the next one is made without a restart,
// with pauses that Slack asks for, one word in the log, and no secret in it.
func TestOutageOfConnections(t *testing.T) {
	t.Parallel()
	s := practice(t, slack.Options{Every: -1})
	for range 10 {
		s.Script("apps.connections.open", slack.Unavailable, slack.Drop, slack.HTML, slack.InternalError, slack.Empty)
	}
	s.Script("apps.connections.open", slack.TooFast) // with Retry-After 1
	s.Script("link", slack.None)
	var log bytes.Buffer
	c := client(t, Options{APIURL: s.URL(), AppToken: news.NewSecret(slack.DefaultAppToken), Log: slog.New(slog.NewTextHandler(&log, nil))})
	c.again = time.Nanosecond
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() {
		if err := c.Listen(ctx, &ear{}); err != nil {
			t.Error(err)
		}
	})
	await(t, func() bool { return s.Sockets() == 1 })
	if _, err := s.Command("", channelOne, "/newsvigil help"); err != nil {
		t.Error(err)
	}
	cancel()
	done.Wait()
	if n := strings.Count(log.String(), "level=WARN"); n != 1 || strings.Contains(log.String(), "xapp") || strings.Contains(log.String(), "ticket") {
		t.Errorf("%d warnings:\n%s", n, &log)
	}
}

// TestOddMessages: what is none of Slack's known messages ends nothing, and is answered where it asks for
// that.
func TestOddMessages(t *testing.T) {
	t.Parallel()
	l := &listener{Client: client(t, Options{}), h: &ear{}, sockets: map[*socket]bool{}, envelopes: map[string]bool{}}
	s := &socket{greet: func() {}, leave: func() {}}
	for _, text := range []string{"", "null", "[]", "{", `{"type":"interactive"}`, `{"type":"interactive","envelope_id":"1","payload":[]}`,
		`{"type":"slash_commands","envelope_id":"2","payload":"x"}`, `{"type":"hello","num_connections":"many"}`} {
		l.take(s, []byte(text))
	}
	if len(l.envelopes) != 0 {
		t.Errorf("begun: %v", l.envelopes)
	}
	for _, e := range []envelope{{Type: "events_api"}, {Type: "interactive", Payload: json.RawMessage(`{"type":"shortcut","user":{"id":"U1"}}`)},
		{Type: "interactive", Payload: json.RawMessage(`{"type":"block_actions","user":{"id":"U1"},"actions":[]}`)},
		{Type: "interactive", Payload: json.RawMessage(`{"type":"block_actions","user":{"id":"U1"},"actions":[{"block_id":"of another app","action_id":"x"}]}`)}} {
		if _, known, err := e.action(); known || err != nil {
			t.Errorf("%s %s: known %v, %v", e.Type, e.Payload, known, err)
		}
	}
}
