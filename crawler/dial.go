package crawler

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"code.dny.dev/ssrf"

	"newsvigil/news"
)

// privateError refuses an address that is not on the public internet.
type privateError struct{ addr netip.Addr }

func (e *privateError) Error() string {
	return fmt.Sprintf("leads to the private address %s; name its network in allow_private if that is meant", e.addr)
}

// portError refuses a port that no source names.
type portError struct{ host string }

func (e *portError) Error() string {
	return fmt.Sprintf("%s: only ports 80 and 443 are asked, and those that a source's own addresses name", e.host)
}

// guard checks every connection after the name was looked up, so that a name that leads into the
// local network, or changes its mind between look-up and connection, gets nowhere.
type guard struct {
	allowed []netip.Prefix
	public  *ssrf.Guardian
	// named holds the host:port pairs that the sources' own addresses name.
	named func(hostport string) bool
	wait  time.Duration
	// resolver looks names up; nil is the system's.
	resolver *net.Resolver
}

func newGuard(allowed []netip.Prefix, wait time.Duration, named func(string) bool) *guard {
	return &guard{allowed: allowed, public: ssrf.New(ssrf.WithAnyPort()), named: named, wait: wait}
}

// dial connects to host:port where the guard permits every address that is tried.
func (g *guard) dial(ctx context.Context, network, hostport string) (net.Conn, error) {
	_, port, err := net.SplitHostPort(hostport)
	if err != nil {
		return nil, err
	}
	if t, ok := ctx.Value(tripKey{}).(*trip); ok && !t.start().IsZero() {
		// net/http makes a request again at once where a connection that was used before is closed
		// without an answer. It must wait its turn in the queue like any other.
		return nil, io.EOF
	}
	usual := port == "80" || port == "443" || g.named(hostport)
	d := net.Dialer{
		Timeout:   g.wait,
		KeepAlive: 30 * time.Second,
		Resolver:  g.resolver,
		Control: func(_, address string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(address)
			if err != nil {
				return fmt.Errorf("read address %s: %w", address, err)
			}
			return g.check(to.Addr().Unmap().WithZone(""), usual, hostport)
		},
	}
	return d.DialContext(ctx, network, hostport)
}

// check permits an address. One that allow_private names may be asked at any port.
func (g *guard) check(ip netip.Addr, usualPort bool, hostport string) error {
	for _, p := range g.allowed {
		if p.Contains(ip) {
			return nil
		}
	}
	if err := g.public.SafeAddr(ip); err != nil {
		return &privateError{ip}
	}
	if !usualPort {
		return &portError{hostport}
	}
	return nil
}

// portBook holds the host:port pairs that sources name in their own addresses.
type portBook struct {
	mu    sync.RWMutex
	pairs map[string]bool
}

// learn adds the ports of the sources.
func (b *portBook) learn(sources []news.Source) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.pairs == nil {
		b.pairs = make(map[string]bool)
	}
	for _, s := range sources {
		for _, raw := range slices.Concat([]string{s.Home}, s.Feeds, s.Sitemaps, s.Sections) {
			if u, err := normalAddress(raw); err == nil && u.Port() != "" {
				b.pairs[strings.ToLower(u.Host)] = true
			}
		}
	}
}

func (b *portBook) names(hostport string) bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.pairs[strings.ToLower(hostport)]
}
