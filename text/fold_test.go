package text

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestClean(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"  North\u00a0Korea's \n\t rights ", "North Korea's rights"},
		{"evil\u202egnp.exe\u202c", "evilgnp.exe"},
		{"zero\u200bwidth \ufeffmark", "zero width mark"},
		{"soft\u00adhyphen", "softhyphen"},
		{"bell\x07 and\x00nul", "bell andnul"},
		{"👩\u200d👧 می\u200cخواهم", "👩\u200d👧 می\u200cخواهم"},
		{"북한\u3000인권", "북한 인권"},
		{"bad\xff", "bad\ufffd"},
		{"\u2066\u2069", ""},
		{"", ""},
	}
	for _, tt := range tests {
		if got := Clean(tt.in); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{" The  “North’s” ＤＰＲＫ\u00a0… ", `the "north's" dprk ...`},
		{"북한", "북한"},
		{"북한의 인권", "북한의 인권"}, // conjoining jamo, as macOS writes them
		{"ﬁrst ½ ㎏", "first 1⁄2 kg"},
		{"co\u00adoper\u200bate", "cooperate"},
		{"ÄRGER Ésope", "ärger ésope"},
		{"ИГРА ΛΌΓΟΣ", "игра λόγοσ"},
		{"ﾊﾟｿｺﾝ", "パソコン"},
		{"a\x00b\x7f", "ab"},
		{"", ""},
	}
	for _, tt := range tests {
		if got := Fold(tt.in); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.in, got, tt.want)
		}
	}
}

// anyText draws text with the characters that are hard to fold more often than chance would.
func anyText() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		piece := rapid.OneOf(
			rapid.SampledFrom([]string{
				"a", "B", "U.N.", "don't", "’s", "'", " ", "\n\n", "-", "…", "1,500", "2.5", "%", "İ", "ẞ", "ſ", "Å", "\u0301", "\u00ad", "\u200b", "\u202e",
				"북한", "한", "人", "權", "カ", "ﾞ", "の", "ᄇ", "ᅮ", "ᆨ", "½", "™", "\x00", "\xff", "\u0345", "Ω", "*", "Ϊ", "́",
			}),
			rapid.StringN(0, 3, -1))
		return strings.Join(rapid.SliceOfN(piece, 0, 12).Draw(t, "pieces"), "")
	})
}

// TestQuickFold: the short way through text gives what the long way gives, for every character it
// takes, alone and beside others.
func TestQuickFold(t *testing.T) {
	t.Parallel()
	taken := 0
	for r := rune(0); r < 0x11000; r++ {
		for _, s := range []string{string(r), "각" + string(r), string(r) + "a한"} {
			if got, ok := quick(s); ok {
				taken++
				if want := thorough(s); got != want {
					t.Errorf("%q: got %q, want %q", s, got, want)
				}
			}
		}
	}
	if taken < 3*30000 {
		t.Errorf("the short way takes %d texts only", taken)
	}
}

func TestFoldLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := anyText().Draw(t, "text")
		if got, ok := quick(s); ok && got != thorough(s) {
			t.Fatalf("%q: folds to %q the short way and %q the long way", s, got, thorough(s))
		}
		once := Fold(s)
		if twice := Fold(once); twice != once {
			t.Fatalf("%q: folds to %q, and that to %q", s, once, twice)
		}
		if c := Clean(s); Clean(c) != c || !utf8.ValidString(c) {
			t.Fatalf("%q: cleans to %q, and that to %q", s, c, Clean(c))
		}
		if diff := cmp.Diff(Words(s), Words(strings.ToUpper(strings.ToLower(s)))); diff != "" && ascii(s) {
			t.Fatalf("%q: words depend on capitals: %s", s, diff)
		}
	})
}
