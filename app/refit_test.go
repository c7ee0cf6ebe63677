package app

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsvigil/classify"
	"newsvigil/news"
	"newsvigil/store"
)

// shelf is an App whose database holds pieces of one outlet, without anything around it.
type shelf struct {
	*rig
	ids map[string]int64
}

const (
	campStory = "Guards beat prisoners at camp in North Korea"
	camp      = "A woman who fled North Korea told a UN panel that guards at a political prison camp beat prisoners and that two were tortured to death. Human rights groups asked for an inquiry."
	sport     = "The national team of North Korea won the table tennis final on Friday. The captain thanked the coach, and the crowd in the stadium cheered for an hour. The next match is in Pyongyang."
)

// stock stores pieces by title and text.
func stock(t *testing.T, pieces map[string]string) *shelf {
	t.Helper()
	s := &shelf{newRig(t, nil), map[string]int64{}}
	for title, text := range pieces {
		s.put(t, title, text)
	}
	s.study(t)
	return s
}

func addressOf(title string) string {
	return "https://post.example/" + news.Slug(title)
}

func (s *shelf) put(t *testing.T, title, text string) {
	t.Helper()
	a := news.Article{Source: "Post", URL: addressOf(title), Title: title, Text: text, Language: "en", Fetched: s.now(), Kind: news.KindFull,
		Keys: []string{"url:" + strings.TrimPrefix(addressOf(title), "https://")}}
	id, _, err := s.db.SaveArticle(t.Context(), store.Placed{Article: a})
	if err != nil {
		t.Fatal(err)
	}
	s.ids[title] = id
}

