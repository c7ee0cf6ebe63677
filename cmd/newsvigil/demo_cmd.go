package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"newsvigil/app"
	"newsvigil/config"
	"newsvigil/crawler"
	"newsvigil/internal/practice/outlets"
	"newsvigil/internal/practice/slack"
	"newsvigil/news"
	"newsvigil/notify/page"
)

type demoCmd struct {
	Dir string `placeholder:"DIR" help:"Where the demo keeps its files (default: a new temporary folder)."`
}

// demoToken is what the practice Slack accepts; it is no secret.
const demoToken = "practice-token"

// demo is the program between practice outlets and a practice Slack.
type demo struct {
	*env
	dir     string
	outlets *outlets.Network
	slack   *slack.Server
	app     *app.App
	show    *liveProgress
	posted  []news.Digest
}

// Run shows the whole program: two rounds of crawling and posting, the digests as text and as a
// page, and what was left out and why.
func (c *demoCmd) Run(e *env) error {
	start := time.Now()
	d, err := newDemo(e, c.Dir)
	if err != nil {
		return err
	}
	defer d.close()
	if err := d.firstRound(); err != nil {
		return err
	}
	if err := d.secondRound(); err != nil {
		return err
	}
	left, err := d.leftOut()
	if err != nil {
		return err
	}
	file, err := d.writePage(left)
	if err != nil {
		return err
	}
	for _, s := range left {
		d.say("")
		d.say("%s", s.Title)
		for _, l := range s.Lines {
			d.say("  %s", l)
		}
	}
	d.say("")
	d.say("The channel as a page that looks like Slack: %s", file)
	d.say("Configuration, seeds and database of this demo: %s", d.dir)
	d.say("Done in %s. Try next: %s -c %s explain ADDRESS", time.Since(start).Round(100*time.Millisecond), self(), filepath.Join(d.dir, "config.toml"))
	return nil
}

// self is how the reader started the program, so that what the demo proposes can be typed as it is.
func self() string {
	if strings.Contains(os.Args[0], "go-build") {
		return "go run ./cmd/newsvigil"
	}
	return os.Args[0]
}

func (d *demo) say(format string, args ...any) { fmt.Fprintf(d.out, format+"\n", args...) }

