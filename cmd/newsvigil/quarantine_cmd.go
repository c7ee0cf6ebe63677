package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"newsvigil/app"
	"newsvigil/digest"
	"newsvigil/news"
)

type quarantineCmd struct {
	Source string        `arg:"" optional:"" name:"source" help:"The outlet's name, or a host or address of it; without it, the quarantined outlets are listed."`
	Since  string        `default:"7d" placeholder:"WHEN" help:"Change the messages that were posted since then: 7d, 12h, or a day such as 2026-11-01."`
	Lift   bool          `help:"Read the outlet again; its links come back."`
	DryRun bool          `help:"Only show what would be changed."`
	Wait   time.Duration `default:"90s" help:"How long to wait until the messages are changed; what is left then newsvigil changes by itself."`
	JSON   bool          `name:"json" help:"A JSON line per quarantine, with its messages."`
}

// Help says what it is for.
func (c *quarantineCmd) Help() string {
	return "For an outlet that was hijacked: nothing of it is read any more, and its links in posted messages become plain text. It works beside a running newsvigil, which goes by it within seconds."
}

// Run quarantines an outlet, ends a quarantine, or lists those that stand.
func (c *quarantineCmd) Run(e *env) error {
	switch {
	case c.Source == "" && (c.Lift || c.DryRun):
		return &app.UsageError{Text: "name the outlet, as in newsvigil quarantine NAME; without one, the quarantined outlets are listed"}
	case c.Lift && c.DryRun:
		return &app.UsageError{Text: "--lift and --dry-run do not go together"}
	case c.Source == "":
		return c.list(e)
	}
	a, err := e.open(app.Options{Beside: !c.DryRun, ReadOnly: c.DryRun})
	if err != nil {
		return err
	}
	defer a.Close()
	since, err := a.Since(c.Since)
	if err != nil {
		return err
	}
	var q app.Quarantined
	switch {
	case c.DryRun:
		q, err = a.Quarantinable(e.ctx, c.Source, since)
	case c.Lift:
		q, err = a.LiftQuarantine(e.ctx, c.Source)
	default:
		q, err = a.Quarantine(e.ctx, c.Source, since)
	}
	if err != nil {
		return err
	}
	if !c.JSON {
		c.begun(e, a, q)
	}
	if !c.DryRun {
		if q, err = a.AwaitRedrawn(e.ctx, q.Quarantine, c.Wait); err != nil {
			return err
		}
	}
	return c.done(e, a, q)
}

// begun says at once what holds from now on: changing the messages may take a while.
func (c *quarantineCmd) begun(e *env, a *app.App, q app.Quarantined) {
	switch {
	case c.DryRun:
		fmt.Fprintf(e.out, "%s would be quarantined: nothing of it read, told or linked to.\n", q.Outlet)
	case c.Lift:
		fmt.Fprintf(e.out, "%s is read again. What digests left out meanwhile does not come later.\n", q.Outlet)
	default:
		fmt.Fprintf(e.out, "%s is quarantined since %s: nothing of it is read, told or linked to.\n", q.Outlet, a.Clock(q.At))
	}
	for _, name := range q.Neighbours {
		if c.Lift {
			continue
		}
		fmt.Fprintf(e.out, "%s lies on the same site: its links are taken out, too, but it is read. If that is hijacked as well: newsvigil quarantine %q\n", name, name)
	}
}

// done says what became of the posted messages, and what to do next.
func (c *quarantineCmd) done(e *env, a *app.App, q app.Quarantined) error {
	_, waiting, fixed := q.Count()
	if c.JSON {
		return errorOr(quarantineJSON(e, []app.Quarantined{q}), !c.DryRun && waiting+fixed > 0)
	}
	c.messages(e, a, q)
	if c.DryRun {
		return nil
	}
	if q.Waits != "" && waiting > 0 {
		fmt.Fprintf(e.out, "Nothing can be changed from here: %s `newsvigil run` does it.\n", q.Waits)
	} else if waiting > 0 {
		fmt.Fprintf(e.out, "%s not changed yet; newsvigil goes on with it by itself while it runs, and so does this command when it is repeated.\n", plural(waiting, "message is", "messages are"))
	}
	if fixed > 0 {
		fmt.Fprintln(e.out, "What cannot be changed here can be deleted in Slack by hand, or answered with a warning.")
	}
	if !c.Lift {
		fmt.Fprintf(e.out, "Next: tell the readers if a link was dangerous. Once the outlet is its own again: newsvigil quarantine --lift %q\n", q.Outlet)
	}
	return errorOr(nil, waiting+fixed > 0)
}

