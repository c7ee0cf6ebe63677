package eval

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode/utf8"
)

// maxLine is the longest line of a file of rows in bytes; a long article is a hundredth of it.
const maxLine = 8 << 20

// Input is a file of rows, or a stream: JSON lines, packed with gzip or not.
type Input struct {
	// Name stands in messages: the file's path, or "standard input".
	Name   string
	Reader io.Reader
}

// InputError is a mistake in a file that somebody wrote for this program.
type InputError struct {
	File string
	// Line counts from 1; 0 where the file as a whole is meant.
	Line int
	// Problem says what is wrong and what to write.
	Problem string
}

// Error gives `file:line: problem`.
func (e *InputError) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Problem
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Problem)
}

// checked is a row that knows what it needs; the problem is "" where nothing is missing.
type checked interface{ problem() string }

// rows gives the rows of a file in order. The error, after which nothing follows, is an *InputError
// or the reader's own. A file without any row is an error too: it is mostly the wrong file.
func rows[T checked](in Input) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		empty := true
		for l, err := range lines(in) {
			if err != nil {
				yield(none, err)
				return
			}
			empty = false
			row, problem := decode[T](l.text)
			if problem != "" {
				yield(none, &InputError{in.Name, l.number, problem})
				return
			}
			if !yield(row, nil) {
				return
			}
		}
		if empty {
			yield(none, &InputError{File: in.Name, Problem: "holds no rows; write one JSON object per line"})
		}
	}
}

func decode[T checked](line []byte) (row T, problem string) {
	if !utf8.Valid(line) {
		return row, "is not valid UTF-8; save the file as UTF-8"
	}
	err := json.Unmarshal(line, &row)
	if err == nil {
		return row, row.problem()
	}
	var wrong *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &wrong) && wrong.Field == "":
		return row, fmt.Sprintf("is %s and no JSON object; write one object per line", said(wrong.Value))
	case errors.As(err, &wrong):
		field := wrong.Field[strings.LastIndexByte(wrong.Field, '.')+1:]
		return row, fmt.Sprintf("%q is %s; write text in quotes, or leave the key out", field, said(wrong.Value))
	case errors.As(err, &syntax):
		return row, fmt.Sprintf("is no JSON object (%s, at byte %d); write one JSON object per line", syntax, syntax.Offset)
	}
	return row, err.Error()
}

// said names a kind of JSON value.
func said(kind string) string {
	switch kind {
	case "array", "object":
		return "an " + kind
	case "bool":
		return "true or false"
	case "string":
		return "text"
	}
	return "a number"
}

// line is one line that is not blank. Its text is overwritten by the next one.
type line struct {
	number int
	text   []byte
}

func lines(in Input) iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		r, err := unpacked(in.Reader)
		if err != nil {
			yield(line{}, &InputError{File: in.Name, Problem: err.Error()})
			return
		}
		var buf []byte
		for n := 1; ; n++ {
			buf, err = appendLine(buf[:0], r)
			if err != nil && err != io.EOF {
				yield(line{}, lineError(in.Name, n, err))
				return
			}
			text := bytes.TrimSpace(buf)
			if n == 1 {
				text = bytes.TrimPrefix(text, []byte("\ufeff"))
			}
			if len(text) > 0 && !yield(line{n, text}, nil) || err == io.EOF {
				return
			}
		}
	}
}

var errLongLine = fmt.Errorf("is longer than %d MB; write one JSON object per line", maxLine>>20)

// appendLine reads up to the end of a line; io.EOF comes with the last one, which may be empty.
func appendLine(buf []byte, r *bufio.Reader) ([]byte, error) {
	for {
		part, err := r.ReadSlice('\n')
		buf = append(buf, part...)
		switch {
		case len(buf) > maxLine:
			return buf, errLongLine
		case err != bufio.ErrBufferFull:
			return buf, err
		}
	}
}

func lineError(file string, n int, err error) error {
	switch {
	case errors.Is(err, errLongLine):
		return &InputError{file, n, err.Error()}
	case packed(err):
		return &InputError{file, n, "the gzip file ends early or is damaged; pack it again"}
	}
	return fmt.Errorf("read %s: %w", file, err)
}

// packed reports errors of a gzip stream, rather than of the file it comes from.
func packed(err error) bool {
	var corrupt interface{ Error() string }
	return errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.As(err, &corrupt) && bytes.HasPrefix([]byte(corrupt.Error()), []byte("flate:"))
}

// unpacked reads through gzip where the stream begins like it, whatever the file is called.
func unpacked(r io.Reader) (*bufio.Reader, error) {
	plain := bufio.NewReaderSize(r, 64<<10)
	if head, _ := plain.Peek(2); !bytes.Equal(head, []byte{0x1f, 0x8b}) {
		return plain, nil
	}
	zr, err := gzip.NewReader(plain)
	if err != nil {
		return nil, errors.New("begins like a gzip file and is none")
	}
	return bufio.NewReaderSize(zr, 64<<10), nil
}
