package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestUserAgent(t *testing.T) {
	t.Parallel()
	tests := []struct{ contact, agent, version, want string }{
		{"desk@harbour.test", "", "2.3", "newsvigil/2.3 (+mailto:desk@harbour.test)"},
		{"https://harbour.test/bot", "", "2.3", "newsvigil/2.3 (+https://harbour.test/bot)"},
		{"newsdesk@example.org", "", "2.3", "newsvigil/2.3"},
		{"me@news.Example.COM", "", "2.3", "newsvigil/2.3"},
		{"me@example.net", "", "2.3", "newsvigil/2.3"},
		{"https://example.org/bot", "", "2.3", "newsvigil/2.3"},
		{"", "", "2.3", "newsvigil/2.3"},
		{"me@myexample.org", "", "2.3", "newsvigil/2.3 (+mailto:me@myexample.org)"},
		{"desk@harbour.test", "Desk/9 {contact}", "2.3", "Desk/9 desk@harbour.test"},
		{"", "Desk/9 {contact}", "2.3", "Desk/9"},
		{"", "Desk/9; +mailto:{contact}", "2.3", "Desk/9"},
		{"", "Desk/9 (of the harbour; {contact}) Go", "2.3", "Desk/9 Go"},
		{"desk@harbour.test", "Desk/{version}", "2.3", "Desk/2.3"},
		{"desk@harbour.test", "", "", "newsvigil/1.0 (+mailto:desk@harbour.test)"},
	}
	for _, tt := range tests {
		in := "[crawl]\ncontact = \"" + tt.contact + "\"\n"
		if tt.agent != "" {
			in += "user_agent = \"" + tt.agent + "\"\n"
		}
		c := parse(t, []byte(in+minimal))
		c.Version = tt.version
		if got := c.UserAgent(); got != tt.want {
			t.Errorf("contact %q, agent %q: got %q, want %q", tt.contact, tt.agent, got, tt.want)
		}
	}
	if c := parse(t, []byte(minimal)); c.Version != "1.0" || !c.ExampleContact {
		t.Errorf("without a contact: version %q, example %v", c.Version, c.ExampleContact)
	}
}

// TestValues reads settings that only tests of the whole would notice.
func TestValues(t *testing.T) {
	t.Parallel()
	c := parse(t, []byte(`timezone = "Asia/Seoul"
[schedule]
crawl = "  CRON_TZ=Asia/Tokyo   5  * * * * "
[slack]
token_file = "secrets/token"
api_url = "https://slack.harbour.example/api"
settle = ["0s", "0.5s", "1h"]
[crawl]
max_body = "1.5 MiB"
allow_private = ["127.0.0.9/24", "::1/128"]
[[topic]]
name = "Whales"
channel = "C0123ABCD"
digest = ["@daily", "0 12 * * 0"]
brief = ["0 9 * * FRI", "@monthly"]
seeds = "examples"
threshold = 3
quiet = ["22:00-07:00"]
alert_grade = "strong"
always = ["strandings"]
[[topic.concept]]
name = "strandings"
any = ["strand*", "좌초"]
[[source]]
name = "Harbour Post"
feeds = ["http://127.0.0.1:8080/feed"]
quiet_after = "2d12h"
every = "90m"
hosts = ["M.Harbour.Example"]
[[source]]
name = "Küste"
home = "https://küste.example/"
timezone = "Europe/Berlin"
language = ""
`))
	topic, first, second := c.Topics[0], c.Sources[0], c.Sources[1]
	for name, ok := range map[string]bool{
		"crawl":         c.Crawl == "CRON_TZ=Asia/Tokyo 5 * * * *",
		"token_file":    c.Slack.TokenFile == filepath.Join(c.Dir, "secrets", "token") && c.Slack.TokenEnv == "",
		"configured":    c.Slack.Configured,
		"api_url":       c.Slack.APIURL == "https://slack.harbour.example/api/",
		"settle":        len(c.Slack.Settle) == 3 && c.Slack.Settle[1] == 500*time.Millisecond,
		"max_body":      c.Crawler.MaxBody == 3<<19,
		"allow_private": c.Crawler.AllowPrivate[0].String() == "127.0.0.0/24",
		"seeds":         topic.SeedsDir == filepath.Join(c.Dir, "examples") && c.SeedsSet[topic.Key()],
		"threshold":     topic.Threshold == 3,
		"alerts":        topic.AlertGrade == "strong" && topic.Always[0] == "strandings" && topic.Quiet[0] == "22:00-07:00",
		"digest":        topic.Digest[0] == "@daily",
		"brief":         len(topic.Brief) == 2 && topic.Brief[1] == "@monthly" && len(c.Topics[0].Digest) == 2,
		"zone":          first.Zone.String() == "Asia/Seoul" && second.Zone.String() == "Europe/Berlin",
		"language":      first.Language == "en" && second.Language == "",
		"quiet_after":   first.QuietAfter == 60*time.Hour && first.Every == 90*time.Minute,
		"hosts":         first.Hosts[0] == "m.harbour.example",
	} {
		if !ok {
			t.Errorf("%s is read wrongly", name)
		}
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "watch.toml")
	if err := os.WriteFile(file, []byte(minimal), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(file)
	if err != nil {
		t.Fatal(err)
	}
	if c.File != file || c.Dir != dir || c.DataDir != filepath.Join(dir, "var") || c.Topics[0].SeedsDir != filepath.Join(dir, "seeds") {
		t.Errorf("File %s, Dir %s, DataDir %s, SeedsDir %s", c.File, c.Dir, c.DataDir, c.Topics[0].SeedsDir)
	}

	missing := filepath.Join(dir, "none.toml")
	_, err = Load(missing)
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), missing) || !strings.Contains(err.Error(), "newsvigil check -c FILE") {
		t.Errorf("a missing file: %v", err)
	}
	if _, err = Load(dir); err == nil || !strings.Contains(err.Error(), "is a folder") {
		t.Errorf("a folder: %v", err)
	}
	large := filepath.Join(dir, "large.toml")
	if err := os.WriteFile(large, make([]byte, maxFile+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err = Load(large); err == nil || !strings.Contains(err.Error(), "larger than 4 MB") {
		t.Errorf("a large file: %v", err)
	}
}

func TestLoadUnreadable(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("root may read every file; run as another user to see this tested")
	}
	file := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(file, []byte(minimal), 0o000); err != nil {
		t.Fatal(err)
	}
	_, err := Load(file)
	if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), file) {
		t.Errorf("got %v", err)
	}
}

