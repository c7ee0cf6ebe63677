package app

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"newsvigil/address"
	"newsvigil/news"
	"newsvigil/store"
)

// outcomeWords are the verdicts on candidates that gave no article.
var outcomeWords = map[news.Outcome]string{
	news.OutcomeRefused:    "Refused: the outlet's robots.txt forbids programs to read this address.",
	news.OutcomeBlocked:    "Blocked: the outlet answers programs with a wall, and newsvigil does not get round walls.",
	news.OutcomeGone:       "Gone: the outlet no longer has this page.",
	news.OutcomeOld:        "Too old: it was published before the oldest piece that is looked at (crawl.max_age).",
	news.OutcomeNotArticle: "Not an article: the page is a list, a video, pictures, a login or a file without text.",
	news.OutcomeOutside:    "Not read: the address leads away from the outlet, or into a private network.",
	news.OutcomeFailed:     "Not read: it was tried and given up.",
}

// explainCandidate answers for an address that was shown and gave no article.
func explainCandidate(e *Explanation, c *store.Considered, a *App) {
	switch {
	case c.State == store.CandidatePending && c.Attempts > 0:
		e.say("retrying", "Not read yet: the last try failed; the next one is due %s.", a.clock(c.Next))
	case c.State == store.CandidatePending:
		e.say("queued", "Not read yet: it waits for the next crawl.")
	default:
		words, ok := outcomeWords[c.Outcome]
		if !ok {
			words = "Seen, but there is no article of it."
		}
		e.Code, e.Verdict = string(c.Outcome), words
	}
	if c.Detail != "" {
		e.add("Detail: %s.", strings.TrimSuffix(c.Detail, "."))
	}
	e.add("Shown by %s (%s %s) on %s.", c.Source, c.Route, c.Via, a.clock(c.Found))
	if c.Title != "" {
		e.add("Title as shown: %s", c.Title)
	}
	if !c.Published.IsZero() {
		e.add("Published, as the outlet says: %s.", a.clock(c.Published.Time))
	}
}

// explainArticle answers for a stored article: the verdict of the topic that comes nearest to
// posting it, then everything that led there.
func (a *App) explainArticle(e *Explanation, t store.Trail) {
	art := t.Article
	e.Source, e.Scores, e.Placement = art.Source, t.Scores, &t.Placement
	e.Code, e.Verdict = a.articleVerdict(t)
	e.add("%s: “%s”, %s, read %s.", art.Source, art.Title, a.published(*art), a.clock(art.Fetched))
	switch art.Kind {
	case news.KindPDF:
		e.add("PDF, not read: only its title and what the link said are known.")
	case news.KindTeaser:
		e.add("Only a teaser could be read: the page is paid for or cannot be had, or the feed's summary stands in for it.")
	}
	if src, ok := a.configured(art.Source); ok && !address.Belongs(src, art.URL) {
		e.add("It is told without a link: its address, %s, leads to another site than the outlet's.", art.URL)
	}
	if t.Reader != "" {
		e.add("Its text was read by: %s.", t.Reader)
	}
	if art.Canonical != "" && art.Canonical != e.URL {
		e.add("The address it is known by: %s", art.Canonical)
	}
	for _, s := range t.Scores {
		a.explainScore(e, s)
	}
	explainPlacement(e, t)
	for _, d := range t.Digests {
		e.add("%s", a.shownLine(d))
	}
}

// configured is the source of a name.
func (a *App) configured(name string) (news.Source, bool) {
	for _, s := range a.cfg.Sources {
		if s.Key() == news.Slug(name) {
			return s, true
		}
	}
	return news.Source{}, false
}

func (a *App) published(art news.Article) string {
	switch p := art.Published; {
	case p.IsZero():
		return "date unknown"
	case p.DateOnly:
		return p.Time.Format("2 Jan 2006")
	default:
		return a.clock(p.Time)
	}
}

// articleVerdict is the one sentence on a stored article.
func (a *App) articleVerdict(t store.Trail) (code, verdict string) {
	if code, verdict, ok := a.shownVerdict(t); ok {
		return code, verdict
	}
	best := bestScore(t.Scores)
	switch {
	case best == nil:
		return "unscored", "Read, but judged for no topic: it was read more than a day before the topic was added."
	case best.Reasons.Muted != "":
		return "muted", fmt.Sprintf("Muted: it holds %q, which never_match names.", best.Reasons.Muted)
	case !best.Relevant() && t.Article.Kind == news.KindTeaser:
		return "teaser", "Teaser only: the rest of it is not to be had. " + belowCut(*best)
	case !best.Relevant() && t.Article.Kind == news.KindPDF:
		return "pdf", "PDF only: there is no text of it on a page. " + belowCut(*best)
	case !best.Relevant():
		return "below-cut", belowCut(*best)
	case t.Placement.Relation != news.RelationNew && t.Placement.Of != 0:
		of := t.Named[t.Placement.Of]
		return "part-of-story", fmt.Sprintf("On topic, and %s “%s” (%s); it stands with that story.", relationWords(t.Placement.Relation), of.Title, of.Source)
	}
	return "waiting", "On topic, and waiting for " + a.nextDigest(best.Topic) + "."
}

// nextDigest says when a topic, by its key, will be told what waits.
func (a *App) nextDigest(key string) string {
	var next time.Time
	for _, t := range a.topics {
		for _, spec := range t.Digest {
			sched, err := parseSpec(spec)
			if err != nil || t.Key() != key {
				continue // config.Load has refused it
			}
			if at := (slots{sched, a.cfg.Zone}).Next(a.now()); next.IsZero() || at.Before(next) && !at.IsZero() {
				next = at
			}
		}
	}
	if next.IsZero() {
		return "the next digest by hand (`newsvigil digest`)"
	}
	return "the digest of " + a.clock(next)
}

