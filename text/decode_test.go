package text

import (
	"bytes"
	"encoding/xml"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestDecodeFeeds decodes feeds that are labelled rightly, wrongly and oddly, without and with a
// Content-Type, and reads the result as XML.
func TestDecodeFeeds(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/feeds/*.xml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no feeds: %v", err)
	}
	var b strings.Builder
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, contentType := range []string{"", "text/xml", "text/xml; charset=ISO-8859-1"} {
			out, charset := Decode(body, contentType)
			b.WriteString(filepath.Base(file) + " as " + contentType + ": " + charset + ": " + titles(t, out) + "\n")
		}
	}
	const golden = "testdata/feeds.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("titles of feeds (-want +got):\n%s", diff)
	}
}

// titles reads the titles of a feed with a decoder that knows UTF-8 only.
func titles(t *testing.T, body []byte) string {
	t.Helper()
	var out []string
	d := xml.NewDecoder(bytes.NewReader(body))
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return strings.Join(out, " | ")
		}
		if err != nil {
			t.Errorf("%v", err)
			return strings.Join(out, " | ")
		}
		if e, ok := tok.(xml.StartElement); ok && e.Name.Local == "title" {
			var s string
			if err := d.DecodeElement(&s, &e); err != nil {
				t.Errorf("%v", err)
			}
			out = append(out, s)
		}
	}
}

const (
	hangul   = "북한 인권 결의안이 채택됐다고 외교부가 밝혔다. 햏햏 뷁 펲시"
	kana     = "北朝鮮の人権状況についての報告書が国連で公表された。政府は歓迎した。"
	hanzi    = "朝鲜人权状况报告书今天在联合国公布，政府表示欢迎，但没有回答记者的问题。"
	cyrillic = "Министерство не ответило на вопросы журналистов о положении с правами человека в стране."
	french   = "Le ministère n'a pas répondu : « c'est à l'étude », a déclaré le porte-parole à l'Élysée, où l'été s'achève."
)

func encode(t *testing.T, name, s string) []byte {
	t.Helper()
	var enc encoding.Encoding
	enc, err := htmlindex.Get(name)
	if err != nil {
		t.Fatal(err)
	}
	out, err := enc.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return out
}

func TestDecode(t *testing.T) {
	t.Parallel()
	meta := func(label, s string) string {
		return `<html><head><meta charset="` + label + `"></head><p>` + s + "</p>"
	}
	tests := []struct {
		name        string
		charset     string // of the bytes
		in          string // before it is encoded
		contentType string
		want        string // charset found
	}{
		{"utf-8, no label", "utf-8", hangul, "", "utf-8"},
		{"utf-8 labelled euc-kr", "utf-8", meta("euc-kr", hangul), "text/html; charset=euc-kr", "utf-8"},
		{"ascii labelled euc-kr", "utf-8", meta("euc-kr", "plain"), "", "utf-8"},
		{"euc-kr by header", "euc-kr", hangul, "text/html; charset=EUC-KR", "euc-kr"},
		{"euc-kr by quoted header", "euc-kr", hangul, `text/html; charset="ks_c_5601-1987"`, "euc-kr"},
		{"cp949 by meta", "euc-kr", meta("CP949", hangul), "text/html", "euc-kr"},
		{"ms949 by http-equiv", "euc-kr", `<meta http-equiv="Content-Type" content="text/html; charset=ms949">` + hangul, "", "euc-kr"},
		{"euc-kr by declaration", "euc-kr", `<?xml version='1.0' encoding='euc-kr' ?><a>` + hangul + `</a>`, "", "euc-kr"},
		{"euc-kr, no label", "euc-kr", "<html><p>" + hangul + hangul, "text/html", "euc-kr"},
		{"euc-kr labelled utf-8", "euc-kr", meta("utf-8", hangul+hangul), "text/html; charset=utf-8", "euc-kr"},
		{"euc-kr under a server's Latin-1", "euc-kr", meta("euc-kr", hangul), "text/html; charset=iso-8859-1", "euc-kr"},
		{"euc-kr labelled Latin-1 only", "euc-kr", meta("iso-8859-1", hangul+hangul), "", "euc-kr"},
		{"unknown label", "euc-kr", meta("x-nonsense", hangul+hangul), "", "euc-kr"},
		{"label behind 2 KiB", "euc-kr", strings.Repeat(" ", declarationBytes) + meta("utf-16", hangul+hangul), "", "euc-kr"},
		{"shift_jis", "shift_jis", meta("Shift_JIS", kana), "", "shift_jis"},
		{"shift_jis, no label", "shift_jis", kana + kana, "", "shift_jis"},
		{"euc-jp, no label", "euc-jp", kana + kana, "", "euc-jp"},
		{"iso-2022-jp", "iso-2022-jp", meta("iso-2022-jp", kana), "", "iso-2022-jp"},
		{"gb2312", "gbk", meta("gb2312", hanzi), "", "gbk"},
		{"windows-1251", "windows-1251", cyrillic, "text/html; charset=windows-1251", "windows-1251"},
		{"windows-1251, no label", "windows-1251", cyrillic + cyrillic, "", "windows-1251"},
		{"windows-1250 under a server's Latin-1", "windows-1250", meta("windows-1250", "Część żółta"), "text/html; charset=iso-8859-1", "windows-1250"},
		{"latin-1", "windows-1252", french, "text/html; charset=ISO-8859-1", "windows-1252"},
		{"latin-1, no label", "windows-1252", french, "", "windows-1252"},
	}
	for _, tt := range tests {
		body := encode(t, tt.charset, tt.in)
		out, charset := Decode(body, tt.contentType)
		if charset != tt.want {
			t.Errorf("%s: charset %q, want %q", tt.name, charset, tt.want)
		}
		want := strings.Replace(tt.in, "encoding='euc-kr'", "encoding='UTF-8'", 1)
		if diff := cmp.Diff(want, string(out)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestDecodeMarksAndDamage(t *testing.T) {
	t.Parallel()
	long := strings.Repeat(hangul, 20)
	tests := []struct {
		name, in, contentType string
		want, charset         string
	}{
		{"mark", "\xef\xbb\xbf" + hangul, "text/html; charset=euc-kr", hangul, "utf-8"},
		{"utf-16 little", "\xff\xfeA\x00\x00\xac", "", "A가", "utf-16le"},
		{"utf-16 big", "\xfe\xff\x00A\xac\x00", "", "A가", "utf-16be"},
		{"utf-16 by header", "A\x00B\x00", "text/html; charset=utf-16le", "AB", "utf-16le"},
		{"cut in mid-character", hangul[:len(hangul)-1], "", hangul[:len(hangul)-3] + "\uFFFD", "utf-8"},
		{"one broken byte", long + "\xeb" + "<p>", "", long + "\uFFFD<p>", "utf-8"},
		{"empty", "", "text/html; charset=euc-kr", "", "utf-8"},
		{"declared replacement", "<meta charset=iso-2022-kr>plain", "", "<meta charset=iso-2022-kr>plain", "utf-8"},
		{"declaration kept", `<?xml version="1.0" encoding="utf-8"?><a/>`, "", `<?xml version="1.0" encoding="utf-8"?><a/>`, "utf-8"},
		{"declaration rewritten", "\n" + `<?xml version="1.0" encoding="euc-kr"?><a/>`, "", "\n" + `<?xml version="1.0" encoding="UTF-8"?><a/>`, "utf-8"},
	}
	for _, tt := range tests {
		out, charset := Decode([]byte(tt.in), tt.contentType)
		if string(out) != tt.want || charset != tt.charset {
			t.Errorf("%s: got %q in %s, want %q in %s", tt.name, out, charset, tt.want, tt.charset)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`<?xml version="1.0" encoding="euc-kr"?>`+"\xb0\xa1\xb0\xa1"), "text/xml; charset=euc-kr")
	f.Add([]byte("\xff\xfe\x00"), "")
	f.Add([]byte("\x1b$B\x1b"), "x; charset=iso-2022-jp")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		before := bytes.Clone(body)
		out, charset := Decode(body, contentType)
		if !utf8.Valid(out) || charset == "" {
			t.Errorf("%q is decoded to %q from %q", body, out, charset)
		}
		if !bytes.Equal(before, body) {
			t.Error("the body was changed")
		}
		if len(out) > 4*len(body)+16 {
			t.Errorf("%d bytes became %d", len(body), len(out))
		}
	})
}
