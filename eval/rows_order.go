package eval

import (
	"context"
	"fmt"
	"iter"
	"runtime"
)

// turned is what became of one item: a value, or the panic that its work ended in.
type turned[O any] struct {
	value O
	err   error
}

// inOrder works on the items of in with all cores and hands the results to emit in the order of
// the items, so that no more than a few of them are in memory. It ends with the first error: that of
// in, of emit or of ctx. Work that panics is an error.
func inOrder[I, O any](ctx context.Context, in iter.Seq2[I, error], work func(I) O, emit func(O) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	workers := runtime.GOMAXPROCS(0)
	free := make(chan struct{}, workers)
	queue := make(chan chan turned[O], 4*workers)
	go func() {
		defer close(queue)
		for item, err := range in {
			slot := make(chan turned[O], 1)
			select {
			case queue <- slot:
			case <-ctx.Done():
				return
			}
			if err != nil {
				slot <- turned[O]{err: err}
				return
			}
			free <- struct{}{}
			go func() {
				slot <- guarded(item, work)
				<-free
			}()
		}
	}()
	for {
		// A reader that waits for somebody's keyboard knows nothing of ctx.
		select {
		case <-ctx.Done():
			return ctx.Err()
		case slot, more := <-queue:
			if !more {
				return ctx.Err()
			}
			o := <-slot
			if o.err == nil {
				o.err = emit(o.value)
			}
			if o.err != nil {
				return o.err
			}
		}
	}
}

func guarded[I, O any](item I, work func(I) O) (o turned[O]) {
	defer func() {
		if r := recover(); r != nil {
			o.err = fmt.Errorf("the program stumbled: %v", r)
		}
	}()
	o.value = work(item)
	return o
}
