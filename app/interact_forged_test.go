package app

import (
	"strings"
	"testing"

	"newsvigil/config"
	"newsvigil/internal/practice/slack"
	"newsvigil/news"
	client "newsvigil/notify/slack"
	"newsvigil/store"
)

// TestForgedPresses: what names no story of the digest, or holds what no button of ours does, changes
// nothing, and is answered with a word.
func TestForgedPresses(t *testing.T) {
	t.Parallel()
	a := newReaders(t, func(c *config.Config) { c.Topics[0].Threshold = 2.2 }) // which leaves near misses
	all := a.slack.Messages(testChannel)
	m, d := all[len(all)-1], a.digest()
	block := func(part, story string) string {
		b := string(m.Blocks)
		i := strings.Index(b, `"block_id":"act.`)
		id, _, _ := strings.Cut(b[i+len(`"block_id":"`):], `"`)
		parts := strings.SplitN(id, ".", 5)
		parts[2], parts[3] = part, story
		return strings.Join(parts, ".")
	}
	for i, tt := range []struct{ block, action, value string }{
		{block("1", "999999"), client.ActionKeep, "keep"},
		{block("1", "9223372036854775807"), client.ActionNot, "not"},
		{block("999999", "1"), client.ActionKeep, "keep"},
		{block("1", "0"), client.ActionKeep, "keep"},
		{block("2", "0"), client.ActionRescue + ".1", "1 OR 1=1"},
		{block("2", "0"), client.ActionRescue + ".1", "-1"},
		{block("2", "0"), client.ActionRescue + ".1", strings.Repeat("9", 1900)},
		{block("1", "1"), client.ActionReason + ".1", "'; DROP TABLE feedback; --%n%s"},
		{"act.0.1.1.no/such'digest", client.ActionKeep, "keep"},
	} {
		forged := m
		forged.Blocks = []byte(`[{"type":"actions","block_id":"` + tt.block + `","elements":[{"type":"button","action_id":"` + tt.action + `","value":"` + tt.value + `","text":{"type":"plain_text","text":"x"}}]}]`)
		if _, err := a.slack.Press(slack.Press{Channel: testChannel, TS: a.slack.Plant(forged), Action: tt.action}); err != nil {
			t.Errorf("%s %q: %v", tt.block, tt.value, err)
		}
		a.await("word", func() bool { return len(a.slack.Ephemerals("")) == i+1 })
		if said := a.slack.Ephemerals("")[i].Text; !strings.Contains(said, "nothing was noted") {
			t.Errorf("%s %q: told %q", tt.block, tt.value, said)
		}
	}
	if len(a.said()) != 0 || len(d.Near) == 0 {
		t.Errorf("said %+v", a.said())
	}
}

// korean changes the topic to one for Korean readers.
func korean(c *config.Config) { c.Topics[0].Language = "ko" }

// TestCommandsInKorean: readers are answered in the language of their channel's topic, to the last word.
func TestCommandsInKorean(t *testing.T) {
	t.Parallel()
	unraced(t)
	a := newReaders(t, korean)
	one := a.digest().Lead[0]
	for _, tt := range []struct {
		in, want string
	}{
		{"help", "할 수 있는 일"}, {"춤", "“춤” 명령은 없습니다"}, {"status", "작동하고 있습니다"}, {"why " + one.URL, "소식에 실렸습니다"},
		{"why <https://stranger.example/1?a=1&amp;b=2|stranger.example>", "살펴보지 않는 매체"}, {"why", "주소를 적어"}, {"why nonsense", "웹 주소가 아닙니다"},
		{"missed https://stranger.example/1", "빠진 기사로 기록"}, {"find 북한", "북한"}, {"find 없는낱말", "보관 기사가 없습니다"}, {"find", "낱말을 적어"},
		{"sources", "매체: "}, {"muted", "숨긴 매체가 없습니다"}, {"unmute x", "“x”"}, {"unmute", "매체 이름을 적어"},
	} {
		got := a.ask(tt.in)
		if !strings.Contains(got.Text, tt.want) {
			t.Errorf("%q: the answer lacks %q:\n%s", tt.in, tt.want, got.Text)
		}
		if strings.HasPrefix(tt.in, "find") || strings.HasPrefix(tt.in, "why http") {
			continue // which hold an outlet's own words
		}
		for _, english := range []string{" the ", "The ", "Its ", " was ", "digest", "score"} {
			if strings.Contains(strings.NewReplacer("in the North", "", "The Han River Times", "").Replace(got.Text), english) {
				t.Errorf("%q is answered with English words (%q):\n%s", tt.in, english, got.Text)
			}
		}
	}
	for _, f := range a.said() {
		if f.Label == news.LabelMissed && f.URL != "https://stranger.example/1" {
			t.Errorf("noted %s", f.URL)
		}
	}
}

