// Package dedup decides whether a piece is known already: the same address, the same text, a
// near-copy, or another report of the same event. The ladder and its thresholds are measured; see
// docs/design.md. Everything is deterministic and nothing here writes to the index.
package dedup
