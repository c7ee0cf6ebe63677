package notify_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsvigil/news"
	"newsvigil/notify"
)

// clock is a clock that waits in no time: whoever waits on it moves it.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

// newClock starts far in the future, so that a deadline by this clock never passes by the real one.
func newClock() *clock { return &clock{now: time.Date(2126, 11, 21, 8, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	ch := make(chan time.Time, 1)
	ch <- c.now
	return ch
}

// board is a Sender that keeps its messages in memory and answers as it is told.
type board struct {
	clock   *clock
	answers []answer // to the next posts; then success
	looks   []error  // to the next looks; then the truth
	posts   []string // what was tried: key@seconds since the start
	stands  []notify.Receipt
	keys    []string
	start   time.Time
	levels  []int
	blind   bool
}

// answer is one answer to a post.
type answer struct {
	err    error
	stored bool
	empty  bool
}

func newBoard(c *clock) *board { return &board{clock: c, start: c.Now()} }

func (b *board) Send(_ context.Context, m notify.Message) (notify.Receipt, error) {
	b.posts = append(b.posts, fmt.Sprintf("%s@%v", m.Delivery.Key, b.clock.Now().Sub(b.start).Round(time.Second)))
	b.levels = append(b.levels, m.Delivery.Level)
	a := answer{stored: true}
	if len(b.answers) > 0 {
		a, b.answers = b.answers[0], b.answers[1:]
	}
	r := notify.Receipt{ChannelID: "C1", TS: fmt.Sprint(len(b.stands) + 1)}
	if a.stored {
		b.stands, b.keys = append(b.stands, r), append(b.keys, m.Delivery.Key)
	}
	if a.empty {
		return notify.Receipt{}, nil
	}
	return r, a.err
}

func (b *board) FindAll(_ context.Context, m notify.Message) ([]notify.Receipt, error) {
	if b.blind {
		return nil, notify.ErrBlind
	}
	if len(b.looks) > 0 {
		err := b.looks[0]
		b.looks = b.looks[1:]
		if err != nil {
			return nil, err
		}
	}
	var out []notify.Receipt
	for i, k := range b.keys {
		if k == m.Delivery.Key {
			out = append(out, b.stands[i])
		}
	}
	return out, nil
}

func (b *board) Find(ctx context.Context, m notify.Message) (notify.Receipt, bool, error) {
	all, err := b.FindAll(ctx, m)
	if err != nil || len(all) == 0 {
		return notify.Receipt{}, false, err
	}
	return all[0], true, nil
}

func (b *board) Delete(_ context.Context, r notify.Receipt) error {
	i := slices.Index(b.stands, r)
	b.stands, b.keys = slices.Delete(b.stands, i, i+1), slices.Delete(b.keys, i, i+1)
	return nil
}

type bench struct {
	*notify.Worker
	clock *clock
	box   *notify.Memory
	board *board
	told  []string
}

func setUp() *bench {
	c := newClock()
	s := &bench{clock: c, box: notify.NewMemory(), board: newBoard(c)}
	s.Worker = &notify.Worker{Outbox: s.box, Sender: s.board, Now: c.Now, After: c.After,
		OnTrouble: func(d news.Delivery, cl notify.Class) { s.told = append(s.told, d.Key+" "+string(cl)) }}
	return s
}

func (s *bench) notice(key string) {
	s.box.AddNotice(news.Notice{Key: key, Channel: "#ops", Title: key})
}

// flush works for the given time and checks what is sent and queued.
func (s *bench) flush(t *testing.T, within time.Duration, sent, queued int) {
	t.Helper()
	// The deadline is far in real time; the worker compares it with its own clock.
	ctx, cancel := context.WithDeadline(t.Context(), s.clock.Now().Add(within))
	defer cancel()
	gotSent, gotQueued, err := s.Flush(ctx)
	if err != nil || gotSent != sent || gotQueued != queued {
		t.Errorf("flush: sent %d, queued %d, error %v; want %d, %d", gotSent, gotQueued, err, sent, queued)
	}
}

func refusal(c notify.Class, after time.Duration) answer {
	return answer{err: &notify.Refusal{Class: c, After: after, Text: "no: " + string(c)}}
}

const key = "notice/a/#ops/1"

// TestAnswers checks what becomes of a delivery for every kind of answer to its first post.
func TestAnswers(t *testing.T) {
	t.Parallel()
	lost := errors.New("connection reset")
	tests := []struct {
		name    string
		answers []answer
		looks   []error
		posts   []string
		state   news.DeliveryState
		tries   int
		level   int
		told    []string
	}{
		{name: "success", posts: []string{key + "@0s"}, state: news.DeliverySent, tries: 1},
		{name: "asked to wait", answers: []answer{refusal(notify.ClassWait, 40*time.Second)},
			posts: []string{key + "@0s", key + "@40s"}, state: news.DeliverySent, tries: 2},
		{name: "asked to wait without a time", answers: []answer{refusal(notify.ClassWait, 0), refusal(notify.ClassWait, 0)},
			posts: []string{key + "@0s", key + "@15s", key + "@45s"}, state: news.DeliverySent, tries: 3},
		{name: "a wait that was no refusal", answers: []answer{{err: refusal(notify.ClassWait, time.Second).err, stored: true}},
			posts: []string{key + "@0s"}, state: news.DeliverySent, tries: 1},
		{name: "content", answers: []answer{refusal(notify.ClassContent, 0), refusal(notify.ClassContent, 0)},
			posts: []string{key + "@0s", key + "@0s", key + "@0s"}, state: news.DeliverySent, tries: 3, level: 2},
		{name: "content at every level", answers: slices.Repeat([]answer{refusal(notify.ClassContent, 0)}, 5),
			posts: slices.Repeat([]string{key + "@0s"}, 5), state: news.DeliveryBlocked, tries: 5, level: 4, told: []string{key + " content"}},
		{name: "channel", answers: []answer{refusal(notify.ClassChannel, 0)},
			posts: []string{key + "@0s"}, state: news.DeliveryBlocked, tries: 1, told: []string{key + " channel"}},
		{name: "auth", answers: []answer{refusal(notify.ClassAuth, 0)},
			posts: []string{key + "@0s"}, state: news.DeliveryBlocked, tries: 1, told: []string{key + " auth"}},
		{name: "lost but stored", answers: []answer{{err: lost, stored: true}},
			posts: []string{key + "@0s"}, state: news.DeliverySent, tries: 1},
		{name: "lost", answers: []answer{{err: lost}},
			posts: []string{key + "@0s", key + "@1m15s"}, state: news.DeliverySent, tries: 2},
		{name: "empty receipt, stored", answers: []answer{{empty: true, stored: true}},
			posts: []string{key + "@0s"}, state: news.DeliverySent, tries: 1},
		{name: "empty receipt", answers: []answer{{empty: true}},
			posts: []string{key + "@0s", key + "@1m15s"}, state: news.DeliverySent, tries: 2},
		{name: "a failed look is no miss", answers: []answer{{err: lost}}, looks: []error{lost, lost, nil, lost},
			posts: []string{key + "@0s", key + "@2m15s"}, state: news.DeliverySent, tries: 2},
		{name: "the look before the second post fails", answers: []answer{{err: lost}}, looks: []error{nil, nil, lost},
			posts: []string{key + "@0s", key + "@1m30s"}, state: news.DeliverySent, tries: 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := setUp()
			s.notice("a")
			s.board.answers, s.board.looks = tt.answers, tt.looks
			if _, _, err := s.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
			d := s.box.Deliveries()[0]
			if diff := cmp.Diff(tt.posts, s.board.posts); diff != "" {
				t.Errorf("posts (-want +got):\n%s", diff)
			}
			if d.State != tt.state || d.Tries != tt.tries || d.Level != tt.level {
				t.Errorf("state %s, tries %d, level %d; want %s, %d, %d", d.State, d.Tries, d.Level, tt.state, tt.tries, tt.level)
			}
			if diff := cmp.Diff(tt.told, s.told); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
			if d.State == news.DeliverySent && (d.TS == "" || d.Error != "" || len(s.board.stands) != 1) {
				t.Errorf("sent with ts %q, error %q, %d messages", d.TS, d.Error, len(s.board.stands))
			}
			if d.State == news.DeliveryBlocked && d.Error == "" {
				t.Error("blocked without a word why")
			}
		})
	}
}

func TestFlushKeepsItsDeadline(t *testing.T) {
	t.Parallel()
	s := setUp()
	s.notice("a")
	s.board.answers = []answer{{err: errors.New("lost")}}
	s.flush(t, 60*time.Second, 0, 1) // the second look would be at 75 s
	if d := s.box.Deliveries()[0]; d.State != news.DeliveryUnknown || d.Looks != 1 {
		t.Errorf("after 60 s: %s with %d looks, want unknown with 1", d.State, d.Looks)
	}
	s.flush(t, 60*time.Second, 1, 0)
}

func TestBlockedIsTriedOncePerRun(t *testing.T) {
	t.Parallel()
	s := setUp()
	s.notice("a")
	s.notice("b")
	s.board.answers = []answer{refusal(notify.ClassChannel, 0)}
	s.flush(t, time.Minute, 0, 2) // the channel is shut: b is not even tried
	if len(s.board.posts) != 1 {
		t.Errorf("posts: %v, want one", s.board.posts)
	}
	s.clock.After(time.Hour)
	s.flush(t, time.Minute, 2, 0)
	if diff := cmp.Diff([]string{"notice/a/#ops/1", "notice/b/#ops/1"}, s.board.keys); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func TestAuthStopsEverything(t *testing.T) {
	t.Parallel()
	s := setUp()
	for i := range 5 {
		s.box.AddNotice(news.Notice{Key: fmt.Sprint(i), Channel: fmt.Sprint("#", i)})
	}
	s.board.answers = []answer{refusal(notify.ClassAuth, 0)}
	s.flush(t, time.Hour, 0, 5)
	if len(s.board.posts) != 1 {
		t.Errorf("posts: %v, want one", s.board.posts)
	}
	s.flush(t, time.Hour, 5, 0) // the token was mended; a new run is a reason to try
}

func TestOrderIsKeptInAChannel(t *testing.T) {
	t.Parallel()
	s := setUp()
	s.notice("a")
	s.notice("b")
	s.box.AddNotice(news.Notice{Key: "c", Channel: "#other"})
	s.board.answers = []answer{{err: errors.New("lost")}}
	s.flush(t, time.Hour, 3, 0)
	want := []string{"notice/c/#other/1", "notice/a/#ops/1", "notice/b/#ops/1"}
	if diff := cmp.Diff(want, s.board.keys); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func TestThreadWaitsForItsHead(t *testing.T) {
	t.Parallel()
	s := setUp()
	s.box.AddDigest(news.Digest{Key: "d", Channel: "#n"}, 3)
	s.board.answers = []answer{{err: errors.New("lost")}}
	s.flush(t, 20*time.Second, 0, 3)
	s.flush(t, time.Hour, 3, 0)
	for _, d := range s.box.Deliveries()[1:] {
		if d.Thread != s.board.stands[0].TS {
			t.Errorf("part %d hangs on %q, want %q", d.Part, d.Thread, s.board.stands[0].TS)
		}
	}
}

func TestSendingAtStartIsUnknown(t *testing.T) {
	t.Parallel()
	for _, stored := range []bool{true, false} {
		s := setUp()
		s.notice("a")
		// A worker that died after claiming, with or without having posted.
		d, _, err := s.box.Claim(t.Context(), 1, s.clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		if stored {
			s.board.stands, s.board.keys = []notify.Receipt{{ChannelID: "C1", TS: "1"}}, []string{d.Key}
		}
		s.flush(t, time.Hour, 1, 0)
		if len(s.board.stands) != 1 {
			t.Errorf("stored %v: %d messages stand, want 1", stored, len(s.board.stands))
		}
		want := []string{key + "@1m15s"} // a post that was in flight at the crash has its time to arrive
		if stored {
			want = nil
		}
		if diff := cmp.Diff(want, s.board.posts); diff != "" {
			t.Errorf("stored %v: posts (-want +got):\n%s", stored, diff)
		}
	}
}

func TestBlindPostsOnce(t *testing.T) {
	t.Parallel()
	s := setUp()
	s.notice("a")
	s.notice("b")
	s.board.blind = true
	s.board.answers = []answer{{err: errors.New("lost")}, refusal(notify.ClassWait, time.Second)}
	s.flush(t, time.Hour, 2, 0)
	if diff := cmp.Diff([]string{"notice/b/#ops/1"}, s.board.keys); diff != "" {
		t.Errorf("an unanswered post must not be repeated, a refused one must (-want +got):\n%s", diff)
	}
	if d := s.box.Deliveries()[0]; d.Error == "" || len(s.told) != 1 {
		t.Errorf("the lost one says %q, told %v; want words and one call", d.Error, s.told)
	}
}

// failing is an outbox whose disk is full for a while.
type failing struct {
	notify.Outbox
	saves int
}

func (f *failing) Save(ctx context.Context, d news.Delivery) error {
	if f.saves > 0 {
		f.saves--
		return errors.New("disk full")
	}
	return f.Outbox.Save(ctx, d)
}

func TestFullDiskDoublesNothing(t *testing.T) {
	t.Parallel()
	s := setUp()
	s.notice("a")
	s.Worker.Outbox = &failing{s.box, 3}
	for range 3 {
		if _, _, err := s.Flush(t.Context()); err == nil {
			t.Error("a full disk must be an error")
		}
	}
	s.flush(t, time.Hour, 1, 0)
	if len(s.board.posts) != 1 || len(s.board.stands) != 1 {
		t.Errorf("posts %v, want one", s.board.posts)
	}
}

func TestDayLongOutageLosesNothing(t *testing.T) {
	t.Parallel()
	s := setUp()
	for i := range 10 {
		s.notice(fmt.Sprint(i))
	}
	down := &notify.Refusal{Class: notify.ClassWait, Text: "cannot be reached"}
	outage := &outage{board: s.board, until: s.clock.Now().Add(24 * time.Hour), err: down}
	s.Worker.Sender = outage
	s.flush(t, 25*time.Hour, 10, 0)
	if outage.tries > 300 {
		t.Errorf("%d tries in a day: the wait must grow to 5 minutes", outage.tries)
	}
	for i, k := range s.board.keys {
		if want := fmt.Sprintf("notice/%d/#ops/1", i); k != want {
			t.Errorf("message %d is %s, want %s", i, k, want)
		}
	}
}

type outage struct {
	*board
	until time.Time
	err   error
	tries int
}

func (o *outage) Send(ctx context.Context, m notify.Message) (notify.Receipt, error) {
	if o.clock.Now().Before(o.until) {
		o.tries++
		return notify.Receipt{}, o.err
	}
	return o.board.Send(ctx, m)
}

func (o *outage) Find(ctx context.Context, m notify.Message) (notify.Receipt, bool, error) {
	if o.clock.Now().Before(o.until) {
		o.tries++
		return notify.Receipt{}, false, o.err
	}
	return o.board.Find(ctx, m)
}

// slow is a Sender that reports that it was begun and then waits to be let go.
type slow struct {
	*board
	begun, goOn chan struct{}
}

func (s *slow) Send(ctx context.Context, m notify.Message) (notify.Receipt, error) {
	close(s.begun)
	<-s.goOn
	if ctx.Err() != nil {
		return notify.Receipt{}, ctx.Err()
	}
	return s.board.Send(ctx, m)
}

// living is an outbox that, as a database does, writes nothing in a context that has ended.
type living struct{ notify.Outbox }

func (l living) Save(ctx context.Context, d news.Delivery) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return l.Outbox.Save(ctx, d)
}

func TestRunFinishesTheRequestInHand(t *testing.T) {
	t.Parallel()
	s := setUp()
	s.Worker.Now, s.Worker.After = time.Now, time.After
	sender := &slow{s.board, make(chan struct{}), make(chan struct{})}
	s.Worker.Sender, s.Worker.Outbox = sender, living{s.box}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- s.Run(ctx) }()
	s.notice("a")
	s.Notify()
	<-sender.begun
	cancel()
	close(sender.goOn)
	if err := <-done; err != nil {
		t.Errorf("Run: %v", err)
	}
	if d := s.box.Deliveries()[0]; d.State != news.DeliverySent {
		t.Errorf("state %s, want sent: the request was in hand when the program stopped", d.State)
	}
}

func TestPaceSpacesPosts(t *testing.T) {
	t.Parallel()
	s := setUp()
	s.Worker.Pace = 2 * time.Second
	s.notice("a")
	s.notice("b")
	s.box.AddNotice(news.Notice{Key: "c", Channel: "#other"})
	s.flush(t, time.Hour, 3, 0)
	want := []string{"notice/a/#ops/1@0s", "notice/c/#other/1@0s", "notice/b/#ops/1@2s"}
	if diff := cmp.Diff(want, s.board.posts); diff != "" {
		t.Errorf("posts (-want +got):\n%s", diff)
	}
}

func TestUnreadableDigestBlocksNobody(t *testing.T) {
	t.Parallel()
	s := setUp()
	s.box.AddDigest(news.Digest{Key: "d", Channel: "#ops"}, 1)
	s.notice("a")
	s.Worker.Outbox = unreadable{s.box}
	s.flush(t, time.Minute, 1, 1)
}

type unreadable struct{ notify.Outbox }

func (unreadable) Digest(context.Context, string) (news.Digest, error) {
	return news.Digest{}, errors.New("damaged")
}
