package main

import (
	"fmt"

	"newsvigil/app"
)

type backfillCmd struct {
	Since string `required:"" placeholder:"30d" help:"How far back: a time such as 30d, or a day such as 2026-11-01."`
	JSON  bool   `name:"json" help:"A JSON line per source, then one with the totals."`
}

// Run reads older pieces; it exits with 3 when a source gave nothing it should have given.
func (c *backfillCmd) Run(e *env) error {
	show := newProgress(e.err)
	a, err := e.open(app.Options{Progress: show.hear, Log: show.logger(e)})
	if err != nil {
		return err
	}
	defer a.Close()
	since, err := a.Since(c.Since)
	if err != nil {
		return err
	}
	report, err := a.Backfill(e.ctx, since)
	show.stop()
	if len(report.Sources) > 0 {
		if perr := c.print(e, report); perr != nil {
			return perr
		}
	}
	if err == nil && len(report.Troubled()) > 0 {
		return errPartial
	}
	return err
}

func (c *backfillCmd) print(e *env, r app.CrawlReport) error {
	if c.JSON {
		return printSources(e, r)
	}
	t := newTable(e.out, "outlet", "shown", "read", "kept", "relevant", "failed", "trouble")
	for _, s := range r.Sources {
		t.AppendRow(row(s.Source, s.Candidates, s.Fetched, s.Stored, s.Relevant, s.Failed, trouble(s)))
	}
	t.AppendFooter(row("together", r.Total.Candidates, r.Total.Fetched, r.Total.Stored, r.Total.Relevant, r.Total.Failed, ""))
	t.Render()
	fmt.Fprintf(e.out, "\n%s %s kept and marked as seen; no digest will announce them.\n",
		plural(r.Total.Stored, "piece", "pieces"), isAre(r.Total.Stored))
	if r.Total.Waiting > 0 {
		fmt.Fprintf(e.out, "%s left, because a host is asked for a thousand pages at a time, or asked for a pause; run it again for them.\n",
			plural(r.Total.Waiting, "piece is", "pieces are"))
	}
	if bad := r.Troubled(); len(bad) > 0 {
		fmt.Fprintf(e.out, "%s in trouble; what they have is missing. Run it again when they are well.\n", plural(len(bad), "source is", "sources are"))
	}
	return nil
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
