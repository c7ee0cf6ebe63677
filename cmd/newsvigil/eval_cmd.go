package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"

	"newsvigil"
	"newsvigil/app"
	"newsvigil/config"
	"newsvigil/eval"
	"newsvigil/news"
)

type evalCmd struct {
	Score   evalScoreCmd   `cmd:"" help:"Score rows for a topic, and measure against their labels where they have any."`
	Group   evalGroupCmd   `cmd:"" help:"Say which rows are copies, updates or reports of one event. Needs no database."`
	Topic   evalTopicCmd   `cmd:"" help:"Measure a topic's model on the pieces that readers judged, and say where it errs."`
	Extract evalExtractCmd `cmd:"" help:"Read the article on saved web pages. Needs no database and no configuration."`
}

type evalScoreCmd struct {
	File       string `arg:"" name:"file" help:"JSON lines, packed with gzip or not; - is standard input. Each line: {\"id\", \"title\", \"text\", \"language\"[, \"label\"]}."`
	Topic      string `placeholder:"NAME" help:"The topic, where there are several."`
	Background string `placeholder:"FILE" help:"Unlabelled rows of the same form, in place of the stored pieces."`
}

// Run scores rows by a model that is fitted as a crawl would fit it.
func (c *evalScoreCmd) Run(e *env) error {
	cfg, err := e.loadOrShipped()
	if err != nil {
		return err
	}
	if c.File == "-" && c.Background == "-" {
		return &app.UsageError{Text: "rows and background cannot both come from standard input; put one of them into a file"}
	}
	q := app.ModelQuery{Topic: c.Topic}
	if c.Background != "" {
		if q.Background, err = readRows(c.Background, func(in eval.Input) ([]news.Article, error) {
			return eval.Background(e.ctx, in)
		}); err != nil {
			return err
		}
	}
	m, err := app.TopicModel(e.ctx, app.Options{Config: cfg, Log: e.logger(cfg)}, q)
	if err != nil {
		return err
	}
	// All or nothing: half of the figures would be taken for all of them.
	var lines bytes.Buffer
	total, err := readRows(c.File, func(in eval.Input) (eval.ScoreTotal, error) { return eval.Score(e.ctx, in, m, &lines) })
	if err != nil {
		return err
	}
	if _, err := lines.WriteTo(e.out); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	if total.Labelled > 0 {
		fmt.Fprintf(e.err, "newsvigil: %s, %d relevant by label: average precision %.3f; at the cut of %.2f precision %.3f, recall %.3f, F1 %.3f.\n",
			plural(total.Labelled, "labelled row", "labelled rows"), total.Relevant, total.AP, total.Cut, total.Precision, total.Recall, total.F1)
	}
	return nil
}

// frugal is by how many percent the memory may grow before it is cleared; Go's own figure is 100.
const frugal = 25

type evalGroupCmd struct {
	File string `arg:"" name:"file" help:"JSON lines, packed with gzip or not; - is standard input. Each line, in order of arrival: {\"id\", \"url\", \"title\", \"text\", \"published\", \"source\"}."`
}

// Run places rows as the program would place relevant pieces that arrive in this order.
func (c *evalGroupCmd) Run(e *env) error {
	cfg, err := e.loadOrShipped()
	if err != nil {
		return err
	}
	// Thousands of pieces are held at once, and hardly any of them becomes garbage: without this half
	// of the memory would be taken for nothing.
	debug.SetGCPercent(frugal)
	_, err = readRows(c.File, func(in eval.Input) (struct{}, error) {
		return struct{}{}, eval.Group(e.ctx, in, app.GroupOptions(cfg), e.out)
	})
	return err
}

type evalExtractCmd struct {
	Files    []string `arg:"" optional:"" name:"file" help:"HTML pages, packed with gzip or not."`
	Manifest string   `placeholder:"FILE" help:"A list of pages in place of FILE: {\"file\", \"url\"} per line, paths from the list's folder or from here."`
}

// Run reads saved pages; it exits with 3 when some gave no article.
func (c *evalExtractCmd) Run(e *env) error {
	pages, err := c.pages(e)
	if err != nil {
		return err
	}
	failed, err := eval.Extract(e.ctx, pages, e.out)
	if err != nil {
		return err
	}
	if failed > 0 {
		fmt.Fprintf(e.err, "newsvigil: %d of %s gave no article; their lines say why.\n", failed, plural(len(pages), "page", "pages"))
		return errPartial
	}
	return nil
}

func (c *evalExtractCmd) pages(e *env) ([]eval.PageFile, error) {
	switch {
	case c.Manifest != "" && len(c.Files) > 0:
		return nil, &app.UsageError{Text: "name pages or a --manifest, not both"}
	case c.Manifest != "":
		return readRows(c.Manifest, func(in eval.Input) ([]eval.PageFile, error) {
			return eval.Manifest(e.ctx, in, filepath.Dir(c.Manifest))
		})
	case len(c.Files) == 0:
		return nil, &app.UsageError{Text: "name at least one HTML file, or a list of them with --manifest FILE"}
	}
	pages := make([]eval.PageFile, len(c.Files))
	for i, f := range c.Files {
		pages[i].File = f
	}
	return pages, nil
}

// readRows opens a file of rows for read. What is wrong with the file is wrong usage.
func readRows[T any](name string, read func(eval.Input) (T, error)) (T, error) {
	var none T
	in := eval.Input{Name: name, Reader: os.Stdin}
	if name == "-" {
		in.Name = "standard input"
	} else {
		f, err := os.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			return none, &app.UsageError{Text: "there is no file " + name}
		}
		if err != nil {
			return none, fmt.Errorf("open the rows: %w", err)
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil && info.IsDir() {
			return none, &app.UsageError{Text: name + " is a folder; name a file of JSON lines in it"}
		}
		in.Reader = f
	}
	got, err := read(in)
	var wrong *eval.InputError
	if errors.As(err, &wrong) {
		return none, &app.UsageError{Text: wrong.Error()}
	}
	return got, err
}

// loadOrShipped reads the configuration, or where none was named and there is none, the shipped one:
// what is measured needs no installation.
func (e *env) loadOrShipped() (*config.Config, error) {
	if _, err := os.Stat(e.config); e.configNamed || !errors.Is(err, fs.ErrNotExist) {
		return e.load()
	}
	fmt.Fprintf(e.err, "newsvigil: there is no %s here, so the shipped settings hold.\n", e.config)
	return config.Parse(e.config, newsvigil.Config)
}
