package address

import (
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"newsvigil/news"
)

func TestCanonical(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"HTTP://WWW.Example.COM:80/A/b/?utm_source=x#top", "http://example.com/A/b"},
		{"https://example.com", "https://example.com/"},
		{"https://example.com./a//", "https://example.com/a"},
		{"https://m.example.com/a", "https://example.com/a"},
		{"https://w.koreatimes.co.kr/a", "https://koreatimes.co.kr/a"},
		{"https://mm.koreatimes.co.kr/a", "https://koreatimes.co.kr/a"},
		{"https://www.m.example.com/a", "https://example.com/a"},
		{"https://m.co.kr/a", "https://m.co.kr/a"},
		{"https://www.gov.uk/a", "https://www.gov.uk/a"},
		{"https://w.blogspot.com/a", "https://w.blogspot.com/a"},
		{"https://www.localhost/a", "https://www.localhost/a"},
		{"https://news.example.com/a", "https://news.example.com/a"},
		{"https://example.com:8443/a", "https://example.com:8443/a"},
		{"https://user:pass@example.com/a", "https://example.com/a"},
		{"http://127.0.0.1:8080/a/", "http://127.0.0.1:8080/a"},
		{"http://[2001:DB8::1]:8080/a", "http://[2001:db8::1]:8080/a"},
		{"https://example.com/?cd=COM000100&lang=en", "https://example.com/?cd=COM000100&lang=en"},
		{"https://example.com/v?lang=en&cd=COM000100", "https://example.com/v?cd=COM000100&lang=en"},
		{"https://example.com/v?b=2&a=2&a=1", "https://example.com/v?a=2&a=1&b=2"},
		{"https://example.com/v?a=1&amp;utm_medium=x&amp;b=2", "https://example.com/v?a=1&b=2"},
		{"https://example.com/v?utm%5Fsource=x&UTM_Medium=y&FBCLID=z", "https://example.com/v"},
		{"https://example.com/v?", "https://example.com/v"},
		{"https://example.com/v?&&a=1&", "https://example.com/v?a=1"},
		{"https://example.com/v?ref=home&source=rss&id=1", "https://example.com/v?id=1&ref=home&source=rss"},
		{"https://example.com/%7euser/%ea%b0%80", "https://example.com/~user/%EA%B0%80"},
		{"https://example.com/가", "https://example.com/%EA%B0%80"},
		{"https://example.com/a%2Fb", "https://example.com/a%2Fb"},
		{"https://example.com/a/./b/../c", "https://example.com/a/c"},
		{"https://example.com/100%", "https://example.com/100%25"},
		{"https://example.com/a b", "https://example.com/a%20b"},
		{"https://example.com\\a\\b", "https://example.com/a/b"},
		{"https://세계.com/", "https://xn--989aw10b.com/"},
		{"https://EXAMPLE.com/a;jsessionid=0A?x=1", "https://example.com/a?x=1"},
		{"https://example.com/v?PHPSESSID=abc&id=1", "https://example.com/v?id=1"},
		{"https://example.com/(S(0abc9))/v?CFID=1&CFTOKEN=2&id=3", "https://example.com/v?id=3"},
		{"https://example.com/v/(S(0abc9))/", "https://example.com/v"},
		{"https://example.com/(S(a))/(S(b))/v?ASPSESSIONIDQQ=1", "https://example.com/v"},
		{"\thttps://exam\nple.com/a ", "https://example.com/a"},
	}
	for _, tt := range tests {
		got, err := Canonical(tt.in)
		if err != nil || got != tt.want {
			t.Errorf("%q: got %q, %v; want %q", tt.in, got, err, tt.want)
		}
	}
}

