package config

import (
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pelletier/go-toml/v2"

	"newsvigil/news"
)

// commented matches the beginning of a line that shows a setting behind a comment sign.
var commented = regexp.MustCompile(`(?m)^( *)# ([a-z_]+ = )`)

func uncomment(data []byte) []byte { return commented.ReplaceAll(data, []byte("$1$2")) }

func readFile(t testing.TB, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func parse(t testing.TB, data []byte) *Config {
	t.Helper()
	c, err := Parse("config.toml", data)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// comparers let go-cmp look at types with hidden fields.
var comparers = cmp.Options{
	cmp.Comparer(func(a, b *regexp.Regexp) bool {
		return (a == nil) == (b == nil) && (a == nil || a.String() == b.String())
	}),
	cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() }),
	cmp.Comparer(func(a, b netip.Prefix) bool { return a == b }),
}

// TestShipped states what a fresh installation does: it prints digests, sends nobody's address, and
// takes the built-in exemplars.
func TestShipped(t *testing.T) {
	t.Parallel()
	c, err := Load("../config.toml")
	if err != nil {
		t.Fatal(err)
	}
	if c.Slack.Configured {
		t.Error("Slack is configured, so digests would not be printed")
	}
	if !c.Slack.Hello {
		t.Error("readers are not greeted")
	}
	if !c.ExampleContact || strings.Contains(c.UserAgent(), "@") {
		t.Errorf("the example contact is sent: %s", c.UserAgent())
	}
	if len(c.Topics) != 1 || c.SeedsSet[c.Topics[0].Key()] {
		t.Errorf("topics %d, SeedsSet %v; want one topic, whose seeds are not set", len(c.Topics), c.SeedsSet)
	}
	if !filepath.IsAbs(c.DataDir) || filepath.Base(c.DataDir) != "var" {
		t.Errorf("DataDir is %s", c.DataDir)
	}
}

// TestUncommented takes the comment signs off: every documented setting must be accepted, and must
// show the value that held before. Slack's section is apart, as it shows what to write.
func TestUncommented(t *testing.T) {
	t.Parallel()
	data := readFile(t, "../config.toml")
	shipped, full := parse(t, data), parse(t, uncomment(data))
	if !full.Slack.Configured || full.Slack.TokenEnv != "SLACK_BOT_TOKEN" {
		t.Errorf("Slack is not connected by uncommenting: %+v", full.Slack)
	}
	full.Slack.Configured = false
	full.Slack.TokenEnv, full.Slack.AppTokenEnv, full.Slack.AdminChannel = "", "", ""
	if full.UserAgent() != shipped.UserAgent() {
		t.Errorf("the documented user_agent gives %q, the default %q", full.UserAgent(), shipped.UserAgent())
	}
	full.Crawler.UserAgent = ""
	full.SeedsSet = shipped.SeedsSet
	if diff := cmp.Diff(shipped, full, comparers); diff != "" {
		t.Errorf("documented defaults differ from the true ones (-true +documented):\n%s", diff)
	}
}

// TestDocumented makes sure that no key is known to the program alone.
func TestDocumented(t *testing.T) {
	t.Parallel()
	rep := clean("config.toml", uncomment(readFile(t, "../config.toml")))
	r := readAll(&Config{}, parseTree(rep))
	known, documented := map[string]bool{}, map[string]bool{}
	for _, table := range r.tables {
		for _, key := range table.asked {
			known[table.join(key)] = true
		}
		for _, e := range table.entries {
			documented[table.join(e.key)] = true
		}
	}
	if len(known) < 70 {
		t.Errorf("only %d keys are known", len(known))
	}
	if diff := cmp.Diff(known, documented); diff != "" {
		t.Errorf("config.toml does not show every key (-known +shown):\n%s", diff)
	}
}

// TestShape loads the shape that was agreed on, as it is and with its comment signs taken off.
func TestShape(t *testing.T) {
	t.Parallel()
	data := readFile(t, "testdata/shape.toml")
	c := parse(t, data)
	if !c.Slack.Configured || len(c.Sources) != 1 || !c.SeedsSet[c.Topics[0].Key()] {
		t.Errorf("read as %+v", c)
	}
	parse(t, uncomment(data))
}

// TestShapeIsAgreed compares the copy in testdata with the agreed file.
func TestShapeIsAgreed(t *testing.T) {
	t.Parallel()
	agreed, err := os.ReadFile("../../shared/config.example.toml")
	if err != nil {
		t.Skip("the agreed shape lies beside the project only where it is built: ", err)
	}
	if diff := cmp.Diff(string(agreed), string(readFile(t, "testdata/shape.toml"))); diff != "" {
		t.Errorf("testdata/shape.toml differs from the agreed shape:\n%s", diff)
	}
}

type outlet struct {
	Name, Homepage, Language, Timezone string
	Feeds, Sitemaps, Sections, Seed    []string
	Article                            string `toml:"article_regexp"`
	ID                                 string `toml:"id_regexp"`
	FullText                           bool   `toml:"full_text_feed"`
	Wire                               bool
	Standing                           map[string]string
}

// TestOutlets holds the shipped sources against what is known of the outlets: only those whose feeds
// were measured, and those of the exemplars, are watched, and no guess slips in as a fact.
func TestOutlets(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../shared/facts/outlets.toml")
	if err != nil {
		t.Skip("the facts on outlets lie beside the project only where it is built: ", err)
	}
	var facts struct{ Outlet []outlet }
	if err := toml.Unmarshal(data, &facts); err != nil {
		t.Fatal(err)
	}
	shipped := map[string]news.Source{}
	for _, s := range parse(t, readFile(t, "../config.toml")).Sources {
		shipped[s.Name] = s
	}
	if len(shipped) != len(facts.Outlet) {
		t.Errorf("%d sources are shipped, %d are known", len(shipped), len(facts.Outlet))
	}
	for _, o := range facts.Outlet {
		got, ok := shipped[o.Name]
		if !ok {
			t.Errorf("%s is missing", o.Name)
			continue
		}
		if diff := cmp.Diff(o.source(t, got.Label), got, comparers); diff != "" {
			t.Errorf("%s (-known +shipped):\n%s", o.Name, diff)
		}
	}
}

// source is how an outlet ought to be shipped.
func (o outlet) source(t *testing.T, label string) news.Source {
	zone, err := time.LoadLocation(o.Timezone)
	if err != nil {
		t.Fatal(err)
	}
	seed := len(o.Seed) > 0
	known := func(key string, list []string) []string {
		standing := o.Standing[key]
		if len(list) == 0 || !seed && standing != "confirmed" && !strings.HasPrefix(standing, "measured") {
			return nil
		}
		return list
	}
	s := news.Source{
		Name: o.Name, Home: o.Homepage, Feeds: o.Feeds, Language: o.Language, Zone: zone, Weight: 1,
		Sitemaps: known("sitemaps", o.Sitemaps), Sections: known("sections", o.Sections),
		Article: regexp.MustCompile(o.Article), ID: regexp.MustCompile(o.ID),
		FullTextFeed: o.FullText, Wire: o.Wire, Label: label,
		Off: !seed && !strings.HasPrefix(o.Standing["feeds"], "measured"),
	}
	if len(o.Feeds) == 0 {
		s.Feeds = nil
	}
	if label != "" && (label != "state media" || o.Name != "KCNA Watch") {
		t.Errorf("%s carries the label %q", o.Name, label)
	}
	return s
}
