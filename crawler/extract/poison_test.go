package extract

import (
	"strings"
	"testing"
)

// TestAMillionTags holds that pages of a million nested tags are read within the bounds of any page.
func TestAMillionTags(t *testing.T) {
	t.Parallel()
	for name, tag := range map[string]string{"plain": "<b>", "foreign": "<svg>"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := Parse([]byte("<title>Shape</title><h1>Shape</h1><p>Some words.</p>"+strings.Repeat(tag, 1_000_000)+"text"), "https://www.example.kr/2026/09/27/x")
			if err != nil {
				return // refused is as good
			}
			if a, err := Article(p, Hints{Source: outlet(t), Fetched: fetched}); err == nil && a.Title == "" {
				t.Error("an article without a title")
			}
		})
	}
}
