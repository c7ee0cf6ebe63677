package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"newsvigil/app"
)

// What is planted is nobody's. hookPath is the secret part of a webhook's address, which has no form
// that gives it away.
const (
	plantedToken = "xoxb-271828182845-Zq7Kw3Vt9XpLm2Rd8Hs5Yb1"
	plantedApp   = "xapp-1-A0314159265-3589793238462-c3d2e1f0a9b8c7d6e5f4"
	appTokenEnv  = "NEWSVIGIL_PRACTICE_APP"
	hookPath     = "/hook/A2718281828/Wm4Gc8Jf1TnQx6Pe3Ba7Lk"
	hookEnv      = "NEWSVIGIL_PRACTICE_HOOK"
	// shownAtMost is the longest part of a secret that may stand anywhere.
	shownAtMost = 11
)

// leaks is a door to the practice Slack that fails in the given way, and repeats in its answers
// what it was sent: worse than Slack and every proxy before it.
type leaks struct {
	*httptest.Server
	mu     sync.Mutex
	fault  string
	asked  int
	secret string
	// posts says that posts alone fail.
	posts bool
}

func newLeaks(t *testing.T, slackURL, hook, secret string) *leaks {
	t.Helper()
	u, err := url.Parse(slackURL)
	if err != nil {
		t.Fatal(err)
	}
	l := &leaks{secret: secret}
	through := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: u.Scheme, Host: u.Host})
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l.mu.Lock()
		l.asked++
		fault := l.fault
		if l.posts && r.URL.Path != "/api/chat.postMessage" {
			fault = ""
		}
		l.mu.Unlock()
		if r.URL.Path == hookPath {
			r.URL.Path = hook
		}
		if fault == "" {
			r.Header.Set("Authorization", "Bearer "+demoToken) // the practice Slack knows this one
			through.ServeHTTP(w, r)
			return
		}
		l.fail(w, r, fault)
	}))
	t.Cleanup(l.Close)
	return l
}

// leakFaults are the ways to fail. "refused" is for the test: nobody listens.
func leakFaults() []string {
	return []string{"refused", "500", "html", "redirect", "invalid_auth", "missing_scope", "odd_error", "no_http", "cut", "silence"}
}

func (l *leaks) fail(w http.ResponseWriter, r *http.Request, fault string) {
	_, _ = io.Copy(io.Discard, r.Body)
	switch fault {
	case "500":
		http.Error(w, "cannot post to "+l.secret+" "+r.Header.Get("Authorization"), http.StatusInternalServerError)
	case "html":
		fmt.Fprintf(w, "<html><body>%s</body></html>", l.secret)
	case "redirect":
		http.Redirect(w, r, "http://127.0.0.1:1/"+l.secret+"?t="+l.secret, http.StatusFound)
	case "missing_scope":
		fmt.Fprintf(w, `{"ok":false,"error":"missing_scope","needed":%q,"provided":%q}`, l.secret, l.secret)
	case "odd_error":
		fmt.Fprintf(w, `{"ok":false,"error":"metadata_%s"}`, l.secret)
	case "no_http", "cut":
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		answer := map[string]string{"no_http": l.secret, "cut": "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n" + l.secret}[fault]
		_, _ = io.WriteString(conn, answer+"\r\n")
		_ = conn.Close()
	case "silence":
		<-r.Context().Done()
	default:
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprintf(w, `{"ok":false,"error":%q}`, fault)
	}
}

// set chooses the fault; with " post" behind its name only posts fail.
func (l *leaks) set(fault string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fault, l.posts = strings.CutSuffix(fault, " post")
}

func (l *leaks) requests() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.asked
}

// planting is an installation that holds a secret in its environment, and all that it printed. Its
// clock runs ahead by hours.
type planting struct {
	*installation
	hours   atomic.Int64
	door    *leaks
	printed lockedBuffer
	env     map[string]string
	parts   []string
}

