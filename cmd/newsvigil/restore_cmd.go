package main

import (
	"fmt"

	"newsvigil/app"
)

type restoreCmd struct {
	File string `arg:"" name:"file" help:"A copy that newsvigil made of its database: by backup, or in the backup folder of the data folder."`
}

// Run puts a backup in the place of the database. It refuses while another newsvigil is at work.
func (c *restoreCmd) Run(e *env) error {
	cfg, err := e.load()
	if err != nil {
		return err
	}
	got, err := app.Restore(e.ctx, cfg, c.File)
	if err != nil {
		return err
	}
	if got.Older {
		fmt.Fprintf(e.out, "Restored from %s: %s. An older newsvigil wrote it; the next `newsvigil once` or `newsvigil run` brings it up to date.\n", c.File, sizeText(got.Size))
	} else {
		fmt.Fprintf(e.out, "Restored from %s: %s, %s.\n", c.File, sizeText(got.Size), holdings(got.Contents, cfg.Zone))
	}
	if got.Kept != "" {
		fmt.Fprintf(e.out, "The database that stood there was set aside as %s.\n", got.Kept)
	}
	return nil
}
