package eval

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"strings"
	"testing"
)

var libraries = flag.Bool("libraries", false, "measure the bodies that each library reads alone beside the program's")

// TestLibraries holds that on labelled pages the program reads bodies better than any of the libraries
// that it is made of. With -v it prints the table. See `make eval LIBRARIES=1`.
func TestLibraries(t *testing.T) {
	if !*libraries {
		t.Skip("takes a minute; make eval LIBRARIES=1 runs it")
	}
	figures, err := LibraryFigures(t.Context(), labelled)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the labelled files are not here: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := WriteTable(os.Stdout, figures, nil); err != nil {
		t.Fatal(err)
	}
	ours := map[string]float64{}
	for _, f := range figures {
		if !strings.HasSuffix(f.Measure, "body F1") {
			continue
		}
		if !f.Baseline {
			ours[f.Set] = f.Value
		} else if !strings.HasPrefix(f.Measure, carried) && f.Value >= ours[f.Set] {
			t.Errorf("%s: %.4f, the program %.4f", f.Name(), f.Value, ours[f.Set])
		}
	}
}
