package news

import "time"

// Keeping is a story that readers kept, and how they came to it.
type Keeping struct {
	Story Story
	// Articles are the members that were kept, the one kept last first.
	Articles []int64
	// Readers counts those who keep the story now, Against those who call it not relevant.
	Readers, Against int
	// First and Last are when it was kept first and last, by those who keep it now.
	First, Last time.Time
}

// Brief is what one topic's readers kept over a while, to be quoted in a report. It says everything a
// renderer needs.
type Brief struct {
	// Key is unique: the topic's key and the slot, or a manual key; "" where it is only shown.
	Key      string `json:"key,omitempty"`
	Topic    string `json:"topic"` // the topic's name
	TopicKey string `json:"topic_key"`
	Channel  string `json:"channel"`  // as configured
	Language string `json:"language"` // of the interface words: en or ko
	// Since and Until bound when the stories were kept, in the admin's zone; Since itself is left out.
	Since time.Time `json:"since"`
	Until time.Time `json:"until"`
	// Stories are those that most readers kept first.
	Stories []Kept `json:"stories"`
}

// Kept is a story of a brief.
type Kept struct {
	Item
	// Gloss is how the piece begins, in the outlet's own words: a sentence or two; "" where no text is
	// known.
	Gloss string `json:"gloss,omitempty"`
	// Readers counts those who kept it, Against those who call it not relevant. Nobody is named.
	Readers int `json:"kept_by"`
	Against int `json:"not_relevant_for,omitempty"`
	// At is when it was kept last. Before says that a reader had kept it before Since already, so that an
	// earlier brief may hold it, too.
	At     time.Time `json:"kept_at"`
	Before bool      `json:"kept_before,omitempty"`
}
