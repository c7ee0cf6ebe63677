package address

import (
	"testing"

	"pgregory.net/rapid"
)

func TestUntracked(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ in, want string }{
		{"https://www.a.example/x?utm_source=rss&utm_medium=feed", "https://www.a.example/x"},
		{"https://www.a.example/x?lang=en&cd=COM000100&fbclid=1#top", "https://www.a.example/x?lang=en&cd=COM000100"},
		{"https://www.a.example/x?b=2&a=1", "https://www.a.example/x?b=2&a=1"},
		{"http://m.a.example/X/?", "http://m.a.example/X/"},
		{"not an address", "not an address"},
	} {
		if got := Untracked(tt.in); got != tt.want {
			t.Errorf("Untracked(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

// TestUntrackedSamePiece holds that the link still names the piece.
func TestUntrackedSamePiece(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		query := rapid.SliceOf(rapid.SampledFrom([]string{"utm_source=x", "id=7", "UTM_Campaign=y", "a=%20b", "=", "gclid=1", "k"})).Draw(t, "query")
		raw := "https://www.a.example/p"
		for i, q := range query {
			raw += map[bool]string{true: "?", false: "&"}[i == 0] + q
		}
		want, err := Canonical(raw)
		if err != nil {
			return
		}
		got, err := Canonical(Untracked(raw))
		if err != nil || got != want {
			t.Fatalf("Untracked(%q) is another piece: %q, want %q (%v)", raw, got, want, err)
		}
		if again := Untracked(Untracked(raw)); again != Untracked(raw) {
			t.Fatalf("not idempotent: %q", again)
		}
	})
}
