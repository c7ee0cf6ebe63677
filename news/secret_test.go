package news

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// planted is no token of anybody.
const planted = "xoxb-planted-9f8e7d6c5b4a"

func TestSecretIsNeverPrinted(t *testing.T) {
	t.Parallel()
	s := NewSecret(planted)
	type holder struct {
		Token  Secret
		hidden Secret
		list   []Secret
		within map[string]any
		at     *Secret
	}
	h := holder{s, s, []Secret{s}, map[string]any{"a": s}, &s}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%10.3s", "%T", "%p"} {
		for _, v := range []any{s, &s, h, &h, h.list, h.within, []any{s}, struct{ error }{fmt.Errorf("post: %v", s)}} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
	}
	for _, v := range []any{s, h, h.within, map[string]Secret{"a": s}} {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(text)
	}
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(handler).With("token", s).Info("post", "token", s, "all", h, "group", slog.GroupValue(slog.Any("token", s)))
	}
	for _, form := range []string{planted, fmt.Sprintf("%x", planted), fmt.Sprintf("%X", planted), "planted"} {
		if strings.Contains(out.String(), form) {
			t.Errorf("the secret is printed as %s:\n%s", form, &out)
		}
	}
	if got := fmt.Sprintf("%s %v %#v", s, s, s); got != `*** *** news.Secret("***")` {
		t.Errorf("a secret is printed as %s", got)
	}
}

func TestSecretIsRevealed(t *testing.T) {
	t.Parallel()
	if s := NewSecret(planted); s.Reveal() != planted || !s.IsSet() {
		t.Errorf("%q, set %v", s.Reveal(), s.IsSet())
	}
	for _, s := range []Secret{{}, NewSecret("")} {
		if s.Reveal() != "" || s.IsSet() || s.String() != "" {
			t.Errorf("nothing is a secret: %q, set %v", s.Reveal(), s.IsSet())
		}
	}
}

func TestRedact(t *testing.T) {
	t.Parallel()
	known := []Secret{
		NewSecret("practice-token"),
		NewSecret("http://127.0.0.1:40000/hook/A1B2/very-long-ending?key=a+b"),
		NewSecret("short"), {},
	}
	for in, want := range map[string]string{
		"": "", "nothing to hide": "nothing to hide",
		"token " + planted + ", said Slack":                                        "token ***, said Slack",
		"xoxp-1-2-3-abc xoxa-2-abc xoxr-abc xoxs-abc xoxe-1-abc xoxe.xoxb-1-abc_d": "*** *** *** *** *** ***",
		"XOXB-ABCDEF xapp-1-A012-34-abcdef":                                        "*** ***",
		"token=xoxb-123abc&channel=C1":                                             "token=***&channel=C1",
		"%22xoxb-1234-abcd%22":                                                     "%22***",
		"a xoxb- is what tokens begin with":                                        "a xoxb- is what tokens begin with",
		`Post "https://hooks.slack.com/services/T0/B0/abc": dial tcp: refused`:     `Post "https://hooks.slack.com/***": dial tcp: refused`,
		"https://Hooks.Slack-Gov.com:443/workflows/T0/A0/1/abc?x=1#y and more":     "https://Hooks.Slack-Gov.com:443/*** and more",
		`{"u":"https:\/\/hooks.slack.com\/services\/T0\/B0\/abc","v":1}`:           `{"u":"https:\/\/hooks.slack.com/***","v":1}`,
		"https%3A%2F%2Fhooks.slack.com%2Fservices%2FT0%2FB0%2Fabc":                 "https%3A%2F%2Fhooks.slack.com/***",
		"redirected to /services/T0123456/B0123456/abcdefghijkl":                   "redirected to /services/***",
		"https://example.org/services/TRAVEL/guide is no webhook":                  "https://example.org/services/TRAVEL/guide is no webhook",
		"https://user:pass@example.org/a and http://token@example.org":             "https://***@example.org/a and http://***@example.org",
		"https://example.org/@user and mail to a@b.org":                            "https://example.org/@user and mail to a@b.org",
		"https://example.org?mail=a@b.org":                                         "https://example.org?mail=a@b.org",
		"the practice-token, and practice-tokens":                                  "the ***, and ***s",
		`Post "http://127.0.0.1:40000/hook/A1B2/very-long-ending?key=a+b": EOF`:    `Post "***": EOF`,
		"path /hook/A1B2/very-long-ending not found; ending very-long-ending":      "path *** not found; ending ***",
		"short words stay": "short words stay",
		"http%3A%2F%2F127.0.0.1%3A40000%2Fhook%2FA1B2%2Fvery-long-ending%3Fkey%3Da%2Bb": "***",
	} {
		if got := Redact(in, known...); got != want {
			t.Errorf("%q\n got %q\nwant %q", in, got, want)
		}
		if got := Redact(Redact(in, known...), known...); got != Redact(in, known...) {
			t.Errorf("%q: redacting twice gives %q", in, got)
		}
	}
}

func FuzzRedact(f *testing.F) {
	f.Add("a ", " b")
	f.Add(`{"text":"`, `\n"}`)
	f.Add("https://hooks.slack.com/services/", "/x")
	f.Fuzz(func(t *testing.T, before, after string) {
		if got := Redact(before+planted+after, NewSecret(planted)); strings.Contains(got, planted) {
			t.Errorf("%q", got)
		}
	})
}
