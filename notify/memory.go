package notify

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"newsvigil/news"
)

// Memory is an Outbox that lasts as long as the program. It serves printing, where nothing needs to
// outlive the command.
type Memory struct {
	mu         sync.Mutex
	last       int64
	deliveries map[int64]news.Delivery
	digests    map[string]news.Digest
	notices    map[string]news.Notice
}

var _ Outbox = (*Memory)(nil)

// NewMemory returns an empty outbox.
func NewMemory() *Memory {
	return &Memory{
		deliveries: map[int64]news.Delivery{},
		digests:    map[string]news.Digest{},
		notices:    map[string]news.Notice{},
	}
}

// AddDigest queues a digest as the given number of messages, at least one. A digest whose key is
// there already is not added again.
func (m *Memory) AddDigest(d news.Digest, parts int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.digests[d.Key]; ok {
		return
	}
	m.digests[d.Key] = d
	parts = max(1, parts)
	for part := 1; part <= parts; part++ {
		m.add(news.Delivery{Kind: news.DeliverDigest, Of: d.Key, Channel: d.Channel, Part: part, Parts: parts})
	}
}

// AddNotice queues a notice. One whose key is there already is not added again.
func (m *Memory) AddNotice(n news.Notice) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.notices[n.Key]; ok {
		return
	}
	m.notices[n.Key] = n
	m.add(news.Delivery{Kind: news.DeliverNotice, Of: n.Key, Channel: n.Channel, Part: 1, Parts: 1})
}

func (m *Memory) add(d news.Delivery) {
	m.last++
	d.ID, d.State = m.last, news.DeliveryPending
	d.Key = fmt.Sprintf("%s/%s/%s/%d", d.Kind, d.Of, d.Channel, d.Part)
	m.deliveries[d.ID] = d
}

// Deliveries returns all deliveries in the order of their creation.
func (m *Memory) Deliveries() []news.Delivery {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.list(func(news.Delivery) bool { return true })
}

func (m *Memory) list(want func(news.Delivery) bool) []news.Delivery {
	var out []news.Delivery
	for _, d := range m.deliveries {
		if want(d) {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b news.Delivery) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// Due implements Outbox.
func (m *Memory) Due(_ context.Context, now time.Time) ([]news.Delivery, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := m.list(func(d news.Delivery) bool {
		return d.State != news.DeliverySent && !d.Next.After(now)
	})
	out := list[:0]
	for _, d := range list {
		if d.Part > 1 {
			head := m.head(d)
			if head.State != news.DeliverySent {
				continue
			}
			d.Thread, d.ChannelID = head.TS, head.ChannelID
		}
		out = append(out, d)
	}
	return out, nil
}

// head is part 1 of the message that the delivery is a part of.
func (m *Memory) head(d news.Delivery) news.Delivery {
	for _, h := range m.deliveries {
		if h.Kind == d.Kind && h.Of == d.Of && h.Channel == d.Channel && h.Part == 1 {
			return h
		}
	}
	return news.Delivery{}
}

// Claim implements Outbox.
func (m *Memory) Claim(_ context.Context, id int64, now time.Time) (news.Delivery, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	d, ok := m.deliveries[id]
	if !ok || d.State != news.DeliveryPending {
		return news.Delivery{}, false, nil
	}
	d.State, d.Claimed, d.Looks = news.DeliverySending, now, 0
	d.Tries++
	m.deliveries[id] = d
	return d, true, nil
}

// Save implements Outbox.
func (m *Memory) Save(_ context.Context, d news.Delivery) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.deliveries[d.ID]; !ok {
		return fmt.Errorf("no delivery with the number %d", d.ID)
	}
	m.deliveries[d.ID] = d
	return nil
}

// Digest implements Outbox.
func (m *Memory) Digest(_ context.Context, key string) (news.Digest, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	d, ok := m.digests[key]
	if !ok {
		return d, fmt.Errorf("no digest with the key %q", key)
	}
	return d, nil
}

// Notice implements Outbox.
func (m *Memory) Notice(_ context.Context, key string) (news.Notice, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, ok := m.notices[key]
	if !ok {
		return n, fmt.Errorf("no notice with the key %q", key)
	}
	return n, nil
}

// Unswept implements Outbox.
func (m *Memory) Unswept(context.Context) ([]news.Delivery, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.list(func(d news.Delivery) bool {
		return d.State == news.DeliverySent && d.Tries >= 2 && !d.Swept
	}), nil
}
