package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"newsvigil/internal/practice/slack"
	"newsvigil/news"
	"newsvigil/notify"
)

// post sends all parts of a digest at a level.
func post(t *testing.T, c *Client, d news.Digest, level int) {
	t.Helper()
	thread := ""
	for part := 1; part <= Parts(d); part++ {
		m := message(d, part)
		m.Delivery.Level, m.Delivery.Thread = level, thread
		r, err := c.Send(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		if part == 1 {
			thread = r.TS
		}
	}
}

// remembered joins what the messages of a channel tell, sorted.
func remembered(found []notify.Remembered) (keys, links, near []string) {
	for _, m := range found {
		keys, links, near = append(keys, m.Key), append(links, m.Links...), append(near, m.Near...)
	}
	for _, list := range [][]string{keys, links, near} {
		slices.Sort(list)
	}
	return keys, slices.Compact(links), slices.Compact(near)
}

// crowded is a digest that fills a thread, near misses of its own included.
func crowded() news.Digest {
	d := normal("ko")
	d.Key = "freedonia/manual/20261121T000000.000000Z"
	for i := 100; i < 200; i++ {
		d.Rest = append(d.Rest, item(i, fmt.Sprintf("Further report %d", i)))
	}
	for i := 200; i < 240; i++ {
		it := item(i, fmt.Sprintf("Not quite a report %d", i))
		it.Kind = news.ItemNear
		d.Near = append(d.Near, it)
	}
	return d
}

// TestPosted holds that every piece that a digest links to is remembered, in every form of the message,
// and near misses apart from the others.
func TestPosted(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]news.Digest{"normal": normal("en"), "crowded": crowded()} {
		for level := range levelPlain + 1 {
			t.Run(fmt.Sprint(name, " ", level), func(t *testing.T) {
				t.Parallel()
				s := practice(t, slack.Options{Every: -1, PageSize: 3})
				c := client(t, Options{APIURL: s.URL()})
				s.Post(channelOne, "good morning")
				post(t, c, d, level)
				n := notice()
				_, err := c.Send(t.Context(), notify.Message{Notice: n, Delivery: news.Delivery{Key: "n", Kind: news.DeliverNotice, Channel: d.Channel}})
				if err != nil {
					t.Fatal(err)
				}
				found, err := c.Posted(t.Context(), d.Channel, time.Now().Add(-time.Hour))
				if err != nil {
					t.Fatal(err)
				}
				shown := map[string]bool{}
				plain := strings.NewReplacer("&amp;", "&", `\u0026`, "&")
				for _, m := range s.Messages(channelOne) {
					for _, it := range slices.Concat(d.Lead, d.Lines, d.Rest, d.Near) {
						shown[it.URL] = shown[it.URL] || strings.Contains(plain.Replace(string(m.Blocks)), `"`+it.URL+`"`) ||
							strings.Contains(plain.Replace(m.Text), "<"+it.URL+">")
					}
				}
				var want, wantNear []string
				for _, it := range slices.Concat(d.Lead, d.Lines, d.Rest) {
					if shown[it.URL] {
						want = append(want, it.URL)
					}
				}
				for _, it := range d.Near {
					if shown[it.URL] {
						wantNear = append(wantNear, it.URL)
					}
				}
				for _, a := range d.Lead[0].Also {
					for _, m := range s.Messages(channelOne) {
						if strings.Contains(string(m.Blocks), `"`+a.URL+`"`) {
							want = append(want, a.URL)
						}
					}
				}
				slices.Sort(want)
				slices.Sort(wantNear)
				keys, links, near := remembered(found)
				if diff := cmp.Diff(slices.Compact(want), links); diff != "" || len(want) == 0 {
					t.Errorf("links (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(slices.Compact(wantNear), near); diff != "" {
					t.Errorf("near misses (-want +got):\n%s", diff)
				}
				if len(keys) != Parts(d)+1 {
					t.Errorf("%d messages, want %d: %q", len(keys), Parts(d)+1, keys)
				}
				for _, m := range found {
					if time.Since(m.At) > time.Minute || m.Kind != news.DeliverDigest && (m.Kind != news.DeliverNotice || len(m.Links) > 0) {
						t.Errorf("%+v", m)
					}
				}
			})
		}
	}
}

// TestPostedIsOurs holds that nobody else can make the program believe that it posted something.
func TestPostedIsOurs(t *testing.T) {
	t.Parallel()
	s := practice(t, slack.Options{Every: -1})
	c := client(t, Options{APIURL: s.URL()})
	post(t, c, normal("en"), levelFull)
	for _, m := range s.Messages(channelOne) {
		m.User = slack.Person
		m.Metadata = json.RawMessage(`{"event_type":"newsvigil_post","event_payload":{"post_key":"freedonia/2026-11-22T08:00/#freedonia/1","kind":"digest","part":1,"parts":1}}`)
		s.Plant(m)
		m.Metadata = nil
		s.Plant(m)
	}
	s.Plant(slack.Message{Channel: channelOne, Text: "<https://stranger.example/1>"})
	s.Plant(slack.Message{Channel: channelOne, Text: "x", Metadata: json.RawMessage(`{"event_type":"other","event_payload":{"post_key":7}}`)})
	s.Plant(slack.Message{Channel: channelOne, Text: "x", Metadata: json.RawMessage(`{"event_type":"newsvigil_post","event_payload":{"post_key":7}}`)})
	found, err := c.Posted(t.Context(), channelOne, time.Time{})
	if err != nil || len(found) != Parts(normal("en")) {
		t.Errorf("%d messages, want %d, %v", len(found), Parts(normal("en")), err)
	}
}

// TestPostedCostsLittle holds that a channel without messages of ours takes one request.
func TestPostedCostsLittle(t *testing.T) {
	t.Parallel()
	s := practice(t, slack.Options{Every: -1})
	s.Post(channelOne, "good morning")
	found, err := client(t, Options{APIURL: s.URL()}).Posted(t.Context(), channelOne, time.Now().Add(-time.Hour))
	if err != nil || len(found) != 0 || s.Calls("conversations.history") != 1 || s.Calls("auth.test")+s.Calls("conversations.replies") != 0 {
		t.Errorf("%d messages, %v", len(found), err)
	}
}

// TestPostedBlind holds that a setup which cannot look says so, naming the scope that lacks.
func TestPostedBlind(t *testing.T) {
	t.Parallel()
	for _, scope := range []string{"channels:history", "metadata.message:read"} {
		var scopes []string
		for _, have := range slack.AllScopes() {
			if have != scope && have != "groups:history" {
				scopes = append(scopes, have)
			}
		}
		s := practice(t, slack.Options{Every: -1, Scopes: scopes})
		c := client(t, Options{APIURL: s.URL()})
		post(t, c, normal("en"), levelFull)
		_, err := c.Posted(t.Context(), channelOne, time.Time{})
		if !errors.Is(err, notify.ErrBlind) || !strings.Contains(err.Error(), scope) {
			t.Errorf("without %s: %v", scope, err)
		}
	}
	hook := client(t, Options{Webhook: news.NewSecret("https://hooks.example/x")})
	if _, err := hook.Posted(t.Context(), "#freedonia", time.Time{}); !errors.Is(err, notify.ErrBlind) {
		t.Errorf("webhook: %v", err)
	}
}

// TestPostedIsPatient holds that failures which pass are waited out, and that others are no answer.
func TestPostedIsPatient(t *testing.T) {
	t.Parallel()
	s := practice(t, slack.Options{Every: -1})
	c := client(t, Options{APIURL: s.URL()})
	post(t, c, normal("en"), levelFull)
	s.Script("conversations.history", slack.TooFast, slack.Drop, slack.Unavailable)
	s.Script("conversations.replies", slack.Empty)
	s.Script("auth.test", slack.InternalError)
	found, err := c.Posted(t.Context(), channelOne, time.Time{})
	if err != nil || len(found) != Parts(normal("en")) {
		t.Errorf("%d messages, %v", len(found), err)
	}
	for method, faults := range map[string][]slack.Fault{
		"conversations.history": {slack.HTML, slack.HTML, slack.HTML, slack.HTML},
		"conversations.replies": {slack.Drop, slack.Drop, slack.Drop, slack.Drop},
	} {
		s.Script(method, faults...)
		if found, err := c.Posted(t.Context(), channelOne, time.Time{}); err == nil || errors.Is(err, notify.ErrBlind) || found != nil {
			t.Errorf("%s failing: %d messages, %v", method, len(found), err)
		}
	}
	_, err = client(t, Options{APIURL: s.URL(), Token: news.NewSecret("xoxb-wrong")}).Posted(t.Context(), channelOne, time.Time{})
	if notify.ClassOf(err) != notify.ClassAuth {
		t.Errorf("a wrong token: %v", err)
	}
	_, err = c.Posted(t.Context(), "#nowhere", time.Time{})
	if notify.ClassOf(err) != notify.ClassChannel {
		t.Errorf("no such channel: %v", err)
	}
}

// TestPostedSince holds that what is older is left alone.
func TestPostedSince(t *testing.T) {
	t.Parallel()
	now := time.Now().Add(-48 * time.Hour)
	s := practice(t, slack.Options{Every: -1, Now: func() time.Time { return now }})
	c := client(t, Options{APIURL: s.URL()})
	post(t, c, normal("en"), levelFull)
	now = time.Now()
	post(t, c, crowded(), levelFull)
	found, err := c.Posted(t.Context(), channelOne, time.Now().Add(-24*time.Hour))
	if err != nil || len(found) != Parts(crowded()) {
		t.Errorf("%d messages, want %d, %v", len(found), Parts(crowded()), err)
	}
}
