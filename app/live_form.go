package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"newsvigil/news"
	"newsvigil/notify"
	"newsvigil/notify/slack"
)

const (
	// liveStories is how many stories the sample of the worst has, liveTitle how long their titles are.
	liveStories = 24
	liveTitle   = 5000
	// livePause is the longest pause that is waited for while forms are checked.
	livePause = 10 * time.Second
)

// form has Slack check the form of everything that is posted to readers.
func (v *live) form(ctx context.Context) error {
	var digests []news.Digest
	if v.db != nil {
		var err error
		if digests, err = v.Preview(ctx, ""); err != nil {
			return err
		}
	}
	worst := v.worst()
	alert := worst
	for _, d := range digests {
		if !v.checked(ctx, "form of the next digest of "+d.Topic, d) {
			return ctx.Err()
		}
		if len(d.Lead) > 0 {
			alert = d
		}
	}
	if !v.checked(ctx, "form of an alert", alarm(alert)) {
		return ctx.Err()
	}
	v.checked(ctx, "form of the worst case", worst)
	return ctx.Err()
}

// alarm makes an alert of a digest's first story.
func alarm(d news.Digest) news.Digest {
	it := d.Lead[0]
	it.Kind = news.ItemAlerted
	d.Lead, d.Lines, d.Rest, d.Near, d.Troubles = []news.Item{it}, nil, nil, nil, nil
	return d
}

// checked has Slack check every message of a digest; false where it is of no use to go on.
func (v *live) checked(ctx context.Context, about string, d news.Digest) bool {
	parts := slack.Parts(d)
	for part := 1; part <= parts; part++ {
		flaws, err := v.validate(ctx, slack.Render(d, part, 0))
		switch {
		case errors.Is(err, slack.ErrNoValidation):
			v.add(SeverityNote, "form of messages", "This Slack cannot check messages without posting them.", "")
			return false
		case err != nil:
			v.add(SeverityNote, "form of messages", "Slack did not check them: "+reason(err), "Try again later. Messages that Slack refuses for their form are posted in a simpler one.")
			return false
		case len(flaws) > 0:
			var said []string
			for _, f := range flaws {
				said = append(said, f.String())
			}
			v.add(SeverityWarn, about, fmt.Sprintf("Slack finds mistakes in message %d of %d: %s", part, parts, sentence(strings.Join(said, "; "))), "This is a mistake of newsvigil: please report this line. Such a message is posted in a simpler form.")
			return true
		}
	}
	v.add(SeverityOK, about, fmt.Sprintf("Slack finds nothing wrong with it (%s).", counted(parts, "message", "messages")), "")
	return true
}

// validate asks again, once or twice, after a pause that Slack asked for.
func (v *live) validate(ctx context.Context, m slack.Message) ([]slack.Flaw, error) {
	for n := 1; ; n++ {
		flaws, err := v.slack.Validate(ctx, m)
		r, ok := errors.AsType[*notify.Refusal](err)
		if !ok || r.Class != notify.ClassWait || r.After > livePause || n == 3 || sleep(ctx, r.After) != nil {
			return flaws, err
		}
	}
}

// worst is a digest with more, longer and stranger stories than outlets publish.
func (v *live) worst() news.Digest {
	now := v.now().In(v.cfg.Zone)
	t := v.topics[0]
	odd := []string{"<!channel> *&* <https://example.com|link> :smile: ", "مرحبا بالعالم \u202e ", "한국어 제목 ", "👩‍👩‍👧‍👦 ", "a\x00b\x1b[31m\u200b ", "` ``` ~ > # "}
	addresses := []string{"https://example.com/" + strings.Repeat("a", 2900), "https://example.com/" + strings.Repeat("ä", 4000), "javascript:alert(1)", "", "https://example.com/a b", "https://example.com/?a=<b>&c=d"}
	var items []news.Item
	for i := range liveStories {
		it := news.Item{
			Story: int64(i + 1), Article: int64(i + 1), Kind: news.ItemNew, Title: strings.Repeat(odd[i%len(odd)], liveTitle/len([]rune(odd[i%len(odd)]))),
			URL: addresses[i%len(addresses)], Outlet: strings.Repeat(odd[(i+1)%len(odd)], 10), Language: "ko", Fetched: now,
			Published: news.Instant{Time: now},
		}
		for range 4 {
			it.Also = append(it.Also, news.Also{Outlet: it.Outlet, URL: it.URL, Title: it.Title})
		}
		items = append(items, it)
	}
	items[1].Title, items[2].Published = "", news.Instant{}
	d := news.Digest{Key: t.Key() + "/" + now.Format(slotLayout), Topic: t.Name, Channel: t.Channel, Language: t.Language, Slot: now, Buttons: v.listening()}
	d.Lead, d.Lines, d.Rest, d.Near = items[:5], items[5:10], items[10:18], items[18:]
	for i := range 8 {
		d.Troubles = append(d.Troubles, news.SourceTrouble{Source: odd[i%len(odd)], Trouble: news.TroubleOther, Detail: strings.Repeat(odd[i%len(odd)], 50), Since: now})
	}
	return d
}