func (s *shelf) study(t *testing.T) {
	t.Helper()
	if _, err := s.Study(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// say keeps a word and lets the model learn.
func (s *shelf) say(t *testing.T, title, by string, l news.Label, why ...news.Complaint) {
	t.Helper()
	f := news.Feedback{URL: addressOf(title), By: by, Label: l}
	if len(why) > 0 {
		f.Reason = why[0]
	}
	if err := s.Remember(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	s.study(t)
}

func (s *shelf) model() *classify.Model { return s.topics[0].model }

func (s *shelf) score(title, text string) news.Score {
	return s.model().Score(news.Article{Title: title, Text: text, Language: "en"})
}

func (s *shelf) learned(t *testing.T) store.Learned {
	t.Helper()
	l, err := s.db.Learned(t.Context(), s.topics[0].Key())
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestRepeatsChangeNothing holds that a week of presses on "repeat", "old" and "opinion" changes neither
// model nor score.
func TestRepeatsChangeNothing(t *testing.T) {
	t.Parallel()
	s := stock(t, map[string]string{campStory: camp, "Final": sport})
	s.say(t, campStory, "U1", news.LabelLike)
	before, score := s.model().Version(), s.score(campStory, camp)
	for day := range 7 {
		for i, why := range []news.Complaint{news.ComplaintRepeat, news.ComplaintOld, news.ComplaintOpinion} {
			s.say(t, campStory, fmt.Sprint("U", i+day%2), news.LabelDislike, why)
			s.say(t, "Final", fmt.Sprint("U", i), news.LabelDislike, why)
		}
		s.clock.advance(24 * time.Hour)
	}
	if diff := cmp.Diff(score, s.score(campStory, camp)); diff != "" || s.model().Version() != before {
		t.Errorf("model %s, then %s (-before +after):\n%s", before, s.model().Version(), diff)
	}
}

// TestSportDislikesSinkNoCampStory holds that five dislikes of one outlet's sport pieces leave a camp
// story of the same outlet where it was: relevant.
func TestSportDislikesSinkNoCampStory(t *testing.T) {
	t.Parallel()
	pieces := map[string]string{campStory: camp}
	for i := range 5 {
		pieces[fmt.Sprintf("Team wins match %d", i)] = strings.ReplaceAll(sport, "Friday", fmt.Sprintf("day %d", i))
	}
	s := stock(t, pieces)
	before := s.score(campStory, camp)
	for i := range 5 {
		s.say(t, fmt.Sprintf("Team wins match %d", i), "U1", news.LabelDislike, news.ComplaintOffTopic)
	}
	after := s.score(campStory, camp)
	if !before.Relevant() || !after.Relevant() {
		t.Errorf("%.2f of %.2f before, %.2f of %.2f after", before.Value, before.Cut, after.Value, after.Cut)
	}
	if sport := s.score("Team wins match 9", sport); sport.Relevant() {
		t.Errorf("a sport piece has %.2f of %.2f", sport.Value, sport.Cut)
	}
}

// TestWithdrawingRestores holds that taking a word back gives the model that was there before, exactly,
// and that a restart changes nothing.
func TestWithdrawingRestores(t *testing.T) {
	t.Parallel()
	s := stock(t, map[string]string{campStory: camp, "Final": sport, "Market": "The price of rice rose in the markets of Hyesan. Traders blame the closed border."})
	without := s.model().Version()
	s.say(t, campStory, "U1", news.LabelLike)
	first, score := s.model().Version(), s.score(campStory, camp)
	if first == without {
		t.Fatal("a like taught nothing")
	}
	s.say(t, "Market", "U2", news.LabelLike)
	if len(s.learned(t).Labels) != 2 {
		t.Fatalf("%+v", s.learned(t))
	}
	again := s.model().Version()
	s.reopen(t)
	s.study(t)
	if got := s.model().Version(); got != again {
		t.Errorf("model %s before the restart, %s after it", again, got)
	}
	if n, err := s.Withdraw(t.Context(), news.Feedback{URL: addressOf("Market") + "?utm_source=x", By: "U2"}); n != 1 || err != nil {
		t.Fatalf("%d withdrawn, %v", n, err)
	}
	s.study(t)
	if diff := cmp.Diff(score, s.score(campStory, camp)); diff != "" || s.model().Version() != first {
		t.Errorf("model %s, want %s (-want +got):\n%s", s.model().Version(), first, diff)
	}
	if _, err := s.Withdraw(t.Context(), news.Feedback{URL: addressOf(campStory)}); err != nil {
		t.Fatal(err)
	}
	s.study(t)
	if got := s.model().Version(); got != without {
		t.Errorf("model %s, want %s", got, without)
	}
}

// TestTwoPeople holds that the majority decides, and that nobody's press alone undoes another's.
func TestTwoPeople(t *testing.T) {
	t.Parallel()
	s := stock(t, map[string]string{campStory: camp})
	without := s.model().Version()
	s.say(t, campStory, "U1", news.LabelLike)
	liked := s.model().Version()
	s.say(t, campStory, "U2", news.LabelDislike)
	if got := s.model().Version(); got != without {
		t.Errorf("divided readers teach: model %s, want %s", got, without)
	}
	s.say(t, campStory, "U3", news.LabelMissed)
	if got := s.model().Version(); got != liked {
		t.Errorf("two against one: model %s, want %s", got, liked)
	}
	s.say(t, campStory, "U2", news.LabelLike)
	if got := s.model().Version(); got != liked {
		t.Errorf("a changed mind: model %s, want %s", got, liked)
	}
}

// TestRefusedRefitIsSaid holds that a label which would make the model worse is kept and not learned from,
// that the log says so, once, that the others of the same batch are learned from, and that it is tried
// again only when something changes, or a day later.
func TestRefusedRefitIsSaid(t *testing.T) {
	t.Parallel()
	pieces := map[string]string{"Final": sport}
	for i := range 7 {
		pieces[fmt.Sprintf("Camp %d", i)] = camp + fmt.Sprintf(" It was testimony number%d.", i)
	}
	s := stock(t, pieces)
	trials := 0
	s.worse = func(t classify.Trial, _, _ *classify.Model) string {
		trials++
		for _, l := range t.Labels {
			if l.Article.Title == "Camp 3" {
				return "it would be worse"
			}
		}
		return ""
	}
	for i := range 7 {
		if err := s.Remember(t.Context(), news.Feedback{URL: addressOf(fmt.Sprintf("Camp %d", i)), Label: news.LabelLike}); err != nil {
			t.Fatal(err)
		}
	}
	s.study(t)
	got := s.learned(t)
	if len(got.Labels) != 6 || got.Why != "it would be worse" || got.Refused == "" || got.Model != s.model().Version() {
		t.Errorf("%+v", got)
	}
	if said := strings.Count(s.log.String(), "not learned from"); said != 1 || !strings.Contains(s.log.String(), addressOf("Camp 3")) {
		t.Errorf("said %d times:\n%s", said, s.log)
	}
	tried, model := trials, s.model().Version()
	s.study(t)
	if trials != tried || s.model().Version() != model {
		t.Errorf("%d trials more without a reason; model %s, then %s", trials-tried, model, s.model().Version())
	}
	s.say(t, "Final", "U1", news.LabelDislike)
	if trials == tried || len(s.learned(t).Labels) != 7 {
		t.Errorf("a new word: %d trials more, %+v", trials-tried, s.learned(t))
	}
	tried = trials
	s.clock.advance(triedAgain)
	s.study(t)
	if trials == tried {
		t.Error("a day later nothing was tried again")
	}
}

// TestMissedIsRead holds that a piece nobody stored is put among those to read, and that its label finds
// it afterwards.
func TestMissedIsRead(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	piece := r.outlets.Pieces()[0]
	if err := r.Remember(t.Context(), news.Feedback{URL: piece.URL, Label: news.LabelMissed, By: "U1"}); err != nil {
		t.Fatal(err)
	}
	waiting, err := r.db.Pending(t.Context(), piece.Outlet, r.now())
	if err != nil || len(waiting) != 1 || waiting[0].Route != news.RouteReader {
		t.Fatalf("%+v, %v", waiting, err)
	}
	r.crawl(t.Context(), t)
	said, err := r.Feedback(t.Context(), "")
	if err != nil || len(said) != 1 || said[0].Article == 0 {
		t.Errorf("%+v, %v", said, err)
	}
	l, err := r.db.Learned(t.Context(), r.topics[0].Key())
	if err != nil || len(l.Labels) != 1 {
		t.Errorf("%+v, %v", l, err)
	}
	for _, bad := range []news.Feedback{{URL: "nowhere", Label: news.LabelLike}, {URL: piece.URL, Topic: "weather", Label: news.LabelLike}, {URL: "https://post.example/none", Label: news.LabelRescue}} {
		if err := r.Remember(t.Context(), bad); err == nil {
			t.Errorf("%+v was kept", bad)
		}
	}
}

// TestOldPiecesComeByRescueOnly holds that a like brings back nothing that a digest has judged, and that a
// rescue brings one piece, once.
func TestOldPiecesComeByRescueOnly(t *testing.T) {
	t.Parallel()
	const title, text = "A year without letters", "Mothers wait for letters from sons who crossed the river. Nobody knows where they are held."
	s := stock(t, map[string]string{title: text, campStory: camp})
	s.post(t.Context(), t)
	s.clock.advance(20 * 24 * time.Hour)
	s.put(t, "Another year without letters", text+" The wait goes on.")
	s.say(t, "Another year without letters", "U1", news.LabelLike)
	for range 2 {
		d, err := s.Preview(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		if n := mentions(d[0], s.ids[title]); n > 0 {
			t.Fatalf("the old piece stands %d times in the digest", n)
		}
	}
	if err := s.Rescue(t.Context(), news.Feedback{URL: addressOf(title), By: "U1"}); err != nil {
		t.Fatal(err)
	}
	s.study(t)
	for i, want := range []int{1, 0} {
		d, err := s.Preview(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		if n := mentions(d[0], s.ids[title]); n != want {
			t.Errorf("digest %d shows the rescued piece %d times, want %d", i, n, want)
		}
		s.post(t.Context(), t)
	}
}

func mentions(d news.Digest, article int64) int {
	n := 0
	for _, items := range [][]news.Item{d.Lead, d.Lines, d.Rest} {
		for _, it := range items {
			if it.Article == article {
				n++
			}
		}
	}
	return n
}

// TestDaemonLearns holds that the daemon learns from words that another process left in its database, without
// a stop, judges again what no digest has judged, and otherwise leaves the models alone.
func TestDaemonLearns(t *testing.T) {
	t.Parallel()
	s := stock(t, map[string]string{campStory: camp, "Final": sport})
	learn := func() {
		t.Helper()
		for _, j := range s.jobs() {
			if j.name == "learn" {
				if err := j.run(t.Context(), s.now(), false); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	before := s.model()
	learn()
	if s.model() != before {
		t.Error("fitted anew without a reason")
	}
	beside, err := New(t.Context(), Options{Config: s.cfg, Now: s.clock.now, Beside: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := beside.Remember(t.Context(), news.Feedback{URL: addressOf(campStory), Label: news.LabelLike, By: "U1"}); err != nil || !beside.Beside() {
		t.Fatalf("beside a daemon %v: %v", beside.Beside(), err)
	}
	if studied, err := beside.Study(t.Context()); err != nil || studied != nil {
		t.Errorf("learned in the daemon's place: %v, %v", studied, err)
	}
	if err := beside.Close(); err != nil {
		t.Fatal(err)
	}
	learn()
	now := s.model().Version()
	trail, err := s.db.Trail(t.Context(), []string{"url:" + strings.TrimPrefix(addressOf(campStory), "https://")})
	if err != nil || now == before.Version() || len(trail.Scores) == 0 || trail.Scores[0].Model != now {
		t.Errorf("model %s, then %s; scores %+v, %v", before.Version(), now, trail.Scores, err)
	}
}

// TestReadersAreForgotten holds that the daily upkeep erases user ids after ninety days, and that what they
// said still counts.
func TestReadersAreForgotten(t *testing.T) {
	t.Parallel()
	s := stock(t, map[string]string{campStory: camp})
	s.say(t, campStory, "U0SECRET", news.LabelLike)
	version := s.model().Version()
	for range 2 { // upkeep drops nothing when the last one is long ago
		for range 46 {
			s.clock.advance(24 * time.Hour)
			if err := s.Upkeep(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		s.study(t)
	}
	said, err := s.Feedback(t.Context(), "")
	if err != nil || len(said) != 1 || said[0].By != news.Forgotten+"1" || s.model().Version() != version {
		t.Errorf("%+v, %v; model %s, want %s", said, err, s.model().Version(), version)
	}
}
