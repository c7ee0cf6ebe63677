package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"newsvigil/app"
	"newsvigil/classify"
)

type seedsSuggestCmd struct {
	Topic string `placeholder:"NAME" help:"Only this topic."`
	Most  int    `default:"30" help:"How many words."`
	JSON  bool   `name:"json" help:"A JSON line per word."`
}

// Run proposes words for a person to judge, and prints them as they would be pasted.
func (c *seedsSuggestCmd) Run(e *env) error {
	cfg, err := e.load()
	if err != nil {
		return err
	}
	suggested, err := app.Suggest(e.ctx, app.Options{Config: cfg, Log: e.logger(cfg)}, c.Topic)
	if err != nil {
		return err
	}
	t := newTable(e.out, "topic", "word", "might belong to", "pieces on topic", "off topic")
	enc := json.NewEncoder(e.out)
	var paste strings.Builder
	for _, s := range suggested {
		words := s.Words[:min(c.Most, len(s.Words))]
		for _, w := range words {
			if !c.JSON {
				t.AppendRow(row(s.Topic.Name, w.Word, kindOf(w)+" "+w.List, w.On, w.Off))
				continue
			}
			line := map[string]any{"topic": s.Topic.Name, "word": w.Word, "list": w.List, "kind": kindOf(w), "on": w.On, "off": w.Off}
			if err := enc.Encode(line); err != nil {
				return fmt.Errorf("print: %w", err)
			}
		}
		paste.WriteString(pasted(words))
	}
	if !c.JSON {
		t.Render()
		fmt.Fprint(e.out, "\nNothing was changed. Take only words that pieces on other topics would not have, and paste them into `any`; a \"*\" behind a word also finds its other endings:\n"+paste.String())
	}
	return nil
}

func kindOf(w classify.Suggestion) string {
	if w.Facet {
		return "facet"
	}
	return "concept"
}

// pasted are the words of each list, in the order in which the lists come first.
func pasted(words []classify.Suggestion) string {
	var order []string
	byList := map[string][]string{}
	for _, w := range words {
		key := fmt.Sprintf("%s %q", kindOf(w), w.List)
		if byList[key] == nil {
			order = append(order, key)
		}
		byList[key] = append(byList[key], strconv.Quote(w.Word))
	}
	var b strings.Builder
	for _, key := range order {
		fmt.Fprintf(&b, "  %s: %s,\n", key, strings.Join(byList[key], ", "))
	}
	return b.String()
}
