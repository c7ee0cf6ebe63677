package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"newsvigil/crawler"
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
		if r.Unfinished || !r.Polled && r.Trouble == news.TroubleNone || a.quarantinedNow(r.Source) {
			continue // the crawl was cut short: the source is as due as it was, and nothing is known of it
		}
		pace, err := a.pace(ctx, byName[r.Source])
		if err != nil {
			return err
		}
		now, pause := a.now(), pace.next
		if r.Waiting > 0 && r.Trouble == news.TroubleNone {
			pause = byName[r.Source].Every // what was left unread is read in the next round
		}
		r, err := a.silence(ctx, r, pace.quiet)
		if err != nil {
			return err
		}
		h := nextHealth(before[news.Slug(r.Source)], r, now, pause)
		if h.Told, err = a.tellHealth(ctx, before[news.Slug(r.Source)], h); err != nil {
			return err
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
	still := strings.HasPrefix(before.Detail, pagesUnread) && r.Failed >= r.Fetched
	switch {
	case r.Trouble != news.TroubleNone || !none && !still:
	case r.Unread != news.TroubleNone:
		r.Trouble, r.Detail = r.Unread, fmt.Sprintf("%s: %s", pagesUnread, r.UnreadDetail)
	case still:
		r.Trouble, r.Detail = before.Trouble, before.Detail
	default:
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
	answers := answering(r.Trouble, r.Detail)
	if !answers && answering(h.Trouble, h.Detail) {
		h.Failures = 0
	}
	h.Trouble, h.Detail = r.Trouble, news.Redact(r.Detail)
	h.Failures++
	h.Next = now.Add(backoff(pause, h.Failures))
	if answers {
		h.Next = now.Add(pause) // its routes answer, and what they show must not be missed
		if !strings.HasPrefix(r.Detail, pagesUnread) {
			h.Good = now
		}
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
