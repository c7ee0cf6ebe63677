package config

import (
	"strings"
	"testing"
	"time"
)

func TestParseDuration(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]time.Duration{"30d": 720 * time.Hour, "1h30m": 90 * time.Minute, "0s": 0, "0.5h": 30 * time.Minute} {
		if got, err := ParseDuration(in); got != want || err != nil {
			t.Errorf("%s: %v, %v, want %v", in, got, err, want)
		}
	}
	for in, want := range map[string]string{"-3d": "is negative", "soon": `write a number with s, m, h or d`, "": "not a duration", "3 d": "not a duration", "3w": "not a duration"} {
		if got, err := ParseDuration(in); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, %v, want an error with %q", in, got, err, want)
		}
	}
}
