package main

import (
	"encoding/json"
	"fmt"

	"newsvigil/app"
)

type explainCmd struct {
	URL  string `arg:"" name:"address" help:"The address of a piece, posted or not."`
	JSON bool   `name:"json" help:"As JSON."`
}

// Run answers for any address.
func (c *explainCmd) Run(e *env) error {
	a, err := e.open(app.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer a.Close()
	x, err := a.Explain(e.ctx, c.URL)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(e.out).Encode(x)
	}
	fmt.Fprintln(e.out, x.Verdict)
	for _, l := range x.Lines {
		fmt.Fprintln(e.out, "  "+l)
	}
	return nil
}
