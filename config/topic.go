package config

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"newsvigil/news"
	"newsvigil/text"
)

const maxName = 100 // characters; more would not fit beside a headline

// name reads the name of a block, which must be there and unlike those before it: not even their
// folded forms may be equal, as those stand in the database.
func (t *table) name(key string, to *string, before map[string]*entry) {
	e := t.string(key, to)
	if e == nil {
		if !t.has(key) {
			t.missing(`every [[%s]] needs a name: name = "…"`, t.path)
		}
		return
	}
	slug := news.Slug(*to)
	switch first := before[slug]; {
	case slug == "":
		t.mistake(e, "%s holds no letter or digit", show(*to))
	case len([]rune(*to)) > maxName:
		t.mistake(e, "the name is longer than %d characters", maxName)
	case first == nil:
		before[slug] = e
	case strings.TrimSpace(first.val.text) == *to:
		t.mistake(e, "%s already stands in line %d; every %s needs a name of its own", show(*to), t.rep.line(first.off), t.path[strings.LastIndex(t.path, ".")+1:])
	default:
		t.mistake(e, "%s is too like the name in line %d: without capitals and signs both are %s", show(*to), t.rep.line(first.off), show(slug))
	}
}

// missing notes at the table's beginning what it lacks, unless a part of it could not be read.
func (t *table) missing(format string, args ...any) {
	if !t.damaged {
		t.rep.add(t.off, format, args...)
	}
}

func (c *Config) readTopics(r *reader, blocks []*table) {
	c.SeedsSet = map[string]bool{}
	names := map[string]*entry{}
	for _, t := range blocks {
		topic := news.Topic{SeedsDir: "seeds", Language: "en", AlertsPerDay: 3, Lead: 5, Lines: 5, NearMisses: 10}
		t.name("name", &topic.Name, names)
		t.was(&topic, names)
		if e := t.string("seeds", &topic.SeedsDir); e != nil {
			c.SeedsSet[topic.Key()] = true
			if topic.SeedsDir == "" {
				t.mistake(e, `name a folder, such as "seeds", or take the line out for the built-in examples`)
			}
		}
		topic.SeedsDir = c.path(topic.SeedsDir)
		c.readDelivery(t, &topic)
		readAlerts(t, &topic)
		readWords(r, t, &topic)
		c.Topics = append(c.Topics, topic)
	}
}

// was reads the name that a topic had at first, by which the database still knows it.
func (t *table) was(topic *news.Topic, names map[string]*entry) {
	e := t.string("was", &topic.Was)
	slug := news.Slug(topic.Was)
	switch {
	case e == nil || topic.Was == "" || slug == news.Slug(topic.Name):
		topic.Was = ""
	case slug == "":
		t.mistake(e, "%s holds no letter or digit", show(topic.Was))
	case names[slug] != nil:
		t.mistake(e, "%s is the name of another topic, in line %d", show(topic.Was), t.rep.line(names[slug].off))
	default:
		names[slug] = e
	}
}

// readDelivery reads where, when and how the digest is told.
func (c *Config) readDelivery(t *table, topic *news.Topic) {
	t.channel("channel", &topic.Channel)
	if topic.Channel == "" && c.Slack.Configured && c.Slack.WebhookEnv == "" && !t.unread("channel") {
		t.missing(`this topic has no channel: channel = "#name"`)
	}
	for _, i := range t.list("digest", `["0 8 * * MON-FRI"]`) {
		topic.Digest = append(topic.Digest, t.cron("digest", i))
	}
	if !t.has("digest") {
		t.missing(`this topic has no digest time: digest = ["0 8 * * MON-FRI"]; write digest = [] if you only want digests by hand`)
	}
	for _, i := range t.list("brief", `["0 9 * * FRI"]`) {
		topic.Brief = append(topic.Brief, t.cron("brief", i))
	}
	t.choice("language", &topic.Language, "en", "ko")
	t.integer("lead", &topic.Lead, 0, 7)
	t.integer("lines", &topic.Lines, 0, 20)
	t.integer("near_misses", &topic.NearMisses, 0, 50)
}

// quietShape is a range of the clock. It may go over midnight.
var quietShape = regexp.MustCompile(`^((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)$`)

