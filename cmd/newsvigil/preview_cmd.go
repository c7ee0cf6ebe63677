package main

import (
	"encoding/json"
	"fmt"
	"os"

	"newsvigil/app"
	"newsvigil/notify/page"
)

type previewCmd struct {
	Topic string `help:"Only this topic." placeholder:"NAME"`
	HTML  string `name:"html" placeholder:"FILE" help:"Also write it as an HTML page that looks like Slack."`
	JSON  bool   `name:"json" help:"The digest as JSON."`
}

// Run shows the next digest of every topic and stores nothing.
func (c *previewCmd) Run(e *env) error {
	a, err := e.open(app.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer a.Close()
	digests, err := a.Preview(e.ctx, c.Topic)
	if err != nil {
		return err
	}
	for _, d := range digests {
		if c.JSON {
			if err := json.NewEncoder(e.out).Encode(d); err != nil {
				return fmt.Errorf("print: %w", err)
			}
			continue
		}
		if err := page.Text(e.out, d, page.Options{Zone: a.Zone()}); err != nil {
			return fmt.Errorf("print: %w", err)
		}
	}
	if c.HTML == "" {
		return nil
	}
	html, err := page.Page(digests, nil, nil, page.Options{Zone: a.Zone()})
	if err != nil {
		return fmt.Errorf("draw the page: %w", err)
	}
	if err := os.WriteFile(c.HTML, html, 0o600); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	fmt.Fprintf(e.err, "Written to %s.\n", c.HTML)
	return nil
}
