package config

import (
	"bytes"
	"unicode/utf8"
)

const (
	encodingText = "this is not UTF-8; save the file as UTF-8 in your editor"
	utf16Text    = "the file is saved as UTF-16 (Notepad calls it Unicode); save it as UTF-8"
	// maxInvalid is how many lines with bytes that are no UTF-8 are named.
	maxInvalid = 20
)

// clean strips a byte order mark and replaces bytes that are no UTF-8, noting each such line once,
// so that the rest of the file can still be checked. It works on a copy.
func clean(file string, data []byte) *report {
	data = bytes.Clone(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	rep := newReport(file, data)
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		rep.add(0, utf16Text)
		rep.hopeless = true
		return rep
	}
	noted := 0
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r != utf8.RuneError || n != 1 {
			i += n
			continue
		}
		if line := rep.line(i); line > noted && len(rep.found) < maxInvalid {
			rep.add(i, encodingText)
			noted = line
		}
		data[i] = '?'
		i++
	}
	return rep
}
