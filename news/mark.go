package news

import "time"

// Mark counts what readers said of a story with the buttons of a message.
type Mark struct {
	// Kept and Disliked count readers, Rescued those who want a near miss in the next digest.
	Kept, Disliked, Rescued int
}

// Mute keeps an outlet's pieces out of a channel's digests for a while, because a reader there wished it.
// What a topic always wants is shown all the same.
type Mute struct {
	// Channel is the channel as the configuration names it.
	Channel string `json:"channel,omitempty"`
	// Source is the outlet's key, Outlet its name.
	Source string `json:"source"`
	Outlet string `json:"outlet"`
	// Until is when it ends.
	Until time.Time `json:"until"`
	// At is when it began; zero where that does not matter.
	At time.Time `json:"-"`
}
