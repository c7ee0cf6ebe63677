package app

import (
	"strings"
	"testing"
	"time"

	"newsvigil/config"
	"newsvigil/news"
)

// TestHealthNotice holds that a notice of a trouble says what to do.
func TestHealthNotice(t *testing.T) {
	t.Parallel()
	a := App{cfg: &config.Config{Zone: time.UTC}}
	for _, c := range []struct {
		in   news.Trouble
		want string
	}{
		{news.TroubleMissing, "new address of its feed"},
		{news.TroubleBlocked, "ask the outlet"},
		{news.TroubleStale, "sections or sitemaps"},
		{news.TroubleNoRoute, "feeds or sections"},
		{news.TroubleTimeout, "timeout"},
		{news.TroubleServer, "nothing at first"},
	} {
		n, told := a.healthNotice(news.Health{}, news.Health{Source: "The Valley Post", Trouble: c.in, Failures: tellAfter})
		if n == nil || !told {
			t.Fatalf("%s: no notice", c.in)
		}
		last := n.Lines[len(n.Lines)-1]
		if asks := strings.HasPrefix(last, "What to do"); asks != (c.want != "") || !strings.Contains(last, c.want) {
			t.Errorf("%s: %q", c.in, n.Lines)
		}
	}
}
