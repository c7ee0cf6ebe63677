package text

import (
	"bytes"
	"mime"
	"strings"
	"unicode/utf8"

	"github.com/wlynxg/chardet"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

const (
	// declarationBytes is how far into a document its own declaration of a charset is looked for.
	declarationBytes = 2 << 10
	// detectBytes is how much text is enough for a guess.
	detectBytes = 32 << 10
)

// Decode turns a document into UTF-8 and names the charset it was in ("utf-8", "euc-kr", …). What
// the bytes prove comes first: a byte order mark, then valid UTF-8. Then comes what is declared, in the
// Content-Type or within the first 2 KiB of the document, where the bytes allow it, and last a guess.
// The result is always valid UTF-8, without a mark, and an XML declaration in it says so.
func Decode(body []byte, contentType string) (decoded []byte, charset string) {
	out, charset := decode(body, contentType)
	if !utf8.Valid(out) {
		out = bytes.ToValidUTF8(out, []byte("\uFFFD"))
	}
	return relabel(out), charset
}

func decode(body []byte, contentType string) ([]byte, string) {
	if out, name, ok := marked(body); ok {
		return out, name
	}
	labels := declared(body, contentType)
	if isUTF8(body) && !escaped(body, labels) {
		return body, "utf-8"
	}
	for _, label := range labels {
		if out, name, ok := try(body, label); ok {
			return out, name
		}
	}
	if out, name, ok := try(body, guess(body)); ok {
		return out, name
	}
	enc, _ := htmlindex.Get("windows-1252")
	out, _ := enc.NewDecoder().Bytes(body)
	return out, "windows-1252"
}

// marked decodes a body that starts with a byte order mark, or in UTF-16 with the < of a document, which
// says as much.
func marked(body []byte) (out []byte, name string, ok bool) {
	mark := 2
	switch {
	case bytes.HasPrefix(body, []byte("<\x00")) && len(body) > 3 && body[2] != 0 && body[3] == 0:
		name, mark = "utf-16le", 0
	case bytes.HasPrefix(body, []byte("\x00<\x00")) && len(body) > 3 && body[3] != 0:
		name, mark = "utf-16be", 0
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		return body[3:], "utf-8", true
	case bytes.HasPrefix(body, []byte("\xff\xfe")):
		name = "utf-16le"
	case bytes.HasPrefix(body, []byte("\xfe\xff")):
		name = "utf-16be"
	default:
		return nil, "", false
	}
	endian := unicode.LittleEndian
	if name == "utf-16be" {
		endian = unicode.BigEndian
	}
	out, err := unicode.UTF16(endian, unicode.IgnoreBOM).NewDecoder().Bytes(body[mark:])
	return out, name, err == nil
}

// isUTF8 reports whether body is UTF-8. A character cut off at the end, where a cap fell, is
// forgiven, and so are a few broken ones among many good: advertisements are cut in mid-character.
func isUTF8(body []byte) bool {
	good, bad := 0, 0
	for i := 0; i < len(body); {
		if body[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(body[i:])
		switch {
		case r != utf8.RuneError || n > 1:
			good++
		case utf8.FullRune(body[i:]):
			bad++
		}
		i += n
	}
	return bad == 0 || bad*20 <= good
}

// escaped reports whether a body of seven-bit bytes is in a charset that switches by escapes.
func escaped(body []byte, labels []string) bool {
	for _, l := range labels {
		if strings.HasPrefix(l, "iso-2022-") {
			return bytes.IndexByte(body, 0x1b) >= 0
		}
		if strings.HasPrefix(l, "utf-16") {
			return bytes.IndexByte(body, 0) >= 0
		}
	}
	return false
}

// declared returns the charsets that a document is labelled with, the most credible first. A Latin-1
// label in the Content-Type is many servers' default and comes after the document's own word.
func declared(body []byte, contentType string) []string {
	var out []string
	if _, params, err := mime.ParseMediaType(contentType); err == nil && params["charset"] != "" {
		out = append(out, label(params["charset"]))
	}
	if own := ownLabel(body[:min(len(body), declarationBytes)]); own != "" {
		out = append(out, own)
	}
	if len(out) == 2 && latin1(out[0]) {
		out[0], out[1] = out[1], out[0]
	}
	return out
}

// ownLabel finds encoding= or charset= in the head of a document.
func ownLabel(head []byte) string {
	lower := bytes.ToLower(head)
	for _, key := range []string{"encoding", "charset"} {
		for at := 0; ; {
			i := bytes.Index(lower[at:], []byte(key))
			if i < 0 {
				break
			}
			at += i + len(key)
			rest := bytes.TrimLeft(lower[at:], " \t\r\n")
			if len(rest) == 0 || rest[0] != '=' {
				continue
			}
			rest = bytes.TrimLeft(rest[1:], " \t\r\n\"'")
			if n := bytes.IndexAny(rest, " \t\r\n\"';/>?"); n > 0 && n < 40 {
				return label(string(rest[:n]))
			}
		}
	}
	return ""
}

// label is a charset's name in the form that the WHATWG index knows. Korean pages and detectors use
// several names for the one superset of EUC-KR.
func label(name string) string {
	name = strings.ToLower(strings.Trim(strings.TrimSpace(name), `"'`))
	switch name {
	case "cp949", "ms949", "uhc", "x-windows-949", "windows-949", "ksc5601", "ks_c_5601", "ksc_5601", "ks_c_5601_1987", "euc_kr", "euckr":
		return "euc-kr"
	case "utf8", "utf-8-sig", "utf_8":
		return "utf-8"
	case "cp1252":
		return "windows-1252"
	case "cp932", "ms932", "sjis":
		return "shift_jis"
	case "cp936", "gb18030-2000":
		return "gb18030"
	}
	return name
}

func latin1(name string) bool {
	enc, err := htmlindex.Get(name)
	if err != nil {
		return false
	}
	canonical, _ := htmlindex.Name(enc)
	return canonical == "windows-1252"
}

// try decodes body from the charset named; ok is false where the bytes contradict the name.
func try(body []byte, name string) (out []byte, canonical string, ok bool) {
	enc, err := htmlindex.Get(name)
	if err != nil || enc == encoding.Replacement {
		return nil, "", false
	}
	canonical, err = htmlindex.Name(enc)
	if err != nil || canonical == "utf-8" || canonical == "x-user-defined" {
		return nil, "", false
	}
	if canonical == "windows-1252" && paired(body) {
		return nil, "", false
	}
	out, err = enc.NewDecoder().Bytes(body)
	if err != nil {
		return nil, "", false
	}
	broken := bytes.Count(out, []byte("\uFFFD"))
	return out, canonical, broken*50 <= highBytes(body)
}

// paired reports whether bytes above ASCII mostly stand beside each other, as in the scripts of two
// bytes a character; accented letters stand alone among plain ones.
func paired(body []byte) bool {
	high, beside := 0, 0
	for i := 1; i < len(body); i++ {
		if body[i] >= 0x80 {
			high++
			if body[i-1] >= 0x80 {
				beside++
			}
		}
	}
	return high >= 6 && beside*5 >= high*2
}

func highBytes(body []byte) int {
	n := 0
	for _, c := range body {
		if c >= 0x80 {
			n++
		}
	}
	return n
}

// guess asks the detector about a stretch of body that starts near its first byte above ASCII.
func guess(body []byte) string {
	start := bytes.IndexFunc(body, func(r rune) bool { return r >= 0x80 })
	if start < 0 {
		return ""
	}
	return label(chardet.Detect(body[start:min(len(body), start+detectBytes)]).Encoding)
}

// relabel makes an XML declaration at the start of body say UTF-8, so that no reader decodes twice.
func relabel(body []byte) []byte {
	head := bytes.TrimLeft(body[:min(len(body), 200)], " \t\r\n")
	if !bytes.HasPrefix(head, []byte("<?xml")) {
		return body
	}
	end := bytes.Index(head, []byte("?>"))
	if end < 0 {
		return body
	}
	key := bytes.Index(bytes.ToLower(head[:end]), []byte("encoding"))
	if key < 0 {
		return body
	}
	open := bytes.IndexAny(head[key:end], `"'`)
	if open < 0 {
		return body
	}
	open += key
	size := bytes.IndexByte(head[open+1:end], head[open])
	if size < 0 || strings.EqualFold(string(head[open+1:open+1+size]), "utf-8") {
		return body
	}
	at := len(body[:min(len(body), 200)]) - len(head) + open + 1
	out := make([]byte, 0, len(body)+5)
	out = append(out, body[:at]...)
	out = append(out, "UTF-8"...)
	return append(out, body[at+size:]...)
}