// plant sets an installation up to post with a token or through a webhook.
func plant(t *testing.T, hook bool) *planting {
	t.Helper()
	p := &planting{installation: newInstallation(t)}
	secret := plantedToken
	if hook {
		secret = hookPath
	}
	u, err := url.Parse(p.slack.Webhook("C0PRACTICE"))
	if err != nil {
		t.Fatal(err)
	}
	p.door = newLeaks(t, p.slack.URL(), u.Path, secret)
	p.env = map[string]string{demoTokenEnv: plantedToken, hookEnv: p.door.URL + hookPath, appTokenEnv: plantedApp}
	p.edit(p.slack.URL(), p.door.URL+"/api/")
	p.edit(`settle = ["0.2s", "0.5s"]`, "settle = [\"0.02s\", \"0.05s\"]\ntimeout = \"0.2s\"")
	p.edit(`crawl = "*/20 * * * *"`, "crawl = \"*/20 * * * *\"\njitter = \"0s\"\n[log]\nlevel = \"debug\"")
	if hook {
		p.edit(`token_env = "`+demoTokenEnv+`"`, `webhook_env = "`+hookEnv+`"`)
	} else {
		p.edit(`token_env = "`+demoTokenEnv+`"`, `token_env = "`+demoTokenEnv+"\"\napp_token_env = \""+appTokenEnv+`"`)
	}
	for _, secret := range []string{secret, plantedApp} {
		for i := range len(secret) - shownAtMost {
			p.parts = append(p.parts, secret[i:i+shownAtMost+1])
		}
	}
	return p
}

// do runs a command within the process, so that no other one's environment holds the secret.
func (p *planting) do(ctx context.Context, args ...string) int {
	return execute(ctx, args, world{
		out: &p.printed, err: &p.printed,
		getenv: func(name string) (string, bool) {
			v, ok := p.env[name]
			return v, ok
		},
		change: func(o *app.Options) {
			o.Now = func() time.Time { return time.Now().Add(time.Duration(p.hours.Load()) * time.Hour) }
		},
	})
}

// with runs a command under the configuration of the installation.
func (p *planting) with(args ...string) int {
	return p.do(p.t.Context(), append([]string{"-c", filepath.Join(p.dir, "practice.toml")}, args...)...)
}

// TestNoSecretIsShown plants a token, or a webhook's address, lets everything go wrong that can, and
// looks for it in every word that was printed, logged, stored or posted.
func TestNoSecretIsShown(t *testing.T) {
	var signalled sync.Mutex // a signal reaches every daemon of the process
	for name, hook := range map[string]bool{"token": false, "webhook": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := plant(t, hook)
			p.readers()
			p.allFaults(hook)
			p.mistaken()
			func() {
				signalled.Lock()
				defer signalled.Unlock()
				p.daemon(hook)
			}()
			p.search()
		})
	}
}

// readers runs the commands that need no Slack, and a first crawl.
func (p *planting) readers() {
	p.t.Helper()
	page := filepath.Join(p.dir, "page.html")
	for _, args := range [][]string{
		{"check"}, {"version"}, {"seeds"}, {"once", "--all"}, {"once", "--json"}, {"sources"}, {"sources", "--json"},
		{"preview", "--html", page}, {"preview", "--json"}, {"export"}, {"backup", filepath.Join(p.dir, "copy.db")},
		{"explain", p.outlets.Pieces()[0].URL}, {"doctor"}, {"doctor", "--json"}, {"doctor", "--live", "--wait", "100ms"},
		{"brief"}, {"brief", "--json"}, {"brief", "--post"}, {"quarantine"}, {"quarantine", p.outlets.Pieces()[0].Outlet, "--dry-run"},
	} {
		if code := p.with(args...); code != exitDone && code != exitPartial {
			p.t.Errorf("%v: exit code %d\n%s", args, code, &p.printed)
		}
	}
	// What a person types by mistake is not repeated either.
	for _, args := range [][]string{
		{"explain", "https://me:" + plantedToken + "@news.example/"}, {plantedToken}, {"digest", "--topic", p.env[hookEnv]},
		{"explain", p.env[hookEnv]}, {"once", "--token=" + plantedToken}, {"seeds", "add", "http://127.0.0.1:1/" + plantedToken},
	} {
		p.with(args...)
	}
}

// allFaults posts under every fault, a few at a time.
func (p *planting) allFaults(hook bool) {
	list := leakFaults()
	if !hook {
		for _, fault := range leakFaults() {
			list = append(list, fault+" post")
		}
	}
	var failing sync.WaitGroup
	room := make(chan struct{}, 4)
	for _, fault := range list {
		room <- struct{}{}
		failing.Go(func() {
			p.failing(fault, hook)
			<-room
		})
	}
	failing.Wait()
}

