package app

import (
	"slices"
	"strings"
	"testing"
	"time"

	"newsvigil/config"
	"newsvigil/internal/practice/slack"
	"newsvigil/news"
	client "newsvigil/notify/slack"
	"newsvigil/store"
)

// ask types a command and returns what the person alone sees.
func (a *readers) ask(line string) slack.Ephemeral {
	a.t.Helper()
	return a.askIn(testChannel, line)
}

// askIn types a command in a channel.
func (a *readers) askIn(channel, line string) slack.Ephemeral {
	a.t.Helper()
	before := len(a.slack.Ephemerals(""))
	if _, err := a.slack.Command("", channel, strings.TrimSpace("/newsvigil "+line)); err != nil {
		a.t.Fatalf("%s: %v", line, err)
	}
	a.await("answer to "+line, func() bool { return len(a.slack.Ephemerals("")) > before })
	return a.slack.Ephemerals("")[before]
}

// TestFoundNewestFirst: what is found stands in the order of publication, whenever it was read.
func TestFoundNewestFirst(t *testing.T) {
	t.Parallel()
	a := newReaders(t, nil)
	var before time.Time
	lines := strings.Split(a.ask("find north korea").Text, "\n")
	for i, l := range lines[1:] {
		day, err := time.Parse("2 Jan 2006", l[strings.LastIndex(l, " · ")+len(" · "):])
		if err != nil {
			t.Fatal(err)
		}
		if i > 0 && day.After(before) {
			t.Errorf("%s stands below one of %s", l, before.Format(time.DateOnly))
		}
		before = day
	}
	if len(lines) != 1+findMost {
		t.Errorf("%d lines, want %d", len(lines), 1+findMost)
	}
}

// TestCommands: each one is answered to the sender alone, in words; only "missed" and "unmute" change
// anything.
func TestCommands(t *testing.T) {
	t.Parallel()
	a := newReaders(t, nil)
	d := a.digest()
	posted := len(a.slack.Messages(testChannel))
	one := d.Lead[0]
	a.on(one.Story, "", client.ActionKeep, "")
	a.shows("Keep · 1")
	a.on(one.Story, "", client.ActionMore, client.OptionMute)
	a.await("modal", func() bool { return len(a.slack.Views("")) == 1 })
	if _, err := a.slack.Submit(a.slack.Views("")[0].ID, "", nil); err != nil {
		t.Fatal(err)
	}
	art, err := a.db.Article(t.Context(), one.Article)
	if err != nil {
		t.Fatal(err)
	}
	stranger := "https://www.stranger.example/news/1"
	for _, tt := range []struct {
		in   string
		want []string
	}{
		{"", []string{"/newsvigil missed ADDRESS", "Only you see the answers."}},
		{"help", []string{"/newsvigil find WORDS"}},
		{"dance", []string{"There is no command “dance”", "/newsvigil status"}},
		{"status", []string{"newsvigil is at work.", "Rights in the North (#practice): last digest ", ", the next one ", "Outlets that are watched: "}},
		{"why " + one.URL, []string{"osted", "Muted in this channel: " + art.Source + " until "}},
		{"why <" + stranger + ">", []string{"Not watched"}},
		{"why", []string{"Name the piece by its address"}},
		{"why nonsense", []string{"is not the address of a web page"}},
		{"missed", []string{"Name the piece by its address"}},
		{"missed nonsense", []string{"is not the address of a web page"}},
		{"missed " + stranger, []string{"Noted as missed", "Not watched"}},
		{"find " + strings.Join(strings.Fields(one.Title)[:2], " "), []string{one.Title, "the newest first"}},
		{"find zzyzx", []string{"No stored piece has “zzyzx”."}},
		{"find", []string{"Name the words to look for"}},
		{"kept", []string{"Kept in the last seven days:", one.Title}},
		{"sources", []string{"Outlets: ", art.Source + ": "}},
		{"muted", []string{"Outlets muted in this channel", art.Source + " until "}},
		{"unmute nobody", []string{"No outlet named “nobody” is muted"}},
		{"unmute " + art.Source, []string{"is shown again from the next digest on"}},
		{"muted", []string{"No outlet is muted in this channel."}},
	} {
		got := a.ask(tt.in)
		for _, want := range tt.want {
			if !strings.Contains(got.Text, want) {
				t.Errorf("%q: the answer lacks %q:\n%s", tt.in, want, got.Text)
			}
		}
	}
	if n := len(a.slack.Messages(testChannel)); n != posted {
		t.Errorf("%d messages in the channel, %d before the commands", n, posted)
	}
	missed := 0
	for _, f := range a.said() {
		if f.Label == news.LabelMissed && strings.HasSuffix(f.URL, "stranger.example/news/1") && f.By == slack.Person {
			missed++
		}
	}
	if missed != 1 {
		t.Errorf("%d pieces are noted as missed, want 1: %+v", missed, a.said())
	}
}

