package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"newsvigil/app"
)

type doctorCmd struct {
	JSON    bool          `name:"json" help:"A JSON line per finding."`
	Live    bool          `help:"Try Slack as well: have it check the form of the next digests, and post one message with a button to press. The message is deleted if nobody does."`
	Channel string        `help:"With --live: where to post it (default: admin_channel)." placeholder:"NAME"`
	Wait    time.Duration `help:"With --live: how long the button may be pressed (default: 60s)." placeholder:"60s"`
}

const (
	liveWait    = time.Minute
	longestWait = 10 * time.Minute
)

// errUnwell ends a command with exit code 1 after it has said why.
var errUnwell = errors.New("newsvigil cannot work like this; the lines marked wrong say why")

// Run looks at everything that a running newsvigil needs. Exit code 3 where a part does not work, 1 where
// nothing can be stored or posted.
func (c *doctorCmd) Run(e *env) error {
	if err := c.check(); err != nil {
		return err
	}
	cfg, err := e.load()
	if err != nil {
		return err
	}
	o := app.Options{Config: cfg, Getenv: e.getenv, Redact: e.redact, Log: e.logger(cfg), ReadOnly: true}
	if e.change != nil {
		e.change(&o)
	}
	found, err := app.Doctor(e.ctx, o)
	if err != nil {
		return err
	}
	for _, w := range warnings(cfg) {
		found = append(found, app.Finding{About: "configuration", Severity: app.SeverityNote, Text: w})
	}
	if err := c.print(e, found); err != nil {
		return err
	}
	if c.Live {
		tried, err := c.live(e, o, found)
		found = append(found, tried...)
		if err != nil {
			return err
		}
	}
	return c.sum(e, found)
}

// check looks at how the command was called.
func (c *doctorCmd) check() error {
	switch {
	case !c.Live && (c.Channel != "" || c.Wait != 0):
		return &app.UsageError{Text: "--channel and --wait belong to --live: newsvigil doctor --live"}
	case c.Live && c.Wait == 0:
		c.Wait = liveWait
	case c.Wait < 0 || c.Wait > longestWait:
		return &app.UsageError{Text: fmt.Sprintf("--wait: expected a time of up to %s, found %s", longestWait, c.Wait)}
	}
	return nil
}

// live tries Slack, unless nothing can be posted.
func (c *doctorCmd) live(e *env, o app.Options, found []app.Finding) ([]app.Finding, error) {
	var tried []app.Finding
	var err error
	if slices.ContainsFunc(found, func(f app.Finding) bool { return f.About == "token" && f.Severity == app.SeverityBad }) {
		tried = []app.Finding{{About: "live", Severity: app.SeverityNote, Text: "Slack was not tried, as nothing can be posted."}}
	} else {
		tried, err = app.Live(e.ctx, o, app.LiveOptions{Channel: c.Channel, Wait: c.Wait, Say: func(s string) { fmt.Fprintln(e.err, s) }})
	}
	return tried, errors.Join(err, c.print(e, tried))
}

// sum says, for people, how many things are to mend, and gives the exit code.
func (c *doctorCmd) sum(e *env, found []app.Finding) error {
	mend := 0
	for _, f := range found {
		if f.Severity == app.SeverityWarn || f.Severity == app.SeverityBad {
			mend++
		}
	}
	switch {
	case c.JSON:
	case mend == 0:
		fmt.Fprintln(e.out, "\nAll is well.")
	default:
		fmt.Fprintf(e.out, "\n%s to mend.\n", plural(mend, "thing", "things"))
	}
	switch app.Worst(found) {
	case app.SeverityBad:
		return errUnwell
	case app.SeverityWarn:
		return errPartial
	}
	return nil
}

func (c *doctorCmd) print(e *env, found []app.Finding) error {
	if c.JSON {
		enc := json.NewEncoder(e.out)
		for _, f := range found {
			if err := enc.Encode(f); err != nil {
				return fmt.Errorf("print: %w", err)
			}
		}
		return nil
	}
	for _, f := range found {
		fmt.Fprintf(e.out, "%-5s  %s: %s\n", f.Severity, f.About, f.Text)
		if f.Do != "" {
			fmt.Fprintf(e.out, "       → %s\n", f.Do)
		}
	}
	return nil
}
