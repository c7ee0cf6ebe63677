// Package eval measures quality on labelled files: how well pages are read, how well a topic's
// pieces are told from others, and how surely edited copies are found again. It judges with the
// rooms that the program itself runs, never with a copy of their rules, so that a figure falls when
// they do. The same measures serve rows that an admin has labelled.
package eval