// shownVerdict is the verdict on an article that was in a digest.
func (a *App) shownVerdict(t store.Trail) (code, verdict string, ok bool) {
	var near, alert *store.Shown
	seen, shown := false, t.Digests
	for i, d := range shown {
		switch {
		case d.Kind == news.ItemNear:
			near = &shown[i]
			continue
		case d.Key == "": // only marked as seen: a reader may have rescued it since
			seen = true
			continue
		}
		for _, v := range d.Deliveries {
			if v.State != news.DeliverySent {
				return "queued-delivery", fmt.Sprintf("In the %s of %s, whose message is still on its way: %s.", messageWord(d), a.clock(d.Slot), orElse(v.Error, string(v.State))), true
			}
		}
		if d.Alert {
			alert = &shown[i]
			continue
		}
		return "posted", fmt.Sprintf("Posted in the digest of %s.", a.clock(d.Slot)), true
	}
	if alert != nil {
		return "alerted", fmt.Sprintf("Posted at once, as an alert, on %s. The next digest names it again in one line.", a.clock(alert.Slot)), true
	}
	if seen && !slices.ContainsFunc(t.Scores, func(s news.Score) bool { return s.Reasons.Rescued }) {
		if t.Candidate != nil && t.Candidate.Baseline {
			return "seen", "Seen, and not announced: it was there already when its outlet was looked at for the first time, or for the first time after a long while, and of unknown date.", true
		}
		if t.Candidate != nil && t.Candidate.Route == news.RouteReader {
			return "seen", "Read because a reader missed it, and not announced: it is older than what digests tell. newsvigil learns from it.", true
		}
		return "seen", "Marked as seen by a backfill, so it is not announced.", true
	}
	if near != nil {
		return "near-miss", fmt.Sprintf("Just under the cut: it stands among the near misses of the digest of %s.", a.clock(near.Slot)), true
	}
	return "", "", false
}

// messageWord is what a piece was shown in.
func messageWord(d store.Shown) string {
	if d.Alert {
		return "alert"
	}
	return "digest"
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// bestScore is the score that came nearest to its cut, or nil.
func bestScore(scores []news.Score) *news.Score {
	var best *news.Score
	for i, s := range scores {
		if best == nil || ratio(s) > ratio(*best) {
			best = &scores[i]
		}
	}
	return best
}

func ratio(s news.Score) float64 {
	if s.Cut <= 0 {
		return s.Value
	}
	return s.Value / s.Cut
}

func belowCut(s news.Score) string {
	var missing []string
	for _, f := range s.Reasons.Facets {
		if len(f.Words) == 0 {
			missing = append(missing, f.Name)
		}
	}
	text := fmt.Sprintf("Below the cut: its score is %d %% of what is needed", int(100*ratio(s)))
	if len(missing) > 0 {
		text += fmt.Sprintf("; no word of %s was found", strings.Join(missing, " or of "))
	}
	return text + "."
}

func relationWords(r news.Relation) string {
	switch r {
	case news.RelationText:
		return "word for word the text of"
	case news.RelationCopy:
		return "a copy of"
	case news.RelationUpdate:
		return "an update of"
	case news.RelationStory:
		return "another report of the event of"
	}
	return "the same piece as"
}

// autoRule says how the model sets its cut.
const autoRule = "learned from the examples (threshold = \"auto\")"

func (a *App) explainScore(e *Explanation, s news.Score) {
	name, rule := s.Topic, autoRule
	for _, t := range a.topics {
		if t.Key() != s.Topic {
			continue
		}
		name = t.Name
		if t.Threshold > 0 && t.Threshold == s.Cut {
			rule = "as `threshold` in " + filepath.Base(a.cfg.File) + " says"
		}
	}
	e.add("Topic %q: %s. Its score is %.2f; a piece is relevant from %.2f on, the cut, %s. Model %s.", name, s.Grade, s.Value, s.Cut, rule, s.Model)
	if s.Probability > 0 {
		e.add("  Of pieces with this score readers find %.0f %% on the topic.", 100*s.Probability)
	}
	for _, l := range s.Reasons.Lines() {
		e.add("  %s", l)
	}
}

func explainPlacement(e *Explanation, t store.Trail) {
	p := t.Placement
	if of, ok := t.Named[p.Of]; ok && p.Of != 0 {
		e.add("Placed in story %d: %s “%s” (%s), similarity %.2f.", t.Story, relationWords(p.Relation), of.Title, of.Source, p.Similarity)
	} else {
		e.add("Placed in story %d, as its first piece.", t.Story)
	}
	for _, n := range p.Neighbours {
		if near, ok := t.Named[n.Article]; ok && n.Article != p.Of {
			e.add("  near it: “%s” (%s), similarity %.2f", near.Title, near.Source, n.Similarity)
		}
	}
}

func (a *App) shownLine(d store.Shown) string {
	how := "by schedule"
	switch {
	case d.Alert:
		how = "an alert"
	case d.Manual:
		how = "by hand"
	}
	var states []string
	for _, v := range d.Deliveries {
		states = append(states, fmt.Sprintf("part %d of %d to %s: %s", v.Part, v.Parts, v.Channel, v.State))
	}
	if len(states) == 0 && d.Key != "" { // recalled: whether it stood there as new or updated is not known
		return fmt.Sprintf("Digest of %s (%s), found in the channel when the database was new or restored", a.clock(d.Slot), how)
	}
	return fmt.Sprintf("Digest of %s (%s), as %s; %s", a.clock(d.Slot), how, d.Kind, strings.Join(states, "; "))
}
