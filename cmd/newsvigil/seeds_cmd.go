package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"newsvigil/app"
	"newsvigil/classify"
	"newsvigil/news"
	"newsvigil/seeds"
)

type seedsCmd struct {
	List    seedsListCmd    `cmd:"" default:"withargs" help:"List the exemplars of every topic."`
	Add     seedsAddCmd     `cmd:"" help:"Make an exemplar from a file or an address."`
	Words   seedsWordsCmd   `cmd:"" help:"Show the words the model learned from the exemplars."`
	Suggest seedsSuggestCmd `cmd:"" help:"Propose words for facets and concepts; nothing is changed."`
}

type seedsListCmd struct {
	JSON bool `name:"json" help:"A JSON line per exemplar."`
}

type seedLine struct {
	Topic     string `json:"topic"`
	File      string `json:"file"`
	Title     string `json:"title"`
	Outlet    string `json:"outlet,omitempty"`
	Published string `json:"published,omitempty"`
	Language  string `json:"language"`
	Terms     int    `json:"terms"`
}

// Run lists the exemplars.
func (c *seedsListCmd) Run(e *env) error {
	topics, err := e.topics()
	if err != nil {
		return err
	}
	t := newTable(e.out, "topic", "file", "title", "outlet", "published", "language", "terms")
	enc := json.NewEncoder(e.out)
	for _, topic := range topics {
		for _, x := range topic.Exemplars {
			l := seedLine{topic.Name, x.File, x.Title, x.Outlet, x.Published, x.Language, len(x.Terms)}
			if c.JSON {
				if err := enc.Encode(l); err != nil {
					return fmt.Errorf("print: %w", err)
				}
				continue
			}
			t.AppendRow(row(l.Topic, l.File, shorten(l.Title, 60), l.Outlet, l.Published, l.Language, l.Terms))
		}
	}
	if !c.JSON {
		t.Render()
	}
	return nil
}

// topics reads the configuration and the exemplars; no database is needed.
func (e *env) topics() ([]news.Topic, error) {
	cfg, err := e.load()
	if err != nil {
		return nil, err
	}
	return app.LoadTopics(cfg, seeds.FS)
}

type seedsAddCmd struct {
	From  string `arg:"" name:"file-or-address" help:"A .txt, .md or .html file, or the address of a piece."`
	Out   string `placeholder:"FILE" help:"Where to write it; - prints it. Without this, into the topic's seeds folder."`
	Topic string `placeholder:"NAME" help:"The topic it is for, where there are several."`
	About string `placeholder:"TEXT" help:"Two sentences of your own on what it says."`
	Force bool   `help:"Write over a file that is there."`
}

// Run makes an exemplar: facts about the piece and the counts of its words, no prose.
func (c *seedsAddCmd) Run(e *env) error {
	meta, body, err := c.read(e)
	if err != nil {
		return err
	}
	if c.About != "" {
		meta.About = c.About
	}
	if strings.TrimSpace(body) == "" {
		return &app.UsageError{Text: c.From + " has no text that could serve as an example"}
	}
	data := classify.Encode(classify.NewExemplar(meta, body))
	if c.Out == "-" {
		_, err := e.out.Write(data)
		return err
	}
	file, err := c.target(e, meta.Title)
	if err != nil {
		return err
	}
	if _, err := os.Stat(file); err == nil && !c.Force {
		return &app.UsageError{Text: file + " is there already; --force writes over it, --out names another file"}
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fmt.Errorf("make the seeds folder: %w", err)
	}
	if err := os.WriteFile(file, data, 0o644); err != nil {
		return fmt.Errorf("write the exemplar: %w", err)
	}
	fmt.Fprintf(e.out, "Written to %s.\n", file)
	if meta.Title == fileTitle(c.From) {
		fmt.Fprintf(e.out, "Its `title` is the file's name, %q: write the article's own title there, as readers see it in the reasons.\n", meta.Title)
	}
	if meta.About == "" {
		fmt.Fprintln(e.out, "Its `about` is empty: add two sentences of your own on what the piece says.")
	}
	return nil
}

// fileTitle is the title that a file without one gets: its name.
func fileTitle(file string) string {
	base := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	return strings.NewReplacer("-", " ", "_", " ").Replace(base)
}

