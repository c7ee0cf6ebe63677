package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"newsvigil/app"
	"newsvigil/classify"
	"newsvigil/config"
)

// Exit codes of every command.
const (
	exitDone    = 0
	exitFailed  = 1
	exitUsage   = 2 // wrong usage or configuration
	exitPartial = 3 // done, but some sources failed or deliveries are queued
)

// errPartial ends a command with exit code 3 after it has said why.
var errPartial = errors.New("done, but not everything went well")

// world is what a command needs from outside; tests give their own.
type world struct {
	out, err io.Writer
	getenv   func(string) (string, bool)
	// change is how tests set a clock and crash points; nil changes nothing.
	change func(*app.Options)
}

// env is what kong hands to every command's Run. Its out and err pass through redact.
type env struct {
	world
	ctx    context.Context
	config string
	// configNamed says that the command line named the configuration.
	configNamed bool
	redact      *app.Redactor
}

type cli struct {
	Config string `short:"c" placeholder:"FILE" help:"The configuration file (default: config.toml)."`

	Demo       demoCmd       `cmd:"" help:"Show the whole program on practice outlets and a practice Slack. Needs no network, no token, no configuration."`
	Run        runCmd        `cmd:"" help:"Run all schedules until stopped."`
	Once       onceCmd       `cmd:"" help:"Crawl every due source once, then stop."`
	Digest     digestCmd     `cmd:"" help:"Post a digest of what was read and not posted yet; asks no outlet, uses up no slot."`
	Brief      briefCmd      `cmd:"" help:"Print what readers kept in the last week as Markdown for a report, with citations; or post it."`
	Preview    previewCmd    `cmd:"" help:"Show the next digest as it would look; posts nothing."`
	Check      checkCmd      `cmd:"" help:"Read configuration and seeds and list every mistake; needs no network and no token."`
	Backfill   backfillCmd   `cmd:"" help:"Read older pieces, so that scores and grouping know what came before; announces none of them."`
	Doctor     doctorCmd     `cmd:"" help:"Look at everything that a running newsvigil needs: database, disk, Slack, and every source; say what to mend."`
	TrySource  trySourceCmd  `cmd:"" help:"Poll one outlet, by name or address, without storing anything; for an address, print a [[source]] block to paste."`
	Explain    explainCmd    `cmd:"" help:"Say what became of an address, and why."`
	Sources    sourcesCmd    `cmd:"" help:"List the outlets and how they are doing."`
	Seeds      seedsCmd      `cmd:"" help:"List the exemplars, make one, or show what the model learned from them."`
	Feedback   feedbackCmd   `cmd:"" help:"List what readers said of pieces, add to it, import it, or take it back."`
	Quarantine quarantineCmd `cmd:"" help:"Keep a hijacked outlet away from readers: stop reading it, and take its links out of posted messages."`
	Export     exportCmd     `cmd:"" help:"Print what was read as CSV or JSON lines, a row per article and topic."`
	Backup     backupCmd     `cmd:"" help:"Write a checked copy of the database to a file, also while run is at work."`
	Restore    restoreCmd    `cmd:"" help:"Put a copy in the place of the database; what stood there is set aside."`
	Eval       evalCmd       `cmd:"" help:"Measure scoring, grouping and reading on labelled files."`
	Version    versionCmd    `cmd:"" help:"Print version, commit and database schema."`
}

const about = `newsvigil watches news outlets for new pieces on a topic that is given by example, and posts digests to Slack.

Start with "newsvigil demo". Then edit config.toml, try "newsvigil check" and "newsvigil once", and let "newsvigil run" do the rest.

Exit codes: 0 done; 1 failed; 2 wrong usage or configuration; 3 done, but some sources failed or messages are still queued.`

// helpExit carries the exit code out of kong, which wants to end the process itself.
type helpExit int

