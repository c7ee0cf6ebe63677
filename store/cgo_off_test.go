//go:build !cgo

package store

import (
	"path/filepath"
	"strings"
	"testing"
)

// The other tests need SQLite; this one runs with CGO_ENABLED=0 go test -run TestWithoutCGO.
func TestWithoutCGO(t *testing.T) {
	path := filepath.Join(t.TempDir(), "newsvigil.db")
	_, err := Open(t.Context(), path, Options{})
	if err == nil || !strings.Contains(err.Error(), "install gcc, set CGO_ENABLED=1") {
		t.Errorf("error %v", err)
	}
	if _, err := OpenReader(t.Context(), path, Options{}); err == nil || !strings.Contains(err.Error(), "install gcc") {
		t.Errorf("error %v", err)
	}
}
