package text

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"newsvigil/news"
)

func compile(t *testing.T, lists ...news.WordList) *Lexicon {
	t.Helper()
	l, err := Compile(lists)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestFind(t *testing.T) {
	t.Parallel()
	tests := []struct {
		list, in string
		want     string // spellings and counts
	}{
		{"un", "under the sun, UN and U.N.", "un 1"},
		{"u.n.", "the U.N. office", "u.n. 1"},
		{"dprk", "DPRK's DPRK’s (dprk) dprks", "dprk 3"},
		{"dprk", "DPRK의 북한DPRK는", "dprk 2"},
		{"onu", "l'ONU et l’ONU", "onu 2"},
		{"defector*", "Defectors, a defector, defector-led, undefectored", "defector* 3"},
		{"political prison*", "political prisoners in political-prison camps", "political prison* 2"},
		{"north korea", "North Korea, North-Korea, north\u00a0korea, North\nKorea, NORTH   KOREA, North‑Korea", "north korea 6"},
		{"north korea", "North Korean; north. Korea; the north\n\nKorea; North - Korea; northkorea", ""},
		{"re-education", "re-education, re education, reeducation", "re-education 2"},
		{"people's republic", "People’s Republic", "people's republic 1"},
		{"북한", "북한의 인권, 탈북한 북한", "북한 3"},
		{"탈북", "탈북민을 탈북 탈북자", "탈북 3"},
		{"인권 결의", "인권 결의안, 인권\n결의, 인권결의", "인권 결의 2"},
		{"탈북|탈북민", "탈북민을 탈북자", "탈북 1 탈북민 1"},
		{"human rights|rights", "human rights and rights, rights", "rights 2 human rights 1"},
		{"right*|rights group", "rights groups, rights group", "right* 1 rights group 1"},
		{"b|a", "a b", "b 1 a 1"},
		{"DPRK|dprk", "dprk", "DPRK 1"},
		{"人権", "北朝鮮人権問題", "人権 1"},
		{"カード", "ｶｰﾄﾞ", "カード 1"},
		{"права", "Права человека, правах", "права 1"},
		{"прав*", "Права человека, правах", "прав* 2"},
		{"covid-19", "COVID-19 and covid-190", "covid-19 1"},
		{"café", "CAFE\u0301", "café 1"},
		{"aa", "aa aa-aa", "aa 3"},
		{"elysee", "à l'Élysée, l’Elysee", "elysee 2"},
		{"kırım*", "KIRIM'da, Kırım, kirimli", "kırım* 3"},
		{"istanbul", "İSTANBUL İstanbul istanbul", "istanbul 3"},
		{"حقوق الإنسان", "حُقُوقُ الانسان", "حقوق الإنسان 1"},
		{"права человека", "ПРАВА ЧЕЛОВЕКА — права-человека", "права человека 2"},
		{"인권", "국가인권위원회는 인권이, 인권의", "인권 3"},
		{"朝鲜", "朝鲜人权状况，在朝鲜", "朝鲜 2"},
		{"x", "", ""},
	}
	for _, tt := range tests {
		l := compile(t, news.WordList{Name: "list", Any: strings.Split(tt.list, "|")})
		hits := l.Find(tt.in)
		if len(hits) != 1 || hits[0].Name != "list" || len(hits[0].Words) != len(hits[0].Counts) {
			t.Fatalf("%q in %q: %v", tt.list, tt.in, hits)
		}
		var got []string
		for i, w := range hits[0].Words {
			got = append(got, fmt.Sprint(w, " ", hits[0].Counts[i]))
		}
		if got := strings.Join(got, " "); got != tt.want {
			t.Errorf("%q in %q: got %q, want %q", tt.list, tt.in, got, tt.want)
		}
	}
}

func TestFindLists(t *testing.T) {
	t.Parallel()
	l := compile(t,
		news.WordList{Name: "country", Any: []string{"north korea", "북한"}},
		news.WordList{Name: "nothing", Any: []string{"absent"}},
		news.WordList{Name: "empty"},
		news.WordList{Name: "place", Any: []string{"korea", "north*"}},
	)
	want := []news.Hit{
		{Name: "country", Words: []string{"north korea"}, Seen: []string{"North Korea"}, Counts: []int{2}},
		{Name: "nothing"},
		{Name: "empty"},
		{Name: "place", Words: []string{"korea", "north*"}, Seen: []string{"Korea", "North"}, Counts: []int{2, 2}},
	}
	if diff := cmp.Diff(want, l.Find("North Korea and North Korea")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestFindSeen holds that a word is shown as it stands in the piece, not as part of another word.
func TestFindSeen(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ in, list, want string }{
		{"Under fire, the UN spoke", "un", "UN"},
		{"He was Tortured; torture is a crime", "tortur*", "Tortured"},
		{"forced\u00a0labour, Forced Labour", "forced labour", "Forced Labour"},
		{"강제북송 뒤 탈북민을", "탈북민", "탈북민"},
		{"ＤＰＲＫ and dprk", "dprk", "dprk"},
		{"İstanbul and DPRK", "dprk", "DPRK"}, // lower case has another length
		{"İstanbul'da", "istanbul", "İstanbul"},
		{"at the CAFE\u0301 bar", "cafe", "CAFE\u0301"},
		{"the Re-Education Camp at", "re-education camp*", "Re-Education Camp"},
	} {
		hits := compile(t, news.WordList{Name: "list", Any: []string{tt.list}}).Find(tt.in)
		if len(hits[0].Seen) != 1 || hits[0].Seen[0] != tt.want {
			t.Errorf("%q in %q: seen %q, want %q", tt.list, tt.in, hits[0].Seen, tt.want)
		}
	}
}

func TestCompileRejects(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"", " ", "*", " * ", "-", "un*", "a*", "*korea", "nor*th", "north* korea", "!?"} {
		_, err := Compile([]news.WordList{{Name: "good", Any: []string{"fine"}}, {Name: "bad list", Any: []string{"fine", in}}})
		if err == nil || !strings.Contains(err.Error(), `"bad list"`) || strings.Contains(err.Error(), `"good"`) {
			t.Errorf("%q: error %v, want one that names its list only", in, err)
		}
	}
	_, err := Compile([]news.WordList{{Name: "one", Any: []string{"*"}}, {Name: "two", Any: []string{""}}})
	if err == nil || !strings.Contains(err.Error(), "one") || !strings.Contains(err.Error(), "two") {
		t.Errorf("error %v, want both lists named", err)
	}
	for _, in := range []string{"북*", "un", "nor*", "c++", "3.1"} {
		if _, err := Compile([]news.WordList{{Name: "l", Any: []string{in}}}); err != nil {
			t.Errorf("%q: %v", in, err)
		}
	}
}

// TestFindWords: a word is found as often as the scanner of words sees it.
func TestFindWords(t *testing.T) {
	t.Parallel()
	words := []string{"un", "under", "sun", "korea", "korean", "north", "북한", "인권"}
	gaps := []string{" ", ", ", "-", "\n", "\u00a0", " – ", "'s "}
	rapid.Check(t, func(t *rapid.T) {
		want := map[string]int{}
		var b strings.Builder
		for range rapid.IntRange(0, 20).Draw(t, "words") {
			w := rapid.SampledFrom(words).Draw(t, "word")
			want[w]++
			b.WriteString(strings.ToUpper(w) + rapid.SampledFrom(gaps).Draw(t, "gap"))
		}
		l, err := Compile([]news.WordList{{Name: "all", Any: words}})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]int{}
		hit := l.Find(b.String())[0]
		for i, w := range hit.Words {
			got[w] = hit.Counts[i]
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%q (-want +got):\n%s", b.String(), diff)
		}
		if !slices.IsSortedFunc(hit.Counts, func(a, b int) int { return b - a }) {
			t.Fatalf("counts %v are not sorted", hit.Counts)
		}
	})
}