func TestCanonicalRejects(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		"", "example.com", "/a", "//example.com/a", "ftp://example.com/", "javascript:alert(1)", "mailto:a@b.c", "data:text/html,x", "file:///etc/passwd",
		"http://", "https://exa mple.com/", "http://[::1", "http://1.2.3.4.5/", "http://example.com:99999/", "https://example.com/" + strings.Repeat("a", maxLength),
		"https://example.com/" + strings.Repeat("가", maxLength/4), "https://" + strings.Repeat("a.", 126) + "com/", "http:꩒" + strings.Repeat("X", 2000),
	} {
		if got, err := Canonical(in); err == nil {
			t.Errorf("%q: got %q, want an error", in, got)
		}
	}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	const base = "https://www.example.com/news/list.html?page=2"
	tests := []struct{ base, ref, want string }{
		{base, "/arti/1.html", "https://www.example.com/arti/1.html"},
		{base, "1.html", "https://www.example.com/news/1.html"},
		{base, "../1.html", "https://www.example.com/1.html"},
		{base, "?page=3", "https://www.example.com/news/list.html?page=3"},
		{base, "//m.example.com/a", "https://m.example.com/a"},
		{base, "http://other.com/a?b=1#c", "http://other.com/a?b=1#c"},
		{base, "", base},
		{base, " /a b\n", "https://www.example.com/a%20b"},
		{base, "/%zz", "https://www.example.com/%25zz"},
		{base, "/가", "https://www.example.com/%EA%B0%80"},
		{"", "https://example.com/a", "https://example.com/a"},
		{base, "javascript:void(0)", ""},
		{base, "mailto:a@b.c", ""},
		{base, "data:,x", ""},
		{"", "/a", ""},
		{"nonsense", "/a", ""},
	}
	for _, tt := range tests {
		got, err := Resolve(tt.base, tt.ref)
		if got != tt.want || (err != nil) != (tt.want == "") {
			t.Errorf("%q: got %q, %v; want %q", tt.ref, got, err, tt.want)
		}
	}
}

func TestHost(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"https://WWW.Example.com:443/a", "www.example.com"},
		{"http://example.com:443/a", "example.com:443"},
		{"http://127.0.0.1:8080", "127.0.0.1:8080"},
		{"http://[::1]:8080", "[::1]:8080"},
		{"https://세계.com/", "xn--989aw10b.com"},
		{"ftp://example.com/", ""},
		{"example.com", ""},
	}
	for _, tt := range tests {
		if got := Host(tt.in); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.in, got, tt.want)
		}
	}
}

// lawful checks what must hold for any bytes.
func lawful(t interface{ Fatalf(string, ...any) }, raw string) {
	once, err := Canonical(raw)
	if err != nil {
		return
	}
	if twice, err := Canonical(once); err != nil || twice != once {
		t.Fatalf("%q: folds to %q, and that to %q, %v", raw, once, twice, err)
	}
	u, err := url.Parse(once)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		t.Fatalf("%q: folds to %q, which net/url reads as %v, %v", raw, once, u, err)
	}
	if !SameSite(raw, once) || !Belongs(news.Source{Home: once}, raw) {
		t.Fatalf("%q: folds to %q, which is another site", raw, once)
	}
	abs, err := Resolve("", raw)
	if err != nil && len(raw) < maxLength/4 {
		t.Fatalf("%q: is an address but does not resolve: %v", raw, err)
	}
	if len(once) > maxLength || len(abs) > maxLength {
		t.Fatalf("%d bytes became %d and %d", len(raw), len(once), len(abs))
	}
	if _, err := url.Parse(abs); err != nil {
		t.Fatalf("%q: resolves to %q, which net/url cannot read: %v", raw, abs, err)
	}
	if other, _ := Canonical(abs); abs != "" && other != once {
		t.Fatalf("%q: folds to %q, but resolved to %q", raw, once, other)
	}
}

func TestCanonicalLaws(t *testing.T) {
	t.Parallel()
	piece := rapid.OneOf(
		rapid.SampledFrom([]string{"/", "//", "?", "&", "=", "#", "%", "%2", "%2e", "%7E", "%C3", ";jsessionid=1", "amp;", "utm_x=1", "a", "b=1", "..", ".", "가", "/amp", ".amp", "(S(a))", "/(S(b))", " ", "\\", "@", ":", "+", "a=2&a=1"}),
		rapid.StringN(0, 4, -1))
	host := rapid.SampledFrom([]string{"example.com", "www.example.com", "m.w.example.co.kr", "www.co.kr", "127.0.0.1:80", "[::1]:8080", "WWW.M.COM", "www.www.com", "세계.kr", "localhost:8080", "m.blogspot.com", "example.com..", "a.b@c.de"})
	rapid.Check(t, func(t *rapid.T) {
		scheme := rapid.SampledFrom([]string{"http://", "https://", "HTTPS://"}).Draw(t, "scheme")
		rest := strings.Join(rapid.SliceOfN(piece, 0, 8).Draw(t, "pieces"), "")
		lawful(t, scheme+host.Draw(t, "host")+rest)
	})
}

func FuzzCanonical(f *testing.F) {
	for _, s := range []string{"https://www.example.com/a/?utm_source=x#y", "http://[::1]:80/%", "https://m.m.co.kr//;jsessionid=/..", "HTTP://가.kr?amp;amp;a", "http://0x7f.1/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { lawful(t, s) })
}
