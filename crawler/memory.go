package crawler

import (
	"context"
	"sync"
	"time"

	"newsvigil/news"
)

// Memory is a History that forgets when the process ends. It serves commands that must not store
// anything, and tests. Use NewMemory.
type Memory struct {
	mu      sync.Mutex
	known   map[string]bool
	pending map[string]waiting
	order   []string // the keys of pending as they came; done ones are passed over
	polls   map[string]news.PollState
	hosts   map[string]news.HostState
}

// waiting is a candidate and the earliest time of its next try.
type waiting struct {
	candidate news.Candidate
	due       time.Time
}

// NewMemory makes an empty Memory.
func NewMemory() *Memory {
	return &Memory{
		known: map[string]bool{}, pending: map[string]waiting{},
		polls: map[string]news.PollState{}, hosts: map[string]news.HostState{},
	}
}

// Known is part of Catalog. It never fails.
func (m *Memory) Known(_ context.Context, keys []string) (map[string]bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found := make(map[string]bool)
	for _, k := range keys {
		if m.known[k] {
			found[k] = true
		}
	}
	return found, nil
}

// Poll is part of Polls. It never fails.
func (m *Memory) Poll(_ context.Context, url string) (news.PollState, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.polls[url], nil
}

// Polled is part of Polls. It fails only for a context that has ended.
func (m *Memory) Polled(ctx context.Context, state news.PollState, found []news.Candidate) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	m.polls[state.URL] = state
	for _, c := range found {
		if !m.known[c.Key] {
			m.known[c.Key] = true
			m.pending[c.Key] = waiting{candidate: c}
			m.order = append(m.order, c.Key)
		}
	}
	return nil
}

// Pending is part of Backlog. It never fails.
func (m *Memory) Pending(_ context.Context, source string, before time.Time) ([]news.Candidate, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []news.Candidate
	for _, key := range m.order {
		if w, ok := m.pending[key]; ok && w.candidate.Source == source && !w.due.After(before) {
			list = append(list, w.candidate)
		}
	}
	return list, nil
}

// Host is part of Hosts. It never fails.
func (m *Memory) Host(_ context.Context, host string) (news.HostState, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.hosts[host]
	s.Host = host
	return s, nil
}

// SaveHost is part of Hosts. It never fails.
func (m *Memory) SaveHost(_ context.Context, state news.HostState) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.hosts[state.Host] = state
	return nil
}

// Record keeps what became of a candidate, as the receiver of a run's pages must.
func (m *Memory) Record(p news.Page) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.known[p.Candidate.Key] = true
	if w, ok := m.pending[p.Candidate.Key]; ok && p.Outcome == news.OutcomeRetry {
		w.due = p.Retry
		w.candidate.Attempts++
		m.pending[p.Candidate.Key] = w
		return nil
	}
	delete(m.pending, p.Candidate.Key)
	for _, k := range p.Article.Keys {
		m.known[k] = true
	}
	return nil
}
