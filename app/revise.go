package app

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"

	"newsvigil/digest"
	"newsvigil/news"
	"newsvigil/notify/slack"
	"newsvigil/store"
)

// edits reports whether posted messages can be changed: a bot token can, a webhook and a terminal cannot.
func (a *App) edits() bool { return a.cfg.Slack.Configured && a.cfg.Slack.WebhookEnv == "" }

// revise brings the digests and alerts that were posted up to date with what has come to their stories
// since, and asks for their messages to be changed. It goes by what is stored alone, so that what a crash,
// or a message that was on its way, kept from being done is done the next time; a second look finds
// nothing left to do. A digest that is not posted yet is left as it is, until it is.
func (a *App) revise(ctx context.Context) error {
	if !a.edits() {
		return nil
	}
	changed := 0
	for _, t := range a.topics {
		n, err := a.reviseTopic(ctx, t)
		changed += n
		if err != nil {
			return fmt.Errorf("bring posted digests of topic %q up to date: %w", t.Name, err)
		}
	}
	if changed > 0 {
		a.log.Info("posted digests changed", "digests", changed)
		a.draw()
	}
	return nil
}

// reviseTopic counts the digests that it changed. One that cannot be read keeps no other from being changed.
func (a *App) reviseTopic(ctx context.Context, t *topic) (changed int, err error) {
	list, err := a.db.Grown(ctx, t.Key(), a.now().Add(-a.cfg.Dedup.StoryWindow))
	if err != nil || len(list) == 0 {
		return 0, err
	}
	r := revision{App: a, topic: t}
	if r.muted, err = a.db.Mutes(ctx, t.Channel, a.now()); err != nil {
		return 0, err
	}
	if r.ended, err = a.db.EndedMutes(ctx, t.Channel, a.now()); err != nil {
		return 0, err
	}
	if r.last, _, err = a.db.LastDigest(ctx, t.Key()); err != nil {
		return 0, err
	}
	if r.cordon, err = a.cordon(ctx, t); err != nil {
		return 0, err
	}
	for _, g := range list {
		done, err := r.digest(ctx, g)
		if _, passes := store.Outage(err); passes || store.Damaged(err) || ctx.Err() != nil {
			return changed, err
		}
		if err != nil {
			a.log.Warn("a posted digest stays as it is", "digest", g.Digest, "err", err)
		}
		if done {
			changed++
		}
	}
	return changed, nil
}

// revision is one look at the posted digests of a topic.
type revision struct {
	*App
	topic        *topic
	muted, ended []news.Mute
	last         time.Time
	cordon       cordon
}

// digest changes a digest as its stories have grown, and says whether there was anything to change.
func (r revision) digest(ctx context.Context, g store.Growth) (bool, error) {
	d, err := r.Digest(ctx, g.Digest)
	if err != nil {
		return false, err
	}
	part, ok, err := r.db.PartOf(ctx, g.Digest, 1)
	if err != nil || !ok || part.State != news.DeliverySent || part.TS == "" || part.ChannelID == terminal {
		return false, err
	}
	var stories []news.Story
	for _, id := range g.Stories {
		s, err := r.db.StoryNow(ctx, r.topic.Key(), id)
		if err != nil {
			return false, err
		}
		stories = append(stories, s)
	}
	revise := func(d news.Digest) (store.Revision, bool) { return r.change(d, part, stories) }
	if _, changed := revise(d); !changed {
		return false, nil
	}
	return r.db.SaveRevision(ctx, g.Digest, revise)
}

// change is what a digest becomes that was posted with this part as its first; false where it stays.
func (r revision) change(d news.Digest, part news.Delivery, stories []news.Story) (store.Revision, bool) {
	slot := d.Slot
	d.Slot, d.Sent = slot.In(r.cfg.Zone), part.Claimed
	if slack.Parts(d) != part.Parts {
		return store.Revision{}, false // of a version that spread it otherwise
	}
	wanted, changed := digest.Revise(d, r.showable(d, stories), r.cfg.Dedup.StoryWindow, digest.Options{Topic: r.topic.Topic, Sources: r.cfg.Sources})
	if !changed {
		return store.Revision{}, false
	}
	revised, parts := slack.Revised(d, wanted)
	if reflect.DeepEqual([][]news.Item{d.Lead, d.Lines, d.Rest}, [][]news.Item{revised.Lead, revised.Lines, revised.Rest}) {
		return store.Revision{}, false // there is no room for any of it
	}
	revised.Slot, revised.Sent = slot, time.Time{}
	return store.Revision{Digest: revised, Parts: parts}, true
}

// showable leaves out what has come to the stories of a digest since and is muted in its channel, or was
// when the last digest was made, or whose outlet is quarantined.
func (r revision) showable(d news.Digest, stories []news.Story) []news.Story {
	told := map[int64]bool{}
	for _, it := range slices.Concat(d.Lead, d.Lines, d.Rest) {
		for _, id := range it.Articles {
			told[id] = true
		}
	}
	hidden := func(m news.Member) bool {
		key := news.Slug(m.Article.Source)
		muted := slices.ContainsFunc(r.muted, func(m news.Mute) bool { return m.Source == key })
		silenced := (muted || passedOver(m.Article, r.ended, r.last)) && !wanted(r.topic.Topic, m.Score.Reasons)
		return !told[m.Article.ID] && !m.Announced && (silenced || r.cordon.keepsOut(m))
	}
	out := make([]news.Story, 0, len(stories))
	for _, s := range stories {
		s.Members = slices.DeleteFunc(slices.Clone(s.Members), hidden)
		out = append(out, s)
	}
	return out
}
