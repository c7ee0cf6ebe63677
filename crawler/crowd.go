package crawler

import (
	"bytes"
	"slices"
)

const (
	// mostTags and mostNodes bound the tree that a page is parsed into. The largest of 285 news pages has
	// 9,238 nodes; a page of 5 MB could make millions, at a hundred bytes and more each.
	mostTags, mostNodes = 60_000, 250_000
	// mostOpen bounds the formatting elements that are taken to be open; the parser refuses deeper nesting.
	mostOpen = 512
)

// uncrowded cuts a page off where its tree would have too many nodes. Formatting elements that are not
// closed count again with every element behind them: the parser opens each of them anew there (HTML
// standard, section 13.2.4.3), so that a page of a few kB can make a tree of gigabytes.
func uncrowded(page []byte) []byte {
	var open [][]byte
	tags, nodes := 0, 0
	for at := 0; ; {
		next := bytes.IndexByte(page[at:], '<')
		if next < 0 {
			return page
		}
		at += next
		tag, end, formats := tagAt(page[at:])
		switch {
		case tag == nil:
		case !formats:
			nodes += 1 + len(open)
		case end:
			open = closed(open, name(tag))
		default:
			nodes += 1
			open = opened(open, tag)
		}
		if tags++; tags > mostTags || nodes > mostNodes {
			return page[:at]
		}
		at++
	}
}

// tagAt reads the tag that begins with page: all of it but the slash of an end tag, whether it ends an
// element, and whether that is a formatting one. It gives nil where there is none.
func tagAt(page []byte) (tag []byte, end, formats bool) {
	tag = page[1:min(len(page), 1<<10)]
	if end = bytes.HasPrefix(tag, []byte("/")); end {
		tag = tag[1:]
	}
	if len(tag) == 0 || tag[0]|0x20 < 'a' || tag[0]|0x20 > 'z' {
		return nil, end, false
	}
	if i := bytes.IndexByte(tag, '>'); i >= 0 {
		tag = tag[:i]
	}
	var low [6]byte // as long as the longest below
	n := name(tag)
	if len(n) > len(low) {
		return tag, end, false
	}
	for i, c := range n {
		low[i] = c | 0x20
	}
	switch string(low[:len(n)]) {
	case "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u":
		formats = true
	}
	return tag, end, formats
}

func name(tag []byte) []byte {
	if i := bytes.IndexAny(tag, " \t\r\n\f/"); i >= 0 {
		return tag[:i]
	}
	return tag
}

// opened adds a formatting element. Of three that are alike the parser forgets the first.
func opened(open [][]byte, tag []byte) [][]byte {
	alike, first := 0, -1
	for i, o := range open {
		if bytes.Equal(o, tag) {
			if alike++; first < 0 {
				first = i
			}
		}
	}
	if alike >= 3 {
		open = slices.Delete(open, first, first+1)
	}
	if len(open) >= mostOpen {
		return open
	}
	return append(open, tag)
}

// closed takes away the last formatting element of that name.
func closed(open [][]byte, of []byte) [][]byte {
	for i := len(open) - 1; i >= 0; i-- {
		if bytes.EqualFold(name(open[i]), of) {
			return slices.Delete(open, i, i+1)
		}
	}
	return open
}
