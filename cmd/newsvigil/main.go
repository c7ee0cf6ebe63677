// Command newsvigil watches news outlets for pieces on a topic and posts digests to Slack. This
// package holds the flags and the wiring, one file per command; the program itself is package app.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	// A limit on the size of files is then an error as that of a full disk, and not the program's end.
	signal.Ignore(syscall.SIGXFSZ)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := execute(ctx, os.Args[1:], world{
		out: os.Stdout, err: os.Stderr, getenv: os.LookupEnv,
	})
	stop()
	os.Exit(code)
}
