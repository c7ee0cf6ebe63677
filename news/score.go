package news

// Grade is a score in words.
type Grade string

// The grades. Relevant means strong or likely; weak is a near miss.
const (
	GradeStrong Grade = "strong"
	GradeLikely Grade = "likely"
	GradeWeak   Grade = "weak"
	GradeNone   Grade = "none"
)

// Score is how far an article belongs to a topic, and why.
type Score struct {
	// Topic is the topic's key.
	Topic string `json:"topic"`
	// Value is at least 0 and finite; it means nothing by itself, only against Cut.
	Value float64 `json:"value"`
	// Cut is the value from which on a piece was relevant when it was scored.
	Cut   float64 `json:"cut"`
	Grade Grade   `json:"grade"`
	// Probability is the share of pieces with this score that readers find on the topic, between 0 and 1.
	// 0 means that it is not known: too few pieces have been judged.
	Probability float64 `json:"probability,omitempty"`
	// Model is the version of the model that gave the score.
	Model   string  `json:"model"`
	Reasons Reasons `json:"reasons"`
}

// Relevant reports whether the piece belongs into a digest.
func (s Score) Relevant() bool { return s.Grade == GradeStrong || s.Grade == GradeLikely }

// Reasons say in words why a piece has its score.
type Reasons struct {
	// Concepts are the topic's concepts found in the piece, with the words that showed them.
	Concepts []Hit `json:"concepts,omitempty"`
	// Facets has an entry for every facet of the topic; one without words is missing.
	Facets []Hit `json:"facets,omitempty"`
	// Terms are the terms shared with the exemplars that weigh most, best first.
	Terms []string `json:"terms,omitempty"`
	// Shares are what each of Terms adds to the score, in the score's own units. Together with the
	// concepts' shares, Rest and Lifted they are the score.
	Shares []float64 `json:"shares,omitempty"`
	// Rest is what all other words add; below 0 where they are those of disliked pieces.
	Rest float64 `json:"rest,omitempty"`
	// Lifted is what was added to the score to reach the cut, by Always or by a rescue.
	Lifted float64 `json:"lifted,omitempty"`
	// Nearest is the title of the exemplar that is nearest.
	Nearest string `json:"nearest,omitempty"`
	// Muted is the never_match word that was found; "" where none was.
	Muted string `json:"muted,omitempty"`
	// Always is the concept that lifted the piece over the cut; "" where none did.
	Always string `json:"always,omitempty"`
	// Rescued says that a reader put the piece into the digest, whatever its score.
	Rescued bool `json:"rescued,omitempty"`
}

// Hit is a word list and what of it stands in a piece.
type Hit struct {
	Name string `json:"name"`
	// Words are the spellings found, as they are listed, the most frequent first.
	Words []string `json:"words,omitempty"`
	// Seen is the form in which each of Words stands in the piece first: "tortured" for "tortur*".
	Seen []string `json:"seen,omitempty"`
	// Counts are how often each stands there, in the order of Words.
	Counts []int `json:"counts,omitempty"`
	// Told is the list's name in the topic's language, with the words in round brackets, and those that
	// readers of that language cannot read in square ones: "repatriation [북송]". "" where nobody said it.
	Told string `json:"told,omitempty"`
	// Share is what a concept adds to the score, in the score's own units; 0 for facets, which let the
	// score through.
	Share float64 `json:"share,omitempty"`
}

// Forms are the words as readers know them: as they stand in the piece, or as they are listed where
// that is not known.
func (h Hit) Forms() []string {
	if len(h.Seen) == len(h.Words) {
		return h.Seen
	}
	return h.Words
}
