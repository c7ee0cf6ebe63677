package eval

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"newsvigil/crawler/extract"
	"newsvigil/news"
)

// readPage reads the article on a stored page. What no article can be read from is an empty one, with
// the error.
func readPage(file, url, outlet string) (news.Article, error) {
	page, err := unzip(file)
	if err != nil {
		return news.Article{}, err
	}
	parsed, err := extract.Parse(page, url)
	if err != nil {
		return news.Article{}, err
	}
	return extract.Article(parsed, extract.Hints{Source: news.Source{Name: outlet}})
}

func unzip(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	zr, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("unpack %s: %w", file, err)
	}
	page, err := io.ReadAll(zr)
	if err != nil {
		return nil, fmt.Errorf("unpack %s: %w", file, err)
	}
	return page, nil
}

func readJSON(file string, into any) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	return nil
}

// aebPage is a page of the article extraction benchmark and what its body is.
type aebPage struct {
	Body string `json:"articleBody"`
	URL  string `json:"url"`
	key  string
}

// readAEB reads the list of labelled pages, in order of their keys.
func readAEB(dir string) ([]aebPage, error) {
	truth := map[string]aebPage{}
	if err := readJSON(filepath.Join(dir, "ground-truth.json"), &truth); err != nil {
		return nil, err
	}
	pages := make([]aebPage, 0, len(truth))
	for key, p := range truth {
		p.key = key
		pages = append(pages, p)
	}
	slices.SortFunc(pages, func(a, b aebPage) int { return strings.Compare(a.key, b.key) })
	return pages, nil
}

// fundusPage is a page of the fundus collection with every version of what its publisher's parser is
// expected to read; which of them belongs to the page is not said.
type fundusPage struct {
	file, url, publisher string
	versions             []fundusPiece
}

type fundusPiece struct {
	Authors []string `json:"authors"`
	Title   string   `json:"title"`
	Date    string   `json:"publishing_date"`
	Body    struct {
		Summary  []string `json:"summary"`
		Sections []struct {
			Headline   []string `json:"headline"`
			Paragraphs []string `json:"paragraphs"`
		} `json:"sections"`
	} `json:"body"`
}

func (f fundusPiece) body() string {
	var lines []string
	for _, s := range f.Body.Sections {
		lines = append(append(lines, s.Headline...), s.Paragraphs...)
	}
	return strings.Join(lines, "\n")
}

func (f fundusPiece) summary() string { return strings.Join(f.Body.Summary, "\n") }

// readFundus lists the pages of all countries in order of their names.
func readFundus(dir string) ([]fundusPage, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.html.gz"))
	if err != nil {
		return nil, err
	}
	var pages []fundusPage
	for _, file := range files {
		folder, name := filepath.Split(file)
		p := fundusPage{file: file}
		p.publisher, _, _ = strings.Cut(name, "_")
		var meta map[string]struct{ URL string }
		if err := readJSON(filepath.Join(folder, "meta.info"), &meta); err != nil {
			return nil, err
		}
		p.url = meta[name].URL
		versions := map[string]fundusPiece{}
		if err := readJSON(filepath.Join(folder, p.publisher+".json"), &versions); err != nil {
			return nil, err
		}
		keys := make([]string, 0, len(versions))
		for key, v := range versions {
			if v.body() != "" {
				keys = append(keys, key)
			}
		}
		slices.Sort(keys)
		for _, key := range keys {
			p.versions = append(p.versions, versions[key])
		}
		if len(p.versions) > 0 {
			pages = append(pages, p)
		}
	}
	return pages, nil
}
