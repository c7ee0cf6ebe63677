package main

import (
	"fmt"
	"time"

	"newsvigil/app"
)

type backupCmd struct {
	File string `arg:"" name:"file" help:"Where to write the copy; the file must not exist yet."`
}

// Run copies the database beside a running daemon and checks the copy.
func (c *backupCmd) Run(e *env) error {
	a, err := e.open(app.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer a.Close()
	got, err := a.Backup(e.ctx, c.File)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.out, "Written to %s and checked: %s, %s.\n", c.File, sizeText(got.Size), holdings(got, a.Zone()))
	fmt.Fprintf(e.out, "`newsvigil restore %s` brings it back.\n", c.File)
	return nil
}

// holdings says in words what a database holds.
func holdings(c app.Contents, zone *time.Location) string {
	if c.Pieces == 0 {
		return "no piece yet"
	}
	return fmt.Sprintf("%s of %s, the newest of %s; %s", plural(c.Pieces, "piece", "pieces"), plural(c.Sources, "outlet", "outlets"),
		c.Newest.In(zone).Format(holdingsTime), lastDigest(c.Digest, zone))
}

const holdingsTime = "Mon 2 Jan 2006 15:04 MST"

func lastDigest(slot time.Time, zone *time.Location) string {
	if slot.IsZero() {
		return "no digest yet"
	}
	return "the last digest of " + slot.In(zone).Format(holdingsTime)
}

// sizeText writes a size in bytes as people say it.
func sizeText(n int64) string {
	switch {
	case n < 10_000:
		return fmt.Sprintf("%d bytes", n)
	case n < 10_000_000:
		return fmt.Sprintf("%d kB", (n+500)/1000)
	}
	return fmt.Sprintf("%d MB", (n+500_000)/1_000_000)
}