func newDemo(e *env, dir string) (*demo, error) {
	d := &demo{env: e, dir: dir}
	if err := d.open(); err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

func (d *demo) open() (err error) {
	if d.dir == "" {
		if d.dir, err = os.MkdirTemp("", "newsvigil-demo-"); err != nil {
			return fmt.Errorf("make a folder for the demo: %w", err)
		}
	}
	if d.outlets, err = outlets.Start(outlets.Options{}); err != nil {
		return fmt.Errorf("start the practice outlets: %w", err)
	}
	d.slack, err = slack.New(slack.Options{
		Token: demoToken, Every: -1,
		Channels: []slack.Channel{{ID: "C0PRACTICE", Name: "practice"}, {ID: "C0PRACTICEOPS", Name: "practice-ops"}},
	})
	if err != nil {
		return fmt.Errorf("start the practice Slack: %w", err)
	}
	if d.config, err = writeDemoConfig(d.dir, d.outlets.Outlets(), d.slack.URL()); err != nil {
		return err
	}
	cfg, err := config.Load(d.config)
	if err != nil {
		return fmt.Errorf("read the demo's own configuration: %w", err)
	}
	cfg.Version = version
	d.app, err = app.New(d.ctx, app.Options{
		Config: cfg, Out: d.out, Log: quietLogger(d.env), Progress: func(p crawler.Progress) { d.show.hear(p) },
		Redact: d.redact,
		Getenv: func(name string) (string, bool) { return demoToken, name == demoTokenEnv },
	})
	return err
}

func (d *demo) close() {
	var errs []error
	if d.app != nil {
		errs = append(errs, d.app.Close())
	}
	if d.outlets != nil {
		errs = append(errs, d.outlets.Close())
	}
	if d.slack != nil {
		errs = append(errs, d.slack.Close())
	}
	if err := errors.Join(errs...); err != nil {
		fmt.Fprintln(d.err, "newsvigil: close the demo:", err)
	}
}

func (d *demo) firstRound() error {
	d.say("Five practice outlets and a practice Slack are up on this machine. Crawling, politely: robots.txt first, one request at a time per host.")
	d.say("")
	if err := d.crawl(); err != nil {
		return err
	}
	d.say("")
	d.say("The digest, as posted to %s of the practice Slack:", demoChannel)
	d.say("")
	n, err := d.post()
	if err != nil {
		return err
	}
	if n == 0 {
		return errors.New("the first digest of the demo is empty, which is a mistake of the program: please report it")
	}
	return nil
}

// secondRound lets the outlets publish a little more, and then nothing at all.
func (d *demo) secondRound() error {
	d.outlets.Publish(2)
	d.say("")
	d.say("Second round: the outlets have published a few more pieces. Only what is new is read and posted.")
	d.say("")
	if err := d.crawl(); err != nil {
		return err
	}
	d.say("")
	if _, err := d.post(); err != nil {
		return err
	}
	d.say("")
	d.say("Third round: nothing new.")
	d.say("")
	if err := d.crawl(); err != nil {
		return err
	}
	n, err := d.post()
	if err != nil {
		return err
	}
	if doubled := d.doubled(); n > 0 || len(doubled) > 0 {
		return fmt.Errorf("something was posted twice, which is a mistake of the program: please report it: %v", doubled)
	}
	d.say("Nothing was posted twice: the practice Slack holds %s in %s, every story in one of them.", plural(len(d.slack.Messages("C0PRACTICE")), "message", "messages"), demoChannel)
	return nil
}

func (d *demo) crawl() error {
	d.show = newProgress(d.err)
	report, err := d.app.Crawl(d.ctx, app.CrawlOptions{All: true})
	d.show.stop()
	if err != nil {
		return err
	}
	return (&onceCmd{}).print(d.env, report)
}

// post posts what is new, prints it, and returns the number of stories.
func (d *demo) post() (int, error) {
	res, err := d.app.PostDigests(d.ctx, "", time.Minute)
	if err != nil {
		return 0, err
	}
	if res.Queued > 0 {
		return 0, fmt.Errorf("%s could not be delivered to the practice Slack", plural(res.Queued, "message", "messages"))
	}
	stories := 0
	for _, t := range res.Topics {
		if t.Digest == "" {
			d.say("Digest: nothing new on %q, so nothing is posted.", t.Topic)
			continue
		}
		g, err := d.app.Digest(d.ctx, t.Digest)
		if err != nil {
			return 0, err
		}
		g = d.app.Arranged(g)
		if err := page.Text(d.out, g, page.Options{Zone: d.app.Zone()}); err != nil {
			return 0, fmt.Errorf("print the digest: %w", err)
		}
		stories += g.Stories()
		d.posted = append(d.posted, g)
	}
	return stories, nil
}

// doubled lists the stories that stand in more than one digest as new.
func (d *demo) doubled() []string {
	seen := map[int64]bool{}
	var out []string
	for _, g := range d.posted {
		for _, items := range [][]news.Item{g.Lead, g.Lines, g.Rest} {
			for _, it := range items {
				if it.Kind == news.ItemNew && seen[it.Story] {
					out = append(out, it.Title)
				}
				seen[it.Story] = true
			}
		}
	}
	return out
}

func (d *demo) writePage(left []page.Section) (string, error) {
	html, err := page.Page(d.posted, nil, left, page.Options{Zone: d.app.Zone()})
	if err != nil {
		return "", fmt.Errorf("draw the page: %w", err)
	}
	file := filepath.Join(d.dir, "digest.html")
	if err := os.WriteFile(file, html, 0o600); err != nil {
		return "", fmt.Errorf("write the page: %w", err)
	}
	return file, nil
}

// leftOut says of every piece that the outlets published and no digest shows as a story of its own
// why not, in the words of explain.
func (d *demo) leftOut() ([]page.Section, error) {
	reasons := map[string][]string{}
	var order []string
	for _, p := range d.outlets.Pieces() {
		x, err := d.app.Explain(context.WithoutCancel(d.ctx), p.URL)
		if err != nil {
			return nil, err
		}
		head, ok := leftHeads[x.Code]
		if !ok {
			if x.Code == "posted" {
				continue
			}
			head = x.Verdict
		}
		if _, ok := reasons[head]; !ok {
			order = append(order, head)
		}
		reasons[head] = append(reasons[head], fmt.Sprintf("%s (%s): %s", p.Title, p.Outlet, detailOf(x)))
	}
	var out []page.Section
	for _, head := range order {
		out = append(out, page.Section{Title: fmt.Sprintf("Left out, %s: %s", plural(len(reasons[head]), "piece", "pieces"), head), Lines: reasons[head]})
	}
	return out, nil
}

// leftHeads group verdicts that differ in their details.
var leftHeads = map[string]string{
	"below-cut":     "below the cut",
	"near-miss":     "just under the cut, so among the near misses in the thread",
	"part-of-story": "part of a story that stands already",
	"old":           "too old",
	"refused":       "robots.txt forbids it",
	"not-shown":     "no page of the outlet shows it",
	"not-article":   "no article",
}

func detailOf(x app.Explanation) string { return firstLine(x.Verdict) }
