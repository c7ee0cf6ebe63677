package slack

import (
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
)

// Fault is a way for a request to fail. Those whose name ends in Stored fail after the message was
// stored: the client cannot tell them from their siblings.
type Fault string

// The faults. For methods that store nothing both siblings are the same.
const (
	None              Fault = ""
	TooFast           Fault = "too fast"            // 429 with Retry-After 1
	TooFastBare       Fault = "too fast, bare"      // 429 without it
	RateLimited       Fault = "rate limited"        // 200 with the error ratelimited
	InternalError     Fault = "internal error"      // 200 with internal_error
	FatalErrorStored  Fault = "fatal error, stored" // 200 with fatal_error
	Drop              Fault = "drop"                // the connection ends without an answer
	DropStored        Fault = "drop, stored"        //
	Hang              Fault = "hang"                // no answer until the client gives up
	HangStored        Fault = "hang, stored"        //
	Unavailable       Fault = "unavailable"         // 503 with HTML
	UnavailableStored Fault = "unavailable, stored" //
	CutStored         Fault = "cut, stored"         // half an answer
	Empty             Fault = "empty"               // 200 with {}
	EmptyStored       Fault = "empty, stored"       //
	HTML              Fault = "html"                // 200 with a page
	HTMLStored        Fault = "html, stored"        //
	LateCommit        Fault = "late"                // no answer; stored only after Options.Late
)

// AllFaults are all faults, for random ones.
func AllFaults() []Fault {
	return []Fault{TooFast, TooFastBare, RateLimited, InternalError, FatalErrorStored, Drop, DropStored, Hang, HangStored,
		Unavailable, UnavailableStored, CutStored, Empty, EmptyStored, HTML, HTMLStored, LateCommit}
}

// stored reports whether the message is stored before the request fails.
func (f Fault) stored() bool {
	switch f {
	case None, FatalErrorStored, DropStored, HangStored, UnavailableStored, CutStored, EmptyStored, HTMLStored:
		return true
	}
	return false
}

// faults decides how each request fails.
type faults struct {
	script map[string][]Fault
	chaos  map[string]*chaos
}

type chaos struct {
	rate  float64
	kinds []Fault
	rand  *rand.Rand
}

// Script makes the next requests for a method fail in the given ways, one after the other; None lets
// one pass. Methods are named as in Slack's addresses; the webhook's is "webhook".
func (s *Server) Script(method string, f ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.script[method] = append(s.faults.script[method], f...)
}

// Chaos makes the given share (0 to 1) of the requests for a method fail, in ways drawn from kinds
// by a generator with this seed. A share of 0 ends it.
func (s *Server) Chaos(method string, rate float64, seed uint64, kinds ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.chaos[method] = &chaos{rate, kinds, rand.New(rand.NewPCG(seed, uint64(len(method))))}
}

func (f *faults) next(method string) Fault {
	if list := f.script[method]; len(list) > 0 {
		f.script[method] = list[1:]
		return list[0]
	}
	c := f.chaos[method]
	if c == nil || len(c.kinds) == 0 || c.rand.Float64() >= c.rate {
		return None
	}
	return c.kinds[c.rand.IntN(len(c.kinds))]
}

// fail answers as the fault demands. body is what the answer would have been.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, f Fault, body []byte) {
	switch f {
	case TooFast, TooFastBare:
		if f == TooFast {
			w.Header().Set("Retry-After", "1")
		}
		w.WriteHeader(http.StatusTooManyRequests)
		io.WriteString(w, `{"ok":false,"error":"ratelimited"}`)
	case RateLimited:
		writeJSON(w, refusal("ratelimited"))
	case InternalError:
		writeJSON(w, refusal("internal_error"))
	case FatalErrorStored:
		writeJSON(w, refusal("fatal_error"))
	case Hang, HangStored:
		select {
		case <-r.Context().Done():
		case <-s.stop:
		}
		panic(http.ErrAbortHandler)
	case Unavailable, UnavailableStored:
		w.WriteHeader(http.StatusServiceUnavailable)
		io.WriteString(w, "<html><body>Service unavailable</body></html>")
	case CutStored:
		w.Header().Set("Content-Length", strconv.Itoa(len(body)+100))
		w.Write(body[:len(body)/2])
		panic(http.ErrAbortHandler)
	case Empty, EmptyStored:
		writeJSON(w, map[string]any{})
	case HTML, HTMLStored:
		io.WriteString(w, "<html><body>ok</body></html>")
	default:
		panic(http.ErrAbortHandler)
	}
}
