package slack

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"newsvigil/news"
	"newsvigil/notify"
)

// request is what the client sent, as it came over the wire.
type request struct {
	method string
	form   url.Values
}

// wire is a Slack that takes everything and remembers it, so that a test sees what is really sent.
type wire struct {
	*httptest.Server
	mu   sync.Mutex
	seen []request
}

func newWire(t *testing.T) *wire {
	w := &wire{}
	w.Server = httptest.NewServer(w)
	t.Cleanup(w.Close)
	return w
}

func (w *wire) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	q := request{method: path.Base(r.URL.Path), form: url.Values{}}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "application/json" {
		raw, _ := io.ReadAll(r.Body)
		var fields map[string]json.RawMessage
		_ = json.Unmarshal(raw, &fields) // what is no object has no fields, and is found to lack them
		for key, v := range fields {
			var s string
			if json.Unmarshal(v, &s) != nil {
				s = string(v)
			}
			q.form.Set(key, s)
		}
	} else if r.ParseForm() == nil {
		q.form = r.PostForm
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen = append(w.seen, q)
	rw.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(rw, `{"ok":true,"channel":"C000000001","ts":"1795212360.%06d","message_ts":"1795212360.000001","scheduled_message_id":"Q1","view":{"id":"V1"}}`, len(w.seen))
}

// take is what was sent since the last call.
func (w *wire) take() []request {
	w.mu.Lock()
	defer w.mu.Unlock()
	seen := w.seen
	w.seen = nil
	return seen
}

// examine holds a request against the documentation of Slack and the taste of readers.
func examine(t *testing.T, what string, q request, hosts []string) {
	t.Helper()
	s, l := &strictSlack{}, &lint{hosts: hosts}
	switch q.method {
	case "views.open", "views.update":
		var view object
		if json.Unmarshal([]byte(q.form.Get("view")), &view) != nil {
			t.Errorf("%s: no view in %v", what, q.form)
		}
		s.modal(view)
		l.shown(view)
	case "chat.postMessage", "chat.update", "chat.postEphemeral", "chat.scheduleMessage", "answer", "hook":
		l.request(map[string]string{"answer": "chat.postEphemeral"}[q.method]+strings.TrimPrefix(q.method, "answer"), q.form)
		if raw := q.form.Get("blocks"); raw != "" && raw != "[]" && raw != "null" {
			var blocks []any
			if json.Unmarshal([]byte(raw), &blocks) != nil {
				t.Errorf("%s: the blocks are no list: %.200s", what, raw)
			}
			s.all(blocks)
			l.shown(blocks)
		}
	default:
		t.Errorf("%s: an unexpected request of %s", what, q.method)
	}
	for _, fault := range append(s.faults, l.faults...) {
		t.Errorf("%s: %s: %s", what, q.method, fault)
	}
}

// outletHosts are the only hosts to which the hostile digests may lead.
var outletHosts = []string{"outlet.example", "xn--vg1bo3s05dvsx.example"}

// worse are strings for the tests of this file, beside the nasty ones.
var worse = []string{
	"@channel @here @everyone", "<!subteam^S1|x> <#C1|general>", "https://evil.example/login", "see http://evil.example now", "evil.example", "www.evil.example",
	"\u061c\u2067x\u2069\u200e\u200f", "\u202abidi\u202c \u2068unclosed", "\u2069closed", "zero\u200bwidth\ufeff\u2060\u00ad", "tag\U000e0041\U000e007f", "\U0001f3f4\U000e0067\U000e0062\U000e007f",
	"\u3164", "\u115f\u1160", strings.Repeat("가", 5000), strings.Repeat("ع", 5000), "|pipe|>quote", "~strike~ ```code```", "{date_short} {time}", ":a:b:c: 10:30:15", "&lt;!channel&gt;", "\u0085next\u2029",
	strings.Repeat("\U0001f469\u200d\U0001f469\u200d\U0001f467", 300), "e" + strings.Repeat("\u0323\u0301", 3000), "null", "[]", "\\u003c!channel\\u003e", "%3Cscript%3E",
}

var worseAddresses = []string{
	"https://outlet.example/1", "https://outlet.example/%EA%B0%80?q=%ED%95%9C&x=<y>", "https://북한뉴스.example/기사", "javascript:alert(1)", "data:text/html,x", "https://outlet.example/" + strings.Repeat("%EB%89%B4", 120),
	"HTTPS://OUTLET.example/upper", "https://outlet.example:8443/port", "https://outlet.example/\u202egnp.exe", "https://outlet.example/'\"`{}|\\^", "https:outlet.example", "https:///nohost", "\thttps://outlet.example/tab",
}

