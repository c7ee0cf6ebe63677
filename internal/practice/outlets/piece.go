package outlets

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"
)

//go:embed pieces
var pieceFiles embed.FS

// Piece is one made-up article, with what a reader of digests should expect of it.
type Piece struct {
	// ID is the number of its file.
	ID string
	// Outlet is the name of the outlet, URL the address at which the piece stands.
	Outlet, URL string
	// Also is a second address of the same page that the outlet links too; mostly empty.
	Also     string
	Title    string
	Language string
	// Expect is on-topic, off-topic, copy, update, same-event, old, teaser, pdf or refused; Of is the
	// ID of the piece that a copy, update or second report belongs to.
	Expect, Of string
	// Why says for people what the piece is there for.
	Why string
	// Round is the round in which it appears.
	Round     int
	Published time.Time
}

// piece is a piece with all that its page needs.
type piece struct {
	Piece
	key     string // of the outlet
	number  string // the outlet's own id
	section string
	authors []string
	shape   string // "", pdf, teaser
	also    string // the path of Also
	credit  string
	paras   []string
	hours   float64
}

// readPieces reads all pieces, in the order of their numbers.
func readPieces() ([]piece, error) {
	names, err := fs.Glob(pieceFiles, "pieces/*.txt")
	if err != nil {
		return nil, fmt.Errorf("list the pieces: %w", err)
	}
	slices.Sort(names)
	var out []piece
	byID := map[string]piece{}
	for _, name := range names {
		data, err := pieceFiles.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		p, err := parsePiece(string(data))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		p.ID, _, _ = strings.Cut(strings.TrimPrefix(name, "pieces/"), "-")
		byID[p.ID] = p
		out = append(out, p)
	}
	for i := range out {
		if err := out[i].inherit(byID); err != nil {
			return nil, fmt.Errorf("piece %s: %w", out[i].ID, err)
		}
	}
	return out, nil
}

// inherit fills a copy without a body from the piece it copies, cut to its share of paragraphs.
func (p *piece) inherit(byID map[string]piece) error {
	if len(p.paras) > 0 && !strings.HasPrefix(p.paras[0], "@cut ") {
		return nil
	}
	of, ok := byID[p.Of]
	if !ok {
		return fmt.Errorf("has no body and copies %q, which is no piece", p.Of)
	}
	n := len(of.paras)
	if len(p.paras) > 0 {
		keep, err := strconv.Atoi(strings.TrimPrefix(p.paras[0], "@cut "))
		if err != nil || keep < 1 || keep > n {
			return fmt.Errorf("%q: want a number of paragraphs up to %d", p.paras[0], n)
		}
		n = keep
	}
	p.paras = of.paras[:n]
	return nil
}

// parsePiece reads `key: value` lines, a line ---, and paragraphs.
func parsePiece(text string) (piece, error) {
	head, body, ok := strings.Cut(strings.ReplaceAll(text, "\r\n", "\n"), "\n---\n")
	if !ok {
		head, ok = strings.CutSuffix(strings.TrimRight(text, "\n"), "\n---")
		if !ok {
			return piece{}, fmt.Errorf("no line --- between the facts and the body")
		}
	}
	p := piece{Piece: Piece{Round: 1, Language: "en", Expect: "off-topic"}}
	for _, line := range strings.Split(head, "\n") {
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			return piece{}, fmt.Errorf("%q is no `key: value` line", line)
		}
		if err := p.set(strings.TrimSpace(key), strings.TrimSpace(value)); err != nil {
			return piece{}, err
		}
	}
	for _, para := range strings.Split(body, "\n\n") {
		if para = strings.Join(strings.Fields(para), " "); para != "" {
			p.paras = append(p.paras, para)
		}
	}
	return p, nil
}

func (p *piece) set(key, value string) (err error) {
	switch key {
	case "outlet":
		p.key = value
	case "id":
		p.number = value
	case "title":
		p.Title = value
	case "authors":
		p.authors = strings.Split(value, "; ")
	case "language":
		p.Language = value
	case "hours_ago":
		p.hours, err = strconv.ParseFloat(value, 64)
	case "section":
		p.section = value
	case "round":
		p.Round, err = strconv.Atoi(value)
	case "shape":
		p.shape = value
	case "also":
		p.also = value
	case "credit":
		p.credit = value
	case "expect":
		p.Expect = value
	case "of":
		p.Of = value
	case "why":
		p.Why = value
	default:
		err = fmt.Errorf("unknown key %q", key)
	}
	return err
}
