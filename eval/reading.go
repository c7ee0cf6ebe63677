package eval

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"newsvigil/crawler/extract"
	"newsvigil/news"
	"newsvigil/text"
)

// poorBody is the F1 of a body below which its page is listed among the failures.
const poorBody = 0.9

// bodyRead is how well one page's body was read.
type bodyRead struct {
	precision, recall float64
	failure           *Failure
}

func newBodyRead(item string, precision, recall float64, problem error) bodyRead {
	b := bodyRead{precision: precision, recall: recall}
	if f1 := harmonic(precision, recall); f1 < poorBody {
		got := fmt.Sprintf("F1 %.3f, precision %.3f, recall %.3f", f1, precision, recall)
		if problem != nil {
			got += ": " + problem.Error()
		}
		b.failure = &Failure{Item: item, Want: fmt.Sprintf("F1 of %.1f", poorBody), Got: got}
	}
	return b
}

// bodyFigures are mean precision, mean recall and the F1 of the two means.
func bodyFigures(set string, reads []bodyRead) []Figure {
	var precision, recall []float64
	var failures []Failure
	for _, r := range reads {
		precision, recall = append(precision, r.precision), append(recall, r.recall)
		if r.failure != nil {
			failures = append(failures, *r.failure)
		}
	}
	p, r := Mean(precision), Mean(recall)
	return []Figure{
		{Set: set, Measure: "body precision", Value: p, N: len(reads)},
		{Set: set, Measure: "body recall", Value: r, N: len(reads)},
		{Set: set, Measure: "body F1", Value: harmonic(p, r), N: len(reads), Failures: failures},
	}
}

// unread reports errors that say what is wrong with the page rather than with the reading of its file.
func unread(err error) bool {
	return errors.Is(err, extract.ErrNotArticle) || errors.Is(err, extract.ErrBlocked) || errors.Is(err, extract.ErrGone)
}

// AEBFigures reads the 181 pages of the article extraction benchmark in dir and compares the bodies
// with the benchmark's own measure. The error wraps fs.ErrNotExist where the pages are not there.
func AEBFigures(ctx context.Context, dir string) ([]Figure, error) {
	pages, err := readAEB(dir)
	if err != nil {
		return nil, fmt.Errorf("read the article extraction benchmark: %w", err)
	}
	reads, err := each(ctx, len(pages), func(i int) (bodyRead, error) {
		p := pages[i]
		a, err := readPage(filepath.Join(dir, "html", p.key+".html.gz"), p.URL, "")
		if err != nil && !unread(err) {
			return bodyRead{}, err
		}
		precision, recall := overlap(p.Body, a.Text)
		return newBodyRead(p.key[:8]+" "+p.URL, precision, recall, err), nil
	})
	if err != nil {
		return nil, err
	}
	return bodyFigures("AEB", reads), nil
}

// fundusRead is how well one page of fundus was read: the body, and what failed of the rest.
type fundusRead struct {
	body                                bodyRead
	title, authors, day, instant, zoned *Failure
}

// FundusFigures reads the pages of the fundus collection in dir: body, title, authors and date. The
// expectations of a page exist in versions of which one is meant; it is taken to be the one whose body is
// nearest. Some publishers count the summary as a part of the body and some do not, so the better of the
// two counts. The error wraps fs.ErrNotExist where the pages are not there.
func FundusFigures(ctx context.Context, dir string) ([]Figure, error) {
	pages, err := readFundus(dir)
	if err == nil && len(pages) == 0 {
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, fmt.Errorf("read the pages of fundus in %s: %w", dir, err)
	}
	reads, err := each(ctx, len(pages), func(i int) (fundusRead, error) { return readFundusPage(pages[i]) })
	if err != nil {
		return nil, err
	}
	bodies := make([]bodyRead, len(reads))
	for i, r := range reads {
		bodies[i] = r.body
	}
	const set = "fundus"
	share := func(measure string, failure func(fundusRead) *Failure) Figure {
		f := Figure{Set: set, Measure: measure, N: len(reads)}
		for _, r := range reads {
			if bad := failure(r); bad != nil {
				f.Failures = append(f.Failures, *bad)
			}
		}
		f.Value = 1 - ratio(float64(len(f.Failures)), float64(f.N))
		return f
	}
	return append(bodyFigures(set, bodies),
		share("title as expected", func(r fundusRead) *Failure { return r.title }),
		share("authors as expected", func(r fundusRead) *Failure { return r.authors }),
		share("day of publication right", func(r fundusRead) *Failure { return r.day }),
		share("instant of publication right", func(r fundusRead) *Failure { return r.instant }),
		share("date not off by a zone", func(r fundusRead) *Failure { return r.zoned }),
	), nil
}

func readFundusPage(p fundusPage) (fundusRead, error) {
	a, problem := readPage(p.file, p.url, p.publisher)
	if problem != nil && !unread(problem) {
		return fundusRead{}, problem
	}
	want, precision, recall := nearestVersion(p.versions, a.Text)
	item := strings.TrimSuffix(filepath.Base(p.file), ".html.gz")
	r := fundusRead{body: newBodyRead(item, precision, recall, problem)}
	if text.Fold(a.Title) != text.Fold(want.Title) {
		r.title = &Failure{item, want.Title, a.Title}
	}
	if !slices.Equal(foldedSet(a.Authors), foldedSet(want.Authors)) {
		r.authors = &Failure{item, strings.Join(want.Authors, " | "), strings.Join(a.Authors, " | ")}
	}
	judgeDate(&r, Failure{Item: item, Want: want.Date}, a.Published)
	return r, nil
}

func nearestVersion(versions []fundusPiece, got string) (best fundusPiece, precision, recall float64) {
	top := -1.0
	for _, v := range versions {
		for _, body := range []string{v.body(), v.summary() + "\n" + v.body()} {
			if p, r := overlap(body, got); harmonic(p, r) > top {
				top, best, precision, recall = harmonic(p, r), v, p, r
			}
		}
	}
	return best, precision, recall
}

// foldedSet makes names comparable whatever their order, capitals and accents.
func foldedSet(names []string) []string {
	var out []string
	for _, n := range names {
		out = append(out, text.Fold(n))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// judgeDate compares a date with the expected one, which is an instant with an offset. A day is right
// if it is the same in the expected zone. A date is off by a zone if it differs by full quarters of an
// hour and by less than zones can: the sure sign that the time was read and its zone was not.
func judgeDate(r *fundusRead, f Failure, got news.Instant) {
	want, err := time.Parse("2006-01-02 15:04:05-07:00", f.Want)
	if err != nil {
		return // nothing is expected
	}
	f.Got = got.Time.Format("2006-01-02 15:04:05-07:00")
	day := got.Time
	switch {
	case got.IsZero():
		f.Got = "none"
	case got.DateOnly:
		f.Got = got.Time.Format(time.DateOnly)
	default:
		day = day.In(want.Location())
	}
	if day.Format(time.DateOnly) != want.Format(time.DateOnly) {
		r.day = &f
	}
	if !got.Time.Equal(want) || got.DateOnly {
		r.instant = &f
	}
	apart := got.Time.Sub(want).Abs()
	if !got.IsZero() && !got.DateOnly && apart > 0 && apart <= 14*time.Hour && apart%(15*time.Minute) == 0 {
		r.zoned = &f
	}
}
