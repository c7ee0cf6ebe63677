package main

import (
	"encoding/json"
	"fmt"
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
	t := newTable(e.out, "outlet", "last good poll", "new this week", "relevant", "polled every", "trouble")
	for _, s := range list {
		good := "never"
		if !s.Good.IsZero() {
			good = s.Good.In(a.Zone()).Format("Mon 2 Jan 15:04")
		}
		every := (time.Duration(s.EverySeconds) * time.Second).Round(time.Minute).String()
		if s.Off {
			good, every = "switched off", ""
		}
		t.AppendRow(row(s.Source, good, s.New, s.Relevant, every, troubleText(string(s.Trouble), s.Detail)))
	}
	t.Render()
	return nil
}

func troubleText(trouble, detail string) string {
	if trouble == "" || detail == "" {
		return trouble
	}
	return trouble + ": " + firstLine(detail)
}
