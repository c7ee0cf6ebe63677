package crawler

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"newsvigil/address"
	"newsvigil/crawler/extract"
	"newsvigil/news"
)

var (
	errForbidden = errors.New("robots.txt forbids it")
	errLoop      = errors.New("redirects in a circle")
	errHops      = errors.New("more than 10 redirects")
	errFrontPage = errors.New("redirects to the front page")
	errPanic     = errors.New("the program stumbled over this page; it was set aside")
	errSlow      = errors.New("reading this page took longer than a minute; it was set aside")
)

// outsideError says that a redirect, or a link, leads to another site than the outlet's, and in what that
// looks like the outlet's own; "" where it does not.
type outsideError struct {
	host, alike string
	link        bool
}

func (e *outsideError) Error() string {
	how := "redirects"
	if e.link {
		how = "leads"
	}
	said := fmt.Sprintf("%s to %s, which is not among this source's hosts", how, e.host)
	if e.alike != "" {
		said += "; beware, that host " + e.alike
	}
	return said
}

// foreign is the host of another site that a request was sent on to; "" where it was not.
func foreign(err error) string {
	var outside *outsideError
	if errors.As(err, &outside) {
		return outside.host
	}
	return ""
}

// suspicion says in what a host looks like one of a source without being one, as half a sentence; ""
// where it does not.
func suspicion(src news.Source, host string) string {
	if why := address.Disguised(host); why != "" {
		return why
	}
	for _, list := range [][]string{{src.Home}, src.Feeds, src.Sections, src.Sitemaps, src.Hosts} {
		for _, own := range list {
			if why := address.LookAlike(host, own); why != "" {
				return why
			}
		}
	}
	return ""
}

// haltError says that nothing more is asked of the host in this run.
type haltError struct{ halt }

func (e *haltError) Error() string { return e.detail }

// refusedHere reports whether the request was refused by this program and never left it.
func refusedHere(err error) bool {
	var bad *badAddressError
	var stop *haltError
	return errors.Is(err, errForbidden) || isPrivate(err) || errors.As(err, &bad) || errors.As(err, &stop)
}

func isPrivate(err error) bool {
	var private *privateError
	var port *portError
	return errors.As(err, &private) || errors.As(err, &port)
}

// diagnose names a failed request's trouble, and says it in words for a tired person. It gives
// TroubleNone for an answer that is worth reading: 2xx and 304.
func diagnose(a answer) (news.Trouble, string) {
	if a.err != nil {
		return diagnoseError(a.err)
	}
	said := fmt.Sprintf("HTTP %d", a.status)
	switch {
	case a.header.Get("Cf-Mitigated") != "":
		return news.TroubleBlocked, said + ": a page that keeps programs out"
	case a.status/100 == 2 || a.status == http.StatusNotModified:
		return news.TroubleNone, ""
	case a.status == http.StatusUnauthorized, a.status == http.StatusForbidden,
		a.status == http.StatusUnavailableForLegalReasons:
		return news.TroubleBlocked, said
	case a.status == http.StatusNotFound || a.status == http.StatusGone:
		return news.TroubleMissing, said
	case complains(a.status, a.header):
		return news.TroubleThrottled, said + ": asked too often"
	case isRedirect(a.status):
		return news.TroubleServer, said + " without an address to go to"
	}
	return news.TroubleServer, said
}

func diagnoseError(err error) (news.Trouble, string) {
	var bad *badAddressError
	var port *portError
	var private *privateError
	var stop *haltError
	var outside *outsideError
	var timeout *timeoutError
	var unreadable *unreadableError
	var packed *encodingError
	switch {
	case errors.As(err, &stop):
		return stop.trouble, stop.detail
	case errors.Is(err, errForbidden):
		return news.TroubleRobots, errForbidden.Error()
	case errors.As(err, &private):
		return news.TroublePrivate, private.Error()
	case errors.As(err, &port):
		return news.TroubleBadAddress, port.Error()
	case errors.As(err, &bad):
		return news.TroubleBadAddress, bad.Error()
	case errors.As(err, &outside):
		return news.TroubleMoved, outside.Error()
	case errors.Is(err, errLoop), errors.Is(err, errHops):
		return news.TroubleRedirects, bare(err).Error()
	case errors.Is(err, errFrontPage):
		return news.TroubleMissing, errFrontPage.Error()
	case errors.Is(err, errPanic), errors.As(err, &unreadable), errors.As(err, &packed):
		return news.TroubleOther, bare(err).Error()
	case isTooLarge(err):
		return news.TroubleTooLarge, bare(err).Error()
	case errors.As(err, &timeout):
		return news.TroubleTimeout, timeout.Error()
	}
	return diagnoseNetwork(err)
}

// diagnoseNetwork names the failures of names, connections and TLS.
func diagnoseNetwork(err error) (news.Trouble, string) {
	var dns *net.DNSError
	var cert *tls.CertificateVerificationError
	var alert tls.AlertError
	var record tls.RecordHeaderError
	var network net.Error
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return news.TroubleUnreachable, fmt.Sprintf("the host name %s is not known", dns.Name)
	case errors.As(err, &dns):
		return news.TroubleUnreachable, fmt.Sprintf("the host name %s could not be looked up", dns.Name)
	case errors.As(err, &cert):
		return news.TroubleTLS, "the certificate is not valid: " + cert.Err.Error()
	case errors.As(err, &alert), errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return news.TroubleTLS, "no secure connection: " + bare(err).Error()
	case errors.Is(err, syscall.ECONNREFUSED):
		return news.TroubleUnreachable, "connection refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return news.TroubleUnreachable, "connection reset"
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return news.TroubleUnreachable, "there is no way to the host from here"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return news.TroubleUnreachable, "the answer broke off"
	case errors.Is(err, io.EOF):
		return news.TroubleUnreachable, "the connection was closed without an answer"
	case errors.As(err, &network) && network.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return news.TroubleTimeout, "no answer in time"
	}
	return news.TroubleOther, bare(err).Error()
}

// passing reports whether a failure may be over in a moment, so that one more try in the same run is
// worth it: the connection broke in mid-answer, or the host stumbled. One that is slow, or asks to be
// left alone, is not asked again, nor is a wall.
func passing(j *job, a answer) bool {
	if broken(a.err) {
		return true
	}
	if j.priority == firstRobots || a.err != nil || a.status < 500 || complains(a.status, a.header) || a.header.Get("Cf-Mitigated") != "" {
		return false
	}
	return a.status != http.StatusNotImplemented && !(j.priority == thenPages && walled(a, extract.Hints{Source: j.outlet.src, Candidate: j.candidate}))
}

// unanswered reports whether a request tells nothing of its page: its host could not be reached, did
// not answer in time, or asked to be left alone.
func unanswered(a answer) bool {
	var late *timeoutError
	if errors.As(a.err, &late) && late.body || errors.Is(a.err, io.ErrUnexpectedEOF) {
		return false
	}
	return a.status == 0 || complains(a.status, a.header)
}

// broken reports whether a connection broke in mid-answer.
func broken(err error) bool {
	return err != nil && (errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF))
}

// bare takes off the "Get address:" that net/http puts in front; the address stands elsewhere.
func bare(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}

// short writes a duration without zero parts: 30s, 1m30s, 15m.
func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
