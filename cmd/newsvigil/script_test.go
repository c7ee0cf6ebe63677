package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"newsvigil"
	"newsvigil/internal/practice/outlets"
	"newsvigil/internal/practice/slack"
	"newsvigil/store"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"newsvigil": main, "newsvigil-mortal": mortalMain})
}

// practice is what a script has beside the program: outlets, a Slack, and a configuration for both.
type practice struct {
	outlets *outlets.Network
	slack   *slack.Server
}

type practiceKey struct{}

// lateBy is how long a post with the fault "late" is on its way: longer than all looks for it together.
const lateBy = 5 * time.Second

// startPractice starts both and writes practice.toml into dir.
func startPractice(dir string, o outlets.Options, now func() time.Time) (*practice, error) {
	p := &practice{}
	var err error
	if p.outlets, err = outlets.Start(o); err != nil {
		return nil, err
	}
	p.slack, err = slack.New(slack.Options{
		Token: demoToken, Every: -1, Now: now, Late: lateBy,
		Channels: []slack.Channel{{ID: "C0PRACTICE", Name: "practice"}, {ID: "C0PRACTICEOPS", Name: "practice-ops"}},
	})
	if err != nil {
		return nil, err
	}
	file, err := writeDemoConfig(dir, p.outlets.Outlets(), p.slack.URL())
	if err != nil {
		return nil, err
	}
	return p, os.Rename(file, filepath.Join(dir, "practice.toml"))
}

func (p *practice) close() error {
	return firstError(p.outlets.Close(), p.slack.Close())
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// TestScripts runs the commands as an admin would, each script in a folder of its own with the
// shipped config.toml and practice.toml, which watches the practice outlets.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", env.WorkDir)
			p, err := startPractice(env.WorkDir, outlets.Options{}, time.Now)
			if err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(env.WorkDir, "config.toml"), newsvigil.Config, 0o600); err != nil {
				return err
			}
			env.Values[practiceKey{}] = p
			env.Defer(func() { _ = p.close() })
			env.Setenv(demoTokenEnv, demoToken)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"publish": cmdPublish, "break": cmdBreak, "posted": cmdPosted, "edit": cmdEdit,
			"explain": cmdExplain, "schema": cmdSchema, "jsonlines": cmdJSONLines, "hold": cmdHold, "closed-port": cmdClosedPort,
			"webhook": cmdWebhook, "hooked": cmdHooked, "press-trial": cmdPressTrial, "listens": cmdListens,
			"exits": cmdExits, "answers": cmdAnswers, "keys": cmdKeys, "same-rows": cmdSameRows, "held": cmdHeld, "pack": cmdPack, "append": cmdAppend, "piece-at": cmdPieceAt, "unwatch": cmdUnwatch, "block": cmdBlock, "damage": cmdDamage, "linked": cmdLinked,
		},
	})
}

func of(ts *testscript.TestScript) *practice { return ts.Value(practiceKey{}).(*practice) }

// publish N lets the outlets publish the pieces of round N.
func cmdPublish(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	of(ts).outlets.Publish(n)
}

// break OUTLET down|503|wall|notfeed|well
func cmdBreak(ts *testscript.TestScript, _ bool, args []string) {
	f, ok := map[string]outlets.Fault{
		"down": {Down: true}, "503": {Status: 503}, "wall": {BotWall: true}, "notfeed": {NotFeed: true}, "well": {},
	}[args[1]]
	if !ok {
		ts.Fatalf("unknown fault %q", args[1])
	}
	of(ts).outlets.Break(args[0], f)
}

// posted CHANNEL N checks how many messages stand in a channel of the practice Slack, without those
// of threads.
func cmdPosted(ts *testscript.TestScript, _ bool, args []string) {
	got := 0
	for _, m := range of(ts).slack.Messages(args[0]) {
		if m.Thread == "" {
			got++
		}
	}
	if fmt.Sprint(got) != args[1] {
		ts.Fatalf("%d messages in %s, want %s", got, args[0], args[1])
	}
}

// edit FILE OLD NEW replaces text in a file.
func cmdEdit(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s does not contain %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.ReplaceAll(text, args[1], args[2])), 0o600))
}

// explain PIECE VERDICT runs `explain` on the address of a practice piece and looks for the code.
func cmdExplain(ts *testscript.TestScript, _ bool, args []string) {
	for _, p := range of(ts).outlets.Pieces() {
		if p.ID != args[0] {
			continue
		}
		ts.Check(ts.Exec("newsvigil", "-c", "practice.toml", "explain", "--json", p.URL))
		var x struct{ Code, Verdict string }
		ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &x))
		if x.Code != args[1] {
			ts.Fatalf("%s (%s): verdict %q (%s), want %q", p.ID, p.Title, x.Code, x.Verdict, args[1])
		}
		return
	}
	ts.Fatalf("there is no piece %s", args[0])
}

// schema FILE writes a schema of the future into the header of a database (offset 60, big-endian).
func cmdSchema(ts *testscript.TestScript, _ bool, args []string) {
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_RDWR, 0)
	ts.Check(err)
	defer f.Close()
	_, err = f.WriteAt(binary.BigEndian.AppendUint32(nil, 99), 60)
	ts.Check(err)
}

// jsonlines N checks that standard output is N lines of JSON.
func cmdJSONLines(ts *testscript.TestScript, _ bool, args []string) {
	lines := strings.Split(strings.TrimSpace(ts.ReadFile("stdout")), "\n")
	for _, l := range lines {
		if !json.Valid([]byte(l)) {
			ts.Fatalf("no JSON: %s", l)
		}
	}
	if fmt.Sprint(len(lines)) != args[0] {
		ts.Fatalf("%d lines, want %s", len(lines), args[0])
	}
}

// hold DIR takes the lock of a data folder, as a running newsvigil would.
func cmdHold(ts *testscript.TestScript, _ bool, args []string) {
	lock, err := store.LockDir(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Defer(func() { _ = lock.Unlock() })
}

// closed-port NAME puts the address of a port that nobody listens on into an environment variable.
func cmdClosedPort(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Setenv(args[0], l.Addr().String())
	ts.Check(l.Close())
}

// webhook NAME CHANNEL puts the address of a webhook of the practice Slack into an environment variable.
func cmdWebhook(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv(args[0], of(ts).slack.Webhook(args[1]))
}

// hooked checks that messages came through webhooks, and none with a token.
func cmdHooked(ts *testscript.TestScript, _ bool, _ []string) {
	if s := of(ts).slack; s.Calls("webhook") == 0 || s.Calls("chat.postMessage") > 0 {
		ts.Fatalf("%d posts through webhooks, %d with a token", s.Calls("webhook"), s.Calls("chat.postMessage"))
	}
}
