package eval

import (
	"context"
	"fmt"
	"path/filepath"

	"newsvigil/crawler/extract"
	"newsvigil/news"
)

// LibraryFigures measures the bodies that the program reads beside those that each library reads alone,
// on the pages of the article extraction benchmark and of fundus in the folder data. A reader that has
// nothing to say of a page has a recall of 0 there; what pages carry for machines is measured where they
// carry it. The error wraps fs.ErrNotExist where the pages are not there.
func LibraryFigures(ctx context.Context, data string) ([]Figure, error) {
	aeb, err := readAEB(filepath.Join(data, "aeb"))
	if err != nil {
		return nil, fmt.Errorf("read the article extraction benchmark: %w", err)
	}
	fundus, err := readFundus(filepath.Join(data, "fundus"))
	if err != nil {
		return nil, fmt.Errorf("read the pages of fundus: %w", err)
	}
	a, err := compareReaders(ctx, "AEB", len(aeb), func(i int) readerPage {
		p := aeb[i]
		return readerPage{filepath.Join(data, "aeb", "html", p.key+".html.gz"), p.URL, "", func(got string) (float64, float64) { return overlap(p.Body, got) }}
	})
	if err != nil {
		return nil, err
	}
	f, err := compareReaders(ctx, "fundus", len(fundus), func(i int) readerPage {
		p := fundus[i]
		return readerPage{p.file, p.url, p.publisher, func(got string) (float64, float64) {
			_, precision, recall := nearestVersion(p.versions, got)
			return precision, recall
		}}
	})
	return append(a, f...), err
}

// readerPage is a page of an outlet, and how far a text is its body.
type readerPage struct {
	file, url, outlet string
	judge             func(got string) (precision, recall float64)
}

func programReader(outlet string) func(p *extract.Parsed) string {
	return func(p *extract.Parsed) string {
		a, err := extract.Article(p, extract.Hints{Source: news.Source{Name: outlet}})
		if err != nil {
			return ""
		}
		return a.Text
	}
}

// carried is the reader that only some pages are made for.
const carried = "JSON-LD articleBody"

func compareReaders(ctx context.Context, set string, n int, page func(i int) readerPage) ([]Figure, error) {
	readers := append([]extract.Reader{{Name: "newsvigil"}}, extract.Readers()...)
	read, err := each(ctx, n, func(i int) ([]*bodyRead, error) {
		p := page(i)
		body, err := unzip(p.file)
		if err != nil {
			return nil, err
		}
		parsed, err := extract.Parse(body, p.url)
		if err != nil {
			return nil, err
		}
		out := make([]*bodyRead, len(readers))
		for k, r := range readers {
			if k == 0 {
				r.Read = programReader(p.outlet)
			}
			if got := r.Read(parsed); got != "" || r.Name != carried {
				precision, recall := p.judge(got)
				out[k] = &bodyRead{precision: precision, recall: recall}
			}
		}
		return out, nil
	})
	if err != nil {
		return nil, err
	}
	var figures []Figure
	for k, r := range readers {
		var list []bodyRead
		for _, row := range read {
			if row[k] != nil {
				list = append(list, *row[k])
			}
		}
		for _, f := range bodyFigures(set, list) {
			f.Measure, f.Baseline = r.Name+": "+f.Measure, k > 0
			figures = append(figures, f)
		}
	}
	return figures, nil
}
