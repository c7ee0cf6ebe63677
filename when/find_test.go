package when

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"newsvigil/news"
)

func TestFind(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"By Kim\nPosted : 2021-05-24 17:26 Updated : 2021-05-25 09:00\nBody", "2021-05-24T17:26:00+09:00 outlet"},
		{"Today is 2026-09-27. Posted on May 24, 2021 5:26 p.m. by staff", "2021-05-24T17:26:00+09:00 outlet"},
		{"입력 2026.09.27 19:00 수정 2026.09.28 01:00", "2026-09-27T19:00:00+09:00 outlet"},
		{"기사입력 : 2026년 9월 27일 오후 7:00 | 최종수정 2026년 9월 28일", "2026-09-27T19:00:00+09:00 outlet"},
		{"입력일시: 2026-09-27 19:00:00", "2026-09-27T19:00:00+09:00 outlet"},
		{"홍길동 기자 등록 2026-09-27 19:00", "2026-09-27T19:00:00+09:00 outlet"},
		{"수정 2026-09-28 01:00 입력 2026-09-27 19:00", "2026-09-27T19:00:00+09:00 outlet"},
		{"Updated 28 Sep 2026 Published 27 Sep 2026 19:00 GMT", "2026-09-27T19:00:00Z stated"},
		{"Published: Sept. 27, 2026, 7:00 p.m. EDT · 5 min read", "2026-09-27T19:00:00-04:00 stated"},
		{"Publication date: 27 September 2026", "2026-09-27 outlet"},
		{"公開日：2026年9月27日 19:00", "2026-09-27T19:00:00+09:00 outlet"},
		{"Veröffentlicht am 27. September 2026, 19:00 Uhr", "2026-09-27T19:00:00+09:00 outlet"},
		{"Publié le 27 septembre 2026 à 19h05", "2026-09-27T19:05:00+09:00 outlet"},
		{"The book was published by Penguin. Date: 2026-09-27", "2026-09-27 outlet"},
		{"입력 2026-09-27 19:00 | Posted 2026-09-28", "2026-09-27T19:00:00+09:00 outlet"},
		{"on 27 Sep 2026 he said", ""},
		{"outposted 2026-09-27", ""},
		{"Updated 2026-09-27", ""},
		{"Posted 3 hours ago", ""},
		{"입력", ""},
		{"", ""},
	}
	for _, tt := range tests {
		i, ok := Find(tt.in, seoul)
		got := ""
		if ok {
			got = show(i)
			if i.Confidence != news.ConfidenceMedium {
				t.Errorf("%q: confidence %q, want medium", tt.in, i.Confidence)
			}
		}
		if got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.in, got, tt.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"Sun, 27 Sep 2026 19:00:00 +0900", "2026년 9월 27일 오후 7:00", "2200-12-31T24:00", "1790503200000", "20260927T190000Z",
		"May 24, 2021 5:26 p.m. ET", "입력 26.09.27", "(+09:00)[", "2026-09-27+14:59",
	} {
		f.Add(s, true)
	}
	files, _ := filepath.Glob("testdata/feeds/*.xml")
	for _, file := range files {
		if body, err := os.ReadFile(file); err == nil {
			if m := dateElement.FindSubmatch(body); m != nil {
				f.Add(string(m[1]), false)
			}
		}
	}
	f.Fuzz(func(t *testing.T, s string, zoned bool) {
		var zone *time.Location
		if zoned {
			zone = seoul
		}
		if i, err := Parse(s, zone); err == nil {
			sound(t, i)
		}
		if i, ok := Find("posted "+s, zone); ok {
			sound(t, i)
		}
	})
}

func sound(t *testing.T, i news.Instant) {
	t.Helper()
	if y := i.Time.Year(); y < minYear || y > maxYear || i.Zone == "" || i.IsZero() {
		t.Errorf("got %s", show(i))
	}
}
