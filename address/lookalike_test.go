package address

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestLookAlike(t *testing.T) {
	t.Parallel()
	const times = "https://www.koreatimes.co.kr/"
	for _, tt := range []struct{ in, watched, want string }{
		{"https://koreatimes.com/", times, "has the name of koreatimes.co.kr under another ending"},
		{"https://www.koreatimes.kr/a", times, "has the name of koreatimes.co.kr under another ending"},
		{"koreatimes.co.kr.news-login.com", times, "begins with koreatimes.co.kr, but belongs to news-login.com"},
		{"https://a.koreatimes.co.kr.news-login.com/", times, "begins with koreatimes.co.kr, but belongs to news-login.com"},
		{"https://koreatime.co.kr/", times, "is one letter off koreatimes.co.kr"},
		{"https://koreatiems.co.kr/", times, "is one letter off koreatimes.co.kr"},
		{"https://koreaatimess.com/", times, "is two letters off koreatimes.co.kr"},
		{"https://k0reatimes.co.kr/", times, "is written with letters that look like those of koreatimes.co.kr"},
		{"https://korea-times.com/", times, "is written with letters that look like those of koreatimes.co.kr"},
		{"https://koreatirnes.co.kr/", times, "is written with letters that look like those of koreatimes.co.kr"},
		{"https://kоrеаtimes.co.kr/", times, "is written with letters that look like those of koreatimes.co.kr"}, // Cyrillic о, е, а
		{"https://kóreatimes.com/", times, "is written with letters that look like those of koreatimes.co.kr"},
		{"https://www.koreatimes.co.kr/x", times, ""},
		{"https://feed.koreatimes.co.kr/x", times, ""},
		{"https://koreaherald.com/", times, ""},
		{"https://co.kr/", times, ""},
		{"https://hrw.com/", "https://www.hrw.org/", ""}, // three letters say nothing
		{"https://chosum.com/", "https://www.chosun.com/", "is one letter off chosun.com"},
		{"https://chasum.com/", "https://www.chosun.com/", ""},
		{"https://haani.co.kr/", "https://hani.co.kr/", ""},
		{"https://you.blogspot.com/", "https://me.blogspot.com/", ""},
		{"http://127.0.0.1:81/", "http://127.0.0.1:80/", ""},
		{"nonsense", times, ""},
		{times, "nonsense nonsense", ""},
		{"", "", ""},
	} {
		if got := LookAlike(tt.in, tt.watched); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestDisguised(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]bool{
		"https://kоreatimes.co.kr/": true, // a Cyrillic о
		"https://www.pаypаl.com/":   true,
		"https://세계.com/":           false,
		"https://한국times.kr/":       false,
		"https://münchen.de/":       false,
		"https://новости.рф/":       false,
		"https://example.com/":      false,
		"":                          false,
	} {
		if got := Disguised(in); (got != "") != want {
			t.Errorf("%s: %q", in, got)
		}
	}
}

func TestLabel(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"https://news.example.co.kr/a": "example", "feed.example.net": "example", "https://xn--989aw10b.com/": "세계", "https://co.kr/": "", "http://127.0.0.1/": "", "": "",
	} {
		if got := Label(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// watchedHosts are hosts of outlets of one country's news, in which names resemble one another.
const watchedHosts = `beyondparallel.csis.org dailynk.com en.nkdb.org en.yna.co.kr english.hani.co.kr feed.koreatimes.co.kr kcnawatch.org
libertyinnorthkorea.org news.un.org nkinfo.unikorea.go.kr peace-korea.com thediplomat.com viewusglobal.com world.kbs.co.kr 38north.org amnesty.org
asiapress.org chosun.com globalnk.org hrnk.org hrnkinsider.org hrw.org koreaherald.com koreatimes.co.kr nknews.org nkwatch.org ohchr.org rfa.org
theguardian.com ucanews.com voakorea.com voanews.com www.yna.co.kr humanrightsnorthkorea.blogspot.com donga.com joongang.co.kr khan.co.kr newsis.com
news1.kr nocutnews.co.kr ohmynews.com kookje.co.kr segye.com munhwa.com hankyung.com hankookilbo.com reuters.com apnews.com bbc.com bbc.co.uk`

// TestNoFalseAlarm holds that outlets which have nothing to do with one another are not suspected.
func TestNoFalseAlarm(t *testing.T) {
	t.Parallel()
	list := strings.Fields(watchedHosts)
	for _, a := range list {
		if why := Disguised(a); why != "" {
			t.Errorf("%s %s", a, why)
		}
		for _, b := range list {
			if why := LookAlike(a, b); why != "" {
				t.Errorf("%s %s", a, why)
			}
		}
	}
}

// TestLookAlikeLaws holds that suspicion is mutual but for names within names, that nothing looks like
// its own site, and that a change of one letter in a long name is always seen.
func TestLookAlikeLaws(t *testing.T) {
	t.Parallel()
	word := rapid.StringMatching(`[a-z]{6,20}`)
	ending := rapid.SampledFrom([]string{".com", ".co.kr", ".org", ".kr"})
	rapid.Check(t, func(t *rapid.T) {
		a := word.Draw(t, "a") + ending.Draw(t, "ending")
		b := word.Draw(t, "b") + ending.Draw(t, "other ending")
		if (LookAlike(a, b) == "") != (LookAlike(b, a) == "") {
			t.Fatalf("%s, %s: %q but %q", a, b, LookAlike(a, b), LookAlike(b, a))
		}
		if why := LookAlike("www."+a, a); why != "" {
			t.Fatalf("%s looks like itself: %s", a, why)
		}
		i := rapid.IntRange(0, 5).Draw(t, "at")
		typo := a[:i] + "q" + a[i+1:]
		if typo != a && LookAlike(typo, a) == "" {
			t.Fatalf("%s passes for no %s", typo, a)
		}
	})
}

func FuzzLookAlike(f *testing.F) {
	for _, s := range []string{"https://koreatimes.com/", "xn--80ak6aa92e.com", "xn--", "http://[::1]/", "a.b.c.co.kr"} {
		f.Add(s, "https://www.koreatimes.co.kr/")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if SameSite(a, b) && LookAlike(a, b) != "" {
			t.Errorf("%q looks like its own site %q", a, b)
		}
		Disguised(a)
		SameName(a, b)
	})
}
