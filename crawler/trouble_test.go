package crawler

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"newsvigil/news"
)

func TestDiagnoseNetwork(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in     error
		want   news.Trouble
		detail string
	}{
		{&net.DNSError{Name: "no.example", IsNotFound: true}, news.TroubleUnreachable, "the host name no.example is not known"},
		{&net.DNSError{Name: "no.example", IsTimeout: true}, news.TroubleUnreachable, "the host name no.example could not be looked up"},
		{io.EOF, news.TroubleUnreachable, "the connection was closed without an answer"},
		{context.DeadlineExceeded, news.TroubleTimeout, "no answer in time"},
		{&timeoutError{wait: 30 * time.Second}, news.TroubleTimeout, "no answer within 30s"},
		{&timeoutError{wait: 90 * time.Second, body: true}, news.TroubleTimeout, "the answer was not complete within 1m30s"},
		{&timeoutError{wait: time.Minute}, news.TroubleTimeout, "no answer within 1m"},
		{errors.New("odd"), news.TroubleOther, "odd"},
	}
	for _, tt := range tests {
		if got, detail := diagnoseError(fmt.Errorf("get: %w", tt.in)); got != tt.want || !strings.HasSuffix(detail, tt.detail) {
			t.Errorf("%v: %q %q", tt.in, got, detail)
		}
	}
}

// TestWhatCountsAgainstAHost holds that the breaker counts failures of hosts and not of pages, and that a
// page which is asked again in the same run counts once.
func TestWhatCountsAgainstAHost(t *testing.T) {
	t.Parallel()
	wall := http.Header{"Cf-Mitigated": {"challenge"}}
	busy := http.Header{"Retry-After": {"60"}}
	tests := []struct {
		name string
		in   answer
		want reaction
	}{
		{"well", answer{status: 200}, reactWell},
		{"not there", answer{status: 404}, reactWell},
		{"forbidden", answer{status: 403}, reactWell},
		{"server error", answer{status: 500}, reactFail},
		{"the same again", answer{status: 500, again: true}, reactNone},
		{"a wall", answer{status: 503, header: wall}, reactNone},
		{"asked too often", answer{status: 429}, reactComplain},
		{"busy", answer{status: 503, header: busy}, reactComplain},
		{"unknown name", answer{err: &net.DNSError{Name: "no.example", IsNotFound: true}}, reactFail},
		{"refused", answer{err: &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}}, reactFail},
		{"certificate", answer{err: &tls.CertificateVerificationError{Err: errors.New("x")}}, reactFail},
		{"no headers", answer{err: &timeoutError{wait: time.Second}}, reactFail},
		{"a slow body", answer{err: &timeoutError{wait: time.Second, body: true}}, reactNone},
		{"a short body", answer{err: io.ErrUnexpectedEOF}, reactNone},
		{"too large", answer{err: &tooLargeError{limit: 1}}, reactWell},
		{"forbidden by robots.txt", answer{err: errForbidden}, reactNone},
		{"a panic of ours", answer{err: errPanic}, reactNone},
	}
	for _, tt := range tests {
		if got := weigh(tt.in); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}
