package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"newsvigil/app"
)

type sourcesCmd struct {
	JSON bool `name:"json" help:"A JSON line per source."`
}

// Run lists the outlets and how they are doing.
func (c *sourcesCmd) Run(e *env) error {
	a, err := e.open(app.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer a.Close()
	list, err := a.Sources(e.ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		enc := json.NewEncoder(e.out)
		for _, s := range list {
			if err := enc.Encode(s); err != nil {
				return fmt.Errorf("print: %w", err)
			}
		}
		return nil
	}
	t := newTable(e.out, "outlet", "last good poll", "new this week", "relevant", "found by", "polled every", "trouble")
	for _, s := range list {
		good := "never"
		if !s.Good.IsZero() {
			good = s.Good.In(a.Zone()).Format("Mon 2 Jan 15:04")
		}
		every := everyText(time.Duration(s.EverySeconds) * time.Second)
		if s.Off {
			good, every = "switched off", ""
		}
		t.AppendRow(row(s.Source, good, s.New, s.Relevant, s.Coverage.String(), every, troubleText(string(s.Trouble), s.Detail)))
	}
	t.Render()
	return nil
}

// everyText is an interval as config.toml writes one: 2h, 1h30m, 10m.
func everyText(d time.Duration) string {
	s := strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
	if hours, ok := strings.CutSuffix(s, "h0m"); ok {
		return hours + "h"
	}
	return s
}

func troubleText(trouble, detail string) string {
	if trouble == "" || detail == "" {
		return trouble
	}
	return trouble + ": " + firstLine(detail)
}
