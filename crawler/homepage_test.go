package crawler

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestSiteName(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("very ", 20) + "long"
	for _, c := range []struct{ in, want string }{
		{`<title>Home | The Harbour Post</title>`, "The Harbour Post"},
		{`<title>The Harbour Post - News of the coast, every day</title>`, "The Harbour Post"},
		{`<title>Anglo-Dutch Post</title>`, "Anglo-Dutch Post"},
		{`<title>항구일보 :: 홈</title>`, "항구일보"},
		{`<title>Home</title>`, ""},
		{`<title></title>`, ""},
		{`<title>Front</title><meta property="og:site_name" content="The Harbour&nbsp;Post">`, "The Harbour Post"},
		{`<meta name="Application-Name" content="Harbour"><title>x</title>`, "Harbour"},
		{`<meta property="og:site_name" content="` + long + `"><title>Harbour Post</title>`, "Harbour Post"},
		{"<title>Har\x1b[31mbour</title>", "Har[31mbour"},
		{`<body><svg><title>Logo</title></svg>`, ""},
		{``, ""},
	} {
		root, err := html.Parse(strings.NewReader(c.in))
		if err != nil {
			t.Fatal(err)
		}
		if got := siteName(root); got != c.want {
			t.Errorf("%s: %q, want %q", c.in, got, c.want)
		}
	}
}
