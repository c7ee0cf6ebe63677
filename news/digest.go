package news

import "time"

// Digest is what one topic's readers are told at one slot. It says everything a renderer needs.
type Digest struct {
	// Key is unique: the topic's key and the slot, or a manual key.
	Key      string `json:"key"`
	Topic    string `json:"topic"`    // the topic's name
	Channel  string `json:"channel"`  // as configured
	Language string `json:"language"` // of the interface words: en or ko
	// Slot is the time the digest stands for, in the admin's zone; Since is that of the one before.
	Slot  time.Time `json:"slot"`
	Since time.Time `json:"since,omitzero"`
	// Sent is when the message was posted, so that one that comes late says so; zero where it was not.
	// It belongs to the delivery and is not stored here.
	Sent   time.Time `json:"-"`
	Totals Totals    `json:"totals"`
	// Lead are the stories in full, Lines the next ones as lines, Rest goes into the thread.
	Lead  []Item `json:"lead,omitempty"`
	Lines []Item `json:"lines,omitempty"`
	Rest  []Item `json:"rest,omitempty"`
	// Beyond counts the stories that found no room at all.
	Beyond int `json:"beyond,omitempty"`
	// Near are the near misses, for the thread.
	Near []Item `json:"near,omitempty"`
	// Troubles are the sources in trouble, by name.
	Troubles []SourceTrouble `json:"troubles,omitempty"`
	// MoreTroubles counts those that are not named.
	MoreTroubles int `json:"more_troubles,omitempty"`
	// Buttons says that there is room for buttons, because the program listened to Slack when the digest
	// was made.
	Buttons bool `json:"buttons,omitempty"`
	// Muted are the outlets that readers muted in the channel, the one muted last first.
	Muted []Mute `json:"muted,omitempty"`
	// Quarantined are the outlets that an admin keeps away from readers, by name.
	Quarantined []string `json:"quarantined,omitempty"`
	// Marks are what readers said of the stories since, by story, and Revision counts how often a message
	// was drawn anew for that. Neither is stored here.
	Marks    map[int64]Mark `json:"-"`
	Revision int            `json:"-"`
	// Layout is how the digest was spread over its messages when it was posted, so that a later change of
	// a story moves none; nil where nothing was changed, and it follows from the digest.
	Layout *Layout `json:"layout,omitempty"`
}

// Layout counts what the messages of a digest carry, in the digest's order.
type Layout struct {
	// Full and Brief are the stories of the first message, told in full and as lines, and Form is the
	// number of the form they are told in.
	Full  int `json:"full"`
	Brief int `json:"brief"`
	Form  int `json:"form"`
	// Thread are the further messages, and Dated says that they have dates in the reader's own zone.
	Thread []Sheet `json:"thread,omitempty"`
	Dated  bool    `json:"dated,omitempty"`
}

// Sheet counts the stories and the near misses of one message of a thread.
type Sheet struct {
	Rest int `json:"rest,omitempty"`
	Near int `json:"near,omitempty"`
}

// Stories is the number of stories the digest announces.
func (d Digest) Stories() int { return len(d.Lead) + len(d.Lines) + len(d.Rest) + d.Beyond }

// Totals are the figures of the digest's line of totals.
type Totals struct {
	// Read is the pieces read since the last digest, Outlets how many outlets were polled well,
	// OnTopic the relevant pieces, Stories what was left after merging, Trouble the sources in trouble.
	Read    int `json:"read"`
	Outlets int `json:"outlets"`
	OnTopic int `json:"on_topic"`
	// Muted is how many of OnTopic are left out because readers muted their outlet.
	Muted   int `json:"muted,omitempty"`
	Stories int `json:"stories"`
	Trouble int `json:"trouble"`
}

// ItemKind says what an item of a digest is.
type ItemKind string

// The kinds of item.
const (
	ItemNew     ItemKind = "new"
	ItemUpdated ItemKind = "updated" // a story that was announced before and has grown
	ItemAlerted ItemKind = "alerted" // a story that was an alert
	ItemNear    ItemKind = "near"    // a near miss
)

// Item is one story in a digest.
type Item struct {
	Story   int64    `json:"story"`
	Article int64    `json:"article"` // the member that stands for it
	Kind    ItemKind `json:"kind"`
	Title   string   `json:"title"`
	// URL is an address of the outlet that is watched, or empty.
	URL string `json:"url,omitempty"`
	// Withdrawn stands for an address that was taken out since the item was composed: it has the form of it
	// and leads nowhere, so that all that is told keeps its place. It is not stored here.
	Withdrawn   string    `json:"-"`
	Outlet      string    `json:"outlet"`
	Label       string    `json:"label,omitempty"`
	Published   Instant   `json:"published"`
	Fetched     time.Time `json:"fetched"`
	Language    string    `json:"language,omitempty"`
	ArticleKind Kind      `json:"article_kind,omitempty"`
	Authors     []string  `json:"authors,omitempty"`
	Grade       Grade     `json:"grade,omitempty"`
	Reasons     Reasons   `json:"reasons"`
	// Also are the other outlets that carry the story, one entry an outlet.
	Also []Also `json:"also,omitempty"`
	// MoreAlso counts those that are not named.
	MoreAlso int `json:"more_also,omitempty"`
	// Foreign are stories in other languages that tell of the same event. Each is shown below the item
	// with a title and link of its own, and is announced with it.
	Foreign []Also `json:"foreign,omitempty"`
	// Articles are all articles that this item announces, Article among them, and those by which it was
	// changed since.
	Articles []int64 `json:"articles,omitempty"`
	// Updated says that the item leads to a newer version than the one it was posted with. Kind, by which
	// a digest counts its stories, stays as it was.
	Updated bool `json:"updated,omitempty"`
}

// Also is another outlet that carries a story.
type Also struct {
	Outlet   string   `json:"outlet"`
	URL      string   `json:"url,omitempty"`
	Title    string   `json:"title,omitempty"`
	Language string   `json:"language,omitempty"`
	Relation Relation `json:"relation,omitempty"`
	// Withdrawn is what Item.Withdrawn is.
	Withdrawn string `json:"-"`
	// Story and Article name what an entry of Item.Foreign stands for; 0 in Item.Also.
	Story   int64 `json:"story,omitempty"`
	Article int64 `json:"article,omitempty"`
}

// SourceTrouble is a source in trouble, as readers and admins are told of it.
type SourceTrouble struct {
	Source  string    `json:"source"`
	Trouble Trouble   `json:"trouble"`
	Detail  string    `json:"detail,omitempty"`
	Since   time.Time `json:"since,omitzero"`
}

// Notice is a plain message, usually to the admin channel: a source in trouble, or well again.
type Notice struct {
	// Key is unique; a notice is posted once.
	Key     string    `json:"key"`
	Channel string    `json:"channel"`
	Title   string    `json:"title"`
	Lines   []string  `json:"lines,omitempty"`
	At      time.Time `json:"at"`
	// Brief is what the notice carries where it is one: it is rendered as such, in as many messages as it
	// takes.
	Brief *Brief `json:"brief,omitempty"`
	// Hello is set where the notice is the first message to a topic's readers.
	Hello *Hello `json:"hello,omitempty"`
}
