package outlets

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/text/encoding/korean"
)

func TestEUCKR(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		want []byte
	}{
		{"A1", []byte("A1")},
		{"가", []byte{0xB0, 0xA1}},
		{"힝", []byte{0xC8, 0xFE}},
		{"한강통신", []byte{0xC7, 0xD1, 0xB0, 0xAD, 0xC5, 0xEB, 0xBD, 0xC5}},
		{"북한 인권", []byte{0xBA, 0xCF, 0xC7, 0xD1, ' ', 0xC0, 0xCE, 0xB1, 0xC7}},
		{"똠", []byte("&#46624;")}, // a syllable beyond KS X 1001
		{"…", []byte("&#8230;")},
	} {
		if got := euckr(c.in); !bytes.Equal(got, c.want) {
			t.Errorf("%q: % X, want % X", c.in, got, c.want)
		}
	}
}

// TestHangulTable compares the table with another implementation of EUC-KR.
func TestHangulTable(t *testing.T) {
	t.Parallel()
	table := strings.TrimSpace(hangul)
	if n := len([]rune(table)); n != 2350 {
		t.Fatalf("%d syllables, want 2350", n)
	}
	want, err := korean.EUCKR.NewEncoder().Bytes([]byte(table))
	if err != nil {
		t.Fatal(err)
	}
	if got := euckr(table); !bytes.Equal(got, want) {
		t.Error("the table is not in the order of KS X 1001")
	}
}
