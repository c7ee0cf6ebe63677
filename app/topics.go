package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"newsvigil/classify"
	"newsvigil/config"
	"newsvigil/news"
)

// LoadTopics returns the configured topics with their exemplars. A topic whose `seeds` key is not
// set, and that has no seeds folder beside the configuration, gets the built-in ones, so that an
// installed binary works by itself. Every topic's mistakes are in the error, joined.
func LoadTopics(cfg *config.Config, builtin fs.FS) ([]news.Topic, error) {
	var out []news.Topic
	var errs []error
	for _, t := range cfg.Topics {
		fsys, where := seedsOf(cfg, t, builtin)
		if info, err := os.Stat(t.SeedsDir); cfg.SeedsSet[t.Key()] && (err != nil || !info.IsDir()) {
			errs = append(errs, &UsageError{Text: fmt.Sprintf(
				"%s: topic %q: there is no folder %s, which `seeds` names; make it and put exemplars there (newsvigil seeds add), or put a # before `seeds`", cfg.File, t.Name, t.SeedsDir)})
			continue
		}
		exemplars, err := classify.LoadExemplars(fsys)
		if err != nil {
			errs = append(errs, fmt.Errorf("topic %q, seeds in %s: %w", t.Name, where, err))
			continue
		}
		t.Exemplars = exemplars
		out = append(out, t)
	}
	return out, errors.Join(errs...)
}

func seedsOf(cfg *config.Config, t news.Topic, builtin fs.FS) (fsys fs.FS, where string) {
	if !cfg.SeedsSet[t.Key()] {
		if info, err := os.Stat(t.SeedsDir); err != nil || !info.IsDir() {
			return builtin, "the program itself"
		}
	}
	return os.DirFS(t.SeedsDir), t.SeedsDir
}

// joinAnd joins words for a sentence: a, b and c.
func joinAnd(words []string) string {
	switch len(words) {
	case 0:
		return "none"
	case 1:
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
