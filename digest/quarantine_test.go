package digest

import (
	"reflect"
	"strings"
	"testing"

	"newsvigil/news"
)

func TestLinks(t *testing.T) {
	t.Parallel()
	l := Links{
		Sources: []news.Source{
			{Name: "Post", Home: "https://www.post.example/"}, {Name: "Tide", Home: "https://tide.example.co.kr/", Hosts: []string{"tide-news.example"}},
			{Name: "Tide English", Home: "https://en.tide.example.co.kr/"}, {Name: "Port", Home: "http://127.0.0.1:8081/"},
		},
		Quarantines: []news.Quarantine{{Source: "tide", Outlet: "Tide", Sites: []string{"https://tide.example.co.kr/", "tide-news.example"}}},
	}
	for _, tt := range []struct {
		outlet, in string
		want       bool
	}{
		{"Post", "https://post.example/1", true},
		{"post", "http://m.post.example/1?x=1", true},
		{"Renamed since", "https://post.example/1", true},
		{"Post", "https://POST.example:443/1", true},
		{"Post", "https://post.example.evil.example/1", false},
		{"Post", "https://post.exarnple/1", false},
		{"Post", "https://xn--pst-0na.example/1", false},
		{"Post", "https://post.example@evil.example/1", false},
		{"Post", "https://user:word@post.example/1", false},
		{"Post", "https://t.co/abc", false},
		{"Post", "//post.example/1", false},
		{"Post", "javascript:alert(1)", false},
		{"Post", "", false},
		{"Port", "http://127.0.0.1:8081/1", true},
		{"Port", "http://127.0.0.1:8082/1", false},
		{"Tide", "https://tide.example.co.kr/1", false},
		{"Tide", "https://tide-news.example/1", false},
		{"Tide", "https://post.example/1", false},
		{"Tide English", "https://en.tide.example.co.kr/1", false},
		{"Post", "https://www.tide-news.example/1", false},
		{"Gone", "https://gone.example/1", false},
	} {
		if got := l.Allowed(tt.outlet, tt.in); got != tt.want {
			t.Errorf("%s at %q: %v, want %v", tt.outlet, tt.in, got, tt.want)
		}
		a := news.Article{Source: tt.outlet, URL: tt.in}
		if got := l.Of(a) != ""; got != tt.want {
			t.Errorf("%s at %q: a link %v, want %v", tt.outlet, tt.in, got, tt.want)
		}
	}
}

// TestWithdraw holds that links alone are taken out, everywhere, and that the digest that is stored stays.
func TestWithdraw(t *testing.T) {
	t.Parallel()
	l := Links{
		Sources:     []news.Source{{Name: "Post", Home: "https://post.example/"}, {Name: "Tide", Home: "https://tide.example/"}},
		Quarantines: []news.Quarantine{{Source: "tide", Sites: []string{"https://tide.example/"}}},
	}
	item := func(outlet, url string) news.Item {
		return news.Item{Title: "Title", Outlet: outlet, URL: url,
			Also:    []news.Also{{Outlet: "Post", URL: "https://post.example/2"}, {Outlet: "Tide", URL: "https://tide.example/2"}, {Outlet: "Nameless"}},
			Foreign: []news.Also{{Outlet: "Tide", URL: "https://tide.example/가/3?x=7", Title: "Foreign"}}}
	}
	in := news.Digest{Lead: []news.Item{item("Tide", "https://tide.example/1")}, Lines: []news.Item{item("Post", "https://post.example/1")},
		Rest: []news.Item{item("Gone", "https://gone.example/1")}, Near: []news.Item{item("Tide", "https://tide.example/9")}}
	before := in.Lead[0].Also[1].URL
	got := l.Withdraw(in)
	for i, it := range []news.Item{got.Lead[0], got.Rest[0], got.Near[0]} {
		if it.URL != "" || it.Withdrawn == "" {
			t.Errorf("item %d leads to %q, withdrawn %q", i, it.URL, it.Withdrawn)
		}
	}
	it := got.Lines[0]
	if it.URL != "https://post.example/1" || it.Withdrawn != "" || it.Also[0].URL == "" || it.Also[1].URL != "" || it.Also[2].Withdrawn != "" {
		t.Errorf("%+v", it)
	}
	if f := it.Foreign[0]; f.URL != "" || f.Withdrawn != "https://aaaa.aaaaaaa/가/0?a=0" {
		t.Errorf("%+v", f)
	}
	if in.Lead[0].Also[1].URL != before || in.Lead[0].URL == "" {
		t.Error("the stored digest was changed")
	}
	if again := l.Withdraw(in); !reflect.DeepEqual(again, got) {
		t.Error("withdrawing again gives something else")
	}
	none := Links{Sources: l.Sources}
	if all := none.Withdraw(in); all.Lead[0].URL == "" || all.Near[0].Withdrawn != "" || all.Rest[0].URL != "" {
		t.Errorf("without a quarantine: %+v", all.Lead[0])
	}
}

func TestQuarantinedWords(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]string{"en": "(link withdrawn)", "ko": "(링크 삭제됨)"} {
		if got := WithdrawnNote(lang); got != want {
			t.Errorf("%s: %q", lang, got)
		}
		if got := QuarantinedLine(news.Digest{Language: lang, Quarantined: []string{"A", "B"}}); !strings.Contains(got, "A, B") {
			t.Errorf("%s: %q", lang, got)
		}
	}
	if QuarantinedLine(news.Digest{}) != "" {
		t.Error("nothing is quarantined, and something is said")
	}
}
