package slack

import (
	"bufio"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// wsClient is the client's side of a WebSocket, which can also misbehave.
type wsClient struct {
	t testing.TB
	net.Conn
	r *bufio.Reader
}

const wsKey = "dGhlIHNhbXBsZSBub25jZQ=="

// dial opens a socket of socket mode.
func dial(t *testing.T, s *Server) *wsClient {
	t.Helper()
	a := call(t, s, "apps.connections.open", "token", s.o.AppToken)
	u, err := url.Parse(a["url"].(string))
	if err != nil {
		t.Fatal(err)
	}
	c := &wsClient{t: t}
	if c.Conn, err = net.Dial("tcp", u.Host); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	req := "GET " + u.RequestURI() + " HTTP/1.1\r\nHost: " + u.Host + "\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + wsKey + "\r\n\r\n"
	if _, err := io.WriteString(c, req); err != nil {
		t.Fatal(err)
	}
	c.r = bufio.NewReader(c)
	resp, err := http.ReadResponse(c.r, nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusSwitchingProtocols || resp.Header.Get("Sec-WebSocket-Accept") != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" {
		t.Fatalf("%s, accept %q", resp.Status, resp.Header.Get("Sec-WebSocket-Accept"))
	}
	return c
}

// frame writes a frame, masked as clients must.
func (c *wsClient) frame(first byte, payload string) {
	head := []byte{first}
	switch n := len(payload); {
	case n < 126:
		head = append(head, 0x80|byte(n))
	case n <= 0xffff:
		head = binary.BigEndian.AppendUint16(append(head, 0x80|126), uint16(n))
	default:
		head = binary.BigEndian.AppendUint64(append(head, 0x80|127), uint64(n))
	}
	mask := []byte{1, 2, 3, 4}
	head = append(head, mask...)
	for i := range len(payload) {
		head = append(head, payload[i]^mask[i%4])
	}
	if _, err := c.Write(head); err != nil {
		c.t.Error(err)
	}
}

// next reads a frame of the server's.
func (c *wsClient) next() (op byte, payload []byte) {
	c.t.Helper()
	op, payload, err := c.read()
	if err != nil {
		c.t.Fatal(err)
	}
	return op, payload
}

func (c *wsClient) read() (op byte, payload []byte, err error) {
	var head [2]byte
	if _, err := io.ReadFull(c.r, head[:]); err != nil {
		return 0, nil, err
	}
	size := int(head[1] & 0x7f)
	switch size {
	case 126:
		var b [2]byte
		io.ReadFull(c.r, b[:])
		size = int(binary.BigEndian.Uint16(b[:]))
	case 127:
		var b [8]byte
		io.ReadFull(c.r, b[:])
		size = int(binary.BigEndian.Uint64(b[:]))
	}
	payload = make([]byte, size)
	_, err = io.ReadFull(c.r, payload)
	return head[0] & 0x0f, payload, err
}

// text reads the next text message.
func (c *wsClient) text() map[string]any {
	c.t.Helper()
	for {
		op, payload := c.next()
		if op != opText {
			continue
		}
		var m map[string]any
		if err := json.Unmarshal(payload, &m); err != nil {
			c.t.Fatal(err)
		}
		return m
	}
}

func TestHandshakeKey(t *testing.T) {
	t.Parallel()
	if got, want := acceptKey(wsKey), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="; got != want { // the example of RFC 6455
		t.Errorf("accept key %q, want %q", got, want)
	}
}

func TestNoHandshake(t *testing.T) {
	t.Parallel()
	s, _ := start(t, Options{})
	for name, header := range map[string]map[string]string{
		"plain":   {},
		"version": {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "8", "Sec-WebSocket-Key": wsKey},
		"key":     {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": base64.StdEncoding.EncodeToString([]byte("short"))},
	} {
		a := call(t, s, "apps.connections.open", "token", DefaultAppToken)
		req, err := http.NewRequest(http.MethodGet, "http"+strings.TrimPrefix(a["url"].(string), "ws"), nil)
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range header {
			req.Header.Set(k, v)
		}
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %s, want 400", name, resp.Status)
		}
	}
}

// TestFrames holds the rules of RFC 6455 that a client can break, and the pieces it may send.
func TestFrames(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		write func(c *wsClient)
		code  uint16 // of the close; 0 where an answer to an envelope comes through
	}{
		{"whole", func(c *wsClient) { c.frame(0x81, `{"envelope_id":"x"}`) }, 0},
		{"in pieces with a ping between", func(c *wsClient) {
			c.frame(0x01, `{"envelope`)
			c.frame(0x89, "are you there")
			c.frame(0x00, `_id"`)
			c.frame(0x80, `:"x"}`)
		}, 0},
		{"no mask", func(c *wsClient) { io.WriteString(c, "\x81\x02{}") }, closeProtocol},
		{"reserved bit", func(c *wsClient) { c.frame(0xC1, "{}") }, closeProtocol},
		{"binary", func(c *wsClient) { c.frame(0x82, "{}") }, closeProtocol},
		{"continuation of nothing", func(c *wsClient) { c.frame(0x80, "{}") }, closeProtocol},
		{"message within a message", func(c *wsClient) { c.frame(0x01, "{"); c.frame(0x81, "}") }, closeProtocol},
		{"long ping", func(c *wsClient) { c.frame(0x89, strings.Repeat("x", 126)) }, closeProtocol},
		{"ping in pieces", func(c *wsClient) { c.frame(0x09, "x") }, closeProtocol},
		{"not UTF-8", func(c *wsClient) { c.frame(0x81, "\xff") }, closeData},
		{"too large", func(c *wsClient) {
			c.Write(append([]byte{0x81, 0xff, 0xff}, make([]byte, 7)...))
		}, closeTooBig},
		{"goodbye", func(c *wsClient) { c.frame(0x88, "\x03\xe8") }, closeNormal},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, _ := start(t, Options{})
			c := dial(t, s)
			if got := c.text()["type"]; got != "hello" {
				t.Fatalf("first message %v", got)
			}
			e := &sentEnvelope{Envelope: Envelope{ID: "x"}, acked: make(chan struct{})}
			s.mu.Lock()
			s.envelopes = append(s.envelopes, e)
			s.mu.Unlock()
			tt.write(c)
			if tt.code == 0 {
				<-e.acked
				return
			}
			for {
				op, payload := c.next()
				if op != opClose {
					continue
				}
				if got := binary.BigEndian.Uint16(payload); got != tt.code {
					t.Errorf("closed with %d, want %d", got, tt.code)
				}
				break
			}
			if _, err := c.r.ReadByte(); err == nil {
				t.Error("the connection is still open")
			}
		})
	}
}

func TestLongMessages(t *testing.T) {
	t.Parallel()
	for _, n := range []int{125, 126, 65535, 65536} {
		a, b := net.Pipe()
		server, c := &wsConn{conn: a, r: bufio.NewReader(a)}, &wsClient{t: t, Conn: b, r: bufio.NewReader(b)}
		text := strings.Repeat("x", n)
		go c.frame(0x81, text)
		if got, err := server.message(); err != nil || string(got) != text {
			t.Errorf("%d bytes: read %d, %v", n, len(got), err)
		}
		go server.write(opText, []byte(text))
		if _, got := c.next(); string(got) != text {
			t.Errorf("%d bytes: written %d", n, len(got))
		}
		a.Close()
		b.Close()
	}
}
