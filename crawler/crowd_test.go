package crawler

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// nodesOf is how many nodes a page is parsed into.
func nodesOf(page []byte) int {
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return 0
	}
	count := 0
	for range root.Descendants() {
		count++
	}
	return count
}

func TestUncrowded(t *testing.T) {
	t.Parallel()
	var fonts strings.Builder // 400 formatting elements, all different, that are opened anew in every paragraph
	for i := range 400 {
		fmt.Fprintf(&fonts, "<font id=%d>", i)
	}
	// Unclosed elements that are alike do not count: old pages are full of them.
	alike := strings.Repeat("<tr><td><font face=x>a cell</td></tr>", 3000)
	tests := map[string]struct {
		in    string
		whole bool
	}{
		"a story":            {story(1), true},
		"a crowded page":     {strings.Repeat("<div><a href=/x>a link</a></div>", 9000), true},
		"unclosed, alike":    {"<table>" + alike, true},
		"no tags":            {strings.Repeat("a < b and ", 10000), true},
		"empty":              {"", true},
		"many tags":          {strings.Repeat("<b>x</b> ", 500_000), false},
		"opened anew":        {fonts.String() + strings.Repeat("<p>x", 50_000), false},
		"opened anew, mixed": {fonts.String() + strings.Repeat("<p>x</p></b>", 50_000), false},
	}
	for name, tt := range tests {
		got := uncrowded([]byte(tt.in))
		if !strings.HasPrefix(tt.in, string(got)) || tt.whole != (len(got) == len(tt.in)) {
			t.Errorf("%s: %d bytes of %d left", name, len(got), len(tt.in))
		}
		if n := nodesOf(got); n > 2*mostNodes {
			t.Errorf("%s: %d nodes", name, n)
		}
	}
}

func FuzzUncrowded(f *testing.F) {
	f.Add([]byte("<b id=1><i><p>x</b>"), uint16(300))
	f.Add([]byte("<a href='<b>'><nobr></a><table><td>"), uint16(9))
	f.Fuzz(func(t *testing.T, piece []byte, times uint16) {
		page := bytes.Repeat(piece, int(times)%2000)
		got := uncrowded(page)
		if !bytes.HasPrefix(page, got) {
			t.Fatal("more than was cut off")
		}
		if len(got) < 1<<20 {
			if n := nodesOf(got); n > 4*mostNodes {
				t.Fatalf("%d nodes of %d bytes", n, len(got))
			}
		}
	})
}
