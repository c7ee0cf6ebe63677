package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"newsvigil/app"
	"newsvigil/config"
	"newsvigil/internal/practice/outlets"
	"newsvigil/news"
	"newsvigil/store"
)

// Variables that a mortal process reads beside those of newsvigil.
const (
	// crashAtVariable is a side of a commit and which time it is reached: "after article#3".
	crashAtVariable = "NEWSVIGIL_CRASH_AT"
	// crashLogVariable is a file to which every side of a commit is written when it is reached.
	crashLogVariable = "NEWSVIGIL_CRASH_LOG"
	// aheadVariable is how far the process's clock runs ahead of the real one.
	aheadVariable = "NEWSVIGIL_AHEAD"
)

// mortalMain is newsvigil, one command of it or several, with a clock that tests set and a death that they plan.
func mortalMain() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	ahead, _ := time.ParseDuration(os.Getenv(aheadVariable)) // none where it is empty
	d := &death{at: os.Getenv(crashAtVariable), file: os.Getenv(crashLogVariable), hits: map[string]int{}}
	w := world{
		out: os.Stdout, err: os.Stderr, getenv: os.LookupEnv,
		change: func(o *app.Options) {
			o.Now = func() time.Time { return time.Now().Add(ahead) }
			o.Boundary = d.boundary
		},
	}
	code := exitDone
	for _, line := range strings.Split(strings.Join(os.Args[3:], "\x00"), "\x00"+next+"\x00") {
		if line == remember {
			code = fail(w, rememberAll(ctx, os.Args[2], d))
		} else {
			code = execute(ctx, append(os.Args[1:3:3], strings.Split(line, "\x00")...), w)
		}
		if code != exitDone && code != exitPartial {
			break
		}
	}
	stop()
	os.Exit(code)
}

// next stands between two commands that a mortal process runs one after the other: starting a process
// takes longer than most commands do.
const next = ";"

// remember stands for a command: it stores what no command of this version stores yet.
const remember = "remember"

// rememberAll takes back what readers said of one of two pieces, marks pieces as seen, stores a table of
// words, and notes that pieces were considered for an alert and that a button was pressed.
func rememberAll(ctx context.Context, file string, d *death) error {
	cfg, err := config.Load(file)
	if err != nil {
		return err
	}
	db, err := store.Open(ctx, filepath.Join(cfg.DataDir, app.DatabaseName), store.Options{Boundary: d.boundary})
	if err != nil {
		return err
	}
	defer db.Close()
	articles, err := db.Background(ctx, 0, 1000)
	if err != nil {
		return err
	}
	about := []string{"table tennis", "Wonsan", "Hackers", "marathon"} // of no story that is announced
	articles = slices.DeleteFunc(articles, func(a news.Article) bool {
		return !slices.ContainsFunc(about, func(s string) bool { return strings.Contains(a.Title, s) })
	})
	if len(articles) != len(about) {
		return fmt.Errorf("%d articles about %q", len(articles), about)
	}
	slices.SortFunc(articles, func(a, b news.Article) int { return strings.Compare(a.Title, b.Title) })
	topic := cfg.Topics[0].Key()
	// The command says, when it is repeated, that there is nothing left to withdraw, and ends with 2.
	for _, a := range articles {
		if _, err := db.WithdrawFeedback(ctx, news.Feedback{Topic: topic, URL: a.URL, Article: a.ID}); err != nil {
			return err
		}
	}
	if err := db.MarkSeen(ctx, topic, []int64{articles[2].ID, articles[3].ID}); err != nil {
		return err
	}
	// Words are counted of pieces older than the newest two thousand, and a life has some dozens;
	// TestCountCrash of package app has the rest of it.
	if err := db.SaveFrequencies(ctx, store.Frequencies{Table: "0\n"}); err != nil {
		return err
	}
	// An alert needs a piece of the last hours, and the practice outlets' are older when the daemon runs;
	// TestAlertCrash of package app has the rest of it.
	if _, err = db.SaveAlert(ctx, topic, time.Now(), news.Digest{}, nil); err != nil {
		return err
	}
	if err := quarantineAll(ctx, db, topic); err != nil {
		return err
	}
	return pressAll(ctx, db, topic)
}