// hostile makes a digest of items that try everything.
func hostile(r *rand.Rand, most int) news.Digest {
	pick := func(lists ...[]string) string {
		list := lists[r.IntN(len(lists))]
		return list[r.IntN(len(list))]
	}
	kinds := []news.ItemKind{news.ItemNew, news.ItemUpdated, news.ItemAlerted, ""}
	made := int64(0)
	items := func(n int) []news.Item {
		list := make([]news.Item, r.IntN(n+1))
		for i := range list {
			made++
			it := item(int(made), pick(nasty, worse))
			it.URL, it.Outlet, it.Label, it.Language = pick(addresses, worseAddresses), pick(nasty, worse), pick(nasty, worse), pick([]string{"", "ko", "en", "ar"}, worse)
			it.Kind, it.Reasons.Nearest, it.Reasons.Terms = kinds[r.IntN(len(kinds))], pick(nasty, worse), []string{pick(nasty, worse)}
			it.Published = []news.Instant{it.Published, {}, {Time: time.Unix(-9, 0)}, {Time: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}, {Time: it.Published.Time, DateOnly: true}}[r.IntN(5)]
			for range r.IntN(8) {
				it.Also = append(it.Also, news.Also{Outlet: pick(nasty, worse), URL: pick(addresses, worseAddresses), Language: pick([]string{"ko", ""}, worse)})
			}
			if r.IntN(6) == 0 {
				it.Foreign = []news.Also{{Outlet: pick(nasty, worse), Title: pick(nasty, worse), URL: pick(addresses, worseAddresses), Language: pick([]string{"ko"}, worse)}}
			}
			list[i] = it
		}
		return list
	}
	d := news.Digest{
		Key: "k/2026-11-21T08:00", Topic: pick(nasty, worse, []string{"Freedonia"}), Language: pick([]string{"en", "ko"}), Slot: time.Date(2026, 11, 21, 8, 0, 0, 0, seoul), Since: time.Date(2026, 11, 20, 8, 0, 0, 0, seoul),
		Lead: items(7), Lines: items(10), Rest: items(most), Near: items(23), Beyond: r.IntN(3), Buttons: r.IntN(4) > 0, Revision: r.IntN(3), Marks: map[int64]news.Mark{1: {Kept: 3, Disliked: 99}, 2: {Rescued: 1}},
	}
	for range r.IntN(9) {
		d.Troubles = append(d.Troubles, news.SourceTrouble{Source: pick(nasty, worse), Trouble: news.TroubleBlocked, Detail: pick(nasty, worse), Since: d.Since})
	}
	for range r.IntN(4) {
		d.Muted = append(d.Muted, news.Mute{Source: "source", Outlet: pick(nasty, worse), Until: d.Slot})
	}
	return d
}

// TestNothingSentHasFaults sends hostile digests of up to 200 items, every message of each at one level of
// degradation after the other, and changes them; what comes over the wire is examined. `make slack` sends
// 300 of them for every seed in NEWSVIGIL_SEEDS.
func TestNothingSentHasFaults(t *testing.T) {
	t.Parallel()
	digests, seeds := 8, 1
	if os.Getenv(trialVariable) != "" {
		digests, seeds = 300, 1
		if n, err := strconv.Atoi(os.Getenv("NEWSVIGIL_SEEDS")); err == nil {
			seeds = n
		}
	}
	w := newWire(t)
	c := client(t, Options{APIURL: w.URL, Pace: -1})
	sent, most := 0, 0
	for seed := range seeds {
		r := rand.New(rand.NewPCG(uint64(seed), 8))
		for n := range digests {
			d := hostile(r, min(160, 2*n+8))
			for part := range Parts(d) {
				part++
				m := notify.Message{Digest: d, Delivery: news.Delivery{Key: fmt.Sprintf("%s/%d", d.Key, part), Kind: news.DeliverDigest, Of: d.Key, Channel: "#x", ChannelID: "C000000001", Part: part, TS: "1795212360.000001"}}
				if part > 1 {
					m.Delivery.Thread = "1795212360.000001"
				}
				if part == 1 {
					m.Delivery.Level = n % 5
				}
				if _, err := c.Send(t.Context(), m); err != nil {
					t.Fatal(err)
				}
				if err := c.Update(t.Context(), m); err != nil {
					t.Fatal(err)
				}
				for _, q := range w.take() {
					sent++
					most = max(most, len(q.form.Get("blocks")))
					examine(t, fmt.Sprintf("seed %d, digest %d, part %d, level %d", seed, n, part, m.Delivery.Level), q, outletHosts)
				}
				if t.Failed() {
					return
				}
			}
			if n%50 == 49 {
				t.Logf("seed %d: %d digests in %d messages without a fault", seed, n+1, sent)
			}
		}
	}
	t.Logf("%d messages of %d digests, the longest blocks of %d bytes", sent, seeds*digests, most)
}

