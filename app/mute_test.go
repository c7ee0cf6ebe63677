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
// nothing, and that one which ends later brings no flood of what was left out meanwhile. The
// line of totals counts what is left out, once.
func TestMuteEnds(t *testing.T) {
	t.Parallel()
	unraced(t)
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
		shows := func(want, counted bool) {
			t.Helper()
			list, err := r.Preview(ctx, "")
			if err != nil {
				t.Fatal(err)
			}
			d := list[0]
			got := slices.ContainsFunc(slices.Concat(d.Lead, d.Lines, d.Rest), func(it news.Item) bool { return it.URL == r.piece(t, "065").URL })
			if (d.Totals.Muted > 0) != counted {
				t.Errorf("a digest between %v: left out: %+v", digestBetween, d.Totals)
			}
			if got != want {
				t.Errorf("a digest between %v: the next digest has the piece: %v", digestBetween, got)
			}
		}
		shows(false, true)
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
		shows(!digestBetween, false) // what was left out before is not counted again
		code := "waiting"
		if digestBetween {
			code = "muted"
		}
		if x := r.verdict(ctx, t, "065"); x.Code != code {
			t.Errorf("a digest between %v: %s: %s", digestBetween, x.Code, x.Verdict)
		}
	}
}

// TestVerdictToldBefore holds that a piece whose story was told, but which is named as no copy of another
// one, is not said to wait for a digest that will never show it.
func TestVerdictToldBefore(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	ctx := t.Context()
	r.crawl(ctx, t)
	r.post(ctx, t)
	told, ok, err := r.db.ByKeys(ctx, r.keysOf(r.piece(t, "003").URL))
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	url := r.piece(t, "003").URL + "/annex"
	_, _, err = r.db.SaveArticle(ctx, store.Placed{
		Article:   news.Article{Source: told.Article.Source, URL: url, Title: "Annex", Keys: r.keysOf(url), Fetched: r.now(), Published: news.Instant{Time: r.now()}},
		Placement: news.Placement{Relation: news.RelationNew, Story: told.Story},
		Scores:    []news.Score{{Topic: r.topics[0].Key(), Value: 3, Cut: 1, Grade: news.GradeStrong}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if list, err := r.Preview(ctx, ""); err != nil || list[0].Stories() != 0 {
		t.Fatalf("the next digest has %d stories, %v", list[0].Stories(), err)
	}
	if x, err := r.Explain(ctx, url); err != nil || x.Code != "part-of-story" {
		t.Errorf("%s: %s, %v", x.Code, x.Verdict, err)
	}
}
