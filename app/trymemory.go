package app

import (
	"context"
	"regexp"
	"slices"
	"sync"
	"time"

	"newsvigil/crawler"
	"newsvigil/news"
	"newsvigil/store"
)

// trialMemory is the history of a trial: it knows of hosts what the database knows, hands out only the
// newest pieces, and forgets everything in the end.
type trialMemory struct {
	*crawler.Memory
	db    *store.DB // nil without a database
	pages int
	// polledAs is what the source was called while its routes were asked.
	polledAs string
	// hold keeps all pieces back while routes are still looked for.
	hold bool

	mu sync.Mutex
	// met are the hosts of which the memory knows more than the database.
	met map[string]bool
	// dated are the publications of pieces by their keys, newest those of the newest piece by the address
	// of the route that showed it.
	dated  map[string]news.Instant
	newest map[string]news.Instant
	// robots are the robots.txt read, by host.
	robots map[string]string
}

var _ crawler.History = (*trialMemory)(nil)

func newTrialMemory(db *store.DB, source string, pages int) *trialMemory {
	return &trialMemory{
		Memory: crawler.NewMemory(), db: db, polledAs: source, pages: max(pages, 1),
		met: map[string]bool{}, dated: map[string]news.Instant{}, newest: map[string]news.Instant{}, robots: map[string]string{},
	}
}

// Host is part of crawler.Hosts: a host that asked for a pause keeps it.
func (m *trialMemory) Host(ctx context.Context, host string) (news.HostState, error) {
	m.mu.Lock()
	met := m.met[host]
	m.mu.Unlock()
	if met || m.db == nil {
		return m.Memory.Host(ctx, host)
	}
	state, err := m.db.Host(ctx, host)
	if err == nil {
		m.hear(state)
	}
	return state, err
}

// SaveHost is part of crawler.Hosts.
func (m *trialMemory) SaveHost(ctx context.Context, state news.HostState) error {
	m.mu.Lock()
	m.met[state.Host] = true
	m.mu.Unlock()
	m.hear(state)
	return m.Memory.SaveHost(ctx, state)
}

func (m *trialMemory) hear(state news.HostState) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.robots[state.Host] = state.Robots
}

// Known is part of crawler.Catalog. Nothing is known, so that every route tells what it says of a piece
// that another one has shown before.
func (m *trialMemory) Known(context.Context, []string) (map[string]bool, error) { return nil, nil }

// Polled is part of crawler.Polls.
func (m *trialMemory) Polled(ctx context.Context, state news.PollState, found []news.Candidate) error {
	m.mu.Lock()
	for _, c := range found {
		if when, ok := m.dated[c.Key]; !ok || when.IsZero() {
			m.dated[c.Key] = c.Published
		}
		if c.Published.Time.After(m.newest[state.URL].Time) {
			m.newest[state.URL] = c.Published
		}
	}
	m.mu.Unlock()
	return m.Memory.Polled(ctx, state, found)
}

// Pending is part of crawler.Backlog. Of what was found only the newest pieces are read; those without
// a date come after those with one.
func (m *trialMemory) Pending(ctx context.Context, _ string, before time.Time) ([]news.Candidate, error) {
	if m.hold {
		return nil, nil
	}
	list, err := m.Memory.Pending(ctx, m.polledAs, before)
	m.mu.Lock()
	defer m.mu.Unlock()
	slices.SortStableFunc(list, func(a, b news.Candidate) int {
		return m.dated[b.Key].Time.Compare(m.dated[a.Key].Time)
	})
	return list[:min(m.pages, len(list))], err
}

// found counts the pieces that were shown, each once.
func (m *trialMemory) found() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.dated)
}

var sitemapLine = regexp.MustCompile(`(?im)^[ \t]*sitemap[ \t]*:[ \t]*(\S+)`)

// sitemaps are those that a host's robots.txt names.
func (m *trialMemory) sitemaps(host string) []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []string
	for _, found := range sitemapLine.FindAllStringSubmatch(m.robots[host], -1) {
		out = append(out, found[1])
	}
	return out
}
