package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"newsvigil/app"
	"newsvigil/config"
	"newsvigil/crawler"
	"newsvigil/news"
)

type trySourceCmd struct {
	What    string `arg:"" name:"name-or-url" help:"The name of a source in config.toml, or the address of an outlet's home page or feed."`
	Pages   int    `default:"5" placeholder:"N" help:"How many of the newest pieces to read (default 5)."`
	MaxAge  string `placeholder:"90d" help:"Read pieces as old as this; without it, as crawl.max_age says."`
	Verbose bool   `help:"Also show every request that was made: when, why, status, bytes, milliseconds, address."`
	JSON    bool   `name:"json" help:"A JSON line per route and per piece, then one on the source."`
}

// Run shows what an outlet gives and stores nothing. It exits with 3 when the outlet is in trouble.
func (c *trySourceCmd) Run(e *env) error {
	cfg, err := e.load()
	if err != nil {
		return err
	}
	o, err := c.options()
	if err != nil {
		return err
	}
	show := newProgress(e.err)
	log := quietLogger(e) // what a crawl would log is said below
	if cfg.Log.Level == "debug" {
		log = e.logger(cfg)
	}
	t, err := app.TrySource(e.ctx, app.Options{Config: cfg, Getenv: e.getenv, Log: log, Progress: show.hear, Redact: e.redact}, c.What, o)
	show.stop()
	if err != nil {
		return err
	}
	if c.JSON {
		err = c.printJSON(e, t)
	} else {
		c.print(e, t, cfg)
	}
	if err == nil && t.Bad() {
		return errPartial
	}
	return err
}

func (c *trySourceCmd) options() (app.TryOptions, error) {
	o := app.TryOptions{Pages: c.Pages, Trace: c.Verbose}
	if c.Pages < 1 || c.Pages > 50 {
		return o, &app.UsageError{Text: fmt.Sprintf("--pages: %d is not within 1 and 50", c.Pages)}
	}
	if c.MaxAge == "" {
		return o, nil
	}
	var err error
	if o.MaxAge, err = config.ParseDuration(c.MaxAge); err != nil {
		return o, &app.UsageError{Text: "--max-age: " + err.Error()}
	}
	return o, nil
}

func (c *trySourceCmd) printJSON(e *env, t app.Trial) error {
	enc := json.NewEncoder(e.out)
	enc.SetEscapeHTML(false)
	var rows []any
	for _, q := range t.Requests {
		rows = append(rows, requestRow{"request", q.At.UTC().Format(time.RFC3339Nano), q.Host, q.URL, q.Why, q.Status, q.Bytes, q.Took.Milliseconds(), q.Outcome, q.Detail})
	}
	for _, r := range t.Routes {
		rows = append(rows, struct {
			Row string `json:"row"`
			app.TriedRoute
		}{"route", r})
	}
	for _, p := range t.Pieces {
		rows = append(rows, struct {
			Row string `json:"row"`
			app.TriedPiece
		}{"piece", p})
	}
	rows = append(rows, struct {
		Row        string       `json:"row"`
		Source     string       `json:"source"`
		Home       string       `json:"home"`
		Configured bool         `json:"configured"`
		Off        bool         `json:"off,omitempty"`
		Found      int          `json:"found"`
		Read       int          `json:"read"`
		Trouble    news.Trouble `json:"trouble"`
		Detail     string       `json:"detail,omitempty"`
		Warnings   []string     `json:"warnings,omitempty"`
		Block      string       `json:"block,omitempty"`
	}{"source", t.Source, t.Home, t.Configured, t.Off, t.Found, t.Read(), t.Trouble, t.Detail, t.Warnings, t.Block})
	for _, r := range rows {
		if err := enc.Encode(r); err != nil {
			return fmt.Errorf("print: %w", err)
		}
	}
	return nil
}

// requestRow is a request as a JSON line.
type requestRow struct {
	Row     string `json:"row"`
	At      string `json:"at"`
	Host    string `json:"host"`
	URL     string `json:"url"`
	Why     string `json:"why"`
	Status  int    `json:"status"`
	Bytes   int    `json:"bytes"`
	MS      int64  `json:"ms"`
	Outcome string `json:"outcome"`
	Detail  string `json:"detail,omitempty"`
}

func printRequests(e *env, list []crawler.Request, zone *time.Location) {
	tab := newTable(e.out, "asked at", "why", "status", "bytes", "ms", "address", "came of it")
	for _, q := range list {
		status := ""
		if q.Status != 0 {
			status = strconv.Itoa(q.Status)
		}
		tab.AppendRow(row(q.At.In(zone).Format("15:04:05.000"), q.Why, status, q.Bytes, q.Took.Milliseconds(), q.URL, troubleText(q.Outcome, q.Detail)))
	}
	tab.Render()
	fmt.Fprintln(e.out)
}