// quarantineAll keeps an outlet away from readers that no life has, and lets it in again: one that a life has
// would be missed in its digests. TestQuarantine and its fellows of package app have the rest of it.
func quarantineAll(ctx context.Context, db *store.DB, topic string) error {
	q, err := db.Quarantine(ctx, news.Quarantine{Source: "nobody", Outlet: "Nobody", Sites: []string{"nobody.example"}, At: time.Now()})
	if err == nil {
		err = db.SaveWithdrawals(ctx, q, []news.Withdrawal{{Digest: topic + "/2026-11-21T08:00", Part: 1}})
	}
	if err == nil {
		_, _, err = db.LiftQuarantine(ctx, q.Source)
	}
	return err
}

// pressAll stores what a reader presses, and that it is shown. The daemon of a life listens to nobody;
// TestNoPressLost of package app has the rest of it.
func pressAll(ctx context.Context, db *store.DB, topic string) error {
	p := store.Press{Digest: topic + "/2026-11-21T08:00", Part: 1, ChannelID: "C0PRACTICE", TS: "1.000001",
		Mute: &news.Mute{Channel: "#elsewhere", Source: "nobody", Outlet: "Nobody", Until: time.Now().Add(time.Hour)}}
	if err := db.SavePress(ctx, p); err != nil {
		return err
	}
	list, err := db.Redraws(ctx)
	for _, r := range list {
		err = errors.Join(err, db.SaveRedrawn(ctx, r))
	}
	return err
}

// death ends the process as kill -9 does when it reaches its point.
type death struct {
	at, file string
	mu       sync.Mutex
	hits     map[string]int
}

func (d *death) boundary(point string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.hits[point]++
	f, err := os.OpenFile(d.file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = fmt.Fprintln(f, point)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitFailed)
	}
	if d.at == fmt.Sprintf("%s#%d", point, d.hits[point]) {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {} // no instruction of this goroutine comes after the signal
	}
}

// mortal is an installation whose processes die; outlets, Slack and the clock outlive them.
type mortal struct {
	*installation
	door *door
	// dusk is when the daemon's night began.
	dusk time.Time
	// renamed is an outlet that was renamed in the configuration; mostly empty.
	renamed string
	// lost says that the database was lost and begun anew.
	lost bool
	mu   sync.Mutex
	skip time.Duration
}

// newMortal is an installation whose program talks to Slack through a door. round changes when pieces
// appear; nil changes nothing.
func newMortal(t *testing.T, round func(outlets.Piece) int) *mortal {
	t.Helper()
	m := &mortal{door: newDoor(t)}
	m.installation = installPractice(t, outlets.Options{Round: round, Heard: m.door.heard}, m.clock)
	if err := m.door.leadTo(m.slack.URL()); err != nil {
		t.Fatal(err)
	}
	m.edit(m.slack.URL(), m.door.URL+"/api/")
	m.edit(`delay = "0.02s"`, `delay = "0.001s"`)
	m.edit("[slack]\n", "[slack]\ntimeout = \"5s\"\n")
	m.edit(`crawl = "*/20 * * * *"`, "crawl = \"*/20 * * * *\"\njitter = \"0s\"")
	m.edit("MON-FRI", "*")
	return m
}

func (m *mortal) clock() time.Time { return time.Now().Add(m.ahead()) }

func (m *mortal) ahead() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.skip
}

// later turns the clock of the program and of Slack forward.
func (m *mortal) later(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.skip += d
}

// process is one process of a life.
type process struct {
	*exec.Cmd
	log   *lockedBuffer
	out   bytes.Buffer
	trace string
	ended chan struct{}
	err   error
}

