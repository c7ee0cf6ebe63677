// Package seeds carries the shipped exemplars, so that an installed binary has them without the
// repository. An exemplar holds counts of words and word pairs, never an article's sentences.
package seeds

import "embed"

// FS holds the shipped exemplars as *.toml at its root; classify.LoadExemplars reads them.
//
//go:embed *.toml
var FS embed.FS
