package config

import (
	"bytes"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// kind is what a value of the file is.
type kind int

const (
	// kindNone is a value that could not be read or must not be; a mistake has been noted, and
	// whoever asks for it takes the default without a further word.
	kindNone kind = iota
	kindText
	kindInteger
	kindNumber
	kindFlag
	kindDate
	kindList
	kindTable
)

// value is one value of the file.
type value struct {
	kind kind
	off  int
	// text is the content of a text, and the spelling of numbers, flags and dates.
	text  string
	items []*value
	table *table
	// blocks says that a list is made of [[name]] headers, and may grow.
	blocks bool
	// inline says that a table stands within braces.
	inline bool
}

// entry is a key with its value.
type entry struct {
	key string
	off int
	val *value
}

// origin is how a table came to be, which decides what may still be added to it.
type origin int

const (
	// byPath is a table that only stood in the path of a header: it may get a header of its own.
	byPath origin = iota
	// byHeader is a table with its own header, or the top of the file: headers may go through it.
	byHeader
	// byKey is a table in the path of a dotted key: dotted keys and headers may go through it.
	byKey
	// inBraces is closed.
	inBraces
)

// table is a table of the file: what stands below [name] or [[name]], or within braces.
type table struct {
	rep *report
	// path is the table's dotted name, known when the program asks for the table; "" is the top of
	// the file. off is where the table begins.
	path    string
	off     int
	entries []*entry
	index   map[string]*entry
	made    origin
	// damaged says that a part of the table could not be read, so that nothing in it is called missing.
	damaged bool
	// asked are the keys that the program knows at this place, in the order in which it asked.
	asked []string
}

func (t *table) find(key string) *entry { return t.index[key] }

// join makes the dotted name of something inside the table.
func (t *table) join(key string) string {
	if t.path == "" {
		return key
	}
	return t.path + "." + key
}

// tree builds the tables of a file from the parser's expressions and notes what is there twice.
// The library's own tracker of doubles stops at the first one, so it cannot be used.
type tree struct {
	rep  *report
	root *table
	// here is the table that keys go to, left the rest of the file begins at base.
	here *table
	base int
	// broken counts the syntax errors.
	broken int
}

// step is one part of a dotted key.
type step struct {
	key string
	off int
}

// parseTree reads a whole file, going on after a syntax error at the next line that can be told to
// be a key or header.
func parseTree(rep *report) *tree {
	t := &tree{rep: rep, root: &table{rep: rep, made: byHeader}}
	t.here = t.root
	for t.base < len(rep.text) && t.broken < maxSyntax {
		var p unstable.Parser
		p.Reset(rep.text[t.base:])
		end := t.base
		for p.NextExpression() {
			end = t.expression(&p)
		}
		if p.Error() == nil {
			break
		}
		t.base = t.recover(p.Error(), end)
		t.broken++
	}
	return t
}

// expression takes one expression of the parser into the tree and returns an offset at or before
// its end, on its last line.
func (t *tree) expression(p *unstable.Parser) int {
	node := p.Expression()
	steps := t.steps(node.Key())
	last := steps[len(steps)-1]
	switch node.Kind {
	case unstable.Table:
		t.here = t.open(steps, false)
	case unstable.ArrayTable:
		t.here = t.open(steps, true)
	case unstable.KeyValue:
		t.set(t.here, steps, t.value(node.Value(), steps[0].off))
		return t.base + int(node.Raw.Offset+node.Raw.Length)
	}
	return last.off
}

func (t *tree) steps(keys unstable.Iterator) []step {
	var out []step
	for keys.Next() {
		n := keys.Node()
		out = append(out, step{string(n.Data), t.base + int(n.Raw.Offset)})
	}
	return out
}

// value converts a value; off is the place of its key, for those whose own place is not known.
func (t *tree) value(n *unstable.Node, off int) *value {
	v := &value{off: off, text: string(n.Data)}
	if n.Raw.Length > 0 {
		v.off = t.base + int(n.Raw.Offset)
	}
	switch n.Kind {
	case unstable.String:
		v.kind = kindText
		if isSecret(v.text) {
			t.rep.add(v.off, secretText)
			return &value{off: v.off}
		}
	case unstable.Integer:
		v.kind = kindInteger
	case unstable.Float:
		v.kind = kindNumber
	case unstable.Bool:
		v.kind = kindFlag
	case unstable.Array:
		v.kind = kindList
		for items := n.Children(); items.Next(); {
			v.items = append(v.items, t.value(items.Node(), v.off))
		}
	case unstable.InlineTable:
		v.kind, v.inline = kindTable, true
		v.table = &table{rep: t.rep, off: v.off, made: byKey}
		for pairs := n.Children(); pairs.Next(); {
			pair := pairs.Node()
			steps := t.steps(pair.Key())
			t.set(v.table, steps, t.value(pair.Value(), steps[0].off))
		}
		v.table.close()
	default:
		v.kind = kindDate
	}
	return v
}

// set puts a value under a dotted key.
func (t *tree) set(into *table, steps []step, v *value) {
	for _, s := range steps[:len(steps)-1] {
		e := into.find(s.key)
		if e == nil {
			e = into.put(s, &value{kind: kindTable, off: s.off, table: &table{rep: t.rep, off: s.off, made: byKey}})
		}
		if e.val.kind != kindTable || e.val.table.made != byKey {
			t.twice(s, e)
			return
		}
		into = e.val.table
	}
	last := steps[len(steps)-1]
	if e := into.find(last.key); e != nil {
		t.twice(last, e)
		return
	}
	into.put(last, v)
}

// close keeps headers and keys out of a table in braces and of those that its dotted keys made.
func (t *table) close() {
	t.made = inBraces
	for _, e := range t.entries {
		if e.val.table != nil && e.val.table.made == byKey {
			e.val.table.close()
		}
	}
}

func (t *tree) twice(s step, first *entry) {
	t.rep.add(s.off, "%s is already set in line %d; keep one of the two", show(s.key), t.rep.line(first.off))
}

func (t *table) put(s step, v *value) *entry {
	e := &entry{s.key, s.off, v}
	if t.index == nil {
		t.index = map[string]*entry{}
	}
	t.index[s.key] = e
	t.entries = append(t.entries, e)
	return e
}

// open finds or makes the table of a header. Where that is impossible it notes why and returns a
// table that stands nowhere, so that the keys below the header do no harm.
func (t *tree) open(steps []step, block bool) *table {
	at := t.root
	for _, s := range steps[:len(steps)-1] {
		e := at.find(s.key)
		if e == nil {
			e = at.put(s, &value{kind: kindTable, off: s.off, table: &table{rep: t.rep, off: s.off}})
		}
		next := e.val.inner()
		if next == nil || next.made == inBraces {
			t.twice(s, e)
			return &table{rep: t.rep}
		}
		at = next
	}
	last := steps[len(steps)-1]
	e := at.find(last.key)
	fresh := &table{rep: t.rep, off: steps[0].off, made: byHeader}
	switch {
	case e == nil && block:
		at.put(last, &value{kind: kindList, off: last.off, blocks: true, items: []*value{{kind: kindTable, off: last.off, table: fresh}}})
	case e == nil:
		at.put(last, &value{kind: kindTable, off: last.off, table: fresh})
	case block && e.val.blocks:
		e.val.items = append(e.val.items, &value{kind: kindTable, off: last.off, table: fresh})
	case !block && e.val.kind == kindTable && e.val.table.made == byPath:
		e.val.table.made, e.val.table.off = byHeader, steps[0].off
		return e.val.table
	default:
		return t.clash(last, e, block)
	}
	return fresh
}

// clash notes a header whose name is taken. A second [name] goes on filling the first one, so that
// its keys are still looked at.
func (t *tree) clash(s step, e *entry, block bool) *table {
	if !block && e.val.kind == kindTable && e.val.table.made == byHeader {
		t.rep.add(s.off, "[%s] already begins in line %d; move its keys there", s.name(), t.rep.line(e.off))
		return e.val.table
	}
	if !block && e.val.blocks {
		t.rep.add(s.off, "[%s] begins in line %d as a list; write [[%s]] here too, in double brackets", s.name(), t.rep.line(e.off), s.name())
		return &table{rep: t.rep}
	}
	t.twice(s, e)
	return &table{rep: t.rep}
}

func (s step) name() string { return strings.Trim(show(s.key), `"`) }

// inner is the table that a header reaches into: the table itself, or the last of a list.
func (v *value) inner() *table {
	switch {
	case v.kind == kindTable:
		return v.table
	case v.blocks:
		return v.items[len(v.items)-1].table
	}
	return nil
}

// lineEnd is the offset behind the line in which off stands.
func lineEnd(text []byte, off int) int {
	if i := bytes.IndexByte(text[off:], '\n'); i >= 0 {
		return off + i + 1
	}
	return len(text)
}
