package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"newsvigil/app"
	"newsvigil/digest"
	"newsvigil/news"
	"newsvigil/notify/page"
)

type briefCmd struct {
	Topic    string        `help:"Only this topic." placeholder:"NAME"`
	Since    string        `default:"7d" placeholder:"7d" help:"Stories kept since then: a time back such as 7d or 12h, or a day such as 2026-11-01."`
	Markdown string        `placeholder:"FILE" help:"Write the Markdown to this file instead of printing it."`
	Post     bool          `help:"Post the brief in the topic's channel instead of printing it. The same stories are posted once a day at most."`
	Wait     time.Duration `default:"60s" help:"With --post: how long to wait for Slack before leaving the rest queued."`
	JSON     bool          `name:"json" help:"A JSON line per topic: the brief, or with --post what became of it."`
}

// Run prints what readers kept as Markdown, or posts it. Printing stores nothing and is safe beside a running
// daemon; so is posting, which the daemon then does.
func (c *briefCmd) Run(e *env) error {
	if c.Wait < 0 {
		return &app.UsageError{Text: "--wait: a time cannot be negative; 60s is the default"}
	}
	a, err := e.open(app.Options{ReadOnly: !c.Post, Beside: c.Post})
	if err != nil {
		return err
	}
	defer a.Close()
	since, err := a.Since(c.Since)
	if err != nil {
		return err
	}
	if c.Markdown != "" || !c.Post {
		briefs, err := a.Briefs(e.ctx, c.Topic, since)
		if err == nil {
			err = c.print(e, a, briefs)
		}
		if err != nil {
			return err
		}
	}
	if !c.Post {
		return nil
	}
	res, err := a.PostBriefs(e.ctx, c.Topic, since, c.Wait)
	if err != nil {
		return err
	}
	return c.posted(e, a, res)
}

// print writes the briefs as Markdown to the file or to standard output, or as JSON.
func (c *briefCmd) print(e *env, a *app.App, briefs []news.Brief) error {
	var text bytes.Buffer
	for i, b := range briefs {
		if i > 0 {
			text.WriteByte('\n')
		}
		if err := page.Markdown(&text, b, page.Options{Zone: a.Zone()}); err != nil {
			return err
		}
	}
	if c.Markdown != "" {
		if err := os.WriteFile(c.Markdown, text.Bytes(), 0o600); err != nil {
			return fmt.Errorf("write the brief: %w", err)
		}
		fmt.Fprintf(e.err, "Written to %s.\n", c.Markdown)
	}
	switch {
	case c.JSON && !c.Post:
		return c.encode(e, briefs)
	case c.Markdown == "":
		if _, err := e.out.Write(text.Bytes()); err != nil {
			return fmt.Errorf("print: %w", err)
		}
	}
	return nil
}

// keptRow is a story of `brief --json`: with the words that a report takes over.
type keptRow struct {
	news.Kept
	Why      string `json:"why,omitempty"`
	Citation string `json:"citation"`
}

type briefRow struct {
	news.Brief
	Stories []keptRow `json:"stories"`
}

func (c *briefCmd) encode(e *env, briefs []news.Brief) error {
	enc := json.NewEncoder(e.out)
	enc.SetEscapeHTML(false)
	for _, b := range briefs {
		row := briefRow{Brief: b, Stories: []keptRow{}}
		for _, k := range b.Stories {
			row.Stories = append(row.Stories, keptRow{k, digest.WhyBrief(k.Item, b.Language), digest.Citation(b, k.Item, digest.Markup{})})
		}
		if err := enc.Encode(row); err != nil {
			return fmt.Errorf("print: %w", err)
		}
	}
	return nil
}

// posted says what became of each brief.
func (c *briefCmd) posted(e *env, a *app.App, res []app.BriefResult) error {
	enc := json.NewEncoder(e.out)
	queued := 0
	for _, r := range res {
		queued += r.Queued
		if c.JSON {
			if err := enc.Encode(r); err != nil {
				return fmt.Errorf("print: %w", err)
			}
			continue
		}
		switch stories := plural(r.Stories, "story", "stories"); {
		case r.Brief == "":
			fmt.Fprintf(e.err, "%s: nothing was kept, so nothing is posted.\n", r.Topic)
		case r.Queued > 0:
			fmt.Fprintf(e.err, "%s: %s; %s not delivered yet. Nothing is lost: `newsvigil run`, or this command again, goes on with it.\n",
				r.Topic, stories, plural(r.Queued, "message is", "messages are"))
		case r.Repeated:
			fmt.Fprintf(e.err, "%s: a brief of the same %s was posted today already, and is not posted again.\n", r.Topic, stories)
		default:
			fmt.Fprintf(e.err, "%s: %s posted%s.\n", r.Topic, stories, to(r.Channel))
		}
	}
	if queued > 0 {
		return errPartial
	}
	return nil
}

func to(channel string) string {
	if channel == "" {
		return ""
	}
	return " to " + channel
}
