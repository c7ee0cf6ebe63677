package slack

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"newsvigil/news"
)

// TestSampleClock: dates of the example are in the admin's zone, by its name, as those of a digest are; a
// digest that was stored knows the offset alone.
func TestSampleClock(t *testing.T) {
	t.Parallel()
	seoul := time.FixedZone("KST", 9*60*60)
	at := time.Date(2026, 11, 22, 0, 58, 0, 0, time.UTC)
	d := news.Digest{Topic: "Dams", Language: "en", Slot: at.In(time.FixedZone("", 9*60*60)), Lead: []news.Item{{Story: 1, Title: "A dam", Outlet: "The Gazette", Published: news.Instant{Time: at}}}}
	n := news.Notice{Title: "Hello", Hello: &news.Hello{Language: "en", Sample: &d}}
	blocks, err := json.Marshal(RenderHello(n, 2, 0, seoul).Blocks)
	if err != nil {
		t.Fatal(err)
	}
	if want := "22 Nov 2026, 09:58 KST"; !strings.Contains(string(blocks), want) {
		t.Errorf("the example lacks %q: %s", want, blocks)
	}
}