// TestNothingElseSentHasFaults sends whatever else the client sends: notices, answers, modals and what
// waits with Slack.
func TestNothingElseSentHasFaults(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	c := client(t, Options{APIURL: w.URL, Pace: -1})
	ref := Ref{Digest: "k", Part: 1, Story: 7}
	for n, s := range append(append([]string{"plain"}, nasty...), worse...) {
		var lines []Line
		var plain []string
		for i := range min(2*n, 36) {
			lines, plain = append(lines, Line{Text: s, URL: worseAddresses[i%len(worseAddresses)]}), append(plain, s)
		}
		for _, a := range []Action{{User: "U1", ChannelID: "C000000001"}, {User: "U1", ChannelID: "C000000001", Answer: news.NewSecret(w.URL + "/answer")}} {
			if err := c.Whisper(t.Context(), a, Whisper{Title: s, Lines: lines, Ref: ref, Choices: []Choice{{ActionBack, "back", "Take back"}}}); err != nil {
				t.Fatal(err)
			}
		}
		modal := Modal{Title: cmp.Or(clean(s), "Title"), Name: "x", Submit: "Mute", Close: "Cancel", Lines: append([]Line{{Text: "words"}}, lines...), Ref: ref, ChannelID: "C1", TS: "1.2"}
		if err := c.Open(t.Context(), Action{User: "U1", Trigger: "t"}, modal); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Schedule(t.Context(), Scheduled{ChannelID: "C000000001", Text: s + " x", At: time.Now().Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
		notice := notify.Message{Notice: news.Notice{Key: "n", Title: s, Lines: plain}, Delivery: news.Delivery{Key: "n", Kind: news.DeliverNotice, Channel: "#x", ChannelID: "C000000001", Level: n % 5}}
		if _, err := c.Send(t.Context(), notice); err != nil {
			t.Fatal(err)
		}
		for _, q := range w.take() {
			examine(t, fmt.Sprintf("%.20q", s), q, outletHosts)
		}
	}
}

// TestBriefsAndHellosHaveNoFaults sends hostile briefs and hellos, at one level after the other.
func TestBriefsAndHellosHaveNoFaults(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	c := client(t, Options{APIURL: w.URL, Pace: -1})
	r := rand.New(rand.NewPCG(8, 9))
	for n := range 6 {
		d := hostile(r, 12)
		b := news.Brief{Key: "k", Topic: d.Topic, TopicKey: "k", Language: d.Language, Since: d.Since, Until: d.Slot}
		for _, it := range append(d.Lead, d.Rest...) {
			b.Stories = append(b.Stories, news.Kept{Item: it, Gloss: it.Title, Readers: 2, At: d.Slot})
		}
		greeting := news.Notice{Key: "h", Title: d.Topic, Lines: []string{worse[n], nasty[n], "words"}, Hello: &news.Hello{Language: d.Language, Next: d.Slot, Sample: &d}}
		send := func(notice news.Notice, part int) {
			m := notify.Message{Notice: notice, Delivery: news.Delivery{Key: "n", Kind: news.DeliverNotice, Channel: "#x", ChannelID: "C000000001", Part: part, Level: n % 5}}
			if _, err := c.Send(t.Context(), m); err != nil {
				t.Fatal(err)
			}
		}
		for part := 1; part <= BriefParts(b); part++ {
			send(news.Notice{Key: "b", Brief: &b}, part)
		}
		send(greeting, 1)
		send(greeting, 2)
		for i, q := range w.take() {
			examine(t, fmt.Sprintf("message %d at level %d", i, n%5), q, outletHosts)
		}
	}
}

// TestNoScoresForReaders holds that a usual digest speaks in words, in both languages and at every level.
func TestNoScoresForReaders(t *testing.T) {
	t.Parallel()
	for _, d := range []news.Digest{normal("en"), normal("ko"), korean(false), empty()} {
		for part := 1; part <= Parts(d); part++ {
			for level := range levelPlain + 1 {
				m := Render(d, part, level)
				if found := score.FindString(string(payload(t, m)) + m.Text); found != "" {
					t.Errorf("part %d at level %d says %q", part, level, found)
				}
			}
		}
	}
}
