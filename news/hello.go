package news

import "time"

// Hello is what a topic's readers are told first, beside the words of the notice that carries it.
type Hello struct {
	Language string `json:"language"` // of the interface words: en or ko
	// Next is when the next digest comes; zero where none is planned.
	Next time.Time `json:"next,omitzero"`
	// Sample is a digest that shows what is to come, in the thread of the hello; nil where there is none. It
	// is no digest: nothing in it counts as told.
	Sample *Digest `json:"sample,omitempty"`
}
