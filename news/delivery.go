package news

import "time"

// DeliveryKind says what a delivery carries.
type DeliveryKind string

// The kinds of delivery.
const (
	DeliverDigest DeliveryKind = "digest"
	DeliverNotice DeliveryKind = "notice"
	// DeliverBrief is what messages say of themselves that carry a brief. In the outbox a brief is a notice,
	// so that nothing takes it for a digest.
	DeliverBrief DeliveryKind = "brief"
)

// DeliveryState is how far a delivery has come.
type DeliveryState string

// The states of a delivery. Sending and unknown are looked up before anything is posted again.
const (
	DeliveryPending DeliveryState = "pending" // to be posted
	DeliverySending DeliveryState = "sending" // claimed; the answer is not known yet
	DeliveryUnknown DeliveryState = "unknown" // posted, perhaps: the answer was ambiguous
	DeliveryBlocked DeliveryState = "blocked" // refused for a reason that an admin must mend
	DeliverySent    DeliveryState = "sent"
)

// LooksRefused stands in Delivery.Looks while every post so far was refused for certain: nothing of
// the delivery stands in its channel.
const LooksRefused = -1

// Delivery is one message of a digest or notice on its way to a channel.
type Delivery struct {
	ID int64
	// Key is fixed for ever: topic, slot, channel and part. It travels in the message's metadata.
	Key  string
	Kind DeliveryKind
	// Of is the key of the digest or notice.
	Of      string
	Channel string
	// Part counts from 1 within Parts. Part 1 is the message, the others are its thread.
	Part, Parts int
	// Level is the degradation: 0 is the full message, higher ones are smaller.
	Level int
	State DeliveryState
	// Tries counts the posts that were attempted, Looks the clean look-ups that found nothing since
	// the last of them. LooksRefused says that no look is owed: every post was refused.
	Tries, Looks int
	// ChannelID and TS name the posted message; Thread is the TS of part 1.
	ChannelID, TS, Thread string
	// Next is the earliest time of the next step, Claimed that of the last post.
	Next, Claimed time.Time
	// Error is the last refusal in plain words.
	Error string
	// Swept says that a later look made sure that the message stands once.
	Swept bool
}
