package eval

// Figure is one line of the quality table.
type Figure struct {
	// Set names the labelled files, Measure what was counted on them.
	Set, Measure string
	// Value is the figure, mostly a share between 0 and 1, N the number of items it stands on.
	Value float64
	N     int
	// Baseline says that the figure is not the program's but that of a plainer method beside it.
	Baseline bool
	// Failures are the items that were judged wrongly, in the order of the set.
	Failures []Failure
}

// Name is what floor.json calls the figure.
func (f Figure) Name() string { return f.Set + ": " + f.Measure }

// Failure is one item that was judged wrongly, for whoever asks for details.
type Failure struct{ Item, Want, Got string }
