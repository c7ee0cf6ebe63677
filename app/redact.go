package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"sync"

	"newsvigil/news"
)

// Redactor takes secrets out of whatever leaves the program: those that it was told of, and all that
// have the form of one (see news.Redact). Its methods may be called from several goroutines; the
// zero value is ready for use.
type Redactor struct {
	mu    sync.RWMutex
	known []news.Secret
}

// Learn makes the values known, for good: after a change of the configuration an old token is as
// secret as before.
func (r *Redactor) Learn(secrets ...news.Secret) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range secrets {
		if s.IsSet() && !r.knows(s) {
			r.known = append(r.known, s)
		}
	}
}

func (r *Redactor) knows(s news.Secret) bool {
	for _, k := range r.known {
		if k.Reveal() == s.Reveal() {
			return true
		}
	}
	return false
}

// Clean is a text without secrets.
func (r *Redactor) Clean(text string) string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return news.Redact(text, r.known...)
}

// Notice is a notice whose text has no secrets, so that none is stored or posted.
func (r *Redactor) Notice(n news.Notice) news.Notice {
	n.Title = r.Clean(n.Title)
	lines := make([]string, len(n.Lines))
	for i, l := range n.Lines {
		lines[i] = r.Clean(l)
	}
	n.Lines = lines
	return n
}

// Log is the logger with a filter before its handler.
func (r *Redactor) Log(log *slog.Logger) *slog.Logger {
	if h, ok := log.Handler().(redactHandler); ok && h.r == r {
		return log
	}
	return slog.New(redactHandler{log.Handler(), r})
}

// redactHandler hands on records without secrets.
type redactHandler struct {
	slog.Handler
	r *Redactor
}

// Handle implements slog.Handler.
func (h redactHandler) Handle(ctx context.Context, in slog.Record) error {
	out := slog.NewRecord(in.Time, in.Level, h.r.Clean(in.Message), in.PC)
	in.Attrs(func(a slog.Attr) bool {
		out.AddAttrs(h.attr(a))
		return true
	})
	return h.Handler.Handle(ctx, out)
}

// WithAttrs implements slog.Handler.
func (h redactHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	clean := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		clean[i] = h.attr(a)
	}
	return redactHandler{h.Handler.WithAttrs(clean), h.r}
}

// WithGroup implements slog.Handler.
func (h redactHandler) WithGroup(name string) slog.Handler {
	return redactHandler{h.Handler.WithGroup(h.r.Clean(name)), h.r}
}

func (h redactHandler) attr(a slog.Attr) slog.Attr {
	a.Key, a.Value = h.r.Clean(a.Key), a.Value.Resolve()
	switch a.Value.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(h.r.Clean(a.Value.String()))
	case slog.KindGroup:
		group := a.Value.Group()
		clean := make([]slog.Attr, len(group))
		for i, g := range group {
			clean[i] = h.attr(g)
		}
		a.Value = slog.GroupValue(clean...)
	case slog.KindAny:
		a.Value = h.any(a.Value)
	}
	return a
}

// any leaves a value as it is where no handler can show a secret of it: as text or as JSON, which
// follows pointers.
func (h redactHandler) any(v slog.Value) slog.Value {
	if err, ok := v.Any().(error); ok {
		return slog.StringValue(h.r.Clean(fmt.Sprint(err))) // fmt survives the Error method of a nil pointer
	}
	text := fmt.Sprintf("%+v", v.Any())
	if data, ok := v.Any().([]byte); ok {
		text = string(data)
	}
	asJSON, err := json.Marshal(v.Any())
	clean := h.r.Clean(text)
	if clean == text && err == nil && h.r.Clean(string(asJSON)) == string(asJSON) {
		return v
	}
	return slog.StringValue(clean)
}

// Writer is out without secrets. It hands whole lines on, so that none is seen in halves; Flush
// hands on the rest.
func (r *Redactor) Writer(out io.Writer) *RedactWriter { return &RedactWriter{out: out, r: r} }

// RedactWriter writes lines without secrets.
type RedactWriter struct {
	out  io.Writer
	r    *Redactor
	mu   sync.Mutex
	line []byte
}

// Write implements io.Writer. An error may be that of an earlier call's text.
func (w *RedactWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	end := bytes.LastIndexByte(p, '\n') + 1
	if end == 0 {
		w.line = append(w.line, p...)
		return len(p), nil
	}
	whole := string(w.line) + string(p[:end])
	w.line = append(w.line[:0], p[end:]...)
	if _, err := io.WriteString(w.out, w.r.Clean(whole)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Flush writes what stands behind the last line end.
func (w *RedactWriter) Flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.line) == 0 {
		return nil
	}
	_, err := io.WriteString(w.out, w.r.Clean(string(w.line)))
	w.line = w.line[:0]
	return err
}

// Unwrap is where the lines go, for those who must know whether it is a terminal.
func (w *RedactWriter) Unwrap() io.Writer { return w.out }
