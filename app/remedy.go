package app

import (
	"context"
	"fmt"
	"time"

	"newsvigil/news"
)

// remedies are what an admin can do about each trouble, in the words of docs/admin.md.
var remedies = map[news.Trouble]string{
	news.TroubleUnreachable: "see whether a browser opens the outlet; where its host has a new name, write that into config.toml.",
	news.TroubleTLS:         "open the outlet in a browser: most likely its certificate has run out, which only the outlet can mend. newsvigil does not read over a connection that is not secure.",
	news.TroubleTimeout:     "nothing, where the outlet is slow for a while; else a larger `timeout` in config.toml.",
	news.TroubleRobots:      "ask the outlet for a feed that programs may read; newsvigil gets round no robots.txt.",
	news.TroubleBlocked:     "ask the outlet, or use another feed of it; newsvigil gets round no wall.",
	news.TroubleMissing:     "find the new address of its feed, and write it into config.toml.",
	news.TroubleMoved:       "look at the address it leads to; where that is the outlet's own, name it in config.toml as its new feed, or under `hosts`. Where it is not, the outlet has lost its domain.",
	news.TroubleRedirects:   "find the new address of its feed with a browser, and write it into config.toml.",
	news.TroubleWrongType:   "the address names another kind of file; find the feed or the page that lists pieces, and write it into config.toml.",
	news.TroubleServer:      "nothing at first: the outlet's server stumbles. Where a browser opens the page all the same, find another feed of it.",
	news.TroubleThrottled:   "nothing, or a larger `delay` in config.toml, where it comes often.",
	news.TroubleNotFeed:     "find the new address of its feed, and write it into config.toml.",
	news.TroubleEmpty:       "its feed is probably dead; name sections or sitemaps in config.toml.",
	news.TroubleStale:       "its feed is probably dead; name sections or sitemaps in config.toml.",
	news.TroubleSilent:      "look whether the outlet has published since; if it has, its feed or its pages have changed, and `newsvigil try-source` shows what is found now.",
	news.TroubleGap:         "name its sitemap or sections in config.toml, so that what its feed drops is found there, or a shorter `every`.",
	news.TroubleTooLarge:    "use a smaller feed of it.",
	news.TroublePrivate:     "nothing, where its name leads into a private network by mistake; for an intranet, crawl.allow_private in config.toml.",
	news.TroubleNoRoute:     "name feeds or sections of it in config.toml.",
	news.TroublePaused:      "nothing at first: it is left alone for a while after failures in a row. `newsvigil try-source` says what they were, when the pause is over.",
	news.TroubleBadAddress:  "mend its feeds, sections or sitemaps in config.toml.",
	news.TroubleQuarantined: "`newsvigil quarantine --lift NAME`, once the outlet is its own again.",
	news.TroubleOther:       "try it with `newsvigil try-source --verbose`, and report what that shows.",
}

// Remedy is what an admin can do about a trouble that stays.
func Remedy(t news.Trouble) string { return remedies[t] }

// passing are troubles that come and go by themselves; for the admin channel they are one.
var passing = map[news.Trouble]bool{
	news.TroubleUnreachable: true, news.TroubleTimeout: true, news.TroubleServer: true, news.TroubleThrottled: true,
	news.TroublePaused: true, news.TroubleTLS: true,
}

// tellHealthEvery is how often the admin channel hears of one kind of trouble of one source, with its
// end: a source that is up and down all day is told of once.
const tellHealthEvery = 24 * time.Hour

// healthTold is the name under which the database knows when a kind of trouble was told last.
func healthTold(h news.Health) string {
	kind := string(h.Trouble)
	if passing[h.Trouble] {
		kind = "passing"
	}
	return "told/" + news.Slug(h.Source) + "/" + kind
}

// tellHealth tells the admin channel what is news about a source's health, and says whether it then
// knows of a trouble.
func (a *App) tellHealth(ctx context.Context, before, h news.Health) (told bool, err error) {
	notice, told := a.healthNotice(before, h)
	if notice == nil {
		return told, nil
	}
	if told {
		last, ok, err := a.db.LastRun(ctx, healthTold(h))
		if err != nil {
			return false, fmt.Errorf("find when %s was told of: %w", h.Source, err)
		}
		if ok && !last.Before(h.Since) && !last.After(h.Polled) {
			return true, nil // of this very trouble: the program died before the source's health said so
		}
		if since := h.Polled.Sub(last); ok && since >= 0 && since < tellHealthEvery {
			return false, nil // should it last, a later poll tells of it
		}
	}
	if err := a.tell(ctx, *notice); err != nil {
		return false, err
	}
	if told {
		err = a.db.SaveRun(ctx, healthTold(h), h.Polled)
	}
	return told, err
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
	if do := Remedy(h.Trouble); do != "" {
		lines = append(lines, "What to do if it stays: "+do)
	}
	return &news.Notice{
		Key:   fmt.Sprintf("health/%s/trouble/%d", news.Slug(h.Source), h.Since.Unix()),
		Title: h.Source + " is in trouble", Lines: lines, At: h.Polled,
	}, true
}
