package notify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"newsvigil/news"
)

// manyTries is how many unanswered posts are worth a word to the admin.
const manyTries = 5

// longWait is a pause that is worth a word at once.
const longWait = 10 * time.Minute

// step does the next thing for a delivery that is due and returns it as it was saved. Its error is
// one of the outbox.
func (w *Worker) step(ctx context.Context, d news.Delivery) (news.Delivery, error) {
	m, err := w.load(ctx, d)
	if err != nil {
		if ctx.Err() != nil {
			return d, nil
		}
		w.Log.Error("read what is to be posted", "key", d.Key, "err", err)
		d.State, d.Error = settledState(d), "The stored message cannot be read: "+err.Error()
		return w.retry(ctx, d, maxBackoff)
	}
	switch d.State {
	case news.DeliveryPending, news.DeliveryBlocked:
		return w.post(ctx, m)
	case news.DeliveryUnknown:
		return w.look(ctx, m)
	}
	// A delivery in the state sending was left behind by a crash, or by an outbox that could not
	// write: whether it was posted is not known.
	d.State, d.Looks = news.DeliveryUnknown, 0
	return w.retry(ctx, d, w.Settle[0])
}

// settledState is the state of a delivery that cannot go on for now: what is unknown stays so,
// because it may stand in the channel.
func settledState(d news.Delivery) news.DeliveryState {
	if d.State == news.DeliveryPending {
		return news.DeliveryBlocked
	}
	if d.State == news.DeliverySending {
		return news.DeliveryUnknown
	}
	return d.State
}

func (w *Worker) load(ctx context.Context, d news.Delivery) (Message, error) {
	m := Message{Delivery: d}
	var err error
	if d.Kind == news.DeliverNotice {
		m.Notice, err = w.Outbox.Notice(ctx, d.Of)
	} else {
		m.Digest, err = w.Outbox.Digest(ctx, d.Of)
	}
	return m, err
}

// post claims and posts. Every post but the first is preceded by a look: an answer that said no may
// have been wrong, and the time since the last look may have been long.
func (w *Worker) post(ctx context.Context, m Message) (news.Delivery, error) {
	d := m.Delivery
	if d.Tries > 0 {
		r, found, err := w.find(ctx, m)
		if found {
			return w.done(ctx, d, r)
		}
		if err != nil && !errors.Is(err, ErrBlind) {
			return w.failed(ctx, d, err)
		}
	}
	if err := w.prepare(ctx, m); err != nil {
		return w.failed(ctx, d, err)
	}
	if d.State == news.DeliveryBlocked {
		d.State = news.DeliveryPending
		if err := w.Outbox.Save(ctx, d); err != nil {
			return d, fmt.Errorf("save delivery %s: %w", d.Key, err)
		}
	}
	claimed, ok, err := w.Outbox.Claim(ctx, d.ID, w.Now())
	if err != nil {
		return d, fmt.Errorf("claim delivery %s: %w", d.Key, err)
	}
	if !ok {
		d.Next = w.Now().Add(idle)
		return d, nil
	}
	claimed.Thread, claimed.ChannelID = cmp.Or(claimed.Thread, d.Thread), cmp.Or(claimed.ChannelID, d.ChannelID)
	if d.Tries == 0 || d.Looks == news.LooksRefused {
		claimed.Looks = news.LooksRefused // until an answer leaves it open
	}
	m.Delivery = claimed
	r, err := w.send(ctx, m)
	return w.posted(ctx, claimed, r, err)
}

