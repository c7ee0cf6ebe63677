package slack

import (
	"fmt"
	"io"
	"net/http"
)

// webhook is an incoming webhook: plain answers, no ts, no metadata.
func (s *Server) webhook(w http.ResponseWriter, r *http.Request) {
	p, err := readParams(r)
	s.mu.Lock()
	s.calls["webhook"]++
	fault := s.faults.next("webhook")
	status, word := http.StatusOK, "ok"
	p2 := params{"channel": r.PathValue("channel"), "text": p["text"], "blocks": p["blocks"]}
	if err != nil {
		status, word = http.StatusBadRequest, "invalid_payload"
	} else if a := s.postMessage(p2, fault.stored()); !a.ok() {
		status, word = webhookStatus(fmt.Sprint(a["error"]))
	}
	s.mu.Unlock()
	if fault != None {
		s.fail(w, r, fault, []byte(word))
		return
	}
	if status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "1")
	}
	w.WriteHeader(status)
	io.WriteString(w, word)
}

func webhookStatus(word string) (int, string) {
	switch word {
	case "ratelimited":
		return http.StatusTooManyRequests, "rate_limited"
	case "channel_not_found":
		return http.StatusNotFound, word
	case "is_archived":
		return http.StatusGone, "channel_is_archived"
	}
	return http.StatusBadRequest, word
}
