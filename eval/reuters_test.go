package eval

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// sgml is in the shape of the collection, with its traps: control entities, noise after the date, a
// garbled time, a lost structure, a headline alone, a story that nobody tagged.
const sgml = `<!DOCTYPE lewis SYSTEM "lewis.dtd">
<REUTERS TOPICS="YES" LEWISSPLIT="TRAIN" CGISPLIT="TRAINING-SET" OLDID="9" NEWID="3">
<DATE> 3-MAR-1987  09:15:05.40&#5;&#5;RM</DATE>
<TOPICS><D>tin</D><D>zinc</D></TOPICS>
<PLACES><D>el-salvador</D></PLACES>
<PEOPLE><D>nobody</D></PEOPLE>
<UNKNOWN> 
&#5;&#5;&#5;C T
&#22;&#22;&#1;f0704&#31;reute</UNKNOWN>
<TEXT>&#2;
<TITLE>TIN AT ONE &lt;XYZ> &amp; MORE</TITLE>
<DATELINE>    SALVADOR, March 3 - </DATELINE><BODY>Tin rose` + "\xe9" + `
to a price&#127; of &lt;one>.
    A second paragraph
of two lines.
 REUTER
&#3;</BODY></TEXT>
</REUTERS>
<REUTERS TOPICS="YES" LEWISSPLIT="TEST" OLDID="9" NEWID="2">
<DATE>2-MAR-1987 605:12:19.12</DATE>
<TOPICS></TOPICS>
<PLACES><D>usa</D></PLACES>
<TEXT TYPE="UNPROC">&#2;
CORRECTED - A HEADLINE
    The text without tags.
 Reuter
&#3;

</TEXT>
</REUTERS>
<REUTERS TOPICS="YES" OLDID="9" NEWID="4">
<DATE>4-MAR-1987 01:02:03.04</DATE>
<TOPICS><D>tin</D></TOPICS>
<PLACES></PLACES>
<TEXT TYPE="BRIEF">&#2;
******<TITLE>NOTHING BUT A HEADLINE
</TITLE></TEXT>
</REUTERS>
<REUTERS TOPICS="NO" OLDID="9" NEWID="5">
<DATE>5-MAR-1987 01:02:03.04</DATE>
<TOPICS></TOPICS>
<PLACES></PLACES>
<TEXT><TITLE>NOBODY TAGGED THIS</TITLE><BODY>Whether it is of tin is not known.</BODY></TEXT>
</REUTERS>
`

func TestReadReuters(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := readReuters(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an empty folder: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "reut2-000.sgm"), []byte(sgml), 0o600); err != nil {
		t.Fatal(err)
	}
	stories, err := readReuters(dir)
	if err != nil {
		t.Fatal(err)
	}
	type row struct {
		ID             int64
		Title, Text    string
		Topics, Places []string
		When           time.Time
	}
	var got []row
	for _, s := range stories {
		got = append(got, row{s.article.ID, s.article.Title, s.article.Text, s.topics, s.places, s.article.Fetched})
	}
	want := []row{
		{2, "CORRECTED - A HEADLINE", "The text without tags.", nil, []string{"usa"}, time.Date(1987, 3, 2, 12, 0, 0, 0, time.UTC)},
		{3, "TIN AT ONE <XYZ> & MORE", "Tin roseé to a price of <one>.\n\nA second paragraph of two lines.", []string{"tin", "zinc"},
			[]string{"el-salvador"}, time.Date(1987, 3, 3, 9, 15, 5, 0, time.UTC)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	tin := stories[1]
	if !tin.has("tin", "") || !tin.has("zinc", "el-salvador") || tin.has("tin", "usa") || tin.has("gold", "") {
		t.Error("the tags of a story are not found")
	}
}

func TestReadReutersNamesTheFile(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{
		`<REUTERS TOPICS="YES"><DATE>4-MAR-1987 01:02:03</DATE><BODY>No number.</BODY></REUTERS>`,
		`<REUTERS TOPICS="YES" NEWID="1"><BODY>No date.</BODY></REUTERS>`,
		`<REUTERS TOPICS="YES" NEWID="1"><DATE>44-MAR-1987 01:02:03</DATE><BODY>No such day.</BODY></REUTERS>`,
		`<REUTERS TOPICS="YES" NEWID="99999999999999999999"><DATE>4-MAR-1987 01:02:03</DATE><BODY>No number.</BODY></REUTERS>`,
	} {
		if _, err := parseReuters(bad); err == nil {
			t.Errorf("read without complaint: %s", bad)
		}
	}
}
