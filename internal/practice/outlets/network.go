package outlets

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// Options are what a Network needs from outside.
type Options struct {
	// Now is the clock at the start, from which the pieces' dates count back; nil is time.Now.
	Now func() time.Time
	// Round changes in which round a piece appears; nil leaves it as the piece's file says.
	Round func(Piece) int
	// Heard is told of every request before it is answered, from several goroutines; nil hears nothing.
	Heard func(*http.Request)
}

// Outlet is an outlet as a [[source]] of config.toml describes it.
type Outlet struct {
	Name, Home                       string
	Feeds, Sitemaps, Sections, Hosts []string
	Article, ID                      string
	Language, Timezone, Label        string
	Wire                             bool
}

// Request is one request that an outlet answered.
type Request struct {
	At                              time.Time
	Outlet, Method, Path, UserAgent string
	Status                          int
	// Conditional says that the request carried a validator.
	Conditional bool
}

// Network is the running outlets. Its methods may be called from several goroutines.
type Network struct {
	start  time.Time
	heard  func(*http.Request)
	sites  []*site
	feeds  *site // the feed host of the second outlet
	pieces []piece

	mu       sync.Mutex
	round    int
	faults   map[string]Fault // by key
	requests []Request
}

// seoul is the zone of the outlets' clocks.
var seoul = time.FixedZone("KST", 9*60*60)

// Start serves the outlets of round 1, each on a port of its own on 127.0.0.1.
func Start(o Options) (*Network, error) {
	now := time.Now
	if o.Now != nil {
		now = o.Now
	}
	pieces, err := readPieces()
	if err != nil {
		return nil, err
	}
	n := &Network{start: now().In(seoul), heard: o.Heard, pieces: pieces, round: 1, faults: map[string]Fault{}}
	if n.heard == nil {
		n.heard = func(*http.Request) {}
	}
	for _, s := range shapes() {
		if err := n.listen(s); err != nil {
			return nil, errors.Join(err, n.Close())
		}
	}
	n.feeds = &site{net: n, key: hanRiver, name: "The Han River Times, feeds"}
	if err := n.feeds.listen(http.HandlerFunc(n.feeds.feedHost)); err != nil {
		return nil, errors.Join(err, n.Close())
	}
	for i := range n.pieces {
		if err := n.place(&n.pieces[i]); err != nil {
			return nil, errors.Join(err, n.Close())
		}
		if o.Round != nil {
			n.pieces[i].Round = o.Round(n.pieces[i].Piece)
		}
	}
	return n, nil
}

func (n *Network) listen(s *site) error {
	s.net = n
	if err := s.listen(s.handler(s)); err != nil {
		return err
	}
	n.sites = append(n.sites, s)
	return nil
}

// place gives a piece its outlet's name, its address and its date.
func (n *Network) place(p *piece) error {
	for _, s := range n.sites {
		if s.key == p.key {
			p.Outlet, p.URL = s.name, s.url(s.path(*p))
			if p.also != "" {
				p.Also = s.url(p.also)
			}
			p.Published = n.start.Add(-time.Duration(p.hours * float64(time.Hour))).Truncate(time.Minute)
			return nil
		}
	}
	return fmt.Errorf("piece %s: there is no outlet %q", p.ID, p.key)
}

// Close stops all outlets and waits until the answers in hand have ended. It may be called again.
func (n *Network) Close() error {
	var errs []error
	for _, s := range append(n.sites, n.feeds) {
		if s != nil && s.server != nil {
			errs = append(errs, s.server.Close())
			<-s.done
			s.open.Wait()
		}
	}
	return errors.Join(errs...)
}

// Outlets describes the outlets for a configuration.
func (n *Network) Outlets() []Outlet {
	out := make([]Outlet, 0, len(n.sites))
	for _, s := range n.sites {
		out = append(out, s.describe(s))
	}
	return out
}

// Publish makes the pieces of all rounds up to this one appear.
func (n *Network) Publish(round int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.round = round
}

// Edit gives a piece another headline, as outlets do after printing; an unknown piece is left alone.
func (n *Network) Edit(id, title string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for i := range n.pieces {
		if n.pieces[i].ID == id {
			n.pieces[i].Title = title
		}
	}
}

// Pieces are the pieces that have appeared.
func (n *Network) Pieces() []Piece {
	var out []Piece
	for _, p := range n.visible("") {
		out = append(out, p.Piece)
	}
	return out
}

// Requests are the requests answered so far, in the order of the answers.
func (n *Network) Requests() []Request {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]Request(nil), n.requests...)
}

// visible are the pieces of one outlet that have appeared, or of all where key is empty; the newest
// come first.
func (n *Network) visible(key string) []piece {
	n.mu.Lock()
	defer n.mu.Unlock()
	var out []piece
	for _, p := range n.pieces {
		if p.Round <= n.round && (key == "" || p.key == key) {
			out = append(out, p)
		}
	}
	newestFirst(out)
	return out
}

// site is one listener.
type site struct {
	net       *Network
	key, name string
	addr      string
	server    *http.Server
	done      chan struct{}
	open      sync.WaitGroup // connections
	// handler, path and describe make the outlet's shape.
	handler  func(*site) http.Handler
	path     func(piece) string
	describe func(*site) Outlet
}

func (s *site) listen(h http.Handler) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen for %s: %w", s.name, err)
	}
	s.addr, s.done = l.Addr().String(), make(chan struct{})
	s.server = &http.Server{Handler: s.observed(h), ReadHeaderTimeout: 10 * time.Second, ConnState: s.count}
	go func() {
		defer close(s.done)
		_ = s.server.Serve(l) // always ends with ErrServerClosed
	}()
	return nil
}

// count follows the connections. Serve reports every new one before it returns, so that Close can
// wait for all of them.
func (s *site) count(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		s.open.Add(1)
	case http.StateClosed, http.StateHijacked:
		s.open.Done()
	}
}

func (s *site) url(path string) string { return "http://" + s.addr + path }
