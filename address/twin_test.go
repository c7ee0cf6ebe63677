package address

import "testing"

func TestCanonicalOfTwins(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ in, want string }{
		{"https://amp.example.com/news/1", "https://example.com/news/1"},
		{"https://mobile.example.com/news/1", "https://example.com/news/1"},
		{"https://amp.dev/", "https://amp.dev/"},
		{"https://example.com/amp/news/1", "https://example.com/news/1"},
		{"https://example.com/news/1/amp/", "https://example.com/news/1"},
		{"https://example.com/news/1/amp/amp", "https://example.com/news/1"},
		{"https://example.com/news/1.amp.html", "https://example.com/news/1.html"},
		{"https://example.com/news/1.amp", "https://example.com/news/1"},
		{"https://example.com/news/1?amp", "https://example.com/news/1"},
		{"https://example.com/news/1?amp=1&id=2", "https://example.com/news/1?id=2"},
		{"https://example.com/news/1?outputType=amp", "https://example.com/news/1"},
		{"https://example.com/amp", "https://example.com/amp"},
		{"https://example.com/amp/", "https://example.com/amp"},
		{"https://example.com/ramp/1", "https://example.com/ramp/1"},
		{"https://example.com/news/camp", "https://example.com/news/camp"},
		{"https://example.com/news/amplifier", "https://example.com/news/amplifier"},
		{"https://example.com/news/.amp", "https://example.com/news/.amp"},
		{"https://example.com/v?amps=1", "https://example.com/v?amps=1"},
		{"https://example.com/v?amp=7", "https://example.com/v?amp=7"},
		{"https://blog.example.com/2020/10/a-piece.html?m=1", "https://blog.example.com/2020/10/a-piece.html"},
		{"https://example.com/view?m=1", "https://example.com/view?m=1"},
		{"https://example.com/2020/10/a-piece.html?m=12", "https://example.com/2020/10/a-piece.html?m=12"},
	} {
		if got, err := Canonical(tt.in); err != nil || got != tt.want {
			t.Errorf("%s: got %q, %v; want %q", tt.in, got, err, tt.want)
		}
	}
}

func TestSameName(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"https://example.com/news/2026/long-walk-to-the-river", "https://amp.example.com/s/long-walk-to-the-river.html", true},
		{"https://example.com/news/123", "https://m.example.com/article/123?utm_source=x", true},
		{"https://example.com/view?cd=7", "https://m.example.com/mobile/view?cd=7", true},
		{"https://example.com/view?cd=7", "https://m.example.com/view?cd=8", false},
		{"https://example.com/view?cd=7", "https://m.example.com/view", false},
		{"https://example.com/news/123", "https://example.com/consent", false},
		{"https://example.com/consent", "https://example.com/x/consent", false},
		{"https://example.com/", "https://m.example.com/", false},
		{"nonsense", "https://m.example.com/1", false},
		{"https://m.example.com/1", "", false},
	} {
		if got := SameName(tt.a, tt.b); got != tt.want {
			t.Errorf("%s, %s: %v", tt.a, tt.b, got)
		}
		if got := SameName(tt.b, tt.a); got != tt.want {
			t.Errorf("%s, %s: %v", tt.b, tt.a, got)
		}
	}
}
