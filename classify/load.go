package classify

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"unicode/utf8"

	"newsvigil/news"
)

// maxSeed is the most bytes a seed file may have: a long article is a fiftieth of it.
const maxSeed = 2 << 20

// SeedError is a seed file that cannot be used. It says where the mistake is and what to do.
type SeedError struct {
	// File is the name within the folder; empty where the folder itself is the trouble.
	File string
	// Line and Col count from 1; 0 where no place can be named.
	Line, Col int
	// Problem says what is wrong, Hint what to do about it.
	Problem, Hint string
	// Err is the cause where another package reported one.
	Err error
}

// Error gives `file:line:column: problem; what to do`.
func (e *SeedError) Error() string {
	var b strings.Builder
	if e.File != "" {
		b.WriteString(e.File)
		if e.Line > 0 {
			fmt.Fprintf(&b, ":%d:%d", e.Line, e.Col)
		}
		b.WriteString(": ")
	}
	b.WriteString(e.Problem)
	if e.Hint != "" {
		b.WriteString("; " + e.Hint)
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *SeedError) Unwrap() error { return e.Err }

// LoadExemplars reads every seed file of a folder, ordered by file name: .toml as Encode writes it,
// .txt, .md and .html as they are. README.md, hidden files, backups (~), Go files and folders are
// passed over. Every file that cannot be used is reported: the error joins one *SeedError a file.
func LoadExemplars(fsys fs.FS) ([]news.Exemplar, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, &SeedError{Problem: fmt.Sprintf("the seeds folder cannot be read: %v", err), Hint: "check the path and its permissions", Err: err}
	}
	var found []news.Exemplar
	var wrong []error
	for _, entry := range entries {
		if entry.IsDir() || passedOver(entry.Name()) {
			continue
		}
		e, err := loadSeed(fsys, entry.Name())
		if err == nil {
			err = repeated(e, found)
		}
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		found = append(found, e)
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	if len(found) == 0 {
		return nil, &SeedError{Problem: "no seed files in the folder", Hint: "put at least one article there as .txt, .md or .html, or make one with `newsvigil seeds add`"}
	}
	return found, nil
}

func passedOver(name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") || strings.EqualFold(name, "README.md") {
		return true
	}
	switch seedKind(name) {
	case ".toml", ".txt", ".md", ".html", ".pdf", ".doc", ".docx", ".hwp", ".rtf":
		return false
	}
	return true
}

// seedKind is the extension of a seed file, its longer forms folded to the usual ones.
func seedKind(name string) string {
	switch ext := strings.ToLower(path.Ext(name)); ext {
	case ".htm", ".xhtml":
		return ".html"
	case ".markdown":
		return ".md"
	case ".hwpx":
		return ".hwp"
	default:
		return ext
	}
}

func loadSeed(fsys fs.FS, name string) (news.Exemplar, error) {
	data, err := readSeed(fsys, name)
	if err != nil {
		return news.Exemplar{}, err
	}
	if seedKind(name) == ".toml" {
		return decode(name, data)
	}
	meta, body, err := ParseSeedFile(name, data)
	if err != nil {
		return news.Exemplar{}, err
	}
	e := NewExemplar(meta, body)
	e.File = name
	if len(e.Terms) == 0 {
		return news.Exemplar{}, &SeedError{File: name, Problem: "no words to learn from", Hint: "put the article's text into the file; lists of links and captions do not count"}
	}
	return e, nil
}

func readSeed(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, &SeedError{File: name, Problem: fmt.Sprintf("cannot be opened: %v", err), Hint: "check its permissions", Err: err}
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSeed+1))
	if err != nil {
		return nil, &SeedError{File: name, Problem: fmt.Sprintf("cannot be read: %v", err), Hint: "check its permissions", Err: err}
	}
	if err := readable(name, data); err != nil {
		return nil, err
	}
	return data, nil
}

// readable reports what keeps a file from being read as text.
func readable(name string, data []byte) error {
	switch seedKind(name) {
	case ".toml", ".txt", ".md", ".html":
	default:
		return &SeedError{File: name, Problem: "this kind of file cannot be read", Hint: "save the article's text as a .txt file"}
	}
	if len(data) > maxSeed {
		return &SeedError{File: name, Problem: "larger than 2 MB", Hint: "keep the article alone, without pictures and scripts"}
	}
	if !utf8.Valid(data) {
		return &SeedError{File: name, Problem: "not UTF-8 text", Hint: "save it again with the encoding UTF-8"}
	}
	return nil
}

// repeated reports an exemplar that stands in the folder twice: it would count double.
func repeated(e news.Exemplar, before []news.Exemplar) error {
	for _, b := range before {
		if sameTerms(e, b) {
			return &SeedError{File: e.File, Problem: "the same text as " + b.File, Hint: "delete one of the two files"}
		}
	}
	return nil
}