func (c *trySourceCmd) print(e *env, t app.Trial, cfg *config.Config) {
	fmt.Fprintf(e.out, "%s %s\n", t.Source, t.Home)
	if t.Configured && strings.Contains(c.What, "://") {
		fmt.Fprintf(e.out, "This address belongs to the source %q in %s, which is tried as it is configured.\n", t.Source, cfg.File)
	}
	fmt.Fprintln(e.out)
	if c.Verbose {
		printRequests(e, t.Requests, cfg.Zone)
	}
	c.printRoutes(e, t)
	for i, p := range t.Pieces {
		fmt.Fprintln(e.out)
		printPiece(e, i+1, p)
	}
	fmt.Fprintln(e.out)
	for _, w := range t.Warnings {
		fmt.Fprintln(e.out, "Beware: "+w)
	}
	switch {
	case t.Trouble != news.TroubleNone:
		fmt.Fprintf(e.out, "In trouble: %s.\nWhat to do: %s\n", troubleText(string(t.Trouble), t.Detail), app.Remedy(t.Trouble))
		if !t.Configured && (t.Trouble == news.TroubleEmpty || t.Trouble == news.TroubleNotFeed || t.Trouble == news.TroubleNoRoute) {
			fmt.Fprintln(e.out, "No feed, sitemap or list of pieces was found from there. Try the address of the outlet's home page, of its feed, or of a page that lists its pieces. A feed that stands on another host than the outlet goes into `feeds` of a [[source]] with the outlet's `home`; try that by its name.")
		}
	case t.Bad():
		fmt.Fprintln(e.out, "In trouble: its feeds or lists answer, but none of the pages they lead to could be read.")
	case t.Read() == 0 && len(t.Pieces) > 0:
		fmt.Fprintln(e.out, "It answers, but nothing was read: see above. --max-age 90d reads older pieces.")
	default:
		fmt.Fprintf(e.out, "It is well: %s shown, %d of the newest %d read. Nothing was stored.\n", plural(t.Found, "piece", "pieces"), t.Read(), len(t.Pieces))
	}
	if t.Off {
		fmt.Fprintf(e.out, "It is switched off: take `off = true` out of its block in %s to watch it.\n", cfg.File)
	}
	if t.Block != "" {
		fmt.Fprintf(e.out, "\nTo watch it, put this at the end of %s, and then run `newsvigil check`:\n\n%s", cfg.File, t.Block)
	}
}

func (c *trySourceCmd) printRoutes(e *env, t app.Trial) {
	tab := newTable(e.out, "found by", "address", "pieces", "newest", "trouble")
	for _, r := range t.Routes {
		said := troubleText(string(r.Trouble), r.Detail)
		if r.Trouble == news.TroubleNone {
			said = firstLine(r.Detail) // a remark, where there is one
		}
		tab.AppendRow(row(string(r.Kind), r.URL, r.Pieces, orEmpty(r.Newest), said))
	}
	tab.Render()
}

// zoneWords say where a date's zone came from.
var zoneWords = map[news.ZoneOrigin]string{
	news.ZoneStated: "zone stated by the outlet", news.ZoneOutlet: "no zone stated: that of the configuration was applied",
	news.ZoneAssumed: "no zone stated: taken for UTC",
}

// printSelected says of each of the source's selectors whether the page had what it names.
func printSelected(e *env, p app.TriedPiece) {
	for _, s := range p.Selected {
		what := "matched"
		if !s.Matched {
			what = "MATCHED NOTHING on this page"
		}
		fmt.Fprintf(e.out, "   select.%s %q: %s\n", s.Field, s.Selector, what)
	}
}

func printPiece(e *env, n int, p app.TriedPiece) {
	title := p.Title
	if title == "" {
		title = "(no title)"
	}
	fmt.Fprintf(e.out, "%d. %s\n   %s\n", n, title, p.URL)
	if p.Outcome != news.OutcomeRead {
		line := "   not read: " + string(p.Outcome)
		if p.Detail != "" {
			line += ", " + p.Detail
		}
		fmt.Fprintln(e.out, line)
		printSelected(e, p)
		return
	}
	date := "date unknown"
	if p.Published != nil {
		date = *p.Published
		if words := zoneWords[p.Zone]; words != "" && strings.Contains(date, "T") {
			date += " (" + words + ")"
		}
	}
	language := p.Language
	if language == "" {
		language = "unknown"
	}
	fmt.Fprintf(e.out, "   %s; language %s; %s; %s\n", date, language, plural(p.Words, "word", "words"), p.Kind)
	if p.Detail != "" {
		fmt.Fprintf(e.out, "   note: %s\n", p.Detail)
	}
	if p.Reader != "" {
		fmt.Fprintf(e.out, "   body read by: %s\n", p.Reader)
	}
	printSelected(e, p)
	if p.Begins != "" {
		fmt.Fprintf(e.out, "   begins: %s\n", p.Begins)
	}
	for _, s := range p.Scores {
		fmt.Fprintf(e.out, "   %s\n", scoreWords[s.Verdict])
		for _, l := range s.Reasons {
			fmt.Fprintf(e.out, "     %s\n", l)
		}
	}
}

var scoreWords = map[string]string{"relevant": "On topic:", "near": "Just under the cut:", "below": "Below the cut:"}
