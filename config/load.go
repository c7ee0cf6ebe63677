package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// maxFile is the largest configuration that is read, in bytes.
const maxFile = 4 << 20

// Load reads and checks a configuration file. Where the file is wrong, the error is a *Mistakes;
// where it cannot be read, the error says which path was tried and what to do.
func Load(path string) (*Config, error) {
	data, err := read(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, data)
}

func read(path string) ([]byte, error) {
	f, err := os.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("no settings at %s (copy the shipped config.toml there, or name your file: newsvigil check -c FILE): %w", path, fs.ErrNotExist)
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("the settings at %s may not be read by this user (look at the owner and mode of the file): %w", path, fs.ErrPermission)
	case err != nil:
		return nil, fmt.Errorf("open the settings: %w", err)
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, fmt.Errorf("%s is a folder, not a file; name the file in it: newsvigil check -c FILE", path)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read the settings at %s: %w", path, err)
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("%s is larger than 4 MB, so it is hardly a file of settings", path)
	}
	return data, nil
}
