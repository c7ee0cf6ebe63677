package app

import (
	"slices"
	"strings"
	"testing"
	"time"

	"newsvigil/news"
	"newsvigil/store"
)

// TestMuteEnds holds that explain names a mute, that a mute which is taken back before a digest costs
// nothing, and that one which ends later brings no flood of what was left out meanwhile.
func TestMuteEnds(t *testing.T) {
	t.Parallel()
	for _, digestBetween := range []bool{false, true} {
		r := newRig(t, nil)
		ctx := t.Context()
		r.crawl(ctx, t)
		r.post(ctx, t)
		r.outlets.Publish(2)
		r.clock.advance(time.Hour)
		mute := news.Mute{Channel: r.topics[0].Channel, Outlet: "The Han River Times", Source: "the-han-river-times", Until: r.now().Add(muteFor)}
		if err := r.db.SavePress(ctx, store.Press{Mute: &mute}); err != nil {
			t.Fatal(err)
		}
		r.crawl(ctx, t)
		shows := func(want bool) {
			t.Helper()
			list, err := r.Preview(ctx, "")
			if err != nil {
				t.Fatal(err)
			}
			d := list[0]
			got := slices.ContainsFunc(slices.Concat(d.Lead, d.Lines, d.Rest), func(it news.Item) bool { return it.URL == r.piece(t, "065").URL })
			if got != want {
				t.Errorf("a digest between %v: the next digest has the piece: %v", digestBetween, got)
			}
		}
		shows(false)
		if x := r.verdict(ctx, t, "065"); x.Code != "muted" || !strings.Contains(x.Verdict, "a reader muted The Han River Times in "+mute.Channel) {
			t.Errorf("%s: %s", x.Code, x.Verdict)
		}
		if digestBetween {
			r.clock.advance(time.Hour)
			r.slot(t)
			r.flushed(t)
		}
		r.clock.advance(time.Hour)
		if err := r.db.SavePress(ctx, store.Press{Unmute: &mute}); err != nil {
			t.Fatal(err)
		}
		shows(!digestBetween)
		code := "waiting"
		if digestBetween {
			code = "muted"
		}
		if x := r.verdict(ctx, t, "065"); x.Code != code {
			t.Errorf("a digest between %v: %s: %s", digestBetween, x.Code, x.Verdict)
		}
	}
}
