package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"newsvigil/app"
)

type digestCmd struct {
	Topic string        `help:"Only this topic." placeholder:"NAME"`
	Wait  time.Duration `default:"60s" help:"How long to wait for Slack before leaving the rest queued."`
	JSON  bool          `name:"json" help:"The result as JSON."`
}

// Run posts what is new; it exits with 3 when a message is still queued after a minute.
func (c *digestCmd) Run(e *env) error {
	a, err := e.open(app.Options{})
	if err != nil {
		return err
	}
	defer a.Close()
	res, err := a.PostDigests(e.ctx, c.Topic, c.Wait)
	if err != nil {
		return err
	}
	if c.JSON {
		if err := json.NewEncoder(e.out).Encode(res); err != nil {
			return fmt.Errorf("print: %w", err)
		}
	} else {
		c.print(e, res)
	}
	if res.Queued > 0 || slices.ContainsFunc(res.Topics, func(t app.DigestResult) bool { return t.Waits != "" }) {
		return errPartial
	}
	return nil
}

// moment shows a person what the JSON has as RFC 3339, in the zone that it has there.
func moment(rfc string) string {
	t, err := time.Parse(time.RFC3339, rfc)
	if err != nil {
		return rfc
	}
	return t.Format("Mon 2 Jan 15:04")
}

func (c *digestCmd) print(e *env, res app.PostResult) {
	for _, t := range res.Topics {
		if t.Waits != "" {
			fmt.Fprintf(e.err, "%s: %s\n", t.Topic, t.Waits)
			continue
		}
		if t.Digest != "" {
			fmt.Fprintf(e.err, "%s: %s in this digest.\n", t.Topic, plural(t.Stories, "story", "stories"))
			continue
		}
		since := ""
		if t.Since != "" {
			since = " since " + moment(t.Since)
		}
		fmt.Fprintf(e.out, "%s: nothing new%s, so nothing is posted.\n", t.Topic, since)
		if t.Trouble > 0 {
			fmt.Fprintf(e.out, "  %s in trouble, so pieces may be missing; `newsvigil sources` names them.\n", plural(t.Trouble, "source is", "sources are"))
		}
		if t.Near > 0 {
			fmt.Fprintf(e.out, "  %s just under the cut; `newsvigil preview` lists them.\n", plural(t.Near, "piece is", "pieces are"))
		}
	}
	if res.Queued > 0 {
		fmt.Fprintf(e.err, "%s not delivered yet; nothing is lost. `newsvigil run` or the next `newsvigil digest` goes on with it.\n", plural(res.Queued, "message is", "messages are"))
	}
}
