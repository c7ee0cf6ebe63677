package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// everyPointVariable lets TestCrash die once at every hit that matters, each death in a life of its
// own. Without it a few lives die often, so that every point is met once.
const everyPointVariable = "NEWSVIGIL_CRASH_EVERY"

// chain is how often a life is killed at most in the short run.
const chain = 15

// life is a life to be led again and again.
type life struct {
	name  string
	steps []step
	// from is the first step with something of its own: what goes before is the same as in another life.
	from int
	// points are what every step reaches when nobody dies, and want is what it then comes to.
	points [][]string
	want   account
	// posts and requests are how often it then posts to Slack and asks outlets.
	posts, requests int
}

func allLives() []*life {
	return []*life{
		{name: "whole", steps: wholeLife()},
		{name: "database lost", steps: hardLife(), from: 2},
	}
}

// TestCrash kills the program at both sides of every commit, while it posts and while it asks outlets,
// lets it go on, and holds that in the end all is as in a life without a death: no story lost, none
// doubled, and the database whole. It fails where a commit that the code names is reached by no life: a
// new kind must not stay untested.
func TestCrash(t *testing.T) {
	t.Parallel()
	every := os.Getenv(everyPointVariable) != ""
	all := allLives()
	t.Run("calm", func(t *testing.T) {
		for _, l := range all {
			t.Run(l.name, func(t *testing.T) {
				t.Parallel()
				m := newMortal(t, nil)
				l.points, _ = m.live(l.steps)
				l.want, l.posts, l.requests = m.account(), m.door.posts, m.door.requests
			})
		}
	})
	if t.Failed() {
		return
	}
	var mu sync.Mutex
	died := map[string]int{}
	seen := map[string]bool{}
	led := 0
	t.Run("killed", func(t *testing.T) {
		for _, l := range all {
			plans := l.chained(seen)
			if every {
				plans = l.single()
			}
			if racing {
				plans = plans[:1] // what the detector can find out takes no more
			}
			led += len(plans)
			for _, plan := range plans {
				t.Run(fmt.Sprintf("%s %v", l.name, plan), func(t *testing.T) {
					t.Parallel()
					got := l.killed(t, plan)
					mu.Lock()
					defer mu.Unlock()
					for _, c := range got {
						died[c.point]++
					}
				})
			}
		}
		inFlight(t, all[0], every)
	})
	for _, point := range namedPoints(t) {
		if !racing && !slices.ContainsFunc(slices.Collect(maps.Keys(died)), func(p string) bool { return strings.HasPrefix(p, point) }) {
			t.Errorf("no death %q was died: let a life reach it", point)
		}
	}
	deaths := 0
	for _, n := range died {
		deaths += n
	}
	t.Logf("%d deaths at both sides of commits, %d points, %d lives; %d posts and %d requests in a calm life; %s is set: %v",
		deaths, len(died), led, all[0].posts, all[0].requests, everyPointVariable, every)
}

// killed leads a life with deaths and returns those that were died. A point that was not reached, because
// work that runs side by side took another turn, is tried in a life of its own.
func (l *life) killed(t *testing.T, plan []crash) (died []crash) {
	t.Helper()
	m := newMortal(t, nil)
	_, missed := m.live(l.steps, plan...)
	same(t, l.want, m.account())
	for _, c := range plan {
		if !slices.Contains(missed, c) {
			died = append(died, c)
			continue
		}
		if len(plan) == 1 && c.hit == 1 {
			t.Errorf("step %d never came to %s", c.step, c)
			continue
		}
		c.hit = (c.hit + 1) / 2
		died = append(died, l.killed(t, []crash{c})...)
	}
	return died
}

// chained gives every point that was not seen before once, at its first hit in the first step that
// reaches it, shared out to a few lives. Within a step the deaths are in the order of the points.
func (l *life) chained(seen map[string]bool) [][]crash {
	var fresh []crash
	for i, step := range l.points {
		for _, p := range step {
			if !seen[p] {
				seen[p] = true
				fresh = append(fresh, crash{i, p, 1})
			}
		}
	}
	plans := make([][]crash, (len(fresh)+chain-1)/chain)
	for i, c := range fresh {
		plans[i%len(plans)] = append(plans[i%len(plans)], c)
	}
	return plans
}

// single gives the first, a middle and the last hit of every point in every step, each for itself.
func (l *life) single() [][]crash {
	var plans [][]crash
	for i, step := range l.points {
		hits := map[string]int{}
		for _, p := range step {
			if i >= l.from {
				hits[p]++
			}
		}
		for _, p := range slices.Sorted(maps.Keys(hits)) {
			for _, n := range slices.Compact([]int{1, (hits[p] + 1) / 2, hits[p]}) {
				plans = append(plans, []crash{{i, p, n}})
			}
		}
	}
	return plans
}

// inFlight kills the program while it posts, before Slack has read the post and after it has stored it,
// and while it asks outlets. Who restarts cannot know which.
func inFlight(t *testing.T, l *life, every bool) {
	die := func(name string, set func(*door)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMortal(t, nil)
			set(m.door)
			m.live(l.steps)
			if m.door.killed == 0 {
				t.Error("nobody died")
			}
			same(t, l.want, m.account())
		})
	}
	if !every {
		// The answer to every post is lost, and every second post itself before that; and now and then
		// the answer of an outlet.
		die("in flight, every post", func(d *door) {
			d.fate = func(n int) fate { return []fate{diesHeard, diesHeard, diesUnheard}[n%3] }
			d.every, d.deaths = 60, 8
		})
		return
	}
	for n := 1; n <= l.posts; n++ {
		for _, f := range []fate{diesUnheard, diesHeard} {
			die(fmt.Sprintf("in flight, post %d, fate %d", n, f), func(d *door) {
				d.fate = func(post int) fate { return map[int]fate{n: f}[post] }
			})
		}
	}
	for n := 1; n < l.requests*9/10; n += 5 { // the last ones are not asked in every life
		die(fmt.Sprintf("in flight, request %d", n), func(d *door) { d.every, d.deaths = n, 1 })
	}
}

// namedPoints are the points at which package store lets a test end the process, read off its code: both
// sides of what update and copyTo are called with, and what boundary is.
func namedPoints(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../../store/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files of package store, %v", len(files), err)
	}
	names := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				for _, p := range pointsOf(call) {
					names[p] = true
				}
			}
			return true
		})
	}
	if len(names) < 40 {
		t.Errorf("only %d points are named in package store: does this test still know how they are written?", len(names))
	}
	return slices.Sorted(maps.Keys(names))
}

// pointsOf are the points that a call names; none for calls of anything else.
func pointsOf(call *ast.CallExpr) []string {
	fun, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	at, known := map[string]int{"update": 1, "copyTo": 2, "boundary": 0}[fun.Sel.Name]
	if !known || at >= len(call.Args) {
		return nil
	}
	arg := call.Args[at]
	if sum, ok := arg.(*ast.BinaryExpr); ok {
		arg = sum.X // the rest is worked out at run time
	}
	lit, ok := arg.(*ast.BasicLit)
	if !ok {
		return nil
	}
	name, err := strconv.Unquote(lit.Value)
	switch {
	case err != nil || name == "before " || name == "after ":
		return nil // within update and copyTo themselves
	case fun.Sel.Name == "boundary":
		return []string{name}
	}
	return []string{"before " + name, "after " + name}
}
