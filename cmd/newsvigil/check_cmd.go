package main

import (
	"fmt"

	"newsvigil/app"
	"newsvigil/config"
	"newsvigil/seeds"
)

type checkCmd struct{}

// Run reads configuration and seeds. Mistakes end it with exit code 2; notes do not.
func (c *checkCmd) Run(e *env) error {
	cfg, err := e.load()
	if err != nil {
		return err
	}
	topics, err := app.LoadTopics(cfg, seeds.FS)
	if err != nil {
		return err
	}
	if err := app.CheckModels(topics); err != nil {
		return err
	}
	fmt.Fprintf(e.out, "%s is in order.\n", cfg.File)
	for _, t := range topics {
		fmt.Fprintf(e.out, "  topic %q: %s, %s, %s; digest to %s.\n", t.Name, plural(len(t.Exemplars), "exemplar", "exemplars"),
			plural(len(t.Facets), "facet", "facets"), plural(len(t.Concepts), "concept", "concepts"), channelOf(cfg, t.Channel))
		fmt.Fprintf(e.out, "    exemplars %s; the first is “%s”.\n", app.SeedsPlace(cfg, t), t.Exemplars[0].Title)
	}
	on := 0
	for _, s := range cfg.Sources {
		if !s.Off {
			on++
		}
	}
	fmt.Fprintf(e.out, "  %s watched, %d switched off.\n", plural(on, "source is", "sources are"), len(cfg.Sources)-on)
	for _, n := range append(warnings(cfg), app.Notes(cfg, e.getenv)...) {
		fmt.Fprintln(e.out, "note: "+n)
	}
	return nil
}

func channelOf(cfg *config.Config, channel string) string {
	if !cfg.Slack.Configured {
		return "this terminal (Slack is not connected)"
	}
	return channel
}
