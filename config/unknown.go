package config

import (
	"slices"
	"strings"
)

// This file descends into tables and, when all has been asked for, names what nobody asked for.

// reader remembers every table that was read, to find unknown keys at the end.
type reader struct {
	rep    *report
	tables []*table
}

// sub returns the table of a key; where there is none, an empty one, so that its keys are known.
func (r *reader) sub(t *table, key string) *table {
	e := t.ask(key)
	into := &table{rep: r.rep, off: t.off}
	switch {
	case e == nil:
	case e.val.kind == kindTable:
		into = e.val.table
	case e.val.blocks:
		r.rep.add(e.off, "%s stands here once only; write [%s] in single brackets", t.join(key), t.join(key))
	default:
		t.wrongType(e, "a table, which begins with a line ["+t.join(key)+"]")
	}
	into.path = t.join(key)
	r.tables = append(r.tables, into)
	return into
}

// blocks returns the tables of a list of [[key]] blocks.
func (r *reader) blocks(t *table, key string) []*table {
	e := t.ask(key)
	if e == nil {
		return nil
	}
	if e.val.kind == kindTable {
		if e.val.table.made == byPath {
			r.rep.add(e.off, "a line [[%s]] must come before this one", t.join(key))
		} else {
			r.rep.add(e.off, "write [[%s]] in double brackets, as there may be several", t.join(key))
		}
		return nil
	}
	if e.val.kind != kindList {
		t.wrongType(e, "blocks that begin with a line [["+t.join(key)+"]]")
		return nil
	}
	var out []*table
	for _, v := range e.val.items {
		if v.kind != kindTable {
			if v.kind != kindNone {
				t.wrongType(&entry{key, v.off, v}, "blocks that begin with a line [["+t.join(key)+"]]")
			}
			continue
		}
		v.table.path = t.join(key)
		r.tables = append(r.tables, v.table)
		out = append(out, v.table)
	}
	return out
}

// unknown notes every key and table that the program does not know, once a table.
func (r *reader) unknown() {
	places := map[string][]string{}
	for _, t := range r.tables {
		for _, key := range t.asked {
			if !slices.Contains(places[key], t.path) {
				places[key] = append(places[key], t.path)
			}
		}
	}
	for _, t := range r.tables {
		for _, e := range t.entries {
			if !slices.Contains(t.asked, e.key) {
				r.rep.add(e.off, "unknown %s%s", e.kindName(t), r.advice(t, e, places[e.key]))
			}
		}
	}
}

// kindName names an unknown entry as it is written in the file.
func (e *entry) kindName(t *table) string {
	name := strings.Trim(show(t.join(e.key)), `"`)
	switch {
	case e.val.kind == kindTable && !e.val.inline:
		return "table [" + name + "]"
	case e.val.blocks:
		return "table [[" + name + "]]"
	}
	return "key " + show(e.key)
}

// advice says where a key belongs or what it was meant to be; "" where nothing is near.
func (r *reader) advice(t *table, e *entry, places []string) string {
	if e.key == "token" || e.key == "password" || e.key == "webhook" {
		return "; secrets stay out of this file: see token_env"
	}
	if len(places) > 0 {
		return "; it belongs " + placeNames(places)
	}
	near := Nearest(e.key, t.asked)
	if near == "" {
		return ""
	}
	name := t.join(near)
	switch {
	case e.val.kind == kindTable && !e.val.inline:
		return "; did you mean [" + name + "]?"
	case e.val.blocks:
		return "; did you mean [[" + name + "]]?"
	}
	return `; did you mean "` + near + `"?`
}

// placeNames lists tables as in "in [crawl] or [slack]".
func placeNames(paths []string) string {
	var names []string
	for _, p := range paths {
		switch {
		case p == "":
			return "at the top of the file, before the first line in brackets"
		case p == "source" || strings.HasPrefix(p, "topic"):
			names = append(names, "[["+p+"]]")
		default:
			names = append(names, "["+p+"]")
		}
	}
	return "in " + strings.Join(names, " or ")
}
