package crawler

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
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