// failing posts from a copy of the installation while Slack fails in one way.
func (p *planting) failing(fault string, hook bool) {
	dir := filepath.Join(p.dir, fault)
	door := newLeaks(p.t, p.slack.URL(), "/", p.door.secret)
	door.set(fault)
	if strings.HasPrefix(fault, "refused") { // nobody listens
		door.Close()
	}
	text, err := os.ReadFile(filepath.Join(p.dir, "practice.toml"))
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err == nil {
		err = os.CopyFS(filepath.Join(dir, "var"), os.DirFS(filepath.Join(p.dir, "var")))
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "practice.toml"), []byte(strings.ReplaceAll(string(text), p.door.URL, door.URL)), 0o600)
	}
	if err != nil {
		p.t.Error(err)
		return
	}
	env := map[string]string{demoTokenEnv: plantedToken, hookEnv: door.URL + hookPath, appTokenEnv: plantedApp}
	w := world{out: &p.printed, err: &p.printed, getenv: func(name string) (string, bool) { v, ok := env[name]; return v, ok }}
	down := strings.HasPrefix(fault, "refused")
	for try := 0; try == 0 || try < 5 && !down && door.requests() == 0; try++ { // a busy machine may come to nothing in 10 s
		code := execute(p.t.Context(), []string{"-c", filepath.Join(dir, "practice.toml"), "digest", "--wait", "10s"}, w)
		if code != exitPartial && !hook {
			p.t.Errorf("%s: digest ended with %d", fault, code)
		}
	}
	if !down && door.requests() == 0 {
		p.t.Errorf("%s: Slack was not asked", fault)
	}
	if !strings.HasSuffix(fault, " post") {
		execute(p.t.Context(), []string{"-c", filepath.Join(dir, "practice.toml"), "doctor"}, w)
	}
}

// mistaken checks configurations that hold the secret at all kinds of places.
func (p *planting) mistaken() {
	p.t.Helper()
	file := filepath.Join(p.dir, "practice.toml")
	good, err := os.ReadFile(file)
	if err != nil {
		p.t.Fatal(err)
	}
	secret := p.env[demoTokenEnv]
	for _, s := range []string{secret, "https://hooks.slack.com" + hookPath} {
		for _, text := range []string{
			"token_env = " + s, `token_env = "` + s + `"`, "[" + s + "]", "# " + s, `"` + s + `" = 1`, `x = """` + "\n" + s + "\n", s,
		} {
			if err := os.WriteFile(file, []byte(text+"\n"+string(good)), 0o600); err != nil {
				p.t.Fatal(err)
			}
			if code := p.with("check"); code != exitUsage {
				p.t.Errorf("check of a file with a secret ended with %d", code)
			}
		}
	}
	if err := os.WriteFile(file, good, 0o600); err != nil {
		p.t.Fatal(err)
	}
}

// daemon runs all schedules while Slack fails in one way after the other, and is told to read a
// configuration that holds the secret.
func (p *planting) daemon(hook bool) {
	p.t.Helper()
	ctx, stop := context.WithCancel(p.t.Context())
	done := make(chan int)
	go func() { done <- p.do(ctx, "-c", filepath.Join(p.dir, "practice.toml"), "run") }()
	defer func() {
		stop()
		if code := <-done; code != exitDone {
			p.t.Errorf("the daemon ended with %d", code)
		}
	}()
	p.until("the daemon's crawl", func() bool { return strings.Contains(p.printed.String(), "msg=crawl") })
	good, secrets := `data_dir = "var"`, "# "+plantedToken+"\n# https://hooks.slack.com"+hookPath+"\n"
	p.edit(good, secrets+good)
	for _, fault := range []string{"500 post", "odd_error post", "missing_scope", "invalid_auth", ""} {
		p.door.set(fault)
		asked := p.door.requests()
		p.hangup()
		p.until("a word to Slack", p.nudged(func() bool { return hook || p.door.requests() > asked }))
	}
	p.until("the notices", p.nudged(func() bool { return hook || len(p.slack.Messages("C0PRACTICEOPS")) > 0 }))
	p.edit(secrets, "")
}

