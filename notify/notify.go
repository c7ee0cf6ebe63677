// Package notify brings deliveries from the outbox to their channel, each of them once. It knows
// no Slack: a Sender posts, looks up and deletes, an Outbox remembers.
//
// Slack documents no idempotency key, so a post whose answer is lost may or may not stand in the
// channel. The worker therefore marks a delivery as being sent before it posts, gives the message
// a key that never changes, and looks for that key in the channel before it posts again. What was
// posted twice all the same, because a lost post arrived very late, is removed by a later sweep.
package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"newsvigil/news"
)

// Message is everything a Sender needs to post one delivery. Digest is set for digests, Notice for
// notices, as Delivery.Kind says.
type Message struct {
	Delivery news.Delivery
	Digest   news.Digest
	Notice   news.Notice
}

// Receipt names a message that stands in a channel.
type Receipt struct {
	// ChannelID and TS are the channel's and the message's own names.
	ChannelID, TS string
	// Nameless says that the way of posting gives messages no name, as webhooks and printers do.
	// Without it an empty TS means that nobody knows whether the message stands.
	Nameless bool
}

// Sender posts messages and finds them again.
type Sender interface {
	// Send posts the message once, without a retry of its own, and renders it at the level that
	// the delivery names. A *Refusal says that nothing was posted; any other error leaves open
	// whether the message stands.
	Send(ctx context.Context, m Message) (Receipt, error)
	// Find looks for the oldest message that carries the delivery's key, back to ten minutes before
	// Delivery.Claimed. False means that the whole stretch was read and the key is not there; an
	// error means that nothing is known. ErrBlind says that looking is not possible at all.
	Find(ctx context.Context, m Message) (Receipt, bool, error)
}

// Preparer is the ability to find out, before a delivery is claimed, that it cannot be posted at all. A
// crash between claim and answer leaves open whether a message stands, so a channel that does not exist
// must not come to light only in between.
type Preparer interface {
	// Prepare returns a *Refusal where Send could not post. It posts nothing and may be repeated.
	Prepare(ctx context.Context, m Message) error
}

// Sweeper is the ability to remove doubles. A Sender without it is never swept.
type Sweeper interface {
	// FindAll returns every message that carries the delivery's key, the oldest first.
	FindAll(ctx context.Context, m Message) ([]Receipt, error)
	// Delete removes a message; one that is gone already is no error.
	Delete(ctx context.Context, r Receipt) error
}

// ErrBlind says that messages cannot be looked up: a webhook, or a token without the right to read
// the channel. An unanswered post is then left alone, because a second one might be a double.
var ErrBlind = errors.New("messages cannot be looked up")

// Outbox remembers deliveries. All its changes are durable when the call returns.
type Outbox interface {
	// Due returns, in the order of their creation, the deliveries that are not sent, whose Next is
	// not after the given time and whose part 1 is sent, with Thread filled from it. Deliveries in
	// the state sending are among them: they were left behind by a crash. The worker may ask for a
	// time in the future to learn what is to come.
	Due(ctx context.Context, now time.Time) ([]news.Delivery, error)
	// Claim turns a pending delivery into one that is being sent: tries + 1, Looks 0, Claimed now.
	// False means that it is no longer pending.
	Claim(ctx context.Context, id int64, now time.Time) (news.Delivery, bool, error)
	// Save writes all changing fields of the delivery.
	Save(ctx context.Context, d news.Delivery) error
	// Digest and Notice return what a delivery carries.
	Digest(ctx context.Context, key string) (news.Digest, error)
	Notice(ctx context.Context, key string) (news.Notice, error)
	// Unswept returns the deliveries that are sent, were tried twice or more, and are not swept.
	Unswept(ctx context.Context) ([]news.Delivery, error)
}

// Class says what a refusal means for the worker.
type Class string

// The classes of refusal. ClassAmbiguous is no refusal: it is the class of every other error.
const (
	ClassWait      Class = "wait"      // too fast, or not reachable: the same again later
	ClassContent   Class = "content"   // the message itself is refused: smaller
	ClassChannel   Class = "channel"   // the channel is wrong or closed: an admin must mend it
	ClassAuth      Class = "auth"      // the token is wrong or may not: nothing can be posted
	ClassAmbiguous Class = "ambiguous" // nobody knows whether the message stands
)

// Refusal is the error of a Sender that knows for certain that nothing was posted.
type Refusal struct {
	Class Class
	// After is the wait that was asked for; 0 leaves it to the worker. Only ClassWait uses it.
	After time.Duration
	// Text says in plain words what is wrong and what to do.
	Text string
}

// Error implements error.
func (r *Refusal) Error() string { return fmt.Sprintf("refused (%s): %s", r.Class, r.Text) }

// ClassOf returns the class of an error of Send or Find: that of a Refusal, else ClassAmbiguous.
func ClassOf(err error) Class {
	if r, ok := errors.AsType[*Refusal](err); ok {
		return r.Class
	}
	return ClassAmbiguous
}
