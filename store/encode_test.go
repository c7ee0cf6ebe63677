package store

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// An instant that 64 bits of nanoseconds can hold comes back exactly, and order is kept.
func TestStampIsExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b")
		ta, tb := time.Unix(0, a), time.Unix(0, b)
		if got := unstamp(stamp(ta)); a != 0 && !got.Equal(ta) {
			t.Fatalf("%v became %v", ta, got)
		}
		if (stamp(ta) < stamp(tb)) != ta.Before(tb) {
			t.Fatalf("order of %v and %v", ta, tb)
		}
	})
	for _, far := range []time.Time{time.Date(1500, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)} {
		got := unstamp(stamp(far))
		if got.IsZero() || got.Before(time.Now()) != far.Before(time.Now()) {
			t.Errorf("%v became %v", far, got)
		}
	}
	if !unstamp(stamp(time.Time{})).IsZero() {
		t.Error("unknown became known")
	}
}

func TestPackIsExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := string(rapid.SliceOf(rapid.Byte()).Draw(t, "text"))
		b, err := pack(want)
		if err != nil || b == nil {
			t.Fatal(err)
		}
		var got string
		if err := (packed{&got}).Scan(b); err != nil || got != want {
			t.Fatalf("%q became %q, %v", want, got, err)
		}
	})
	var got string
	if err := (packed{&got}).Scan([]byte("damaged")); err == nil {
		t.Error("damaged bytes were unpacked")
	}
}
