// Package newsvigil carries the shipped configuration, so that an installed binary has it without
// the repository: `newsvigil demo` runs with its topic, and `newsvigil check` can offer it as a start.
package newsvigil

import _ "embed"

// Config is the shipped config.toml.
//
//go:embed config.toml
var Config []byte
