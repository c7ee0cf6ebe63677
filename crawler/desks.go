package crawler

import (
	"context"
	"runtime"

	"newsvigil/crawler/extract"
)

// desks are the places at which answers are parsed and read: as many as there are processors. Sixteen
// hosts are waited for at once, but an answer that is being read takes twenty times its own size, and
// with more readers than processors none is done sooner.
type desks chan *extract.Desk

func newDesks() desks {
	d := make(desks, runtime.GOMAXPROCS(0))
	for range cap(d) {
		d <- &extract.Desk{}
	}
	return d
}

// take waits for a desk for the answer to a trip. It reports false where ctx ended first.
func (d desks) take(ctx context.Context, t *trip) bool {
	select {
	case t.desk = <-d:
		return true
	case <-ctx.Done():
		return false
	}
}

// leave gives the desk of a trip back where it has one. A trip without a request has none.
func (d desks) leave(t *trip) {
	if t != nil && t.desk != nil {
		d <- t.desk
		t.desk = nil
	}
}
