package main

import (
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"testing"
)

// initRow is what the runtime writes of a package's start: its name and the bytes it allocated.
var initRow = regexp.MustCompile(`(?m)^init (\S+) .*?(\d+) bytes`)

// TestStartIsLight holds that no library fills memory with tables when the program starts. One did, with
// the words for dates in all languages: 80 MB and a tenth of a second for every command.
func TestStartIsLight(t *testing.T) {
	t.Parallel()
	c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	c.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	const most, mostAll = 6 << 20, 20 << 20
	sum := 0
	for _, row := range initRow.FindAllStringSubmatch(string(out), -1) {
		n, _ := strconv.Atoi(row[2])
		if sum += n; n > most {
			t.Errorf("package %s allocates %d bytes at the start of every command; %d is the most", row[1], n, most)
		}
	}
	if sum == 0 || sum > mostAll {
		t.Errorf("all packages allocate %d bytes at the start; %d is the most, and none cannot be", sum, mostAll)
	}
	t.Logf("%d bytes", sum)
}
