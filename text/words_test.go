package text

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWords(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"North Korea’s human-rights record", "north korea human rights record"},
		{"The U.S., the U.N. and N. Korea.", "the us the un and n korea"},
		{"It ended in D.P.R.K. prison.", "it ended in dprk prison"},
		{"a.m. is not example.com", "am is not example com"},
		{"don't l'ONU O'Brien 'quoted' dogs'", "don't l'onu o'brien quoted dogs"},
		{"1,500 men, 2.5 % in 2026.", "1500 men 2.5 in 2026"},
		{"COVID-19 and 70th", "covid 19 and 70th"},
		{"북한의 인권, 한·미 KBS가 3명", "북한의 인권 한 미 kbs 가 3 명"},
		{"北朝鮮の人権カード", "北朝鮮 の 人権 カード"},
		{"朝鲜人权问题", "朝鲜 鲜人 人权 权问 问题"},
		{"人权问题", "人权问题"},
		{"naïve cafe\u0301", "naïve café"},
		{"права человека", "права человека"},
		{"", ""},
		{" -- '' . ", ""},
	}
	for _, tt := range tests {
		if got := strings.Join(Words(tt.in), " "); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestTerms(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   string
		want map[string]int
	}{
		{"Human rights. Human right!", map[string]int{"human": 2, "right": 2, "human right": 2}},
		{"defectors, the defector and defector's", map[string]int{"defector": 3}},
		{"freedom of speech", map[string]int{"freedom": 1, "speech": 1}},
		{"prison camps\n\nguards", map[string]int{"prison": 1, "camp": 1, "prison camp": 1, "guard": 1}},
		{"prison\ncamps", map[string]int{"prison": 1, "camp": 1, "prison camp": 1}},
		{"human-rights", map[string]int{"human": 1, "right": 1, "human right": 1}},
		{"camp 15 guard 2026", map[string]int{"camp": 1, "guard": 1}},
		{"N. Korea countries classes abuses news crisis virus", map[string]int{
			"korea": 1, "country": 1, "class": 1, "abuse": 1, "news": 1, "crisis": 1, "virus": 1,
			"korea country": 1, "country class": 1, "class abuse": 1, "abuse news": 1, "news crisis": 1, "crisis virus": 1,
		}},
		{"북한의 인권", map[string]int{"북한": 1, "한의": 1, "인권": 1}},
		{"北, 탈북민 3명 및 KBS가", map[string]int{"北": 1, "탈북": 1, "북민": 1, "kbs": 1}},
		{"北朝鮮の人権", map[string]int{"北朝": 1, "朝鮮": 1, "人権": 1}},
		{"и права", map[string]int{"права": 1}},
		{"The U.N. office. Kim", map[string]int{"un": 1, "office": 1, "un office": 1, "kim": 1}},
		{"The of and", map[string]int{}},
		{"Ｆｕｌｌ ＷＩＤＴＨ", map[string]int{"full": 1, "width": 1, "full width": 1}},
		{"L'Élysée, l’Elysee, CAFE\u0301 café", map[string]int{"l'elysee": 2, "cafe": 2, "cafe cafe": 1}},
		{"Łódź Øresund Straße", map[string]int{"lodz": 1, "oresund": 1, "strasse": 1, "lodz oresund": 1, "oresund strasse": 1}},
		{"KIRIM Kırım kirim, İSTANBUL istanbul", map[string]int{"kirim": 3, "kirim kirim": 2, "istanbul": 2, "istanbul istanbul": 1}},
		{"Ёлка елка", map[string]int{"елка": 2, "елка елка": 1}},
		{"Права человека, ПРАВА", map[string]int{"права": 2, "человека": 1, "права человека": 1}},
		{"Нижний", map[string]int{"нижний": 1}},
		{"حُقُوق الإنسان، حقوق الانسان", map[string]int{"حقوق": 2, "الانسان": 2, "حقوق الانسان": 2}},
		{"Ἀθήνα, Αθηνα", map[string]int{"αθηνα": 2}},
		{"זְכוּיוֹת זכויות", map[string]int{"זכויות": 2, "זכויות זכויות": 1}},
		{"人权问题", map[string]int{"人权": 1, "权问": 1, "问题": 1}},
		{"カード が", map[string]int{"カー": 1, "ード": 1}},
		{"", map[string]int{}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, Terms(tt.in)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.in, diff)
		}
	}
}

func TestStopword(t *testing.T) {
	t.Parallel()
	for _, w := range []string{"the", "said", "a", "don't", "및"} {
		if !Stopword(w) {
			t.Errorf("%q is no stop word", w)
		}
	}
	for _, w := range []string{"war", "die", "right", "korea", "un", "북", ""} {
		if Stopword(w) {
			t.Errorf("%q is a stop word", w)
		}
	}
}

// english is an article of about 500 words made of invented sentences.
var english = strings.Repeat("The special rapporteur’s report, published on Monday, describes 1,500 interviews with people who left the country between 2019 and 2024. "+
	"Officials in the capital rejected the findings and called them “a fabrication”; the ministry did not answer questions. "+
	"Neighbouring governments returned workers despite warnings from relief groups, lawyers and the U.N. office in Geneva.\n\n", 9)

// korean is an article of about 400 words.
var korean = strings.Repeat("유엔 특별보고관은 월요일 발표한 보고서에서 2019년부터 2024년까지 나라를 떠난 사람들 1,500명의 면담 내용을 설명했다. "+
	"당국자들은 조사 결과를 부인했으며 외교부는 질문에 답하지 않았다. 주변국 정부는 경고에도 노동자들을 돌려보냈다고 단체들이 전했다.\n\n", 13)

func BenchmarkTerms(b *testing.B) {
	for name, s := range map[string]string{"english": english, "korean": korean} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Terms(s)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "articles/s")
		})
	}
}

func BenchmarkWords(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Shingles(Words(english), 5)
	}
}