func TestDuration(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   string
		want time.Duration
		err  error
	}{
		{"30s", 30 * time.Second, nil}, {"1.1s", 1100 * time.Millisecond, nil}, {"168h", 7 * day, nil},
		{"90d", 90 * day, nil}, {"1h30m", 90 * time.Minute, nil}, {"0s", 0, nil}, {"999999999d", 200 * year, nil},
		{"-2s", 0, errNegative}, {"", 0, errShape}, {"5", 0, errShape}, {"500ms", 0, errShape}, {"1w", 0, errShape},
		{"2 s", 0, errShape}, {"s", 0, errShape}, {"1e3s", 0, errShape}, {".5s", 0, errShape}, {"+1s", 0, errShape},
	}
	for _, tt := range tests {
		if got, err := parseDuration(tt.in); got != tt.want || err != tt.err {
			t.Errorf("%q: got %v, %v, want %v, %v", tt.in, got, err, tt.want, tt.err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Range(0, int64(10*year/time.Millisecond)).Draw(t, "ms")) * time.Millisecond
		if got, err := parseDuration(spell(d)); err != nil || got.Round(time.Millisecond) != d {
			t.Fatalf("%v is spelt %q and read as %v, %v", d, spell(d), got, err)
		}
	})
}

func TestNearest(t *testing.T) {
	t.Parallel()
	keys := []string{"name", "home", "feeds", "sections", "id", "timezone"}
	for in, want := range map[string]string{
		"feedz": "feeds", "feed": "feeds", "Name": "name", "nmae": "name", "section": "sections",
		"time_zone": "timezone", "di": "id", "colour": "", "x": "", "": "",
	} {
		if got := Nearest(in, keys); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	word := rapid.StringMatching(`[a-c]{0,8}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		d := distance(a, b)
		if d != distance(b, a) || (d == 0) != (a == b) || d > max(len(a), len(b)) {
			t.Fatalf("distance(%q, %q) = %d, the other way %d", a, b, d, distance(b, a))
		}
	})
}

// TestTryCron holds the library's panics back.
func TestTryCron(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"CRON_TZ=Asia/Seoul", "TZ=", "", "* * *"} {
		if s, err := tryCron(in); err == nil {
			t.Errorf("%q gave %v", in, s)
		}
	}
	if spec, err := parseCron("0 0 29  2 *"); err != nil || spec != "0 0 29 2 *" {
		t.Errorf("a leap day: %q, %v", spec, err)
	}
	if err := trySelector("div.story > p, #main"); err != nil {
		t.Error(err)
	}
}
