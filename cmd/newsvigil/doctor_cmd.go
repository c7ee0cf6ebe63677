package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"newsvigil/app"
)

type doctorCmd struct {
	JSON bool `name:"json" help:"A JSON line per finding."`
}

// errUnwell ends a command with exit code 1 after it has said why.
var errUnwell = errors.New("newsvigil cannot work like this; the lines marked wrong say why")

// Run looks at everything that a running newsvigil needs. Exit code 3 where a part does not work, 1 where
// nothing can be stored or posted.
func (c *doctorCmd) Run(e *env) error {
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
	mend := 0
	for _, f := range found {
		fmt.Fprintf(e.out, "%-5s  %s: %s\n", f.Severity, f.About, f.Text)
		if f.Do != "" {
			fmt.Fprintf(e.out, "       → %s\n", f.Do)
		}
		if f.Severity == app.SeverityWarn || f.Severity == app.SeverityBad {
			mend++
		}
	}
	if mend == 0 {
		fmt.Fprintln(e.out, "\nAll is well.")
		return nil
	}
	fmt.Fprintf(e.out, "\n%s to mend.\n", plural(mend, "thing", "things"))
	return nil
}
