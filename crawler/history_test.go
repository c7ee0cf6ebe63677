package crawler

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"newsvigil/news"
)

func TestRetriesAndTheirEnd(t *testing.T) {
	t.Parallel()
	s, paths := setup(t, 1)
	s.status(paths[0], 500)
	m := NewMemory()
	at := time.Now()
	for i, want := range []struct {
		after   time.Duration
		outcome news.Outcome
	}{{0, news.OutcomeRetry}, {29 * time.Minute, ""}, {31 * time.Minute, news.OutcomeRetry}, {6 * time.Hour, ""}, {7 * time.Hour, news.OutcomeRetry},
		{30 * time.Hour, ""}, {32 * time.Hour, news.OutcomeFailed}, {90 * time.Hour, ""}} {
		o := quick()
		o.Now = func() time.Time { return at.Add(want.after) }
		got, _ := crawl(t, m, o, s.source())
		if want.outcome == "" {
			if len(got.pages) != 0 {
				t.Errorf("run %d: %v", i, got.outcomes())
			}
			continue
		}
		if p := got.page(t, paths[0]); p.Outcome != want.outcome {
			t.Errorf("run %d: %q %q", i, p.Outcome, p.Detail)
		}
	}
	if n := len(s.seen(paths[0])); n != 4*(1+mostRetries) {
		t.Errorf("%d tries, want %d in each of 4 runs", n, 1+mostRetries)
	}
}

func TestAllIgnoresRetryTimers(t *testing.T) {
	t.Parallel()
	s, paths := setup(t, 1)
	s.status(paths[0], 500)
	m := NewMemory()
	crawl(t, m, quick(), s.source())
	s.stories(1)
	o := quick()
	o.All = true
	if got, _ := crawl(t, m, o, s.source()); got.page(t, paths[0]).Outcome != news.OutcomeRead {
		t.Errorf("%v", got.outcomes())
	}
}

func TestHistoryErrorsEndTheRun(t *testing.T) {
	t.Parallel()
	s, _ := setup(t, 1)
	for _, method := range []string{"Known", "Poll", "Polled", "Pending", "Host", "SaveHost"} {
		h := &failing{Memory: NewMemory(), method: method}
		_, err := New(h, quick()).Run(t.Context(), []news.Source{s.source()}, func(news.Page) error { return nil })
		if !errors.Is(err, errDisk) {
			t.Errorf("%s: Run = %v", method, err)
		}
	}
}

var errDisk = errors.New("disk full")

// failing is a Memory of which one method fails.
type failing struct {
	*Memory
	method string
}

func (f *failing) fail(method string) error {
	if f.method == method {
		return fmt.Errorf("%s: %w", method, errDisk)
	}
	return nil
}

func (f *failing) Known(ctx context.Context, keys []string) (map[string]bool, error) {
	m, _ := f.Memory.Known(ctx, keys)
	return m, f.fail("Known")
}

func (f *failing) Poll(ctx context.Context, url string) (news.PollState, error) {
	p, _ := f.Memory.Poll(ctx, url)
	return p, f.fail("Poll")
}

func (f *failing) Polled(ctx context.Context, s news.PollState, c []news.Candidate) error {
	if err := f.fail("Polled"); err != nil {
		return err
	}
	return f.Memory.Polled(ctx, s, c)
}

func (f *failing) Pending(ctx context.Context, s string, before time.Time) ([]news.Candidate, error) {
	p, _ := f.Memory.Pending(ctx, s, before)
	return p, f.fail("Pending")
}

func (f *failing) Host(ctx context.Context, host string) (news.HostState, error) {
	h, _ := f.Memory.Host(ctx, host)
	return h, f.fail("Host")
}

func (f *failing) SaveHost(context.Context, news.HostState) error { return f.fail("SaveHost") }