func (c *seedsAddCmd) read(e *env) (news.Exemplar, string, error) {
	if !strings.HasPrefix(c.From, "http://") && !strings.HasPrefix(c.From, "https://") {
		data, err := os.ReadFile(c.From)
		if errors.Is(err, fs.ErrNotExist) {
			return news.Exemplar{}, "", &app.UsageError{Text: fmt.Sprintf("there is no file %s; give a file or an address that begins with https://", c.From)}
		}
		if err != nil {
			return news.Exemplar{}, "", fmt.Errorf("read the piece: %w", err)
		}
		return classify.ParseSeedFile(filepath.Base(c.From), data)
	}
	cfg, err := e.load()
	if err != nil {
		return news.Exemplar{}, "", err
	}
	a, err := app.FetchArticle(e.ctx, cfg, c.From, quietLogger(e))
	if err != nil {
		return news.Exemplar{}, "", err
	}
	published := ""
	if !a.Published.IsZero() {
		published = a.Published.Time.Format("2006-01-02")
	}
	return news.Exemplar{Title: a.Title, Outlet: a.Source, URL: a.URL, Authors: a.Authors, Published: published, Language: a.Language}, a.Text, nil
}

func (c *seedsAddCmd) target(e *env, title string) (string, error) {
	if c.Out != "" {
		return c.Out, nil
	}
	cfg, err := e.load()
	if err != nil {
		return "", err
	}
	var dirs []string
	for _, t := range cfg.Topics {
		if c.Topic == "" || t.Name == c.Topic || t.Key() == news.Slug(c.Topic) {
			dirs = append(dirs, t.SeedsDir)
		}
	}
	switch {
	case len(dirs) == 0:
		return "", &app.UsageError{Text: fmt.Sprintf("there is no topic %q in %s", c.Topic, cfg.File)}
	case len(dirs) > 1:
		return "", &app.UsageError{Text: "there are several topics; say which one with --topic"}
	}
	name := shorten(news.Slug(title), 60)
	return filepath.Join(dirs[0], strings.Trim(name, "-…")+".toml"), nil
}

type seedsWordsCmd struct {
	Topic string `placeholder:"NAME" help:"Only this topic."`
	Most  int    `default:"40" help:"How many words."`
	JSON  bool   `name:"json" help:"A JSON line per word."`
}

// Run shows what the model learned, with the stored pieces as background where there are any.
func (c *seedsWordsCmd) Run(e *env) error {
	learned, err := e.learned(c.Topic)
	if err != nil {
		return err
	}
	return printWords(e, learned, wordsOptions{c.Most, c.JSON, "The heavier a word, the more it speaks for the topic; `concept:NAME` stands for all words of that concept.\nWords of menus or adverts mean that an exemplar was made from a whole page: make it again from the article's text."})
}

// learned fits the topics; stored pieces are the background where there is a database.
func (e *env) learned(topic string) ([]app.Learned, error) {
	cfg, err := e.load()
	if err != nil {
		return nil, err
	}
	return app.Learn(e.ctx, app.Options{Config: cfg, Log: e.logger(cfg)}, topic)
}

// wordsOptions say how many words are printed, in which form, and what an admin does with them.
type wordsOptions struct {
	most   int
	asJSON bool
	advice string
}

func printWords(e *env, learned []app.Learned, o wordsOptions) error {
	t := newTable(e.out, "topic", "word", "weight", "in exemplars")
	enc := json.NewEncoder(e.out)
	for _, l := range learned {
		for _, w := range l.Words[:min(o.most, len(l.Words))] {
			if !o.asJSON {
				t.AppendRow(row(l.Topic.Name, w.Term, fmt.Sprintf("%.2f", w.Weight), w.Exemplars))
				continue
			}
			line := map[string]any{"topic": l.Topic.Name, "word": w.Term, "weight": w.Weight, "exemplars": w.Exemplars}
			if err := enc.Encode(line); err != nil {
				return fmt.Errorf("print: %w", err)
			}
		}
	}
	if !o.asJSON {
		t.Render()
		fmt.Fprintln(e.out, "\n"+o.advice)
	}
	return nil
}

// shorten cuts a text to n letters.
func shorten(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}
