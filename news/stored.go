package news

// Stored is an article that has been placed.
type Stored struct {
	Article Article
	// Story is the number of the story it belongs to.
	Story int64
}
