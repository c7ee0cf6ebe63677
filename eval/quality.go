package eval

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// Part is a part of the quality table that can be measured by itself.
type Part struct {
	Name string
	// Measure needs the folder of the labelled files. Its error wraps fs.ErrNotExist where they are
	// not there.
	Measure func(ctx context.Context, data string) ([]Figure, error)
	// Long says that it takes more than half a minute and is left to `make eval`.
	Long bool
}

// Parts are the parts of the quality table in its order. Draws is how many times the exemplars of
// each relevance task are drawn, at least 1: more take longer and say more, as five exemplars may
// be lucky ones.
func Parts(draws int) []Part {
	return []Part{
		{Name: "reading", Measure: func(ctx context.Context, data string) ([]Figure, error) {
			aeb, err := AEBFigures(ctx, filepath.Join(data, "aeb"))
			if err != nil {
				return nil, err
			}
			fundus, err := FundusFigures(ctx, filepath.Join(data, "fundus"))
			return append(aeb, fundus...), err
		}},
		{Name: "relevance", Measure: func(ctx context.Context, data string) ([]Figure, error) {
			return ReutersFigures(ctx, filepath.Join(data, "reuters"), draws)
		}},
		{Name: "copies", Measure: func(ctx context.Context, data string) ([]Figure, error) {
			pages, err := readAEB(filepath.Join(data, "aeb"))
			if err != nil {
				return nil, fmt.Errorf("read the texts to be copied: %w", err)
			}
			texts := make([]string, len(pages))
			for i, p := range pages {
				texts[i] = p.Body
			}
			figures, err := CopyFigures(ctx, texts)
			if err != nil {
				return nil, err
			}
			apart, err := pairFigures(ctx, texts, filepath.Join(data, "reuters"))
			return append(figures, apart...), err
		}},
		{Name: "feedback", Long: true, Measure: func(ctx context.Context, data string) ([]Figure, error) {
			return FeedbackFigures(ctx, filepath.Join(data, "reuters"), draws)
		}},
		{Name: "stories", Measure: func(ctx context.Context, data string) ([]Figure, error) {
			return StoryFigures(ctx, filepath.Join(data, "reuters"))
		}},
	}
}

// WriteTable writes figures as a Markdown table. Floor holds the least value by the figure's name.
func WriteTable(w io.Writer, figures []Figure, floor map[string]float64) error {
	var b strings.Builder
	b.WriteString("| set | measure | figure | items | floor |\n| --- | --- | --- | --- | --- |\n")
	for _, f := range figures {
		least := "–"
		if bound, ok := floor[f.Name()]; ok {
			least = share(bound)
		} else if f.Baseline {
			least = "a baseline"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %d | %s |\n", f.Set, f.Measure, share(f.Value), f.N, least)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// share writes a share as people do who compare many: .974, not 0.9743.
func share(x float64) string {
	s := fmt.Sprintf("%.4f", x)
	return strings.TrimPrefix(s, "0")
}

// WriteFailures writes what was judged wrongly in the figures whose name holds the given words,
// capitals aside. Where none does, it names those that could be asked for.
func WriteFailures(w io.Writer, figures []Figure, words string) error {
	var b strings.Builder
	var names []string
	for _, f := range figures {
		if len(f.Failures) > 0 {
			names = append(names, f.Name())
		}
		if len(f.Failures) == 0 || !strings.Contains(strings.ToLower(f.Name()), strings.ToLower(words)) {
			continue
		}
		fmt.Fprintf(&b, "\n%s, %d listed\n", f.Name(), len(f.Failures))
		for _, bad := range f.Failures {
			fmt.Fprintf(&b, "  %s\n    want %s\n    got  %s\n", bad.Item, orNothing(bad.Want), orNothing(bad.Got))
		}
	}
	if b.Len() == 0 {
		fmt.Fprintf(&b, "\nno figure with failures is called %q; those that have some:\n  %s\n", words, strings.Join(names, "\n  "))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func orNothing(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}

// Below names the figures that lie below their floor, a sentence each.
func Below(figures []Figure, floor map[string]float64) []string {
	var out []string
	for _, f := range figures {
		if least, ok := floor[f.Name()]; ok && !(f.Value >= least) {
			out = append(out, fmt.Sprintf("%s is %.4f, below its floor of %.4f", f.Name(), f.Value, least))
		}
	}
	return out
}
