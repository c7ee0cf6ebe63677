package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"newsvigil/notify"
)

const (
	// quiet is how long nothing may come from Slack, which pings every few seconds and is pinged by us,
	// before the connection counts as dead.
	quiet = 45 * time.Second
	// again is the first pause between two attempts to connect, againMost the longest.
	again     = 250 * time.Millisecond
	againMost = time.Minute
	// steady is how long a connection must have stood for its end to be none of our failures.
	steady = 30 * time.Second
	// greeting is how long is waited for Slack's hello before the connection is used without one.
	greeting = 2 * time.Second
	// farewell is how long an announced end may take, while the next connection stands already.
	farewell = 30 * time.Second
	// writeWithin bounds one write to a connection.
	writeWithin = 5 * time.Second
)

// socket is one connection over which Slack tells what people do. The library's own manager of these is
// not used: it closes a connection that is to be refreshed before it asks for the next one, and what
// people press in between is lost to them.
type socket struct {
	conn *websocket.Conn
	mu   sync.Mutex // of writes
	// ready is closed when Slack has greeted, leaving when the end is announced or has come, gone when it
	// has come.
	ready, leaving, gone chan struct{}
	greet, leave         func()
	begun                time.Time
	// why is Slack's word for the end that it announced, known once leaving is closed.
	why string
}

// dial opens a connection, and waits until Slack has greeted.
func (l *listener) dial(ctx context.Context) (*socket, error) {
	_, address, err := l.app.StartSocketModeContext(ctx)
	if err != nil {
		return nil, classify(err)
	}
	if !l.sealed(address) {
		return nil, errors.New("slack gave an address that is not encrypted, or none")
	}
	d := websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: l.o.Timeout}
	conn, resp, err := d.DialContext(ctx, address, nil)
	if resp != nil && resp.Body != nil {
		resp.Body.Close()
	}
	if err != nil {
		return nil, err
	}
	s := &socket{conn: conn, ready: make(chan struct{}), leaving: make(chan struct{}), gone: make(chan struct{}), begun: time.Now()}
	s.greet, s.leave = sync.OnceFunc(func() { close(s.ready) }), sync.OnceFunc(func() { close(s.leaving) })
	alive := func() error { return conn.SetReadDeadline(time.Now().Add(l.quiet)) }
	conn.SetReadLimit(maxAnswer)
	conn.SetPongHandler(func(string) error { return alive() })
	conn.SetPingHandler(func(data string) error {
		if err := conn.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(writeWithin)); err != nil {
			l.o.Log.Debug("answer a ping of Slack", "err", l.quote(err))
		}
		return alive()
	})
	if err := alive(); err != nil {
		conn.Close()
		return nil, err
	}
	l.reading.Go(func() { l.read(s, alive) })
	t := time.NewTimer(greeting)
	defer t.Stop()
	select {
	case <-s.ready:
	case <-t.C:
	case <-s.gone:
		return nil, errors.New("slack ended the connection before it greeted")
	}
	return s, nil
}

// read takes in what comes, until the connection ends.
func (l *listener) read(s *socket, alive func() error) {
	defer close(s.gone)
	defer s.leave()
	defer s.conn.Close()
	go s.ping(l.quiet / 3)
	for {
		_, data, err := s.conn.ReadMessage()
		if err != nil {
			l.o.Log.Debug("a connection to Slack ended", "err", l.quote(err))
			return
		}
		if err := alive(); err != nil {
			return
		}
		l.take(s, data)
	}
}

// ping asks for a sign of life now and then.
func (s *socket) ping(every time.Duration) {
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		select {
		case <-s.gone:
			return
		case <-t.C:
			if s.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeWithin)) != nil {
				return // the reader finds out
			}
		}
	}
}

func (s *socket) write(data []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.conn.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil {
		return err
	}
	return s.conn.WriteMessage(websocket.TextMessage, data)
}

// end says good-bye, waits a moment for Slack's, and hangs up.
func (s *socket) end() {
	bye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	if s.conn.WriteControl(websocket.CloseMessage, bye, time.Now().Add(time.Second)) == nil {
		t := time.NewTimer(time.Second)
		defer t.Stop()
		select {
		case <-s.gone:
		case <-t.C:
		}
	}
	s.conn.Close()
	<-s.gone
}

