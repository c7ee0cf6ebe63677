package main

import (
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/jedib0t/go-pretty/v6/progress"
	"golang.org/x/term"

	"newsvigil/app"
	"newsvigil/crawler"
)

// liveProgress shows a line per source while a crawl runs on a terminal. Elsewhere the log's plain
// lines do, and this shows nothing.
type liveProgress struct {
	out      io.Writer
	writer   progress.Writer
	trackers map[string]*progress.Tracker
}

// newProgress shows on out if that is a terminal.
func newProgress(out io.Writer) *liveProgress {
	p := &liveProgress{out: out, trackers: map[string]*progress.Tracker{}}
	if w, ok := out.(*app.RedactWriter); ok {
		out = w.Unwrap() // what is drawn are the names of sources, of which the configuration has no secret
	}
	f, ok := out.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return p
	}
	w := progress.NewWriter()
	w.SetOutputWriter(out)
	w.SetAutoStop(false)
	w.SetMessageLength(34)
	w.SetTrackerLength(20)
	w.SetUpdateFrequency(120 * time.Millisecond)
	w.Style().Visibility.ETA = false
	w.Style().Visibility.Percentage = false
	w.Style().Visibility.Value = true
	p.writer = w
	go w.Render()
	return p
}

// live reports whether lines are shown.
func (p *liveProgress) live() bool { return p.writer != nil }

// logger is quieter while lines are shown, which say the same: only what an admin should see.
func (p *liveProgress) logger(e *env) *slog.Logger {
	if !p.live() {
		return nil
	}
	return slog.New(slog.NewTextHandler(e.err, &slog.HandlerOptions{Level: slog.LevelError}))
}

// hear takes one step of the crawl.
func (p *liveProgress) hear(s crawler.Progress) {
	if !p.live() {
		return
	}
	t := p.trackers[s.Source]
	if t == nil {
		t = &progress.Tracker{Message: s.Source, Units: progress.UnitsDefault}
		p.trackers[s.Source] = t
		p.writer.AppendTracker(t)
	}
	t.UpdateTotal(int64(max(s.Total, 1)))
	t.SetValue(int64(s.Done))
	if s.Stage != "done" {
		return
	}
	if s.Trouble != "" {
		t.UpdateMessage(s.Source + ": " + string(s.Trouble))
		t.MarkAsErrored()
		return
	}
	t.MarkAsDone()
}

// stop ends the display, with its last state on the screen.
func (p *liveProgress) stop() {
	if !p.live() {
		return
	}
	time.Sleep(150 * time.Millisecond) // one more frame, so that the last counts are seen
	p.writer.Stop()
	for p.writer.IsRenderInProgress() {
		time.Sleep(10 * time.Millisecond)
	}
}