// posted turns the answer to a post into the delivery's next state.
func (w *Worker) posted(ctx context.Context, d news.Delivery, r Receipt, err error) (news.Delivery, error) {
	if w.Pace > 0 {
		w.shut[d.Channel] = w.Now().Add(w.Pace)
	}
	if err == nil && (r.TS != "" || r.Nameless) {
		return w.done(ctx, d, r)
	}
	if ClassOf(err) != ClassAmbiguous {
		return w.refused(ctx, d, err)
	}
	d.State, d.Looks, d.Error = news.DeliveryUnknown, 0, "No clear answer came; the channel will be looked through."
	w.Log.Warn("post without a clear answer", "key", d.Key, "attempt", d.Tries, "err", err)
	if d.Tries >= manyTries {
		w.trouble(d, ClassAmbiguous)
	}
	return w.retry(ctx, d, w.Settle[0])
}

// refused handles a post, or the look before it, that was refused for a reason that is known.
func (w *Worker) refused(ctx context.Context, d news.Delivery, err error) (news.Delivery, error) {
	r, _ := errors.AsType[*Refusal](err)
	d.Error = r.Text
	switch r.Class {
	case ClassWait:
		d.State = news.DeliveryPending
		again := w.again(d)
		after := cmp.Or(max(0, r.After), again)
		w.shut[d.Channel] = latest(w.shut[d.Channel], w.Now().Add(after))
		w.held(d, "post must wait", after, err)
		return w.retry(ctx, d, after)
	case ClassContent:
		if d.Level < w.MaxLevel {
			d.State, d.Level = news.DeliveryPending, d.Level+1
			w.Log.Warn("message refused; making it smaller", "key", d.Key, "level", d.Level, "err", err)
			return w.retry(ctx, d, 0)
		}
	case ClassChannel:
		w.shut[d.Channel] = w.Now().Add(maxBackoff)
	case ClassAuth:
		w.closed = w.Now().Add(maxBackoff)
	}
	d.State = news.DeliveryBlocked
	w.trouble(d, r.Class)
	return w.retry(ctx, d, maxBackoff)
}

// prepare asks a Sender that can tell whether the message can be posted.
func (w *Worker) prepare(ctx context.Context, m Message) (err error) {
	p, ok := w.Sender.(Preparer)
	if !ok {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, w.Timeout)
	defer cancel()
	defer rescue(&err)
	return p.Prepare(ctx, m)
}

// look searches the channel for a delivery whose fate is unknown.
func (w *Worker) look(ctx context.Context, m Message) (news.Delivery, error) {
	d := m.Delivery
	r, found, err := w.find(ctx, m)
	switch {
	case found:
		return w.done(ctx, d, r)
	case errors.Is(err, ErrBlind):
		return w.abandon(ctx, d)
	case err != nil:
		return w.failed(ctx, d, err)
	}
	delete(w.fails, d.ID)
	d.Looks++
	if d.Looks < len(w.Settle) {
		return w.retry(ctx, d, w.Settle[d.Looks])
	}
	w.Log.Info("unanswered post is not in the channel; posting it again", "key", d.Key, "attempt", d.Tries)
	d.State, d.Error = news.DeliveryPending, "Not in the channel; posting it again."
	if d.Tries < 2 {
		return w.retry(ctx, d, 0)
	}
	return w.retry(ctx, d, w.backoff(d.Tries-2))
}

// failed handles a look that gave no answer: it is not a miss, and the state stays as it is. Where the
// channel itself is refused, nobody will find the message there: the delivery is blocked, so that it
// follows its topic to another channel. Should the channel come back, it is looked through first.
func (w *Worker) failed(ctx context.Context, d news.Delivery, err error) (news.Delivery, error) {
	if ctx.Err() != nil {
		return d, nil
	}
	class := ClassOf(err)
	if class == ClassChannel || class == ClassAuth && d.State != news.DeliveryUnknown {
		return w.refused(ctx, d, err)
	}
	after := w.again(d)
	switch r, _ := errors.AsType[*Refusal](err); class {
	case ClassWait:
		d.Error, after = r.Text, max(after, r.After)
	case ClassAuth:
		w.closed = w.Now().Add(maxBackoff)
		d.Error, after = r.Text, maxBackoff
		w.trouble(d, class)
		return w.retry(ctx, d, after)
	}
	w.held(d, "look for an unanswered post", after, err)
	return w.retry(ctx, d, after)
}

