package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"newsvigil/config"
	"newsvigil/crawler"
	"newsvigil/news"
)

const (
	plantedToken = "xoxb-271828182845-Zq7Kw3Vt9XpLm2Rd8Hs5Yb1"
	plantedHook  = "http://127.0.0.1:40001/services/T2718281828/B3141592653/Zq7Kw3Vt9XpLm2Rd8Hs5Yb1"
	plantedOdd   = "practice-Zq7Kw3Vt9XpLm2"
	plantedPart  = "Zq7Kw3Vt9XpLm2"
)

type stringer struct{ text string }

func (s stringer) String() string { return s.text }

type valuer struct{ text string }

func (v valuer) LogValue() slog.Value { return slog.GroupValue(slog.String("inner", v.text)) }

type nilError struct{ text string }

func (e *nilError) Error() string { return e.text }

// TestLogShowsNoSecret logs secrets in every way that slog knows, through both handlers.
func TestLogShowsNoSecret(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{plantedToken, plantedHook, plantedOdd, "https://me:" + plantedPart + "@gate.example/"} {
		var out bytes.Buffer
		o := &slog.HandlerOptions{Level: slog.LevelDebug, AddSource: true}
		for _, h := range []slog.Handler{slog.NewTextHandler(&out, o), slog.NewJSONHandler(&out, o)} {
			r := &Redactor{}
			r.Learn(news.NewSecret(plantedOdd), news.NewSecret(plantedHook))
			log := r.Log(slog.New(h))
			if r.Log(log) != log {
				t.Error("a logger is filtered twice")
			}
			pointed := secret
			values := []any{
				secret, &pointed, []byte(secret), errors.New(secret), fmt.Errorf("post: %w", errors.New(secret)), stringer{secret}, valuer{secret},
				[]string{"a", secret}, map[string]string{secret: secret}, struct{ Token string }{secret}, struct{ Token *string }{&pointed},
				struct{ token string }{secret}, json.RawMessage(`{"t":"` + secret + `"}`), slog.StringValue(secret),
				slog.GroupValue(slog.Group("deep", slog.Any("err", errors.New(secret)))), (*nilError)(nil), nil, 7, news.NewSecret(secret),
			}
			for _, v := range values {
				log.Info("value", "v", v)
				log.With("v", v).WithGroup("g").With("w", v).Info("with", "x", v)
			}
			log.Info("in the message: " + secret)
			log.Info("as a key", secret, 1)
			log.WithGroup(secret).Info("as a group", "a", 1)
			log.Info("no key", []any{secret}...)
			log.Error("panic", "stack", "goroutine 1\n"+secret+"\n\tfile.go:1")
		}
		if strings.Contains(out.String(), plantedPart) {
			for line := range strings.Lines(out.String()) {
				if strings.Contains(line, plantedPart) {
					t.Errorf("%s: the log shows it: %s", secret, line)
				}
			}
		}
		if !strings.Contains(out.String(), news.Hidden) || !strings.Contains(out.String(), `"v":7`) {
			t.Errorf("the log lacks what it should show:\n%s", &out)
		}
	}
}

// TestLogKeepsTheRest holds that the filter changes nothing where there is nothing to hide.
func TestLogKeepsTheRest(t *testing.T) {
	t.Parallel()
	var plain, filtered bytes.Buffer
	o := &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}
	for out, log := range map[*bytes.Buffer]*slog.Logger{
		&plain: slog.New(slog.NewJSONHandler(&plain, o)), &filtered: (&Redactor{}).Log(slog.New(slog.NewJSONHandler(&filtered, o))),
	} {
		log.With("a", 1, slog.Group("g", "b", true)).WithGroup("h").Warn("https://example.org/@me", "list", []string{"x", "y"}, "err", io.EOF, "any", map[string]int{"n": 2})
		if log.Enabled(context.Background(), slog.LevelDebug) || out.Len() == 0 {
			t.Error("the level is not kept")
		}
	}
	if plain.String() != filtered.String() {
		t.Errorf("plain    %sfiltered %s", &plain, &filtered)
	}
}