// errorOr is an error, or that something is left to do.
func errorOr(err error, partial bool) error {
	if err == nil && partial {
		return errPartial
	}
	return err
}

// messages lists the posted messages.
func (c *quarantineCmd) messages(e *env, a *app.App, q app.Quarantined) {
	if len(q.Messages) == 0 {
		if !c.Lift {
			fmt.Fprintf(e.out, "No message that was posted since %s leads to it.\n", a.Clock(q.Since))
		}
		return
	}
	shown, waiting, fixed := q.Count()
	links, messages := plural(q.Links(), "link", "links"), plural(len(q.Messages), "message", "messages")
	switch {
	case c.DryRun:
		fmt.Fprintf(e.out, "%s in %s would become plain text, with the words %s; %d of these messages cannot be changed.\n", links, messages, digest.WithdrawnNote("en"), fixed)
	case c.Lift:
		fmt.Fprintf(e.out, "%s in %s come back: %d changed, %d still to be changed.\n", links, messages, shown, waiting)
	default:
		fmt.Fprintf(e.out, "%s led to it with %s: %d changed, %d still to be changed, %d that cannot be changed.\n", messages, links, shown, waiting, fixed)
	}
	t := newTable(e.out, "channel", "message", "links", "state")
	for _, w := range q.Messages {
		t.AppendRow(row(w.Channel, a.Clock(w.Slot)+" "+shorten(w.Title, 60)+partText(w), w.Links, c.state(w)))
	}
	t.Render()
}

func partText(w news.Withdrawal) string {
	if w.Part < 2 {
		return ""
	}
	return fmt.Sprintf(" (thread, message %d)", w.Part)
}

func (c *quarantineCmd) state(w news.Withdrawal) string {
	switch {
	case w.Problem != "":
		return "cannot be changed: " + strings.TrimSuffix(w.Problem, ".")
	case c.DryRun:
		return "would be changed"
	case w.Shown:
		return "changed"
	}
	return "still to be changed"
}

// list prints the quarantines that stand.
func (c *quarantineCmd) list(e *env) error {
	a, err := e.open(app.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer a.Close()
	all, err := a.Quarantines(e.ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return quarantineJSON(e, all)
	}
	if len(all) == 0 {
		fmt.Fprintln(e.out, "No outlet is quarantined. `newsvigil quarantine NAME` keeps a hijacked one away from readers.")
		return nil
	}
	for _, q := range all {
		fmt.Fprintf(e.out, "%s: quarantined since %s, with what was posted since %s.\n", q.Outlet, a.Clock(q.At), a.Clock(q.Since))
		c.messages(e, a, q)
	}
	return nil
}

// quarantineLine is a line of `quarantine --json`.
type quarantineLine struct {
	app.Quarantined
	Changed      int `json:"changed"`
	Waiting      int `json:"waiting"`
	Unchangeable int `json:"unchangeable"`
	Links        int `json:"links"`
}

func quarantineJSON(e *env, all []app.Quarantined) error {
	enc := json.NewEncoder(e.out)
	enc.SetEscapeHTML(false)
	for _, q := range all {
		l := quarantineLine{Quarantined: q, Links: q.Links()}
		l.Changed, l.Waiting, l.Unchangeable = q.Count()
		if l.Messages == nil {
			l.Messages = []news.Withdrawal{}
		}
		if err := enc.Encode(l); err != nil {
			return fmt.Errorf("print: %w", err)
		}
	}
	return nil
}
