package app

import (
	"context"
	"fmt"
	"time"

	"newsvigil/crawler"
	"newsvigil/crawler/rhythm"
	"newsvigil/news"
)

const (
	// tellAfter polls in a row must fail before the admin channel hears of a source: outlets have
	// short outages all the time, and an alarm that cries often is not read.
	tellAfter = 2
	// longestBackoff bounds the pause after failures, so that a source resumes by itself.
	longestBackoff = 6 * time.Hour
	// leastUnread pages in one poll that all came to nothing are a trouble, which pagesUnread names.
	leastUnread = 3
	pagesUnread = "its feeds or lists answer, but none of the pages they lead to could be read"
	// rhythmPieces are how many of a source's last pieces show how often it publishes.
	rhythmPieces = 200
)

// recordHealth turns what the crawl saw into each source's health, and tells the admin channel once
// when a source is in trouble, and again when it is well.
func (a *App) recordHealth(ctx context.Context, sum crawler.Summary, before map[string]news.Health) error {
	byName := map[string]news.Source{}
	for _, s := range a.cfg.Sources {
		byName[s.Name] = s
	}
	for _, r := range sum.Sources {
		if r.Unfinished || !r.Polled && r.Trouble == news.TroubleNone {
			continue // the crawl was cut short: the source is as due as it was, and nothing is known of it
		}
		published, err := a.db.Published(ctx, r.Source, rhythmPieces)
		if err != nil {
			return fmt.Errorf("read the rhythm of %s: %w", r.Source, err)
		}
		now := a.now()
		pause := max(rhythm.Interval(published, now), byName[r.Source].Every)
		if r.Waiting > 0 && r.Trouble == news.TroubleNone {
			pause = byName[r.Source].Every // what was left unread is read in the next round
		}
		h := nextHealth(before[news.Slug(r.Source)], unread(before[news.Slug(r.Source)], r), now, pause)
		notice, told := a.healthNotice(before[news.Slug(r.Source)], h)
		h.Told = told
		if notice != nil {
			if err := a.tell(ctx, *notice); err != nil {
				return err
			}
		}
		if err := a.db.SaveHealth(ctx, h); err != nil {
			return fmt.Errorf("store the health of %s: %w", r.Source, err)
		}
	}
	return nil
}

// unread makes a trouble of a feed that answers while every page it led to was refused or failed:
// nothing comes of such a source. It stands until a page could be read.
func unread(before news.Health, r crawler.SourceResult) crawler.SourceResult {
	none := r.Failed >= leastUnread && r.Failed >= r.Fetched
	still := before.Detail == pagesUnread && r.Failed >= r.Fetched
	if r.Trouble == news.TroubleNone && (none || still) {
		r.Trouble, r.Detail = news.TroubleBlocked, pagesUnread
	}
	return r
}

// nextHealth is a source's health after a poll; pause is the time to the next one if all is well.
func nextHealth(h news.Health, r crawler.SourceResult, now time.Time, pause time.Duration) news.Health {
	h.Source, h.Polled = r.Source, now
	if r.Trouble == news.TroubleNone {
		return news.Health{Source: r.Source, Polled: now, Good: now, Told: h.Told, Next: now.Add(pause)}
	}
	if h.Trouble == news.TroubleNone {
		h.Since = now
	}
	h.Trouble, h.Detail = r.Trouble, news.Redact(r.Detail)
	h.Failures++
	h.Next = now.Add(backoff(pause, h.Failures))
	if r.Detail == pagesUnread {
		h.Next = now.Add(pause) // its routes answer, and what they show must not be missed
	}
	return h
}

// backoff doubles the pause with every failure in a row, up to longestBackoff or the pause itself.
func backoff(pause time.Duration, failures int) time.Duration {
	d := pause
	for range failures - 1 {
		if d *= 2; d >= longestBackoff {
			return max(longestBackoff, pause)
		}
	}
	return d
}

// healthNotice is what the admin channel is to be told, if anything, and whether it then knows of a
// trouble.
func (a *App) healthNotice(before, h news.Health) (notice *news.Notice, told bool) {
	switch {
	case h.Trouble == news.TroubleNone && before.Told:
		return &news.Notice{
			Key:   fmt.Sprintf("health/%s/well/%d", news.Slug(h.Source), before.Since.Unix()),
			Title: h.Source + " is well again",
			Lines: []string{fmt.Sprintf("It had been in trouble since %s. New pieces are read again; nothing needs doing.", a.clock(before.Since))},
			At:    h.Polled,
		}, false
	case h.Trouble == news.TroubleNone:
		return nil, false
	case before.Told || h.Failures < tellAfter:
		return nil, before.Told
	}
	lines := []string{
		fmt.Sprintf("%s (%s), since %s.", h.Detail, h.Trouble, a.clock(h.Since)),
		"It is tried again by itself, and you will be told when it is well. Until then its pieces are missing from the digests.",
	}
	if do := remedy(h.Trouble); do != "" {
		lines = append(lines, "What to do if it stays: "+do)
	}
	return &news.Notice{
		Key:   fmt.Sprintf("health/%s/trouble/%d", news.Slug(h.Source), h.Since.Unix()),
		Title: h.Source + " is in trouble", Lines: lines, At: h.Polled,
	}, true
}

// remedy is what an admin can do about a trouble that seldom ends by itself, in the words of
// docs/admin.md; "" where waiting is best.
func remedy(t news.Trouble) string {
	switch t {
	case news.TroubleMissing, news.TroubleNotFeed:
		return "find the new address of its feed, and write it into config.toml."
	case news.TroubleRobots, news.TroubleBlocked:
		return "ask the outlet, or use another feed of it; newsvigil gets round no wall."
	case news.TroubleEmpty, news.TroubleStale:
		return "its feed is probably dead; name sections or sitemaps in config.toml."
	case news.TroubleNoRoute:
		return "name feeds or sections of it in config.toml."
	case news.TroubleBadAddress:
		return "mend its feeds, sections or sitemaps in config.toml."
	case news.TroubleTooLarge:
		return "use a smaller feed of it."
	}
	return ""
}

// clock writes a time in the configured zone.
func (a *App) clock(t time.Time) string { return t.In(a.cfg.Zone).Format("Mon 2 Jan 15:04 MST") }

// tell queues a notice for the admin channel; without one it goes to the log.
func (a *App) tell(ctx context.Context, n news.Notice) error {
	n = a.o.Redact.Notice(n)
	a.log.Warn("notice", "title", n.Title, "lines", n.Lines)
	if a.cfg.Slack.AdminChannel == "" || a.cfg.Slack.WebhookEnv != "" || !a.cfg.Slack.Configured {
		return nil
	}
	n.Channel = a.cfg.Slack.AdminChannel
	d := news.Delivery{
		Key: n.Key, Kind: news.DeliverNotice, Of: n.Key, Channel: n.Channel,
		Part: 1, Parts: 1, State: news.DeliveryPending, Next: n.At,
	}
	if _, err := a.db.SaveNotice(ctx, n, d); err != nil {
		return fmt.Errorf("queue the notice %q: %w", n.Title, err)
	}
	a.wake()
	return nil
}

func (a *App) wake() {
	if a.nudge != nil {
		a.nudge()
	}
}
