package news

// Exemplar is an article that shows what a topic is about. Terms are enough to score by.
type Exemplar struct {
	Title     string
	Outlet    string
	URL       string
	Authors   []string
	Published string
	Language  string
	// About is two sentences of our own on what the piece says.
	About string
	// Terms are the counts of the body's words and word pairs, as text.Terms makes them.
	Terms map[string]int
	// File is where it was read from, for messages.
	File string
}

// Topic is what a group of readers follows: exemplars, word lists, and where its digest goes.
type Topic struct {
	Name string
	// Was is the name that the topic had at first, where it was renamed; "" where it was not.
	Was       string
	Exemplars []Exemplar
	// Facets are the aspects that a piece must all have; a piece that misses one rarely passes.
	Facets []WordList
	// Concepts are meanings written in several languages; they are shared terms of model and piece.
	Concepts []WordList
	// Threshold is the cut; 0 means that the model sets it.
	Threshold float64
	// NeverMatch are words; a piece that holds one is muted.
	NeverMatch []string
	// Always are names of concepts: a piece with every facet and one of these is never below the cut.
	Always []string

	// SeedsDir is where the exemplars come from; "" for the built-in ones.
	SeedsDir string
	// Channel is the Slack channel, as a name with # or an id.
	Channel string
	// Digest holds the cron specs of the digest's slots.
	Digest []string
	// Brief holds the cron specs of the brief's slots; there are none where no brief is wanted.
	Brief []string
	// Language is that of the interface words: en or ko.
	Language string
	// Lead, Lines and NearMisses bound a digest's parts.
	Lead, Lines, NearMisses int
	// AlertGrade, AlertsPerDay and Quiet bound alerts.
	AlertGrade   Grade
	AlertsPerDay int
	Quiet        []string
}

// Key is the topic's name as a slug, its first name where it was renamed; it stands in the database.
func (t Topic) Key() string {
	if t.Was != "" {
		return Slug(t.Was)
	}
	return Slug(t.Name)
}

// WordList is a named list of words and phrases in any language. A trailing * ends a stem.
type WordList struct {
	Name string
	Any  []string
}
