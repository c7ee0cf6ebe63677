package config

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the expected messages")

// several names the files with more than one mistake; every other one must give exactly one message,
// so that no mistake is told twice in other words.
var several = map[string]int{
	"ten-at-once":                    10,
	"empty-file":                     2,
	"invalid-utf8":                   4,
	"syntax-error-under-unknown-key": 2,
	"duplicate-key-across-tables":    2,
	"slack-token-under-unknown-key":  2,
	"slack-token-after-syntax-error": 2,
	"slack-token-in-a-header":        2,
	"slack-token-in-many-lines":      2,
	"slack-webhook-unquoted":         2,
	"slack-token-twice":              3,
}

// TestMistakes reads one file for every mistake and compares the message with the expected one.
func TestMistakes(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/mistakes/*.toml")
	if err != nil || len(files) < 45 {
		t.Fatalf("found %d files of mistakes (%v), want at least 45", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".toml")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, err = Parse("config.toml", data)
			var ms *Mistakes
			if !errors.As(err, &ms) {
				t.Fatalf("Parse gave %v, want *Mistakes", err)
			}
			want := max(1, several[name])
			if len(*ms) != want {
				t.Errorf("%d mistakes, want %d:\n%v", len(*ms), want, ms)
			}
			golden(t, strings.TrimSuffix(file, ".toml")+".txt", ms.Error()+"\n")
		})
	}
}

// golden compares with a file of expected output, or rewrites it.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("messages differ (-want +got):\n%s", diff)
	}
}
