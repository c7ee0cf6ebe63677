package main

import (
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"newsvigil/internal/practice/slack"
)

// cmdPressTrial (press-trial CHANNEL [oldest]) waits for the message with which the doctor tries Slack, and
// presses its button; oldest hands the press to the connection that was opened first.
func cmdPressTrial(ts *testscript.TestScript, _ bool, args []string) {
	s := of(ts).slack
	if len(args) > 1 {
		s.UseOldest()
	}
	patiently(ts, "a message with a button", func() bool {
		for _, m := range s.Messages(args[0]) {
			if strings.Contains(string(m.Blocks), "nv.trial") {
				_, err := s.Press(slack.Press{Channel: args[0], TS: m.TS, Action: "nv.trial"})
				ts.Check(err)
				return true
			}
		}
		return false
	})
}

// cmdListens (listens N) waits until so many connections for buttons stand.
func cmdListens(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	patiently(ts, args[0]+" connections", func() bool { return of(ts).slack.Sockets() == n })
}

// patiently waits for something that a program in the background does.
func patiently(ts *testscript.TestScript, what string, done func() bool) {
	for end := time.Now().Add(20 * time.Second); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			ts.Fatalf("it never came to %s", what)
		}
	}
}
