package main

import (
	"io"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// newTable is a plain table: go-pretty aligns Korean, which takes two cells a syllable.
func newTable(out io.Writer, heads ...string) table.Writer {
	t := table.NewWriter()
	t.SetOutputMirror(out)
	s := table.StyleLight
	s.Options = table.OptionsNoBorders
	s.Format = table.FormatOptions{Header: text.FormatDefault, Footer: text.FormatDefault, Row: text.FormatDefault}
	t.SetStyle(s)
	cells := make([]any, len(heads))
	for i, h := range heads {
		cells[i] = h
	}
	t.AppendHeader(row(cells...))
	return t
}

func row(cells ...any) table.Row { return table.Row(cells) }
