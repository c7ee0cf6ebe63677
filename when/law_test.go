package when

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestLayouts writes moments in every layout that states an offset and reads them back.
func TestLayouts(t *testing.T) {
	t.Parallel()
	layouts := []string{
		time.RFC3339, time.RFC1123Z, "Mon,2 Jan 2006 15:04:05 -0700", "Mon, 02 01 2006 15:04:05 -07:00", "2006.01.02 15:04:05 -0700",
		"2006년 1월 2일 15:04:05 -0700", "January 2, 2006 3:04:05 PM -07:00", "2 January 2006, 15:04:05 -0700", "20060102T150405Z0700",
		"Mon Jan 2 15:04:05 -0700 2006", "1/2/2006 3:04:05 pm -0700", "2006-01-02 15:04:05 -0700",
	}
	rapid.Check(t, func(t *rapid.T) {
		sec := rapid.Int64Range(time.Date(1970, 1, 2, 0, 0, 0, 0, time.UTC).Unix(), time.Date(2199, 1, 1, 0, 0, 0, 0, time.UTC).Unix()).Draw(t, "sec")
		quarter := rapid.IntRange(-12*4, 14*4).Draw(t, "quarter hours of offset")
		layout := rapid.SampledFrom(layouts).Draw(t, "layout")
		want := time.Unix(sec, 0).In(time.FixedZone("", quarter*900))
		got, err := Parse(want.Format(layout), seoul)
		if err != nil || !got.Time.Equal(want) {
			t.Fatalf("%q: got %s, %v; want %s", want.Format(layout), got.Time, err, want)
		}
	})
}
