package config

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// readAll fills c from the file's tables, and returns which keys it asked for. Whatever is wrong is
// noted in the tree's report.
func readAll(c *Config, tr *tree) *reader {
	root := tr.root
	r := &reader{rep: tr.rep, tables: []*table{root}}
	c.Zone = time.UTC
	root.zone("timezone", &c.Zone)
	c.DataDir = "var"
	if e := root.string("data_dir", &c.DataDir); e != nil && c.DataDir == "" {
		root.mistake(e, `name a folder, such as "var"`)
	}
	c.DataDir = c.path(c.DataDir)

	c.readSchedule(r.sub(root, "schedule"))
	c.readCrawl(r.sub(root, "crawl"))
	c.readDedup(r.sub(root, "dedup"))
	c.readSlack(r.sub(root, "slack"))
	c.readStore(r.sub(root, "store"))
	c.readLog(r.sub(root, "log"))
	c.readHealth(r.sub(root, "health"))
	c.readTopics(r, r.blocks(root, "topic"))
	c.readSources(r, r.blocks(root, "source"))
	if tr.broken == 0 {
		missingBlocks(root)
	}
	r.unknown()
	return r
}

// missingBlocks notes a file without a topic or a source. It stands at the very beginning, as there
// is no better place.
func missingBlocks(root *table) {
	if e := root.find("topic"); e == nil || e.val.kind == kindList && len(e.val.items) == 0 {
		root.rep.add(0, "no topic: add a [[topic]] block with name, channel and digest")
	}
	if e := root.find("source"); e == nil || e.val.kind == kindList && len(e.val.items) == 0 {
		root.rep.add(0, "no source: add a [[source]] block for each outlet to watch")
	}
}

// zone reads the name of a time zone.
func (t *table) zone(key string, to **time.Location) {
	var name string
	e := t.string(key, &name)
	if e == nil {
		return
	}
	zone, err := parseZone(name)
	if err != nil {
		t.mistake(e, "%v", err)
		return
	}
	*to = zone
}

func (c *Config) readSchedule(t *table) {
	c.Crawl = "*/20 * * * *"
	if e := t.string("crawl", &c.Crawl); e != nil {
		c.Crawl = t.cron("crawl", item{c.Crawl, e.off})
	}
	c.Coverage = "0 9 * * MON"
	if e := t.string("coverage", &c.Coverage); e != nil && c.Coverage != "" {
		c.Coverage = t.cron("coverage", item{c.Coverage, e.off})
	}
	c.Jitter = 30 * time.Second
	t.duration("jitter", &c.Jitter, span{0, time.Hour})
}

// cron checks a schedule and returns it with single spaces.
func (t *table) cron(key string, spec item) string {
	clean, err := parseCron(spec.text)
	switch {
	case err == errNever:
		t.rep.add(spec.off, "%s: %s never runs, as no such day exists", key, show(spec.text))
	case err != nil:
		t.rep.add(spec.off, "%s: %s is not a cron schedule (minute hour day month weekday): %v", key, show(spec.text), err)
	}
	return clean
}

func (c *Config) readCrawl(t *table) {
	k := &c.Crawler
	if e := t.string("contact", &k.Contact); e != nil && k.Contact != "" && !goodContact(k.Contact) {
		t.mistake(e, "%s is neither a mail address nor a web address at which outlets can reach you", show(k.Contact))
	}
	c.ExampleContact = k.Contact == "" || exampleDomain.MatchString(k.Contact)
	if e := t.string("user_agent", &k.UserAgent); e != nil && !agentShape.MatchString(k.UserAgent) {
		t.mistake(e, "%s cannot be sent; begin with a name and use English letters, digits and signs only, at most 200", show(k.UserAgent))
	}
	k.Timeout, k.Delay, k.MaxAge = 30*time.Second, 2*time.Second, 7*day
	t.duration("timeout", &k.Timeout, span{100 * time.Millisecond, 10 * time.Minute})
	t.duration("delay", &k.Delay, span{0, time.Hour})
	t.duration("max_age", &k.MaxAge, span{time.Hour, 100 * year})
	k.Parallel, k.PagesPerRun, k.MaxBody = 16, 200, 5_000_000
	t.integer("parallel", &k.Parallel, 1, 256)
	t.size("max_body", &k.MaxBody, "1KB", "100MB")
	t.integer("pages_per_run", &k.PagesPerRun, 1, 10_000)
	k.AllowPrivate = t.networks("allow_private")
}

var (
	mailShape = regexp.MustCompile(`^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$`)
	// agentShape is RFC 9110's product, followed by whatever can be printed in ASCII.
	agentShape = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-][ -~]{0,199}$")
)

func goodContact(s string) bool {
	return mailShape.MatchString(s) || webProblem(s) == "" && agentShape.MatchString(s)
}

func (c *Config) readDedup(t *table) {
	d := &c.Dedup
	d.Window, d.StoryWindow = 336*time.Hour, 72*time.Hour
	t.duration("window", &d.Window, span{time.Hour, year})
	t.duration("story_window", &d.StoryWindow, span{time.Hour, year})
	d.CopySimilarity, d.StorySimilarity = 0.40, 0.34
	t.number("copy_similarity", &d.CopySimilarity, 1)
	t.number("story_similarity", &d.StorySimilarity, 1)
}

func (c *Config) readStore(t *table) {
	s := &c.Store
	s.KeepText, s.KeepFingerprints, s.Backups = 90*day, 120*day, 7
	t.duration("keep_text", &s.KeepText, span{day, 100 * year})
	t.duration("keep_fingerprints", &s.KeepFingerprints, span{day, 100 * year})
	if e := t.find("keep_fingerprints"); e != nil && s.KeepFingerprints < max(c.Dedup.Window, c.Dedup.StoryWindow) {
		t.mistake(e, "%s is shorter than the windows of [dedup], so that copies would be missed; at least %s",
			spell(s.KeepFingerprints), spell(max(c.Dedup.Window, c.Dedup.StoryWindow)))
	}
	t.integer("backups", &s.Backups, 0, 365)
}

func (c *Config) readLog(t *table) {
	c.Log = Log{Level: "info", Format: "auto"}
	t.choice("level", &c.Log.Level, "debug", "info", "warn", "error")
	t.choice("format", &c.Log.Format, "auto", "text", "json")
}

func (c *Config) readHealth(t *table) {
	t.listenAddress("listen", &c.Health.Listen)
	t.webAddress("heartbeat_url", &c.Health.HeartbeatURL, true)
}

// channelShape matches "#name" as Slack allows it (any script, no capitals, no spaces), or an id. A count in
// place of the + would repeat the tables of Unicode eighty times: 5 MB at every start.
var channelShape = regexp.MustCompile(`^(?:#[\p{Ll}\p{Lo}\p{Lm}\pM\pN_-]+|[CGD][A-Z0-9]{2,20})$`)

// longestChannel is the most characters that Slack allows for a channel's name, with the #.
const longestChannel = 81

func isChannel(s string) bool {
	return utf8.RuneCountInString(s) <= longestChannel && channelShape.MatchString(s)
}

// channel reads a Slack channel that may be left empty.
func (t *table) channel(key string, to *string) {
	e := t.string(key, to)
	if e == nil || *to == "" || isChannel(*to) {
		return
	}
	if s := "#" + strings.ToLower(strings.TrimPrefix(*to, "#")); isChannel(s) {
		t.mistake(e, "%s is not a channel; did you mean %s?", show(*to), show(s))
		return
	}
	t.mistake(e, `%s is not a channel; write "#name", or the channel's id, which begins with C`, show(*to))
}
