package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"newsvigil/app"
	"newsvigil/config"
	"newsvigil/news"
	"newsvigil/seeds"
)

type checkCmd struct {
	JSON bool `name:"json" help:"A JSON line per mistake, topic and note, then one on the whole."`
}

// Run reads configuration and seeds. Mistakes end it with exit code 2; notes do not.
func (c *checkCmd) Run(e *env) error {
	cfg, topics, err := e.checked()
	switch {
	case c.JSON:
		return errors.Join(err, c.printJSON(e, checkedRows(e, cfg, topics, err)))
	case err != nil:
		return err
	}
	c.print(e, cfg, topics)
	return nil
}

// checked reads all that can hold a mistake. The configuration is nil where it holds one itself.
func (e *env) checked() (*config.Config, []news.Topic, error) {
	cfg, err := e.load()
	if err != nil {
		return nil, nil, err
	}
	topics, err := app.LoadTopics(cfg, seeds.FS)
	if err != nil {
		return cfg, nil, err
	}
	return cfg, topics, app.CheckModels(topics)
}

func (c *checkCmd) print(e *env, cfg *config.Config, topics []news.Topic) {
	fmt.Fprintf(e.out, "%s is in order.\n", cfg.File)
	for _, t := range topics {
		fmt.Fprintf(e.out, "  topic %q: %s, %s, %s; digest to %s.\n", t.Name, plural(len(t.Exemplars), "exemplar", "exemplars"),
			plural(len(t.Facets), "facet", "facets"), plural(len(t.Concepts), "concept", "concepts"), channelOf(cfg, t.Channel))
		fmt.Fprintf(e.out, "    exemplars %s; the first is “%s”.\n", app.SeedsPlace(cfg, t), t.Exemplars[0].Title)
	}
	off := switchedOff(cfg)
	fmt.Fprintf(e.out, "  %s watched, %d switched off.\n", plural(len(cfg.Sources)-off, "source is", "sources are"), off)
	for _, n := range append(warnings(cfg), app.Notes(cfg, e.getenv)...) {
		fmt.Fprintln(e.out, "note: "+n)
	}
}

func switchedOff(cfg *config.Config) int {
	off := 0
	for _, s := range cfg.Sources {
		if s.Off {
			off++
		}
	}
	return off
}

type mistakeRow struct {
	Row  string `json:"row"`
	File string `json:"file,omitempty"`
	// Line and Column count from 1; they are left out of a mistake that has no place.
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	Text   string `json:"text"`
}

type topicRow struct {
	Row       string `json:"row"`
	Name      string `json:"name"`
	Channel   string `json:"channel"`
	Exemplars int    `json:"exemplars"`
	Facets    int    `json:"facets"`
	Concepts  int    `json:"concepts"`
	Seeds     string `json:"seeds"`
}

type configurationRow struct {
	Row      string `json:"row"`
	File     string `json:"file"`
	Mistakes int    `json:"mistakes"`
	Sources  int    `json:"sources"`
	Off      int    `json:"off"`
}

// checkedRows are the same as rows: what is wrong, else topics and notes, and last the whole.
func checkedRows(e *env, cfg *config.Config, topics []news.Topic, err error) []any {
	last := configurationRow{Row: "configuration", File: e.config}
	var rows []any
	for _, m := range mistakeRows(err) {
		rows = append(rows, m)
		last.Mistakes++
	}
	if cfg != nil {
		last.Sources, last.Off = len(cfg.Sources), switchedOff(cfg)
	}
	if err == nil {
		for _, t := range topics {
			rows = append(rows, topicRow{"topic", t.Name, t.Channel, len(t.Exemplars), len(t.Facets), len(t.Concepts), app.SeedsPlace(cfg, t)})
		}
		for _, n := range append(warnings(cfg), app.Notes(cfg, e.getenv)...) {
			rows = append(rows, mistakeRow{Row: "note", Text: n})
		}
	}
	return append(rows, last)
}

func mistakeRows(err error) []mistakeRow {
	var out []mistakeRow
	var mistakes *config.Mistakes
	switch {
	case err == nil:
	case errors.As(err, &mistakes):
		for _, m := range *mistakes {
			out = append(out, mistakeRow{"mistake", m.File, m.Line, m.Col, m.Text})
		}
	default:
		for _, line := range strings.Split(err.Error(), "\n") {
			out = append(out, mistakeRow{Row: "mistake", Text: line})
		}
	}
	return out
}

func (c *checkCmd) printJSON(e *env, rows []any) error {
	enc := json.NewEncoder(e.out)
	for _, r := range rows {
		if err := enc.Encode(r); err != nil {
			return fmt.Errorf("print: %w", err)
		}
	}
	return nil
}

func channelOf(cfg *config.Config, channel string) string {
	if !cfg.Slack.Configured {
		return "this terminal (Slack is not connected)"
	}
	return channel
}
