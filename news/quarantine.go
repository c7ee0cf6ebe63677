package news

import "time"

// Quarantine keeps an outlet that was hijacked away from readers: while it stands, nothing of the outlet is
// read or told, and nothing leads there. What is stored of it stays.
type Quarantine struct {
	// ID is the store's number; 0 before it is stored.
	ID int64 `json:"-"`
	// Source is the outlet's key, Outlet its name.
	Source string `json:"source"`
	Outlet string `json:"outlet"`
	// Sites are the addresses and hosts that the source named when it was quarantined, so that its links are
	// known when it is configured no more.
	Sites []string `json:"sites"`
	// Since is from when on posted messages are changed, At when it began.
	Since time.Time `json:"since"`
	At    time.Time `json:"at"`
	// Lifted is when it ended; zero while it stands.
	Lifted time.Time `json:"lifted,omitzero"`
}

// Stands reports whether the outlet is quarantined still.
func (q Quarantine) Stands() bool { return q.Lifted.IsZero() }

// Withdrawal is a posted message that led to a quarantined outlet.
type Withdrawal struct {
	// Digest and Part name the message, Slot is the time it stands for and Posted when it was posted.
	Digest string    `json:"digest"`
	Part   int       `json:"part"`
	Slot   time.Time `json:"slot"`
	Posted time.Time `json:"posted,omitzero"`
	// Title is the message's headline; the store does not know it.
	Title string `json:"title,omitempty"`
	// Channel is the channel as the configuration names it; ChannelID and TS are where the message stands,
	// empty where nobody can change it.
	Channel   string `json:"channel"`
	ChannelID string `json:"-"`
	TS        string `json:"-"`
	// Links counts what led to the outlet.
	Links int `json:"links"`
	// Shown says that the message was drawn anew since the quarantine began, or since it was lifted.
	Shown bool `json:"shown"`
	// Problem says in plain words why the message could not be changed; "" where it was or will be.
	Problem string `json:"problem,omitempty"`
}
