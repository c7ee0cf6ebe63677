package main

import (
	"encoding/json"
	"fmt"
	"runtime/debug"

	"newsvigil/app"
)

// version is the release that this source tree makes.
const version = "0.1.0"

type versionCmd struct {
	JSON bool `name:"json" help:"As JSON."`
}

// Run prints what an admin is asked for in a report of a mistake.
func (c *versionCmd) Run(e *env) error {
	commit := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				commit = s.Value
			}
		}
	}
	if c.JSON {
		return json.NewEncoder(e.out).Encode(struct {
			Version string `json:"version"`
			Commit  string `json:"commit"`
			Schema  int    `json:"schema"`
		}{version, commit, app.Schema()})
	}
	_, err := fmt.Fprintf(e.out, "newsvigil %s, commit %s, database schema %d\n", version, commit, app.Schema())
	return err
}