// hangup makes the daemon read the configuration again an hour later, so that it has something to tell
// and no wait is left from the fault before.
func (p *planting) hangup() {
	p.t.Helper()
	p.hours.Add(1)
	before := strings.Count(p.printed.String(), "configuration not read")
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		p.t.Fatal(err)
	}
	p.until("the refusal of the secret", func() bool { return strings.Count(p.printed.String(), "configuration not read") > before })
}

// nudged is a condition for which the daemon is told to read the configuration again and again: a
// failure that is noted just after the hour has passed would hold the next message back.
func (p *planting) nudged(ok func() bool) func() bool {
	last := time.Now()
	return func() bool {
		if !ok() && time.Since(last) > 300*time.Millisecond {
			p.hangup()
			last = time.Now()
		}
		return ok()
	}
}

func (p *planting) until(what string, ok func() bool) {
	p.t.Helper()
	for end := time.Now().Add(30 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			p.t.Fatalf("waited in vain for %s; printed:\n%s", what, &p.printed)
		}
	}
}

// search looks for parts of the secret in all that is left.
func (p *planting) search() {
	p.t.Helper()
	shows := func(where, text string) {
		for _, part := range p.parts {
			if i := strings.Index(text, part); i >= 0 {
				p.t.Errorf("%s shows a part of the secret: …%q…", where, text[max(0, i-120):min(len(text), i+80)])
				return
			}
		}
	}
	for line := range strings.Lines(p.printed.String()) {
		shows("the output or the log", line)
	}
	for _, channel := range []string{"C0PRACTICE", "C0PRACTICEOPS"} {
		for _, m := range p.slack.Messages(channel) {
			shows("a message", m.Text+string(m.Blocks)+string(m.Metadata))
		}
	}
	files := 0
	err := filepath.WalkDir(p.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		shows(path, string(data))
		files++
		return err
	})
	if err != nil || files < 3*len(leakFaults()) {
		p.t.Errorf("%d files searched: %v", files, err)
	}
	for _, want := range []string{"digest", "page.html", "invalid_auth", "without a clear answer"} {
		if !strings.Contains(p.printed.String(), want) {
			p.t.Errorf("what was printed lacks %q, so less was tried than should be", want)
		}
	}
}

// TestTokenFileThatIsOpen holds that a file which others may read is named, with what to do.
func TestTokenFileThatIsOpen(t *testing.T) {
	t.Parallel()
	p := plant(t, false)
	file := filepath.Join(p.dir, "token")
	if err := os.WriteFile(file, []byte(plantedToken+"\n"), 0o640); err != nil {
		t.Fatal(err)
	}
	p.edit(`token_env = "`+demoTokenEnv+`"`, fmt.Sprintf("token_file = %q", file))
	if p.with("check"); !strings.Contains(p.printed.String(), "note: slack.token_file: "+file+" may be read by other users") {
		t.Errorf("check says nothing:\n%s", &p.printed)
	}
	if p.with("digest", "--wait", "10s"); !strings.Contains(p.printed.String(), "newsvigil: slack.token_file: ") || !strings.Contains(p.printed.String(), "chmod 600 "+file) {
		t.Errorf("digest says nothing:\n%s", &p.printed)
	}
	if strings.Contains(p.printed.String(), plantedToken) {
		t.Errorf("the token is shown:\n%s", &p.printed)
	}
}

// TestStumble holds that a panic of a command ends it with a code, and that its value is cleaned.
func TestStumble(t *testing.T) {
	t.Parallel()
	var out lockedBuffer
	w := world{out: panicky{}, err: &out, getenv: os.LookupEnv}
	if code := execute(t.Context(), []string{"version"}, w); code != exitFailed {
		t.Errorf("exit code %d", code)
	}
	if s := out.String(); strings.Contains(s, plantedToken) || !strings.Contains(s, "stumbled") || !strings.Contains(s, "***") || !strings.Contains(s, "goroutine") {
		t.Errorf("it says:\n%s", s)
	}
}

type panicky struct{}

func (panicky) Write([]byte) (int, error) { panic(&net.AddrError{Err: plantedToken}) }
