package main

import (
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"newsvigil/address"
)

// linked CHANNEL OUTLET checks that a message in a channel of the practice Slack leads to an outlet, or with
// a ! before it that none does.
func cmdLinked(ts *testscript.TestScript, not bool, args []string) {
	found := false
	for _, o := range of(ts).outlets.Outlets() {
		if o.Name != args[1] {
			continue
		}
		host := address.Host(o.Home)
		for _, m := range of(ts).slack.Messages(args[0]) {
			found = found || strings.Contains(m.Text+string(m.Blocks), "://"+host)
		}
	}
	if found == not {
		ts.Fatalf("a link to %s in %s: %v", args[1], args[0], found)
	}
}