// start starts a command that dies at a point, where one is given.
func (m *mortal) start(at string, args ...string) *process {
	m.t.Helper()
	trace, err := os.CreateTemp(m.dir, "points-")
	if err != nil {
		m.t.Fatal(err)
	}
	p := &process{log: &lockedBuffer{}, trace: trace.Name(), ended: make(chan struct{})}
	p.Cmd = exec.Command("newsvigil-mortal", append([]string{"-c", filepath.Join(m.dir, "practice.toml")}, args...)...)
	p.Env = append(os.Environ(), demoTokenEnv+"="+demoToken,
		crashAtVariable+"="+at, crashLogVariable+"="+p.trace, aheadVariable+"="+m.ahead().String())
	p.Stdout, p.Stderr, p.Dir = &p.out, p.log, m.dir
	if err := errors.Join(trace.Close(), p.Start()); err != nil {
		m.t.Fatal(err)
	}
	m.door.serve(p)
	go func() {
		p.err = p.Wait()
		close(p.ended)
	}()
	m.t.Cleanup(p.kill)
	return p
}

// kill is kill -9; it does nothing to a process that has ended.
func (p *process) kill() {
	_ = p.Process.Kill() // gone already, perhaps
	<-p.ended
}

// within waits for the end of the process, and gives up on it after a while.
func (p *process) within(d time.Duration) error {
	select {
	case <-p.ended:
		return nil
	case <-time.After(d):
		p.kill()
		return fmt.Errorf("%v did not end within %v; log:\n%s", p.Args, d, p.log)
	}
}

// endedBy reports whether a process that has ended was ended by a signal.
func (p *process) endedBy(sig syscall.Signal) bool {
	s, ok := p.ProcessState.Sys().(syscall.WaitStatus)
	return ok && s.Signaled() && s.Signal() == sig
}

// killed reports whether a process that has ended was killed.
func (p *process) killed() bool { return p.endedBy(syscall.SIGKILL) }

// points are the sides of commits that the process reached, in order.
func (p *process) points() ([]string, error) {
	data, err := os.ReadFile(p.trace)
	if err != nil {
		return nil, err
	}
	return strings.FieldsFunc(string(data), func(r rune) bool { return r == '\n' }), nil
}

// door stands before the practice Slack and kills the process that posts, before Slack sees the post
// or after it has taken it in and before the answer is read.
type door struct {
	*httptest.Server
	slack *httputil.ReverseProxy
	mu    sync.Mutex
	who   *process
	posts int
	fate  func(post int) fate
	// requests counts what the outlets were asked; every so many, and at most deaths times, the process
	// that asks dies. 0 lets all live.
	requests, every, deaths int
	// killed counts who died at the door.
	killed int
}

// fate is what becomes of a process that posts.
type fate int

const (
	lives       fate = iota
	diesUnheard      // before Slack has read the post
	diesHeard        // when Slack has stored it, before the answer
)

func newDoor(t *testing.T) *door {
	d := &door{fate: func(int) fate { return lives }}
	d.Server = httptest.NewServer(d)
	t.Cleanup(d.Close)
	return d
}

// leadTo names the API that stands behind the door.
func (d *door) leadTo(api string) error {
	u, err := url.Parse(api)
	if err != nil {
		return err
	}
	d.slack = &httputil.ReverseProxy{
		Rewrite:      func(r *httputil.ProxyRequest) { r.SetURL(&url.URL{Scheme: u.Scheme, Host: u.Host}) },
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
	return nil
}

// serve says who posts and asks from now on.
func (d *door) serve(p *process) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.who = p
}

// ServeHTTP implements http.Handler.
func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	who, f := d.who, lives
	if strings.HasSuffix(r.URL.Path, "/chat.postMessage") {
		d.posts++
		f = d.fate(d.posts)
	}
	if f != lives {
		d.killed++
	}
	d.mu.Unlock()
	switch f {
	case lives:
		d.slack.ServeHTTP(w, r)
		return
	case diesHeard:
		d.slack.ServeHTTP(httptest.NewRecorder(), r)
	}
	who.kill()
	panic(http.ErrAbortHandler)
}

// heard is told of every request to an outlet.
func (d *door) heard(*http.Request) {
	d.mu.Lock()
	d.requests++
	who, dies := d.who, d.every > 0 && d.deaths > 0 && d.requests%d.every == 0
	if dies {
		d.deaths--
		d.killed++
	}
	d.mu.Unlock()
	if dies {
		who.kill()
	}
}
