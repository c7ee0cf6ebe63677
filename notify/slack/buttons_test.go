package slack

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"newsvigil/internal/practice/slack"
	"newsvigil/news"
)

// TestKoreanIsNotDegraded: five stories in Korean, each in four other outlets, with buttons, as they come
// on a usual day: all five in full, in a message that Slack takes.
func TestKoreanIsNotDegraded(t *testing.T) {
	t.Parallel()
	d := normal("ko")
	d.Buttons = true
	for i := range d.Lead {
		it := &d.Lead[i]
		it.Title, it.Language, it.Outlet = "강제북송된 주민들, 국경 구금시설에서 조사받은 뒤 행방 묘연…유엔 조사 촉구", "ko", "한반도인권소식"
		it.URL, it.Also = fmt.Sprintf("https://www.outlet.example/politics/2026/11/21/%d/", i), nil
		for n, name := range []string{"서울저녁신문", "통일연합뉴스", "북녘데일리", "자유아시아소식"} {
			it.Also = append(it.Also, news.Also{Outlet: name, URL: fmt.Sprintf("https://%d.example/view/AKR2026112100010050%d", n, i), Language: "ko"})
		}
	}
	sheets := plan(d)
	if s := sheets[0]; len(s.lead) != 5 || s.form.also == alsoNone {
		t.Errorf("%d stories in full (also %d), want 5", len(s.lead), s.form.also)
	}
	m := Render(d, 1, 0)
	if word := slack.Check(m.Text, payload(t, m), nil); word != "" {
		t.Errorf("refused with %q", word)
	}
	for _, want := range []string{"관련 있음", "관련 없음", "이 매체 숨기기", "자유아시아소식"} {
		if n := strings.Count(string(payload(t, m)), want); n != 5 {
			t.Errorf("%s stands %d times, want 5", want, n)
		}
	}
	d.Muted = []news.Mute{{Source: "x", Outlet: "한반도인권소식", Until: d.Slot}}
	if m := Render(d, 1, 0); weigh(m.Blocks...) > maxWeight {
		t.Errorf("with an outlet muted since it weighs %d", weigh(m.Blocks...))
	}
}

// TestHostileDigests: 300 digests of up to 200 items of the worst kind, with and without buttons and
// marks; every message of every one is one that Slack takes. `make slack` tries them all, this a few.
func TestHostileDigests(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(8, 300))
	pick := func(list []string) string { return list[r.IntN(len(list))] }
	story := int64(0)
	items := func(most int) []news.Item {
		list := make([]news.Item, r.IntN(most+1))
		for i := range list {
			story++
			list[i] = item(int(story), pick(nasty))
			list[i].URL, list[i].Outlet, list[i].Label, list[i].Language = pick(addresses), pick(nasty), pick(nasty), pick([]string{"", "ko", "en", nasty[0]})
			for range r.IntN(6) {
				list[i].Also = append(list[i].Also, news.Also{Outlet: pick(nasty), URL: pick(addresses), Language: "ko"})
			}
		}
		return list
	}
	digests := 20
	if os.Getenv(trialVariable) != "" {
		digests = 300
	}
	for n := range digests {
		d := news.Digest{Key: pick([]string{"k/2026-11-21T08:00", strings.Repeat("키", 250)}), Topic: pick(nasty), Language: pick([]string{"en", "ko"}), Slot: time.Date(2026, 11, 21, 8, 0, 0, 0, seoul),
			Lead: items(7), Lines: items(10), Rest: items(160), Near: items(23), Buttons: n%4 != 0, Revision: n, Marks: map[int64]news.Mark{story: {Kept: 3}, story - 1: {Disliked: 99, Rescued: 1}}}
		for range r.IntN(4) {
			d.Muted = append(d.Muted, news.Mute{Source: "x", Outlet: pick(nasty), Until: d.Slot})
		}
		sheets := plan(d)
		for part := 1; part <= len(sheets); part++ {
			m := render(d, sheets, part, 0)
			blocks, err := json.Marshal(m.Blocks)
			if err != nil {
				t.Fatal(err)
			}
			if word := slack.Check(m.Text, blocks, nil); word != "" {
				t.Fatalf("digest %d, part %d: refused with %q", n, part, word)
			}
			if s := string(blocks); strings.Contains(s, `"mrkdwn"`) || strings.Contains(s, `"broadcast"`) || strings.Contains(s, `"user"`) || m.Text == "" {
				t.Fatalf("digest %d, part %d: lint in %s", n, part, s)
			}
		}
	}
}

func TestRefs(t *testing.T) {
	t.Parallel()
	want := Ref{Digest: "주제/2026-11-21T08:00.x", Part: 12, Story: 345}
	if got, ok := readRef(want.id(7)); !ok || got != want {
		t.Errorf("read %+v, %v", got, ok)
	}
	for _, id := range []string{"", "s.1.2", "act.1.2.3", "act.x.1.1.k", "act.1.1.99999999999999999999.k", "act.1.1.-1.k"} {
		if got, ok := readRef(id); ok {
			t.Errorf("%q was read as %+v", id, got)
		}
	}
}