// TestShownForWhichTopic: where there are several topics, a reader is told which of them showed a piece.
func TestShownForWhichTopic(t *testing.T) {
	t.Parallel()
	dams, mines := &topic{}, &topic{}
	dams.Name, mines.Name = "Dams", "Mines"
	s := store.Shown{Key: "mines/1", Topic: mines.Key(), Kind: news.ItemNew, Slot: time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)}
	for want, topics := range map[string][]*topic{
		"Shown in the digest of Sun 22 Nov 08:00.":        {mines},
		"Mines: Shown in the digest of Sun 22 Nov 08:00.": {dams, mines},
	} {
		q := asked{bureau: bureau{App: &App{cfg: &config.Config{Zone: time.UTC}, topics: topics}}, topics: topics, lang: "en"}
		if got := q.shown(s); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestNoOtherChannelNamed: an answer names the topics of its own channel only, as another one may be private;
// in the admin channel it names all.
func TestNoOtherChannelNamed(t *testing.T) {
	t.Parallel()
	unraced(t)
	a := newReaders(t, func(c *config.Config) {
		second := c.Topics[0]
		second.Name, second.Channel = "Secret Matter", "#practice-ops"
		c.Topics = append(c.Topics, second)
	})
	a.stop()
	a.App.cfg.Slack.AdminChannel = "C0ADMIN"
	a.start()
	const lobby, admin, direct = "C0LOBBY", "C0ADMIN", "D0DIRECT"
	for id, name := range map[string]string{lobby: "lobby", admin: "admin", direct: "direct"} {
		a.slack.AddChannel(slack.Channel{ID: id, Name: name})
	}
	one := a.digest().Lead[0]
	a.on(one.Story, "", client.ActionKeep, "")
	a.shows("Keep · 1")
	own, secret := []string{"Rights in the North", "#practice)"}, []string{"Secret Matter", "#practice-ops"}
	none := slices.Concat(own, secret)
	for _, tt := range []struct {
		channel, in string
		want, lack  []string
	}{
		{testChannel, "status", own, secret},
		{testOps, "status", secret, own},
		{lobby, "status", []string{"No topic posts in this channel", "Outlets that are watched: "}, none},
		{direct, "status", []string{"No topic posts in this channel"}, none},
		{admin, "status", slices.Concat(own, secret), []string{"No topic posts"}},
		{testChannel, "why " + one.URL, []string{"Posted in a digest.", "Shown in the digest of"}, secret},
		{testOps, "why " + one.URL, []string{"Posted in a digest.", secret[0]}, own},
		{lobby, "why " + one.URL, []string{"Read. No topic posts in this channel", one.Title}, slices.Concat(none, []string{"Shown", "digest of"})},
		{lobby, "why https://stranger.example/1", []string{"Not watched"}, none},
		{admin, "why " + one.URL, []string{"Rights in the North: Shown", "Secret Matter: Shown"}, nil},
		{testChannel, "kept", []string{one.Title}, secret},
		{testOps, "kept", []string{"Nothing was kept"}, []string{one.Title}},
		{lobby, "kept", []string{"No topic posts in this channel"}, slices.Concat(none, []string{one.Title})},
		{admin, "kept", []string{one.Title}, nil},
		{lobby, "muted", []string{"No outlet is muted"}, none},
		{lobby, "find north korea", []string{"newest"}, none},
		{lobby, "missed " + one.URL, []string{"No topic posts in this channel"}, none},
		{testChannel, "missed https://stranger.example/1", []string{"Noted as missed"}, secret},
		{admin, "missed https://stranger.example/1", []string{"Name the topic behind the address: Rights in the North, Secret Matter"}, []string{"Noted"}},
		{admin, "missed https://stranger.example/1 Secret Matter", []string{"Noted as missed"}, nil},
	} {
		got := a.askIn(tt.channel, tt.in).Text
		for _, want := range tt.want {
			if !strings.Contains(got, want) {
				t.Errorf("%q in %s: the answer lacks %q:\n%s", tt.in, tt.channel, want, got)
			}
		}
		for _, lack := range tt.lack {
			if strings.Contains(got, lack) {
				t.Errorf("%q in %s: the answer has %q:\n%s", tt.in, tt.channel, lack, got)
			}
		}
	}
}