// TestCommandsElsewhere: two topics in one channel, a channel of its own for each mute, and a channel
// without a topic.
func TestCommandsElsewhere(t *testing.T) {
	t.Parallel()
	unraced(t)
	a := newReaders(t, func(c *config.Config) {
		second, third := c.Topics[0], c.Topics[0]
		second.Name, third.Name, third.Channel = "Second", "Third", "#practice-ops"
		c.Topics = append(c.Topics, second, third)
	})
	for _, channel := range []string{testChannel, testOps} {
		a.slack.Post(channel, "x")
	}
	a.stop()
	for name, id := range map[string]string{"practice": testChannel, "practice-ops": testOps} {
		if err := a.db.SaveChannel(t.Context(), name, id); err != nil {
			t.Fatal(err)
		}
	}
	a.start()
	for _, m := range []news.Mute{{Channel: "#practice", Source: "one", Outlet: "One", Until: a.now().Add(muteFor)}, {Channel: "#practice-ops", Source: "one", Outlet: "One", Until: a.now().Add(muteFor)}} {
		if err := a.db.SavePress(t.Context(), store.Press{Mute: &m}); err != nil {
			t.Fatal(err)
		}
	}
	const piece = "https://stranger.example/1"
	for _, tt := range []struct{ in, want string }{
		{"missed " + piece, "Several topics post in this channel"}, {"missed " + piece + " nothing", "Rights in the North, Second"}, {"missed <" + piece + "|x> Second", "Noted as missed"},
		{"unmute One", "One is shown again"}, {"muted", "No outlet is muted"}, {"unmute One", "No outlet named “One” is muted in this channel"},
	} {
		if got := a.ask(tt.in); !strings.Contains(got.Text, tt.want) {
			t.Errorf("%q: the answer lacks %q:\n%s", tt.in, tt.want, got.Text)
		}
	}
	if list, err := a.db.Mutes(t.Context(), "", a.now()); err != nil || len(list) != 1 || list[0].Channel != "#practice-ops" {
		t.Errorf("muted: %+v, %v; want the other channel's", list, err)
	}
	if said := a.said(); len(said) != 1 || said[0].Topic != "second" {
		t.Errorf("said %+v", said)
	}
	a.slack.AddChannel(slack.Channel{ID: "C0LOBBY", Name: "lobby"})
	for line, want := range map[string]string{"missed " + piece: "No topic posts in this channel", "unmute One": "No outlet named", "help": "What /newsvigil can do"} {
		before := len(a.slack.Ephemerals("U0GUEST"))
		if _, err := a.slack.Command("U0GUEST", "C0LOBBY", "/newsvigil "+line); err != nil {
			t.Fatal(err)
		}
		a.await("answer", func() bool { return len(a.slack.Ephemerals("U0GUEST")) > before })
		if got := a.slack.Ephemerals("U0GUEST")[before].Text; !strings.Contains(got, want) {
			t.Errorf("%q elsewhere: %s", line, got)
		}
	}
}

func TestLink(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ in, want, rest string }{
		{"https://a.example/1", "https://a.example/1", ""},
		{" <https://a.example/1> ", "https://a.example/1", ""},
		{"<https://a.example/1?x=1&amp;y=2|a.example/1?x=1&amp;y=2> My topic", "https://a.example/1?x=1&y=2", "My topic"},
		{"https://a.example/1?x=1&amp;y=2 thank you", "https://a.example/1?x=1&y=2", "thank you"},
		{"“https://a.example/1”,", "https://a.example/1", ""},
		{"<>", "", ""}, {"", "", ""}, {"<", "", ""},
	} {
		if got, rest := link(tt.in); got != tt.want || rest != tt.rest {
			t.Errorf("%q: %q, %q; want %q, %q", tt.in, got, rest, tt.want, tt.rest)
		}
	}
}