// TestPanicShowsNoSecret lets a job panic with a secret in its value.
func TestPanicShowsNoSecret(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	a := &App{log: (&Redactor{}).Log(slog.New(slog.NewTextHandler(&out, nil)))}
	for _, value := range []any{plantedToken, errors.New(plantedToken), stringer{plantedToken}} {
		odd := job{name: "odd", run: func(context.Context, time.Time, bool) error { panic(value) }}
		if err := a.runJob(t.Context(), odd, time.Now(), false); err == nil {
			t.Error("a panic counts as a good run")
		}
	}
	if s := out.String(); strings.Contains(s, plantedPart) || strings.Count(s, "the program stumbled") != 3 {
		t.Errorf("the log:\n%s", s)
	}
}

func TestRedactWriter(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	r := &Redactor{}
	r.Learn(news.NewSecret(plantedOdd), news.Secret{}, news.NewSecret(plantedOdd))
	w := r.Writer(&out)
	text := "one\ntwo " + plantedOdd + " and " + plantedToken + "\nthree " + plantedOdd
	for i := range len(text) { // a byte at a time: no secret is seen in halves
		if n, err := io.WriteString(w, text[i:i+1]); n != 1 || err != nil {
			t.Fatal(n, err)
		}
	}
	if want := "one\ntwo *** and ***\n"; out.String() != want {
		t.Errorf("before the flush: %q, want %q", &out, want)
	}
	for range 2 {
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	if want := "one\ntwo *** and ***\nthree ***"; out.String() != want {
		t.Errorf("%q, want %q", &out, want)
	}
	if w.Unwrap() != &out {
		t.Error("the writer below cannot be found")
	}
}

func TestSecretsOfConfiguration(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(plantedToken+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	cfg := &config.Config{}
	cfg.Slack.TokenFile, cfg.Slack.WebhookEnv, cfg.Health.HeartbeatURL = file, "HOOK", "https://beat.example/0123456789abcdef"
	env := map[string]string{"HOOK": " " + plantedHook + "Q\n", "HTTPS_PROXY": "me:" + plantedOdd + "@gate.example:3128", "HTTP_PROXY": "http://gate.example:3128"}
	r := &Redactor{}
	r.Learn(Secrets(cfg, func(name string) (string, bool) { v, ok := env[name]; return v, ok })...)
	in := strings.Join([]string{plantedToken, plantedHook + "Q", "me:" + plantedOdd, "http://gate.example:3128", "https://beat.example/0123456789abcdef"}, " ")
	if got, want := r.Clean(in), "*** *** *** http://gate.example:3128 ***"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if note := TokenFileNote(cfg); !strings.Contains(note, "chmod 600 "+file) || !strings.Contains(note, "mode 0644") {
		t.Errorf("the note on the open file: %q", note)
	}
	if err := os.Chmod(file, 0o600); err != nil {
		t.Fatal(err)
	}
	if note := TokenFileNote(cfg); note != "" {
		t.Errorf("a note on a file that is well kept: %q", note)
	}
	cfg.Slack.TokenFile = ""
	if note := TokenFileNote(cfg); note != "" {
		t.Errorf("a note on no file: %q", note)
	}
}

// TestNoticeIsStoredWithoutSecret holds for what stands in the database longest.
func TestNoticeIsStoredWithoutSecret(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	r.o.Redact.Learn(news.NewSecret(plantedOdd))
	n := news.Notice{Key: "stumbled", Title: "Trouble with " + plantedOdd, Lines: []string{"token " + plantedToken}, At: r.now()}
	if err := r.tell(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	got, err := r.db.Notice(t.Context(), n.Key)
	if err != nil {
		t.Fatal(err)
	}
	if got.Title != "Trouble with ***" || got.Lines[0] != "token ***" || n.Lines[0] != "token "+plantedToken {
		t.Errorf("stored %+v, the caller's own %+v", got, n)
	}
	h := nextHealth(news.Health{}, crawler.SourceResult{Trouble: news.TroubleUnreachable, Detail: "proxy https://me:" + plantedPart + "@gate.example refused"}, r.now(), 0)
	if h.Detail != "proxy https://***@gate.example refused" {
		t.Errorf("health says %q", h.Detail)
	}
}
