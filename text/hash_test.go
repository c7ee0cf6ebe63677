package text

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestHashIsStable holds golden values: a change of any breaks the fingerprints in every database.
func TestHashIsStable(t *testing.T) {
	t.Parallel()
	hashes := map[string]string{}
	for _, s := range []string{"", "a", "North  Korea’s", "북한 인권"} {
		hashes[s] = fmt.Sprintf("%016x", Hash(s))
	}
	want := map[string]string{
		"": "efd01f60ba992926", "a": "82a2a958a9bece5b", "North  Korea’s": "9baa02bb7dac2775", "북한 인권": "70c6004dd2deae6e",
	}
	if diff := cmp.Diff(want, hashes); diff != "" {
		t.Errorf("hashes (-want +got):\n%s", diff)
	}
	runs := []string{"7de75a498a29c88e", "fed3b300eb6bf0a0", "e627b38bee02b769", "9466bf53b83a3ef2"}
	var got []string
	for _, h := range Shingles(Words("The quick brown fox, 북한의 인권"), 3) {
		got = append(got, fmt.Sprintf("%016x", h))
	}
	if diff := cmp.Diff(runs, got); diff != "" {
		t.Errorf("shingles (-want +got):\n%s", diff)
	}
}

func TestShingles(t *testing.T) {
	t.Parallel()
	for _, n := range []int{-1, 0, 4} {
		if got := Shingles([]string{"a", "b", "c"}, n); got != nil {
			t.Errorf("runs of %d words of three: %x, want none", n, got)
		}
	}
	if got := len(Shingles([]string{"a", "b", "c"}, 3)); got != 1 {
		t.Errorf("%d runs of three words of three, want 1", got)
	}
	if a, b := Shingles([]string{"ab", "c"}, 2), Shingles([]string{"a", "bc"}, 2); a[0] == b[0] {
		t.Error("a run does not know where its words end")
	}
	a, b := Shingles(strings.Fields("x a b c"), 3), Shingles(strings.Fields("a b c y"), 3)
	if a[1] != b[0] {
		t.Error("a run's hash depends on its surroundings")
	}
	if Hash("The “End”") != Hash("the  \"end\"") {
		t.Error("Hash does not fold")
	}
}

// TestHashSpreads: the low bits decide which shingles are sampled, so they must be even.
func TestHashSpreads(t *testing.T) {
	t.Parallel()
	var buckets [16]int
	const total = 16000
	for i := range total {
		buckets[Shingles([]string{"word", fmt.Sprint(i)}, 2)[0]%16]++
	}
	for i, n := range buckets {
		if n < 850 || n > 1150 {
			t.Errorf("%d of %d hashes end in %x, want about %d", n, total, i, total/16)
		}
	}
}