// connect keeps a connection open until ctx ends. When Slack announces the end of one, the next is made
// while that still stands. Its error is that of a refused token.
func (l *listener) connect(ctx context.Context) error {
	told := ""
	for fails := 0; ctx.Err() == nil; {
		s, err := l.dial(ctx)
		switch {
		case ctx.Err() != nil:
			if err == nil {
				s.end()
			}
			return nil
		case notify.ClassOf(err) == notify.ClassAuth && err != nil:
			return err
		case err != nil:
			fails++
			if pause(ctx, l.wait(fails, err)) != nil {
				return nil
			}
			continue
		}
		level := slog.LevelInfo
		if fails > 1 { // one of many that end at once
			level = slog.LevelDebug
		}
		l.o.Log.Log(ctx, level, "listening to Slack")
		l.adopt(s)
		l.repay(s)
		if g, ok := l.h.(Greeter); ok {
			g.Connected()
		}
		select {
		case <-s.leaving:
		case <-ctx.Done():
			return nil
		}
		if fails++; l.served(s) || time.Since(s.begun) >= steady {
			fails, told = 0, ""
		}
		if advice := unwelcome(s.why); advice != "" && told != s.why {
			told = s.why
			l.o.Log.Warn(advice)
		}
		if fails > 1 && pause(ctx, l.backoff(fails-1)) != nil {
			return nil
		}
	}
	return nil
}

// unwelcome says what to do where Slack ends a connection for a reason that does not pass by itself.
func unwelcome(reason string) string {
	switch reason {
	case "link_disabled":
		return "Slack says that Socket Mode is switched off for the app (link_disabled): switch it on in the app's settings. Until then nothing that readers press comes in."
	case "too_many_websockets":
		return "Slack says that the app has too many connections (too_many_websockets): end other programs that listen with the same app-level token. Until then what readers press may not come in."
	}
	return ""
}

// wait is the pause after a failure. An outage of hours is told of once.
func (l *listener) wait(fails int, err error) time.Duration {
	d := l.backoff(fails)
	if no, ok := errors.AsType[*notify.Refusal](err); ok {
		d = max(d, no.After)
	}
	level := l.o.Log.Warn
	if fails > 1 {
		level = l.o.Log.Debug
	}
	level("connect to Slack", "again_in", d, "err", l.quote(err))
	return d
}

func (l *listener) backoff(fails int) time.Duration {
	return min(againMost, l.again<<min(fails-1, 16))
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// adopt makes s the connection to answer on where the one asked on is gone, and lets the one before go
// once Slack ends it, or it takes too long over that.
func (l *listener) adopt(s *socket) {
	l.mu.Lock()
	defer l.mu.Unlock()
	old := l.current
	l.current = s
	if _, known := l.sockets[s]; !known { // else something was done over it already
		l.sockets[s] = false
	}
	if old == nil {
		return
	}
	l.reading.Go(func() {
		t := time.NewTimer(farewell)
		defer t.Stop()
		select {
		case <-old.gone:
		case <-t.C:
			old.end()
		case <-l.over: // which ends all that are left
			return
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.sockets, old)
	})
}

// served reports whether anything was done over a connection.
func (l *listener) served(s *socket) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.sockets[s]
}

// envelope is a message of Slack over a socket.
type envelope struct {
	ID      string          `json:"envelope_id"`
	Type    string          `json:"type"`
	Reason  string          `json:"reason"`
	Payload json.RawMessage `json:"payload"`
}

// take takes a message of Slack in.
func (l *listener) take(s *socket, data []byte) {
	var e envelope
	if json.Unmarshal(data, &e) != nil {
		l.o.Log.Debug("a message of Slack cannot be read")
		return
	}
	s.greet()
	switch {
	case e.Type == "disconnect":
		l.o.Log.Debug("slack announces the end of a connection", "reason", clip(clean(e.Reason), 60))
		select {
		case <-s.leaving:
		default:
			s.why = e.Reason
		}
		s.leave()
	case e.ID != "":
		a, known, err := e.action()
		if err != nil {
			l.o.Log.Warn("what a reader did cannot be read; they saw an error", "kind", clip(clean(e.Type), 60))
			return
		}
		l.begin(s, e.ID, func() { l.handle(s, e.ID, a, known) })
	}
}

// action reads what was done; false where it is of a kind that needs nothing done.
func (e envelope) action() (Action, bool, error) {
	switch e.Type {
	case "slash_commands":
		var cmd command
		if err := json.Unmarshal(e.Payload, &cmd); err != nil {
			return Action{}, false, fmt.Errorf("read a command: %w", err)
		}
		a, ok := cmd.action()
		return a, ok, nil
	case "interactive":
		var done interaction
		if err := json.Unmarshal(e.Payload, &done); err != nil {
			return Action{}, false, fmt.Errorf("read an interaction: %w", err)
		}
		a, ok := done.action()
		return a, ok, nil
	}
	return Action{}, false, nil
}
