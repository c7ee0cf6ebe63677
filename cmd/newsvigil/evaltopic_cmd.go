package main

import (
	"encoding/json"
	"fmt"
	"os"

	"newsvigil/app"
	"newsvigil/eval"
)

type evalTopicCmd struct {
	File  string `arg:"" optional:"" name:"file" help:"Labelled rows besides, as eval score reads them; - is standard input."`
	Topic string `placeholder:"NAME" help:"The topic, where there are several."`
	SVG   string `name:"svg" placeholder:"FILE" help:"Write the curve as a picture, too."`
	JSON  bool   `name:"json" help:"The figures, the curve and the mistakes as JSON."`
}

// Run measures, draws the curve and lists the worst mistakes.
func (c *evalTopicCmd) Run(e *env) error {
	cfg, err := e.loadOrShipped()
	if err != nil {
		return err
	}
	topic, verdicts, model, err := app.JudgeLabelled(e.ctx, app.Options{Config: cfg, Log: e.logger(cfg)}, c.Topic)
	if err != nil {
		return err
	}
	stored := len(verdicts)
	if c.File != "" {
		more, err := readRows(c.File, func(in eval.Input) ([]eval.Verdict, error) { return eval.Verdicts(e.ctx, in, model) })
		if err != nil {
			return err
		}
		verdicts = append(verdicts, more...)
	}
	if len(verdicts) == 0 {
		return &app.UsageError{Text: fmt.Sprintf("nobody has judged a piece for %q yet; judge some with `newsvigil feedback add`, or name a file of labelled rows", topic)}
	}
	r := eval.Report(topic, verdicts)
	if c.SVG != "" {
		title := fmt.Sprintf("%s: average precision %.3f", topic, r.AP)
		if err := os.WriteFile(c.SVG, eval.SVG(title, r.Points, r.Cut()), 0o644); err != nil {
			return fmt.Errorf("write the picture: %w", err)
		}
	}
	if c.JSON {
		enc := json.NewEncoder(e.out)
		enc.SetEscapeHTML(false)
		return enc.Encode(r)
	}
	printReport(e, r, stored)
	if c.SVG != "" {
		fmt.Fprintf(e.out, "\nThe curve is drawn in %s.\n", c.SVG)
	}
	return nil
}

func printReport(e *env, r eval.TopicReport, stored int) {
	fmt.Fprintf(e.out, "Topic %q: %s that people judged, %d of them relevant.\n", r.Topic, plural(r.Pieces, "piece", "pieces"), r.Relevant)
	if stored > 0 {
		fmt.Fprintf(e.out, "%d of them are stored, and each was judged by a model that has not learned from it.\n", stored)
	}
	fmt.Fprintf(e.out, "Average precision %.3f. At the cut %d are chosen: precision %.3f, recall %.3f, F1 %.3f.\n", r.AP, r.Chosen, r.Precision, r.Recall, r.F1)
	if len(r.Points) > 0 {
		fmt.Fprintln(e.out, "\n"+eval.Plot(r.Points, r.Cut()))
	}
	if len(r.Mistakes) == 0 {
		fmt.Fprintln(e.out, "No piece is on the wrong side of the cut.")
		return
	}
	fmt.Fprintln(e.out, "The worst mistakes, the worst first:")
	for i, m := range r.Mistakes {
		what := "relevant, and left out"
		if !m.Label {
			what = "not relevant, and chosen"
		}
		fmt.Fprintf(e.out, "%2d. %s: %s\n    %s; its score is %d %% of the cut\n", i+1, shorten(m.Name, 90), m.Where, what, m.Percent)
		for _, l := range m.Reasons {
			fmt.Fprintln(e.out, "    "+l)
		}
	}
}
