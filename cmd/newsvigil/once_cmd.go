package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"newsvigil/app"
	"newsvigil/crawler"
	"newsvigil/news"
)

type onceCmd struct {
	All  bool `help:"Poll every source whatever its due time, and try failed articles again. Never overrides robots.txt, Retry-After or a paused host."`
	JSON bool `name:"json" help:"A JSON line per source, then one with the totals."`
}

// Run crawls once; it exits with 3 when a source gave nothing it should have given.
func (c *onceCmd) Run(e *env) error {
	show := newProgress(e.err)
	a, err := e.open(app.Options{Progress: show.hear, Log: show.logger(e)})
	if err != nil {
		return err
	}
	defer a.Close()
	defer crawler.Frugal()()
	report, err := a.Crawl(e.ctx, app.CrawlOptions{All: c.All})
	show.stop()
	if len(report.Sources) > 0 || err == nil {
		if perr := c.print(e, report); perr != nil {
			return perr
		}
	}
	if err != nil {
		return err
	}
	if err := a.Upkeep(e.ctx); err != nil {
		return err
	}
	if err := a.Weekly(e.ctx); err != nil {
		return err
	}
	a.PostNotices(e.ctx)
	a.Redraw(e.ctx)
	if len(report.Troubled()) > 0 {
		return errPartial
	}
	return nil
}

func (c *onceCmd) print(e *env, r app.CrawlReport) error {
	if c.JSON {
		return printSources(e, r)
	}
	if len(r.Sources) == 0 {
		fmt.Fprintf(e.out, "No source is due yet (%s waiting). `newsvigil once --all` polls them all now.\n", plural(r.NotDue, "source is", "sources are"))
		return nil
	}
	t := newTable(e.out, "outlet", "shown", "new", "read", "kept", "relevant", "failed", "trouble")
	for _, s := range r.Sources {
		t.AppendRow(row(s.Source, s.Candidates, s.New, s.Fetched, s.Stored, s.Relevant, s.Failed, trouble(s)))
	}
	t.AppendFooter(row("together", r.Total.Candidates, r.Total.New, r.Total.Fetched, r.Total.Stored, r.Total.Relevant, r.Total.Failed, ""))
	t.Render()
	fmt.Fprintf(e.out, "\n%s\n", requestsLine(r.Total.Requests))
	if bad := r.Troubled(); len(bad) > 0 {
		fmt.Fprintf(e.out, "\n%s in trouble; nothing is lost, they are tried again by themselves.\n", plural(len(bad), "source is", "sources are"))
		if len(bad) > 1 && allUnreachable(r) {
			fmt.Fprintln(e.out, "Not one outlet could be reached: is this machine connected to the network?")
		}
	}
	return nil
}

// printSources writes a line of JSON a source, and the total last.
func printSources(e *env, r app.CrawlReport) error {
	enc := json.NewEncoder(e.out)
	for _, s := range append(r.Sources, r.Total) {
		if err := enc.Encode(s); err != nil {
			return fmt.Errorf("print: %w", err)
		}
	}
	return nil
}

// requestsLine counts requests by what came of them, the most frequent first.
func requestsLine(counts map[string]int) string {
	kinds := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	total, parts := 0, make([]string, len(kinds))
	for i, k := range kinds {
		total += counts[k]
		parts[i] = fmt.Sprintf("%d %s", counts[k], k)
	}
	if total == 0 {
		return "No request was made."
	}
	return fmt.Sprintf("%s: %s.", plural(total, "request", "requests"), strings.Join(parts, ", "))
}

func allUnreachable(r app.CrawlReport) bool {
	return !slices.ContainsFunc(r.Sources, func(s app.SourceReport) bool { return s.Trouble != news.TroubleUnreachable })
}

func trouble(s app.SourceReport) string {
	if s.Trouble == "" {
		return ""
	}
	if s.Detail == "" {
		return string(s.Trouble)
	}
	return fmt.Sprintf("%s: %s", s.Trouble, firstLine(s.Detail))
}
