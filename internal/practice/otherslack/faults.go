package otherslack

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// What becomes of a post whose request fails: it is not stored, stored at once, or some time later.
const (
	never = iota
	atOnce
	later
)

type fault struct {
	kind  string
	store int
	n     int // chance of its own
}

// refusals are the kinds that say for certain that nothing was posted; all others leave it open.
func refusals() map[string]bool {
	return map[string]bool{"429": true, "429 bare": true, "429 page": true, "429 zero": true, "429 date": true, "429 huge": true, "ratelimited": true, "weight": true}
}

// Kinds are all ways in which a request can fail.
func Kinds() []string {
	open := []string{"internal_error", "fatal_error", "unavailable word", "500", "502", "503", "504", "408", "reset", "hang up", "half", "half chunk", "drip",
		"{}", "no body", "null", "list", "no ts", "other channel", "page", "no reason", "late"}
	return append(open, slices.Sorted(maps.Keys(refusals()))...)
}

// chance decides whether and how a request fails.
func (s *Server) chance(method string) fault {
	reads := method == "conversations.history" || method == "conversations.replies"
	rate, count := s.o.Faulty, &s.stats.Faulty
	switch {
	case reads:
		rate, count = s.o.FaultyReads, &s.stats.FaultyReads
		s.stats.Reads++
	case method == "chat.postMessage":
		s.stats.Posts++
	}
	if s.calm || s.dice.Float64() >= rate {
		return fault{store: atOnce}
	}
	kinds := s.o.Kinds
	if kinds == nil {
		kinds = Kinds()
	}
	f := fault{kind: kinds[s.dice.IntN(len(kinds))], n: s.dice.IntN(1000)}
	posts := method == "chat.postMessage"
	switch {
	case f.kind == "weight" && !posts:
		f.kind = "502"
	case f.kind == "late" && posts:
		f.store = later
	case f.kind == "other channel", !refusals()[f.kind] && s.dice.IntN(2) == 0:
		f.store = atOnce // the answer is lost, not the request
	}
	*count++
	s.stats.Kinds[f.kind]++
	return f
}

// fail answers a request as its fault demands; a is the answer that it would have had.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, f fault, a answer) {
	body, err := json.Marshal(a)
	if err != nil {
		panic(err)
	}
	if status, err := strconv.Atoi(f.kind); err == nil && status != http.StatusTooManyRequests {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
		fmt.Fprintf(w, "<html><title>%d</title>Something went wrong.</html>", status)
		return
	}
	if strings.HasPrefix(f.kind, "429") {
		tooMany(w, f)
		return
	}
	switch f.kind {
	case "ratelimited", "internal_error", "fatal_error":
		s.write(w, r, no(f.kind), f.n%2 == 0)
	case "unavailable word":
		s.write(w, r, no([]string{"service_unavailable", "request_timeout", "team_added_to_org"}[f.n%3]), false)
	case "weight":
		s.write(w, r, no([]string{"invalid_blocks", "msg_too_long", "msg_blocks_too_long"}[f.n%3]), false)
	case "no reason":
		s.write(w, r, answer{"ok": false}, false)
	case "no ts":
		s.write(w, r, answer{"ok": true, "channel": "C0OTHER0000"}, false)
	case "other channel":
		s.write(w, r, answer{"ok": true, "channel": "C0ELSEWHERE", "ts": "1503435956.000247"}, false)
	case "page":
		io.WriteString(w, "<!doctype html><title>ok</title>Please sign in to this network.")
	case "{}", "null":
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, f.kind)
	case "list":
		io.WriteString(w, `["ok",true]`)
	case "no body":
		w.WriteHeader(http.StatusOK)
	case "half":
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body[:len(body)*(f.n%9+1)/10]) // the client may be gone
		panic(http.ErrAbortHandler)
	case "half chunk":
		_, _ = w.Write(body[:len(body)/2]) // the client may be gone
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	case "drip":
		s.drip(w, r, body)
	case "reset":
		reset(w)
	default: // the connection ends without an answer
		panic(http.ErrAbortHandler)
	}
}

func tooMany(w http.ResponseWriter, f fault) {
	after := map[string]string{"429": strconv.Itoa(1 + f.n%3), "429 page": "1", "429 zero": "0", "429 huge": "86400",
		"429 date": time.Unix(1, 0).UTC().Format(http.TimeFormat)}[f.kind]
	if after != "" {
		w.Header().Set("Retry-After", after)
	}
	w.WriteHeader(http.StatusTooManyRequests)
	if f.kind == "429 page" {
		io.WriteString(w, "<html>Slow down.</html>")
	}
}

// drip gives a byte now and then, until the client gives up.
func (s *Server) drip(w http.ResponseWriter, r *http.Request, body []byte) {
	for i := range body {
		_, _ = w.Write(body[i : i+1]) // the client may be gone
		_ = http.NewResponseController(w).Flush()
		select {
		case <-r.Context().Done():
			panic(http.ErrAbortHandler)
		case <-s.quit:
			panic(http.ErrAbortHandler)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// reset ends the connection the rude way.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // else the end is a polite one
	}
	_ = conn.Close()
}
