package news

import "time"

// Label is what a reader said of a piece.
type Label string

// The labels.
const (
	LabelLike    Label = "like"
	LabelDislike Label = "dislike"
	// LabelMissed is a like of a piece that should have been in a digest and was not.
	LabelMissed Label = "missed"
	// LabelRescue is a like of a near miss that goes into the next digest.
	LabelRescue Label = "rescue"
)

// Complaint is why a reader dislikes a piece.
type Complaint string

// The reasons for a dislike. Only the first speaks of the topic; one without a reason counts as it.
const (
	ComplaintOffTopic Complaint = "off topic"
	ComplaintRepeat   Complaint = "repeat"
	ComplaintOld      Complaint = "old"
	ComplaintOpinion  Complaint = "opinion"
)

// Feedback is what a reader said of a piece for a topic. A later word of the same reader takes the place
// of the earlier one.
type Feedback struct {
	Topic string // key
	// URL is the piece's address, in one form for all readers.
	URL string
	// Article is the stored article; 0 where none is stored.
	Article int64
	Label   Label
	// Reason is that of a dislike; "" where none was given, and with every other label.
	Reason Complaint
	// By is the reader's Slack user id, "" for the admin, or Forgotten with a number after it.
	By string
	At time.Time
	// Stands is what the reader said of the topic last: LabelLike, LabelDislike, or "" where nothing. A
	// repeat, an old piece and an opinion are no less on the topic for being that, so such a word leaves
	// it as it was.
	Stands Label
}

// Forgotten stands before a number in the place of a user id that was erased after its time. The number
// keeps the words of several people apart, and says nothing else.
const Forgotten = "forgotten/"

// Speaks is what the label says of the topic: LabelLike, LabelDislike, or "" for nothing.
func (f Feedback) Speaks() Label {
	switch f.Label {
	case LabelLike, LabelMissed, LabelRescue:
		return LabelLike
	case LabelDislike:
		if f.Reason == "" || f.Reason == ComplaintOffTopic {
			return LabelDislike
		}
	}
	return ""
}
