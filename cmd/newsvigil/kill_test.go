package main

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"newsvigil/internal/practice/outlets"
	"newsvigil/internal/practice/slack"
)

const (
	// killsVariable is how many times TestKilled kills, seedVariable the seed of its chance.
	killsVariable = "NEWSVIGIL_KILLS"
	seedVariable  = "NEWSVIGIL_SEED"
	fewKills      = 8
)

// TestKilled holds that kill -9 at random moments of whatever runs loses no story and doubles none, while
// outlets print, reprint, break and recover and Slack fails in every way it can.
func TestKilled(t *testing.T) {
	t.Parallel()
	kills, seed := number(t, killsVariable, fewKills), number(t, seedVariable, time.Now().UnixNano())
	t.Logf("%s=%d %s=%d", killsVariable, kills, seedVariable, seed)
	w := wildLife{rng: rand.New(rand.NewPCG(uint64(seed), 1)), commands: map[string]int{}, usual: map[string]time.Duration{}}
	// A third of the pieces is there from the beginning, the others come one after the other.
	w.mortal = newMortal(t, func(p outlets.Piece) int {
		return max(1, w.rng.IntN(int(kills)*3/2)-int(kills)/2)
	})
	for round := 1; w.deaths < int(kills); round++ {
		w.outlets.Publish(round)
		w.weather()
		w.kill()
	}
	w.calmDown(int(kills) * 2)
	a := w.account()
	shown := 0
	for _, p := range w.outlets.Pieces() {
		switch p.Expect {
		case "on-topic", "copy", "update", "same-event", "teaser", "pdf":
			shown++
			// A file has no date of its own. Where it is met without one in an outlet's first crawl, which may
			// last here until the kills end, it is seen and never told; explain says so.
			if fate := a.Fates[p.ID]; fate != "posted" && !(p.Expect == "pdf" && fate == "seen") {
				t.Errorf("%s, %s, is lost: %s (%s)", p.ID, p.Expect, a.Fates[p.ID], p.Title)
			}
		}
	}
	t.Logf("%d kills in %d commands %v; %d relevant pieces, all in one of %d messages; Slack was asked to post %d times",
		w.deaths, w.begun, w.commands, shown, len(w.slack.Messages("C0PRACTICE")), w.door.posts)
}

func number(t *testing.T, variable string, otherwise int64) int64 {
	t.Helper()
	s := os.Getenv(variable)
	if s == "" {
		return otherwise
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
	return n
}

// wildLife is an installation that chance plays with.
type wildLife struct {
	*mortal
	rng *rand.Rand
	// begun counts the commands, deaths those that were killed, commands which those were.
	begun, deaths int
	commands      map[string]int
	// usual is how long a command works that is not killed, which depends on how busy the machine is.
	usual map[string]time.Duration
}

// weather changes something in the world between two commands: an outlet breaks or recovers or puts
// another headline on a piece, Slack falls ill or recovers, time goes by.
func (w *wildLife) weather() {
	list := w.outlets.Outlets()
	// No wall: a piece behind one is not read later, and explain says so.
	faults := []outlets.Fault{{}, {}, {}, {Down: true}, {Status: 503}, {Slow: 20 * time.Millisecond}, {NotFeed: true}}
	w.outlets.Break(list[w.rng.IntN(len(list))].Name, faults[w.rng.IntN(len(faults))])
	if all := w.outlets.Pieces(); len(all) > 0 {
		p := all[w.rng.IntN(len(all))]
		w.outlets.Edit(p.ID, p.Title+".")
	}
	// No Hang: it costs seconds of waiting each time, and is a lost answer like others.
	ill := []slack.Fault{slack.TooFast, slack.InternalError, slack.FatalErrorStored, slack.Drop, slack.DropStored, slack.Unavailable,
		slack.UnavailableStored, slack.CutStored, slack.EmptyStored, slack.HTML, slack.HTMLStored, slack.LateCommit}
	for _, method := range []string{"chat.postMessage", "conversations.history", "conversations.replies"} {
		w.slack.Chaos(method, []float64{0, 0.3}[w.rng.IntN(2)], w.rng.Uint64(), ill...)
	}
	w.later(time.Duration(w.rng.IntN(20)) * time.Minute)
}

// kill starts a command and kills it after a while, unless it ends before.
func (w *wildLife) kill() {
	w.t.Helper()
	commands := [][]string{
		{"once", "--all"}, {"once", "--all"}, {"once"}, {"digest", "--wait", "2s"}, {"digest", "--wait", "2s"}, {"run"}, {"run"},
	}
	args := commands[w.rng.IntN(len(commands))]
	w.begun++
	began := time.Now()
	p := w.start("", args...)
	for !p.works() {
		time.Sleep(2 * time.Millisecond)
	}
	works := time.Now()
	usual, ok := w.usual[args[0]]
	if !ok {
		usual = works.Sub(began) // starting takes about as long as the work does
	}
	select {
	case <-p.ended:
		w.usual[args[0]] = (usual + time.Since(works)) / 2
	case <-time.After(time.Duration(w.rng.Float64() * 1.2 * float64(usual))):
	}
	p.kill()
	if p.killed() {
		w.deaths++
		w.commands[args[0]]++
		return
	}
	if c := code(p.err); c != exitDone && c != exitPartial {
		w.t.Errorf("%v: exit code %d; log:\n%s", args, c, p.log)
	}
}

// works reports whether the process has come to its first commit, or to its end.
func (p *process) works() bool {
	select {
	case <-p.ended:
		return true
	default:
	}
	info, err := os.Stat(p.trace)
	return err != nil || info.Size() > 0
}

// calmDown mends everything and lets the program finish its work: also what waits for a quarter of an
// hour, and the search for doubles, which is over ten minutes after the last post.
func (w *wildLife) calmDown(rounds int) {
	w.t.Helper()
	for _, o := range w.outlets.Outlets() {
		w.outlets.Break(o.Name, outlets.Fault{})
	}
	for _, method := range []string{"chat.postMessage", "conversations.history", "conversations.replies"} {
		w.slack.Chaos(method, 0, 0)
	}
	w.outlets.Publish(rounds)
	for range 3 {
		w.later(7 * time.Hour) // longer than any source, host, piece or message waits
		w.rest()
	}
}
