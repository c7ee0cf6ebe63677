package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"newsvigil"
	"newsvigil/internal/practice/outlets"
	"newsvigil/seeds"
)

const (
	demoChannel      = "#practice"
	demoAdminChannel = "#practice-ops"
	demoTokenEnv     = "NEWSVIGIL_PRACTICE_TOKEN"
)

const demoHead = `# The configuration of a demo: the shipped topic, on practice outlets.
timezone = "Asia/Seoul"
data_dir = "var"

[schedule]
crawl = "*/20 * * * *"

[crawl]
contact = "newsdesk@example.org"
delay = "0.02s"
timeout = "10s"
allow_private = ["127.0.0.0/8"]

[slack]
api_url = %q
token_env = %q
admin_channel = %q
pace = "0.005s"
overdue = "0s"
hello = false
settle = ["0.2s", "0.5s"]

`

// writeDemoConfig writes a configuration as an admin would have it, and returns its path: the
// shipped topic and seeds, the practice outlets as sources.
func writeDemoConfig(dir string, list []outlets.Outlet, api string) (string, error) {
	topic, err := shippedTopic()
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, demoHead, api, demoTokenEnv, demoAdminChannel)
	b.WriteString(topic)
	for _, o := range list {
		writeSource(&b, o)
	}
	if err := os.CopyFS(filepath.Join(dir, "seeds"), seeds.FS); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("copy the seeds: %w", err)
	}
	file := filepath.Join(dir, "config.toml")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		return "", fmt.Errorf("write the demo's configuration: %w", err)
	}
	return file, nil
}

// shippedTopic is the topic part of the shipped config.toml, with the demo's channel.
func shippedTopic() (string, error) {
	text := string(newsvigil.Config)
	from := strings.Index(text, "\n[[topic]]")
	if from < 0 {
		return "", errors.New("the shipped config.toml has no [[topic]]")
	}
	text = text[from+1:]
	if to := strings.Index(text, "\n[[source]]"); to >= 0 {
		text = text[:to+1]
	}
	var out []string
	for _, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "channel") {
			line = fmt.Sprintf("channel = %q", demoChannel)
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n") + "\n", nil
}

func writeSource(b *bytes.Buffer, o outlets.Outlet) {
	fmt.Fprintf(b, "\n[[source]]\nname = %q\nhome = %q\n", o.Name, o.Home)
	for _, l := range []struct {
		key    string
		values []string
	}{{"feeds", o.Feeds}, {"sitemaps", o.Sitemaps}, {"sections", o.Sections}, {"hosts", o.Hosts}} {
		if len(l.values) > 0 {
			fmt.Fprintf(b, "%s = [\"%s\"]\n", l.key, strings.Join(l.values, `", "`))
		}
	}
	for _, l := range []struct{ key, value string }{{"article", o.Article}, {"id", o.ID}} {
		if l.value != "" {
			fmt.Fprintf(b, "%s = '%s'\n", l.key, l.value)
		}
	}
	for _, l := range []struct{ key, value string }{{"language", o.Language}, {"timezone", o.Timezone}, {"label", o.Label}} {
		if l.value != "" {
			fmt.Fprintf(b, "%s = %q\n", l.key, l.value)
		}
	}
	if o.Wire {
		b.WriteString("wire = true\n")
	}
}

func quietLogger(e *env) *slog.Logger {
	return slog.New(slog.NewTextHandler(e.err, &slog.HandlerOptions{Level: slog.LevelError}))
}