// abandon gives up on an unanswered post that cannot be looked up: once at most, rather than twice.
func (w *Worker) abandon(ctx context.Context, d news.Delivery) (news.Delivery, error) {
	d.State, d.Swept, d.Next = news.DeliverySent, true, time.Time{}
	d.Error = "Slack gave no clear answer, and this setup cannot look messages up: this one may be missing from the channel. " +
		"It was not posted again, because it might then stand twice. A bot token with the right to read the channel's history mends this."
	w.trouble(d, ClassAmbiguous)
	return d, w.save(ctx, d)
}

// done marks the delivery as sent.
func (w *Worker) done(ctx context.Context, d news.Delivery, r Receipt) (news.Delivery, error) {
	d.State, d.TS, d.Error, d.Next = news.DeliverySent, r.TS, "", time.Time{}
	d.Looks = max(0, d.Looks)
	d.ChannelID = cmp.Or(r.ChannelID, d.ChannelID)
	delete(w.fails, d.ID)
	delete(w.told, d.ID)
	w.Log.Info("delivered", "key", d.Key, "attempt", d.Tries, "level", d.Level)
	err := w.save(ctx, d)
	if err == nil && w.OnSent != nil {
		w.spoke = true
		w.OnSent(d)
	}
	return d, err
}

// retry saves the delivery with its next step after the given wait.
func (w *Worker) retry(ctx context.Context, d news.Delivery, after time.Duration) (news.Delivery, error) {
	d.Next = w.Now().Add(after)
	return d, w.save(ctx, d)
}

// save writes the delivery even when the program is stopping: what is known must not be lost.
func (w *Worker) save(ctx context.Context, d news.Delivery) error {
	if err := w.Outbox.Save(context.WithoutCancel(ctx), d); err != nil {
		return fmt.Errorf("save delivery %s: %w", d.Key, err)
	}
	return nil
}

// send posts. A request that was begun is finished even when the program is stopping. A message over
// which the Sender panics must not end the program, which would meet it again at every start.
func (w *Worker) send(ctx context.Context, m Message) (r Receipt, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), w.Timeout)
	defer cancel()
	defer rescue(&err)
	return w.Sender.Send(ctx, m)
}

func (w *Worker) find(ctx context.Context, m Message) (r Receipt, found bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, w.Timeout)
	defer cancel()
	defer rescue(&err)
	r, found, err = w.Sender.Find(ctx, m)
	return r, found && err == nil, err
}

// rescue turns a panic into an error, which leaves open whether the message stands.
func rescue(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("the program stumbled: %v", r)
	}
}

// again counts a failure of the delivery and returns the wait before the next try.
func (w *Worker) again(d news.Delivery) time.Duration {
	n := w.fails[d.ID]
	w.fails[d.ID] = n + 1
	return w.backoff(n)
}

// trouble tells of a delivery that is stuck, once per class.
func (w *Worker) trouble(d news.Delivery, c Class) {
	if w.told[d.ID] == c {
		return
	}
	w.told[d.ID] = c
	if w.OnTrouble == nil {
		w.Log.Error("delivery is stuck", "key", d.Key, "channel", d.Channel, "class", string(c), "err", d.Error)
		return
	}
	w.spoke = true
	w.OnTrouble(d, c)
}

// held logs a delivery that has to wait. One that waits for long is a trouble, and no further line is
// written at every try.
func (w *Worker) held(d news.Delivery, what string, after time.Duration, err error) {
	if w.fails[d.ID] < manyTries && after < longWait {
		w.Log.Warn(what, "key", d.Key, "again_in", after, "err", err)
		return
	}
	w.Log.Debug(what, "key", d.Key, "again_in", after, "err", err)
	w.trouble(d, ClassWait)
}
