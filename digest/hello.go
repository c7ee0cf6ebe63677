package digest

import (
	"strings"
	"time"

	"newsvigil/news"
)

// helloOutlets is how many outlets the hello names.
const helloOutlets = 25

// HelloOptions are what the first message to a topic's readers depends on.
type HelloOptions struct {
	Topic, Language string
	// Outlets are the names of those that are watched.
	Outlets []string
	// Buttons says that readers can answer, Overdue that Slack says when a digest does not come, Sample that
	// an example stands in the thread.
	Buttons, Overdue, Sample bool
}

// Hello is the first message to a topic's readers: what this is, what is watched, what buttons do, and what
// silence means. The renderer adds when the next digest comes; see HelloNext.
func Hello(o HelloOptions) (title string, lines []string) {
	say := func(key string, with ...any) { lines = append(lines, Say(o.Language, key, with...)) }
	names, outlets := o.Outlets, Say(o.Language, "outlets", "n", len(o.Outlets))
	if len(names) > helloOutlets+1 {
		names = names[:helloOutlets]
		say("hello_more", "outlets", outlets, "names", strings.Join(names, join), "n", len(o.Outlets)-helloOutlets)
	} else {
		say("hello_outlets", "outlets", outlets, "names", strings.Join(names, join))
	}
	say("hello_once")
	silence := "hello_silence"
	if o.Overdue {
		silence = "hello_overdue"
	}
	say(silence)
	if o.Buttons {
		say("hello_buttons", "keep", ButtonText("keep", o.Language), "not", ButtonText("not", o.Language))
		say("hello_help")
	}
	if o.Sample {
		say("hello_sample")
	}
	return Say(o.Language, "hello", "topic", o.Topic), lines
}

// HelloNext is the line that says when the next digest comes: what stands before the moment, the moment in
// words, for those to whom it cannot be shown in their own zone, and what stands behind it.
func HelloNext(next time.Time, lang string) (before, moment, after string) {
	before, after, _ = strings.Cut(Say(lang, "hello_next"), "{date}")
	return before, date(lang, "moment", next), after
}

// SampleHead and SampleLine stand at the top of an example of a digest, in the place of its headline and its
// line of totals.
func SampleHead(d news.Digest) string { return Say(d.Language, "sample", "headline", Headline(d)) }

// SampleLine says that the example is none of the digests.
func SampleLine(lang string) string { return Say(lang, "sample_line") }
