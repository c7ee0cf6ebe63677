package eval

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxPage is the largest page that is read, in bytes, unpacked. An article page has a fiftieth of it.
const maxPage = 10 << 20

// PageFile is a saved web page.
type PageFile struct {
	// File is the path as it was given.
	File string
	// URL is the address that the page was read from; "" where it is not known.
	URL string
	// Dir is a folder in which File is looked for first, before the current one; "" is none.
	Dir string
}

// manifestRow is a line of a manifest.
type manifestRow struct {
	File string  `json:"file"`
	URL  *string `json:"url"`
}

func (r manifestRow) problem() string {
	if r.File == "" {
		return `has no "file"; write {"file": "page.html", "url": "https://…"}`
	}
	return ""
}

// Manifest reads a list of saved pages, a JSON line each. Its paths begin at dir, the manifest's own
// folder, or else at the current folder. An *InputError names the line that is wrong.
func Manifest(ctx context.Context, in Input, dir string) ([]PageFile, error) {
	var pages []PageFile
	for r, err := range rows[manifestRow](in) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		p := PageFile{File: r.File, Dir: dir}
		if r.URL != nil {
			p.URL = *r.URL
		}
		pages = append(pages, p)
	}
	return pages, nil
}

// load reads the page, unpacked. Its errors are plain sentences.
func (p PageFile) load() ([]byte, error) {
	f, err := p.open()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("there is no file %s", p.File)
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("%s may not be read by this user", p.File)
	case err != nil:
		return nil, fmt.Errorf("%s cannot be opened: %w", p.File, err)
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no file with a page in it", p.File)
	}
	r, err := unpacked(f)
	if err != nil {
		return nil, fmt.Errorf("%s %w", p.File, err)
	}
	page, err := io.ReadAll(io.LimitReader(r, maxPage+1))
	switch {
	case packed(err):
		return nil, fmt.Errorf("%s is a gzip file that ends early or is damaged", p.File)
	case err != nil:
		return nil, fmt.Errorf("%s cannot be read: %w", p.File, err)
	case len(page) > maxPage:
		return nil, fmt.Errorf("the page is larger than %d MB, so it is hardly an article", maxPage>>20)
	case len(bytes.TrimSpace(page)) == 0:
		return nil, errors.New("the file is empty")
	}
	return page, nil
}

func (p PageFile) open() (*os.File, error) {
	if p.Dir != "" && !filepath.IsAbs(p.File) {
		f, err := os.Open(filepath.Join(p.Dir, filepath.FromSlash(p.File)))
		if !errors.Is(err, fs.ErrNotExist) {
			return f, err
		}
	}
	return os.Open(strings.TrimPrefix(p.File, "file://"))
}