func FuzzText(f *testing.F) {
	f.Add("North Korea's “rights” U.N. 북한의 人権カード 1,500\n\n-", "right*")
	f.Add("\xff\u0301a.b.c.-'s", "a b")
	f.Fuzz(func(t *testing.T, s, w string) {
		if n := len(Words(s)); n > len(s) {
			t.Errorf("%d words in %d bytes", n, len(s))
		}
		for term, n := range Terms(s) {
			if term == "" || n < 1 {
				t.Errorf("term %q counted %d times", term, n)
			}
		}
		if twice := Fold(Fold(s)); twice != Fold(s) {
			t.Errorf("%q folds to %q, then to %q", s, Fold(s), twice)
		}
		Language(s, w)
		if l, err := Compile([]news.WordList{{Name: "l", Any: []string{w}}}); err == nil {
			l.Find(s)
			if len(l.Find(w)[0].Words) == 0 && !strings.Contains(w, "*") {
				t.Errorf("%q is not found in itself", w)
			}
		}
	})
}

func BenchmarkFind(b *testing.B) {
	lists := make([]news.WordList, 20)
	for i := range lists {
		lists[i].Name = fmt.Sprint("list ", i)
		for j := range 20 {
			lists[i].Any = append(lists[i].Any, fmt.Sprintf("report%c%c*", 'a'+i, 'a'+j), fmt.Sprintf("the %c%cword", 'a'+i, 'a'+j), fmt.Sprintf("보%c고", 0xac00+i*20+j))
		}
	}
	l, err := Compile(lists)
	if err != nil {
		b.Fatal(err)
	}
	for name, s := range map[string]string{"english": english + english, "korean": korean + korean + korean} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				l.Find(s)
			}
		})
	}
}
