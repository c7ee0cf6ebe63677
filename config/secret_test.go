package config

import (
	"os"
	"strings"
	"testing"
)

// TestNoSecretIsRepeated puts secrets at every place of a file, in the middle of words and comments
// as well: the file is refused wherever a whole one stands, and no message repeats any part of it.
func TestNoSecretIsRepeated(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/shape.toml")
	if err != nil {
		t.Fatal(err)
	}
	for secret, tail := range map[string]string{
		"xoxb-271828182845-Zq7Kw3Vt9XpLm2":                                               "Zq7Kw3Vt9XpLm2",
		"https://hooks.slack.com/services/T271828182/B314159265/Zq7Kw3Vt9XpLm2Rd8Hs5Yb1": "Zq7Kw3Vt9XpLm2",
	} {
		for _, form := range []string{secret, `"` + secret + `"`, "\nkey = \"" + secret + "\"\n", "\n# " + secret + "\n", "\n[" + secret + "]\n"} {
			for at := 0; at <= len(data); at += 149 {
				text := string(data[:at]) + form + string(data[at:])
				_, err := Parse("config.toml", []byte(text))
				if err == nil {
					t.Fatalf("%q at %d is not refused", form, at)
				}
				for i := range len(tail) - 6 {
					if strings.Contains(err.Error(), tail[i:i+6]) {
						t.Fatalf("%q at %d is shown:\n%v", form, at, err)
					}
				}
			}
		}
	}
}
