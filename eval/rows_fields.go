package eval

import (
	"bytes"
	"encoding/json"
	"errors"

	"newsvigil/news"
	"newsvigil/text"
)

// rowID is a row's id as it was written, text or number, to be printed again as it is.
type rowID json.RawMessage

var errID = errors.New(`"id" must be text in quotes or a number`)

// UnmarshalJSON takes text and numbers; null counts as missing.
func (id *rowID) UnmarshalJSON(data []byte) error {
	switch c := data[0]; {
	case c == 'n':
		return nil
	case c == '"' && len(data) > 2, c == '-', '0' <= c && c <= '9':
		*id = bytes.Clone(data)
		return nil
	}
	return errID
}

// MarshalJSON prints the id as it came, and null where there is none.
func (id rowID) MarshalJSON() ([]byte, error) { return json.RawMessage(id).MarshalJSON() }

// label is a person's judgement of a row, where there is one.
type label struct{ given, relevant bool }

var errLabel = errors.New(`"label" must be true or false (or 1 or 0); leave it out, or write null, where nobody has judged`)

// UnmarshalJSON takes true, false, 1, 0, "relevant" and "irrelevant"; null counts as unlabelled.
func (l *label) UnmarshalJSON(data []byte) error {
	switch string(data) {
	case "null":
		return nil
	case "true", "1", `"relevant"`, `"true"`, `"1"`:
		*l = label{true, true}
	case "false", "0", `"irrelevant"`, `"false"`, `"0"`:
		*l = label{true, false}
	default:
		return errLabel
	}
	return nil
}

// piece are the fields that rows of all kinds share.
type piece struct {
	ID       rowID   `json:"id"`
	Title    *string `json:"title"`
	Text     *string `json:"text"`
	Language string  `json:"language"`
}

// identified says what a row without an id lacks.
func (p piece) identified() string {
	if len(p.ID) == 0 {
		return `has no "id"; give every row one, text or number`
	}
	return p.worded()
}

// worded says what a row without any words lacks. Empty words are words: a caption may have no text.
func (p piece) worded() string {
	if p.Title == nil && p.Text == nil {
		return `has neither "title" nor "text"`
	}
	return ""
}

// article is the row as the program would have read it. The language that the row names is a hint,
// as that of a page is.
func (p piece) article() news.Article {
	var a news.Article
	if p.Title != nil {
		a.Title = *p.Title
	}
	if p.Text != nil {
		a.Text = *p.Text
	}
	a.Language = text.Language(a.Title+"\n"+a.Text, p.Language)
	return a
}
