package news

import "time"

// Relation is how an article stands to what is stored.
type Relation string

// The relations, in the order in which they are tried.
const (
	RelationAddress Relation = "address" // the same piece under the same identity
	RelationText    Relation = "text"    // word for word the same text
	RelationCopy    Relation = "copy"    // contained in a stored piece
	RelationUpdate  Relation = "update"  // contains a stored piece and is much longer
	RelationRoundup Relation = "roundup" // contains pieces of two or more stories; belongs to none of them
	RelationStory   Relation = "story"   // another report of the same event
	RelationNew     Relation = "new"     // none of these
)

// Placement says which story an article belongs to.
type Placement struct {
	// Story is the number of a stored story; 0 opens a new one.
	Story    int64    `json:"story"`
	Relation Relation `json:"relation"`
	// Of is the stored article that decided; 0 for RelationNew.
	Of int64 `json:"of,omitempty"`
	// Similarity is what decided, within 0 and 1.
	Similarity float64 `json:"similarity,omitempty"`
	// Neighbours are the nearest stored articles, best first, for explanations.
	Neighbours []Neighbour `json:"neighbours,omitempty"`
}

// Neighbour is a stored article near another one.
type Neighbour struct {
	Article    int64    `json:"article"`
	Story      int64    `json:"story"`
	Similarity float64  `json:"similarity"`
	Relation   Relation `json:"relation"`
}

// Fingerprint is what is stored of an article so that copies of it are found.
type Fingerprint struct {
	// Text is the hash of the normalised text; 0 where the text is too short to tell.
	Text uint64
	// Shingles are the sampled hashes of five-word runs.
	Shingles []uint64
	// Words is the length of the text in words.
	Words int
}

// Story is a set of articles on one event, as one topic's readers see it.
type Story struct {
	ID int64 `json:"id"`
	// Members are its articles, the first published first.
	Members []Member `json:"members"`
	// Announced is when the story was first in a digest of the topic; zero where it was not.
	Announced time.Time `json:"announced,omitzero"`
	// AnnouncedKind is what the story was announced as last.
	AnnouncedKind ItemKind `json:"announced_kind,omitempty"`
	// AlertOnly says that an alert told of the story, and no digest has since.
	AlertOnly bool `json:"alert_only,omitempty"`
}

// Member is an article of a story with its score for the topic at hand. Text is not loaded.
type Member struct {
	Article  Article  `json:"article"`
	Score    Score    `json:"score"`
	Relation Relation `json:"relation"`
	// Of is the article it is a copy or update of; 0 where it is neither.
	Of         int64   `json:"of,omitempty"`
	Similarity float64 `json:"similarity,omitempty"`
	// Announced says that a digest of the topic has already shown this article, or that it is marked as
	// seen. Seen says that it is only marked: no reader was told of it, and none will be by itself.
	Announced bool `json:"announced,omitempty"`
	Seen      bool `json:"seen,omitempty"`
}
