package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"newsvigil/app"
	"newsvigil/eval"
	"newsvigil/news"
)

type feedbackCmd struct {
	List     feedbackListCmd     `cmd:"" default:"withargs" help:"List what readers said."`
	Add      feedbackAddCmd      `cmd:"" help:"Say what you think of a piece: like, dislike, missed or rescue."`
	Rescue   feedbackRescueCmd   `cmd:"" help:"Put a stored piece into the next digest, once."`
	Import   feedbackImportCmd   `cmd:"" help:"Read what readers said from a file, all of it or nothing."`
	Withdraw feedbackWithdrawCmd `cmd:"" help:"Take back what was said of a piece."`
}

type feedbackListCmd struct {
	Topic string `placeholder:"NAME" help:"Only this topic."`
	JSON  bool   `name:"json" help:"A JSON line per judgement, as import reads it."`
}

// feedbackLine is a line of `feedback --json`; `feedback import` reads what it prints.
type feedbackLine struct {
	URL    string         `json:"url"`
	Topic  string         `json:"topic"`
	Label  news.Label     `json:"label"`
	Reason news.Complaint `json:"reason,omitempty"`
	By     string         `json:"by,omitempty"`
	At     time.Time      `json:"at"`
	Title  string         `json:"title,omitempty"`
}

// Run lists every word, the earliest first.
func (c *feedbackListCmd) Run(e *env) error {
	a, err := e.open(app.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer a.Close()
	said, err := a.Feedback(e.ctx, c.Topic)
	if err != nil {
		return err
	}
	t := newTable(e.out, "when", "who", "said", "piece")
	enc := json.NewEncoder(e.out)
	enc.SetEscapeHTML(false)
	for _, f := range said {
		title, err := a.Title(e.ctx, f.Article)
		if err != nil {
			return err
		}
		if !c.JSON {
			t.AppendRow(row(f.At.In(a.Zone()).Format("2006-01-02 15:04"), who(f.By), word(f), shorten(cmp.Or(title, "(not stored)"), 60)+"\n"+f.URL))
			continue
		}
		if err := enc.Encode(feedbackLine{f.URL, f.Topic, f.Label, f.Reason, f.By, f.At, title}); err != nil {
			return fmt.Errorf("print: %w", err)
		}
	}
	switch {
	case c.JSON:
	case len(said) == 0:
		fmt.Fprintln(e.out, "Nobody has judged a piece yet. `newsvigil feedback add like ADDRESS` is how you do it; readers have the buttons in Slack.")
	default:
		t.Render()
	}
	return nil
}

func who(by string) string {
	switch {
	case by == "":
		return "admin"
	case strings.HasPrefix(by, news.Forgotten):
		return "(forgotten)"
	}
	return by
}

func word(f news.Feedback) string {
	if f.Reason != "" {
		return fmt.Sprintf("%s (%s)", f.Label, f.Reason)
	}
	return string(f.Label)
}

type feedbackAddCmd struct {
	Label  string `arg:"" enum:"like,dislike,missed,rescue" help:"like: on topic. dislike: not relevant. missed: should have been in a digest. rescue: a like, and into the next digest."`
	URL    string `arg:"" name:"address" help:"The address of the piece."`
	Reason string `placeholder:"WORDS" help:"Why you dislike it: off topic, repeat, old or opinion. Only off topic teaches the model."`
	Topic  string `placeholder:"NAME" help:"The topic, where there are several."`
	By     string `placeholder:"ID" help:"Who says so; you, without this."`
}

// Run keeps one word.
func (c *feedbackAddCmd) Run(e *env) error {
	w := eval.Word{URL: c.URL, Topic: c.Topic, Label: c.Label, Reason: c.Reason, By: c.By}
	f, problem := w.Feedback()
	if problem != "" {
		return &app.UsageError{Text: problem}
	}
	return e.say([]news.Feedback{f}, c.URL)
}

type feedbackRescueCmd struct {
	URL   string `arg:"" name:"address" help:"The address of a piece that was read and left out."`
	Topic string `placeholder:"NAME" help:"The topic, where there are several."`
	By    string `placeholder:"ID" help:"Who wants it; you, without this."`
}

// Run rescues one piece.
func (c *feedbackRescueCmd) Run(e *env) error {
	return e.say([]news.Feedback{{URL: c.URL, Topic: c.Topic, By: c.By, Label: news.LabelRescue}}, c.URL)
}

type feedbackImportCmd struct {
	File string `arg:"" name:"file" help:"JSON lines, packed with gzip or not; - is standard input. Each line: {\"url\", \"topic\", \"label\"[, \"reason\", \"by\", \"at\"]}; labels are like, dislike, missed and rescue."`
}

// Run keeps every word of a file, or none where one of them is wrong.
func (c *feedbackImportCmd) Run(e *env) error {
	var lines []int
	words, err := readRows(c.File, func(in eval.Input) (words []news.Feedback, err error) {
		words, lines, err = eval.Words(e.ctx, in)
		return words, err
	})
	if err != nil {
		return err
	}
	err = e.say(words, "")
	if wrong, ok := errors.AsType[*app.WordError](err); ok {
		name := c.File
		if name == "-" {
			name = "standard input"
		}
		return &app.UsageError{Text: fmt.Sprintf("%s:%d: %v; nothing of the file was kept", name, lines[wrong.Index], wrong.Err)}
	}
	return err
}

// say keeps words, lets the models learn from them and says what came of it; of a single piece, named by
// its address, also what becomes of it.
func (e *env) say(words []news.Feedback, address string) error {
	a, err := e.open(app.Options{Beside: true})
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.Remember(e.ctx, words...); err != nil {
		return err
	}
	fmt.Fprintf(e.out, "Noted: %s.\n", plural(len(words), "judgement", "judgements"))
	if err := e.study(a); err != nil || address == "" {
		return err
	}
	x, err := a.Explain(e.ctx, address)
	if err != nil {
		return err
	}
	fmt.Fprintln(e.out, x.Verdict)
	return nil
}

// study lets the models learn and says what they learned.
func (e *env) study(a *app.App) error {
	if a.Beside() {
		fmt.Fprintln(e.out, "The newsvigil that is running learns from it within five minutes.")
		return nil
	}
	studied, err := a.Study(e.ctx)
	if err != nil {
		return err
	}
	for _, s := range studied {
		fmt.Fprintf(e.out, "Topic %q has learned from %s.\n", s.Topic, plural(s.Labels, "judged piece", "judged pieces"))
		if s.Refused > 0 {
			fmt.Fprintf(e.out, "  %s kept and not learned from: %s.\n", plural(s.Refused, "other is", "others are"), s.Why)
		}
	}
	return nil
}

type feedbackWithdrawCmd struct {
	URL   string `arg:"" name:"address" help:"The address of the piece."`
	Topic string `placeholder:"NAME" help:"The topic, where there are several."`
	By    string `placeholder:"ID" help:"Only what this reader said; what all said, without this."`
}

// Run takes words back; the models forget them.
func (c *feedbackWithdrawCmd) Run(e *env) error {
	a, err := e.open(app.Options{Beside: true})
	if err != nil {
		return err
	}
	defer a.Close()
	n, err := a.Withdraw(e.ctx, news.Feedback{URL: c.URL, Topic: c.Topic, By: c.By})
	if err != nil {
		return err
	}
	if n == 0 {
		return &app.UsageError{Text: fmt.Sprintf("nothing was said of %s; `newsvigil feedback` lists what was", c.URL)}
	}
	fmt.Fprintf(e.out, "Taken back: %s.\n", plural(n, "judgement", "judgements"))
	return e.study(a)
}
