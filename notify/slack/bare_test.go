package slack

import "testing"

// TestNoHost holds that a text without a scheme is no link either, and that figures and abbreviations stay.
func TestNoHost(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                                    "",
		"see www.evil.com now":                "see www․evil․com now",
		"WWW.Evil.Example/x":                  "WWW․Evil․Example/x",
		"evil.co.kr, evil.com. And more":      "evil․co․kr, evil․com. And more",
		"write to me@evil.com":                "write to me@evil․com",
		"세계.com":                              "세계․com",
		"3.5 million, 10.30, v1.2.3, 127.0.0": "3.5 million, 10.30, v1.2.3, 127.0.0",
		"U.S. and e.g. that. Then this":       "U.S. and e.g. that. Then this",
		"38north.org":                         "38north․org",
	} {
		if got := noHost(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	if got := escape("<https://evil.com/x|a> & www.evil.com"); got != "&lt;https∶//evil․com/x|a&gt; &amp; www․evil․com" {
		t.Errorf("escaped: %q", got)
	}
}