// execute runs one command line and returns its exit code.
func execute(ctx context.Context, args []string, w world) (code int) {
	redact := &app.Redactor{}
	out, errs := redact.Writer(w.out), redact.Writer(w.err)
	w.out, w.err = out, errs
	defer func() {
		if r := recover(); r != nil {
			c, ok := r.(helpExit)
			if !ok {
				// Not thrown on: Go would print the value as it is, and it may hold a secret.
				fmt.Fprintf(w.err, "newsvigil: the program stumbled; please report this: %v\n%s", r, debug.Stack())
				c = exitFailed
			}
			code = int(c)
		}
		if err := errors.Join(out.Flush(), errs.Flush()); err != nil && code == exitDone {
			code = exitFailed // what was asked for was not printed whole
		}
	}()
	var c cli
	parser, err := kong.New(&c, kong.Name("newsvigil"), kong.Description(about), kong.Writers(w.out, w.err),
		kong.Exit(func(code int) { panic(helpExit(code)) }), kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.UsageOnError())
	if err != nil {
		return fail(w, err)
	}
	switch {
	case len(args) == 0:
		args = []string{"--help"}
	case args[0] == "help":
		args = append(slices.Clone(args[1:]), "--help")
	}
	k, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(w.err, "newsvigil: %v\nTry: %s --help\n", err, understood(err))
		return exitUsage
	}
	return fail(w, k.Run(&env{world: w, ctx: ctx, config: cmp.Or(c.Config, "config.toml"), configNamed: c.Config != "", redact: redact}))
}

// understood is the part of a command line that made sense, as the command whose help to read.
func understood(err error) string {
	var wrong *kong.ParseError
	if !errors.As(err, &wrong) || wrong.Context == nil || wrong.Context.Selected() == nil {
		return "newsvigil"
	}
	node := wrong.Context.Selected()
	if node.Tag != nil && node.Tag.Default != "" { // chosen because no command of its group was named
		node = node.Parent
	}
	return node.FullPath()
}

// fail says what went wrong, once, and gives the exit code for it.
func fail(w world, err error) int {
	var mistakes *config.Mistakes
	var seed *classify.SeedError
	var usage *app.UsageError
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errPartial):
		return exitPartial
	case errors.As(err, &mistakes):
		fmt.Fprintln(w.err, mistakes.Error())
		fmt.Fprintf(w.err, "newsvigil: %s in the configuration; nothing was done.\n", plural(len(*mistakes), "mistake", "mistakes"))
		return exitUsage
	case errors.As(err, &seed), errors.As(err, &usage):
		fmt.Fprintf(w.err, "newsvigil: %v\n", err)
		return exitUsage
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(w.err, "newsvigil: stopped. Nothing is lost; the next run goes on from here.")
		return exitFailed
	}
	fmt.Fprintf(w.err, "newsvigil: %v\n", err)
	return exitFailed
}

// load reads the configuration and says, at every start, when the outlets cannot reach its owner.
func (e *env) load() (*config.Config, error) {
	cfg, err := config.Load(e.config)
	var mistakes *config.Mistakes
	if err != nil && !errors.As(err, &mistakes) {
		return nil, &app.UsageError{Text: strings.TrimSuffix(err.Error(), ": "+fs.ErrNotExist.Error())} // no such file, a folder, …
	}
	if err != nil {
		return nil, err
	}
	cfg.Version = version
	e.redact.Learn(app.Secrets(cfg, e.getenv)...)
	return cfg, nil
}

// warnings are what an admin should know at every start.
func warnings(cfg *config.Config) []string {
	var out []string
	if cfg.ExampleContact {
		out = append(out, fmt.Sprintf("crawl.contact in %s is still the example: requests carry no address, so outlets cannot reach you. Put your own there.", cfg.File))
	}
	if note := app.TokenFileNote(cfg); note != "" {
		out = append(out, note)
	}
	return out
}

// open opens the program for a command that writes; the caller closes it.
func (e *env) open(o app.Options) (*app.App, error) {
	cfg, err := e.load()
	if err != nil {
		return nil, err
	}
	if !o.ReadOnly && !o.Beside { // else nothing is asked of outlets
		for _, w := range warnings(cfg) {
			fmt.Fprintln(e.err, "newsvigil: "+w)
		}
	}
	o.Config, o.Getenv, o.Redact = cfg, e.getenv, e.redact
	if o.Log == nil {
		o.Log = e.logger(cfg)
	}
	if o.Out == nil {
		o.Out = e.out
	}
	if e.change != nil {
		e.change(&o)
	}
	return app.New(e.ctx, o)
}

// logger writes to standard error: text for a person, JSON lines for a machine.
func (e *env) logger(cfg *config.Config) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.Log.Level)); err != nil {
		level = slog.LevelInfo
	}
	o := &slog.HandlerOptions{Level: level}
	if cfg.Log.Format == "json" {
		return slog.New(slog.NewJSONHandler(e.err, o))
	}
	return slog.New(slog.NewTextHandler(e.err, o))
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// firstLine is the first line of a text, for a table's cell.
func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
