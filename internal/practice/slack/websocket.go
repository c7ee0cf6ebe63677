package slack

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// wsMagic is what RFC 6455 has both sides add to the key of a handshake.
const wsMagic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

// The opcodes of frames, and the codes with which a connection is closed.
const (
	opContinue = 0x0
	opText     = 0x1
	opClose    = 0x8
	opPing     = 0x9
	opPong     = 0xA

	closeNormal   = 1000
	closeProtocol = 1002
	closeData     = 1007
	closeTooBig   = 1009
)

// wsWait bounds a write to a client that does not read.
const wsWait = 10 * time.Second

// wsConn is the server's side of a WebSocket: as much of RFC 6455 as text messages need.
type wsConn struct {
	conn net.Conn
	r    *bufio.Reader
	mu   sync.Mutex // of writes
	// pong is told of every pong, and may be nil.
	pong func()
}

// wsError is a breach of the protocol by the client; the connection is closed with its code.
type wsError struct {
	code int
	text string
}

func (e *wsError) Error() string { return fmt.Sprintf("websocket: %s (%d)", e.text, e.code) }

// upgrade makes a WebSocket of a request, or answers it with 400.
func upgrade(w http.ResponseWriter, r *http.Request) (*wsConn, error) {
	key, err := base64.StdEncoding.DecodeString(r.Header.Get("Sec-WebSocket-Key"))
	switch {
	case r.Method != http.MethodGet, !hasToken(r.Header, "Connection", "upgrade"), !hasToken(r.Header, "Upgrade", "websocket"),
		r.Header.Get("Sec-WebSocket-Version") != "13", err != nil, len(key) != 16:
		http.Error(w, "not a WebSocket handshake", http.StatusBadRequest)
		return nil, errors.New("websocket: not a handshake")
	}
	h, ok := w.(http.Hijacker)
	if !ok {
		return nil, errors.New("websocket: the connection cannot be taken over")
	}
	conn, rw, err := h.Hijack()
	if err != nil {
		return nil, fmt.Errorf("websocket: %w", err)
	}
	c := &wsConn{conn: conn, r: rw.Reader}
	conn.SetDeadline(time.Time{})
	conn.SetWriteDeadline(time.Now().Add(wsWait))
	_, err = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "+
		acceptKey(r.Header.Get("Sec-WebSocket-Key"))+"\r\n\r\n")
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("websocket: %w", err)
	}
	return c, nil
}

func hasToken(h http.Header, name, want string) bool {
	for _, v := range h.Values(name) {
		for token := range strings.SplitSeq(v, ",") {
			if strings.EqualFold(strings.TrimSpace(token), want) {
				return true
			}
		}
	}
	return false
}

// acceptKey is the answer to a handshake's key.
func acceptKey(key string) string {
	sum := sha1.Sum([]byte(key + wsMagic))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// frame is one frame as it was read, unmasked.
type frame struct {
	final   bool
	op      byte
	payload []byte
}

// frame reads a frame of at most limit bytes. Clients must mask; control frames are short and whole.
func (c *wsConn) frame(limit int) (frame, error) {
	var head [2]byte
	if _, err := io.ReadFull(c.r, head[:]); err != nil {
		return frame{}, err
	}
	f := frame{final: head[0]&0x80 != 0, op: head[0] & 0x0f}
	size, masked, control := uint64(head[1]&0x7f), head[1]&0x80 != 0, f.op >= opClose
	switch {
	case head[0]&0x70 != 0:
		return f, &wsError{closeProtocol, "a reserved bit is set"}
	case !masked:
		return f, &wsError{closeProtocol, "a client's frame is not masked"}
	case control && (!f.final || size > 125):
		return f, &wsError{closeProtocol, "a control frame is long or in pieces"}
	}
	switch size {
	case 126:
		var b [2]byte
		if _, err := io.ReadFull(c.r, b[:]); err != nil {
			return f, err
		}
		size = uint64(binary.BigEndian.Uint16(b[:]))
	case 127:
		var b [8]byte
		if _, err := io.ReadFull(c.r, b[:]); err != nil {
			return f, err
		}
		size = binary.BigEndian.Uint64(b[:])
	}
	if size > uint64(limit) {
		return f, &wsError{closeTooBig, "a message is too large"}
	}
	var mask [4]byte
	if _, err := io.ReadFull(c.r, mask[:]); err != nil {
		return f, err
	}
	f.payload = make([]byte, size)
	if _, err := io.ReadFull(c.r, f.payload); err != nil {
		return f, err
	}
	for i := range f.payload {
		f.payload[i] ^= mask[i%4]
	}
	return f, nil
}

// message returns the next text message, and answers what comes in between. Its error is io.EOF where
// the client closed; after any error the connection is closed.
func (c *wsConn) message() ([]byte, error) {
	text, err := c.gather()
	var breach *wsError
	switch {
	case errors.As(err, &breach):
		c.end(breach.code, breach.text)
	case err != nil:
		c.conn.Close()
	}
	return text, err
}

func (c *wsConn) gather() ([]byte, error) {
	var text []byte
	begun := false
	for {
		f, err := c.frame(maxBody - len(text))
		if err != nil {
			return nil, err
		}
		switch f.op {
		case opPing:
			if err := c.write(opPong, f.payload); err != nil {
				return nil, err
			}
			continue
		case opPong:
			if c.pong != nil {
				c.pong()
			}
			continue
		case opClose:
			c.write(opClose, f.payload[:min(2, len(f.payload))])
			return nil, io.EOF
		case opText:
			if begun {
				return nil, &wsError{closeProtocol, "a message begins within another"}
			}
		case opContinue:
			if !begun {
				return nil, &wsError{closeProtocol, "a continuation of nothing"}
			}
		default:
			return nil, &wsError{closeProtocol, "a frame that is no text"}
		}
		begun, text = true, append(text, f.payload...)
		if !f.final {
			continue
		}
		if !utf8.Valid(text) {
			return nil, &wsError{closeData, "a text that is not UTF-8"}
		}
		return text, nil
	}
}

// write sends one whole frame. Servers do not mask.
func (c *wsConn) write(op byte, payload []byte) error {
	head := []byte{0x80 | op}
	switch n := len(payload); {
	case n < 126:
		head = append(head, byte(n))
	case n <= 0xffff:
		head = binary.BigEndian.AppendUint16(append(head, 126), uint16(n))
	default:
		head = binary.BigEndian.AppendUint64(append(head, 127), uint64(n))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conn.SetWriteDeadline(time.Now().Add(wsWait))
	_, err := c.conn.Write(append(head, payload...))
	return err
}

// end closes the connection with a code and a word.
func (c *wsConn) end(code int, word string) {
	c.write(opClose, append(binary.BigEndian.AppendUint16(nil, uint16(code)), word...))
	c.conn.Close()
}
