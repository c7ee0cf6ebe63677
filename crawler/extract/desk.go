package extract

import (
	"sync/atomic"

	"golang.org/x/net/html"
)

// Desk is memory that reading a page takes and the next page takes again: a tree of a few thousand nodes
// for each would be most of what a crawl throws away. Readings that share a Desk at the same time are
// safe; all but one then do without. The zero value is ready for use.
type Desk struct {
	busy    atomic.Bool
	copies  cloner
	weights map[*html.Node]weight
}

// mostKept is the largest number of nodes whose memory is kept from one page to the next.
const mostKept = 10000

// take reports whether the desk is free, and takes it if it is.
func (d *Desk) take() bool { return d != nil && d.busy.CompareAndSwap(false, true) }

// ledger is an empty table for the weights of a tree.
func (d *Desk) ledger(tree *html.Node) map[*html.Node]weight {
	if d.weights == nil {
		d.weights = make(map[*html.Node]weight, elements(tree))
	}
	return d.weights
}

// clear leaves nothing of a page behind and frees the desk.
func (d *Desk) clear() {
	if cap(d.copies.nodes) > mostKept || cap(d.copies.attrs) > mostKept {
		d.copies, d.weights = cloner{}, nil
	}
	clear(d.copies.nodes)
	clear(d.copies.attrs)
	clear(d.weights)
	d.busy.Store(false)
}
