package crawler

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"newsvigil/news"
)

// nameServer answers every question for a name by what lookup gives for it.
func nameServer(t *testing.T, lookup func(name string) []string) *net.Resolver {
	t.Helper()
	at, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = at.Close() })
	go func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := at.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			q := m.Questions[0]
			m.Response, m.Additionals = true, nil
			for _, a := range lookup(strings.TrimSuffix(q.Name.String(), ".")) {
				ip := netip.MustParseAddr(a)
				head := dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, Type: q.Type}
				switch {
				case q.Type == dnsmessage.TypeA && ip.Is4():
					m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AResource{A: ip.As4()}})
				case q.Type == dnsmessage.TypeAAAA && ip.Is6():
					m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AAAAResource{AAAA: ip.As16()}})
				}
			}
			if out, err := m.Pack(); err == nil {
				_, _ = at.WriteTo(out, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", at.LocalAddr().String())
	}}
}

// TestNamesThatLeadInside holds that the guard looks at the addresses that a name has at the moment of the
// connection: all of them, and also where an earlier question was answered otherwise.
func TestNamesThatLeadInside(t *testing.T) {
	t.Parallel()
	s, _ := setup(t, 1)
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(s.URL, "http://"))
	var asked atomic.Int32
	names := map[string][]string{
		"inside.example": {"127.0.0.1"}, "mapped.example": {"::ffff:127.0.0.1"}, "six.example": {"::1"}, "none.example": {"0.0.0.0"},
		"metadata.example": {"169.254.169.254"}, "shared.example": {"100.64.0.1"}, "both.example": {"10.0.0.1", "127.0.0.1", "::1"},
		"turning.example": nil,
	}
	resolver := nameServer(t, func(name string) []string {
		if name == "turning.example" {
			// The first answer is public, and nobody is there; those after it lead inside.
			if asked.Add(1) <= 2 {
				return []string{"192.0.2.1"}
			}
			return []string{"127.0.0.1"}
		}
		return names[name]
	})
	for name := range names {
		o := quick()
		o.AllowPrivate, o.Timeout = nil, 300*time.Millisecond
		g := newGuard(nil, o.Timeout, func(string) bool { return true })
		g.resolver = resolver
		c := New(NewMemory(), o)
		c.wire = newTransport(c.o, g)
		c.shell = newCollector(c.o, c.wire)
		home := "http://" + name + ":" + port
		var sum Summary
		for range 2 {
			var err error
			sum, err = c.Run(t.Context(), []news.Source{{Name: name, Home: home, Feeds: []string{home + "/feed.xml"}}}, func(news.Page) error { return nil })
			if err != nil {
				t.Fatal(err)
			}
		}
		if got := sum.Sources[0]; got.Trouble != news.TroublePrivate && (name != "turning.example" || got.Trouble == news.TroubleNone) {
			t.Errorf("%s: %q %q", name, got.Trouble, got.Detail)
		}
	}
	if len(s.paths()) != 0 {
		t.Errorf("asked %v", s.paths())
	}
	// The same name leads there where its network is allowed.
	g := newGuard(loopback, time.Second, func(string) bool { return true })
	g.resolver = resolver
	conn, err := g.dial(t.Context(), "tcp", "inside.example:"+port)
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
}
