package store

import (
	"bytes"
	"compress/gzip"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"time"

	"newsvigil/news"
)

// The instants that fit in 64 bits of nanoseconds; Time.UnixNano is undefined beyond them.
var (
	firstInstant = time.Unix(0, math.MinInt64)
	lastInstant  = time.Unix(0, math.MaxInt64)
)

// stamp is how an instant stands in the database.
func stamp(t time.Time) int64 {
	switch {
	case t.IsZero():
		return 0
	case t.Before(firstInstant):
		return math.MinInt64
	case t.After(lastInstant):
		return math.MaxInt64
	}
	return t.UnixNano()
}

// unstamp is the inverse of stamp, in UTC.
func unstamp(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}

// instant reads a stamp into a time.
type instant struct{ to *time.Time }

// Scan implements sql.Scanner. NULL, as max() of no rows gives it, is the zero time.
func (i instant) Scan(v any) error {
	if v == nil {
		*i.to = time.Time{}
		return nil
	}
	n, ok := v.(int64)
	if !ok {
		return fmt.Errorf("an instant is stored as %T", v)
	}
	*i.to = unstamp(n)
	return nil
}

// list writes a slice as JSON, an empty one as the empty text.
func list[T any](v []T) (string, error) {
	if len(v) == 0 {
		return "", nil
	}
	return object(v)
}

// object writes a value as JSON without escaping what only HTML needs escaped.
func object(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "", err
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}

// decoded reads JSON into to; the empty text and NULL leave it as it is.
type decoded struct{ to any }

// Scan implements sql.Scanner.
func (d decoded) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		return d.read([]byte(v))
	case []byte:
		return d.read(v)
	}
	return fmt.Errorf("JSON is stored as %T", v)
}

func (d decoded) read(b []byte) error {
	if len(b) == 0 || string(b) == "[]" {
		return nil
	}
	return json.Unmarshal(b, d.to)
}

// pack compresses a text; an empty one becomes an empty blob, never NULL.
func pack(s string) ([]byte, error) {
	if s == "" {
		return []byte{}, nil
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, s); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// packed reads a compressed text; NULL and the empty blob give the empty text.
type packed struct{ to *string }

// Scan implements sql.Scanner.
func (p packed) Scan(v any) error {
	*p.to = ""
	b, ok := v.([]byte)
	if v != nil && !ok {
		return fmt.Errorf("a text is stored as %T", v)
	}
	if len(b) == 0 {
		return nil
	}
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return fmt.Errorf("unpack text: %w", err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return fmt.Errorf("unpack text: %w", err)
	}
	*p.to = string(text)
	return nil
}

// publication holds the five columns of an Instant while a row is read.
type publication struct {
	at, offset int64
	day        bool
	zone       news.ZoneOrigin
	confidence news.Confidence
}

func (p *publication) columns() []any {
	return []any{&p.at, &p.offset, &p.day, &p.zone, &p.confidence}
}

// instant gives the time back in the offset it was written in: the day of a date-only instant
// depends on it.
func (p *publication) instant() news.Instant {
	t := unstamp(p.at)
	if p.offset != 0 && !t.IsZero() {
		t = t.In(time.FixedZone("", int(p.offset)))
	}
	return news.Instant{Time: t, DateOnly: p.day, Zone: p.zone, Confidence: p.confidence}
}

// published lists an Instant in the order of publication's columns. An offset of a day or more, as a
// broken feed may have it, is dropped: such a time cannot be written as JSON, and one piece of this
// kind would keep its digest from being saved.
func published(i news.Instant) []any {
	_, offset := i.Time.Zone()
	if offset <= -24*3600 || offset >= 24*3600 {
		offset = 0
	}
	return []any{stamp(i.Time), offset, i.DateOnly, string(i.Zone), string(i.Confidence)}
}

// row is what both *sql.Row and *sql.Rows can do.
type row interface{ Scan(to ...any) error }

// collect reads every row with scan and closes the rows.
func collect[T any](rows *sql.Rows, err error, scan func(row) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// numbers writes ids or hashes as a JSON array, which SQL takes apart with json_each.
func numbers(ids []int64) string {
	b := make([]byte, 0, 2+8*len(ids))
	b = append(b, '[')
	for i, id := range ids {
		if i > 0 {
			b = append(b, ',')
		}
		b = fmt.Appendf(b, "%d", id)
	}
	return string(append(b, ']'))
}

// words writes texts as a JSON array for json_each. Texts that are no UTF-8 cannot be found by it.
func words(texts []string) string {
	if len(texts) == 0 {
		return "[]"
	}
	s, err := object(texts)
	if err != nil { // a []string always encodes
		return "[]"
	}
	return s
}
