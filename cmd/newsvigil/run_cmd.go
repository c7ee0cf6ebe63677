package main

import (
	"os"
	"os/signal"
	"syscall"

	"newsvigil/app"
	"newsvigil/config"
	"newsvigil/crawler"
)

type runCmd struct{}

// Run is the daemon. SIGTERM and ctrl-C stop it; SIGHUP reads the configuration again.
func (c *runCmd) Run(e *env) error {
	// Before anything else: a SIGHUP that nobody listens for would end the program.
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	defer signal.Stop(hup)
	a, err := e.open(app.Options{Patient: true})
	if err != nil && e.ctx.Err() != nil {
		return nil // told to stop before it had begun
	}
	if err != nil {
		return err
	}
	defer a.Close()
	defer crawler.Frugal()()
	reload := make(chan app.Reloaded)
	go func() {
		for range hup {
			cfg, err := config.Load(e.config)
			if cfg != nil {
				cfg.Version = version
			}
			select {
			case reload <- app.Reloaded{Config: cfg, Err: err}:
			case <-e.ctx.Done():
				return
			}
		}
	}()
	return a.Run(e.ctx, reload)
}