func readAlerts(t *table, topic *news.Topic) {
	grade := ""
	t.choice("alert_grade", &grade, "", string(news.GradeStrong))
	topic.AlertGrade = news.Grade(grade)
	t.integer("alerts_per_day", &topic.AlertsPerDay, 0, 100)
	for _, i := range t.list("quiet", `["22:00-07:00"]`) {
		m := quietShape.FindStringSubmatch(i.text)
		switch {
		case m == nil:
			t.rep.add(i.off, `quiet: %s is not a range of hours such as "22:00-07:00"`, show(i.text))
		case m[1] == m[2]:
			t.rep.add(i.off, "quiet: %s begins and ends at the same time", show(i.text))
		default:
			topic.Quiet = append(topic.Quiet, i.text)
		}
	}
	if e := t.find("quiet"); e != nil && alwaysQuiet(topic.Quiet) {
		t.mistake(e, "no minute of the day is left for alerts; to have none at all, write alerts_per_day = 0")
	}
}

// alwaysQuiet reports whether ranges of the clock cover the whole day.
func alwaysQuiet(ranges []string) bool {
	var quiet [24 * 60]bool
	for _, r := range ranges {
		m := quietShape.FindStringSubmatch(r)
		from, to := minuteOf(m[1]), minuteOf(m[2])
		for i := from; i != to; i = (i + 1) % len(quiet) {
			quiet[i] = true
		}
	}
	return !slices.Contains(quiet[:], false)
}

// minuteOf is the minute of the day of a time such as "22:00".
func minuteOf(clock string) int {
	at, err := time.Parse("15:04", clock)
	if err != nil {
		return 0 // quietShape has seen to that
	}
	return at.Hour()*60 + at.Minute()
}

// readWords reads the words by which a piece is judged.
func readWords(r *reader, t *table, topic *news.Topic) {
	if e := t.ask("threshold"); e != nil && (e.val.kind != kindText || e.val.text != "auto") {
		if e.val.kind == kindText {
			t.mistake(e, `expected "auto" or a number without quotes, found %s`, show(e.val.text))
		} else {
			t.entryNumber(e, &topic.Threshold, 1000)
		}
	}
	for _, i := range t.list("never_match", `["horoscope"]`) {
		topic.NeverMatch = append(topic.NeverMatch, t.word("never_match", i))
	}
	topic.Facets = readLists(r, t, "facet")
	topic.Concepts = readLists(r, t, "concept")
	var concepts []string
	for _, list := range topic.Concepts {
		concepts = append(concepts, list.Name)
	}
	for _, i := range t.list("always", `["name of a concept"]`) {
		t.always(i, concepts)
		topic.Always = append(topic.Always, i.text)
	}
}

// always notes a name that is no concept of the topic.
func (t *table) always(i item, concepts []string) {
	for _, name := range concepts {
		if name == i.text {
			return
		}
	}
	hint := "; this topic has no concepts, which are [[topic.concept]] blocks"
	if len(concepts) > 0 {
		hint = "; the names of its concepts stand in its [[topic.concept]] blocks"
	}
	if near := Nearest(i.text, concepts); near != "" {
		hint = "; did you mean " + show(near) + "?"
	}
	t.rep.add(i.off, "always: %s is no concept of this topic%s", show(i.text), hint)
}

// readLists reads the facets or concepts of a topic.
func readLists(r *reader, t *table, key string) []news.WordList {
	var out []news.WordList
	names := map[string]*entry{}
	for _, block := range r.blocks(t, key) {
		var list news.WordList
		block.name("name", &list.Name, names)
		for _, i := range block.list("any", `["one", "two"]`) {
			list.Any = append(list.Any, block.word("any", i))
		}
		if e := block.find("any"); e == nil {
			block.missing(`this %s has no words: any = ["one", "two"]`, key)
		} else if e.val.kind == kindList && len(e.val.items) == 0 {
			block.mistake(e, `this %s has no words; write some, as in ["one", "two"]`, key)
		}
		out = append(out, list)
	}
	return out
}

// word checks a word or phrase as the program will read it later, and returns it.
func (t *table) word(key string, i item) string {
	if len([]rune(i.text)) > maxName {
		t.rep.add(i.off, "%s: %s is longer than %d characters", key, show(i.text), maxName)
	} else if _, err := text.Compile([]news.WordList{{Any: []string{i.text}}}); err != nil {
		t.rep.add(i.off, "%s: %v", key, innermost(err))
	}
	return i.text
}

// innermost is the first cause of an error, without what was wrapped around it: the line and the
// key already say where it was.
func innermost(err error) error {
	for {
		if joined, ok := err.(interface{ Unwrap() []error }); ok && len(joined.Unwrap()) > 0 {
			err = joined.Unwrap()[0]
			continue
		}
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}
