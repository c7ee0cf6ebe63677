package when

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"newsvigil/news"
)

var seoul = time.FixedZone("KST", 9*3600)

// parseTests want RFC 3339 with the offset, or a bare date, and where the zone came from.
var parseTests = []struct{ in, want string }{
	// RFC 822, 1123 and what outlets make of them
	{"Sun, 27 Sep 2026 19:00:00 +0900", "2026-09-27T19:00:00+09:00 stated"},
	{"Sun, 27  Sep 2026  19:00:00 +0900", "2026-09-27T19:00:00+09:00 stated"},
	{"Sun,27 Sep 2026 19:00:00 +0900", "2026-09-27T19:00:00+09:00 stated"},
	{"Sun, 27 Sep 2026 19:00:00 +09:00", "2026-09-27T19:00:00+09:00 stated"},
	{"Sun, 27 Sep 2026 19:00:00 +09", "2026-09-27T19:00:00+09:00 stated"},
	{"Sun, 27 Sep 2026 19:00:00 KST", "2026-09-27T19:00:00+09:00 stated"},
	{"Sun, 27 Sep 2026 19:00:00 JST", "2026-09-27T19:00:00+09:00 stated"},
	{"Sun, 27 Sep 2026 19:00:00 (KST)", "2026-09-27T19:00:00+09:00 stated"},
	{"Sun, 27 Sep 2026 19:00:00 +0900 (KST)", "2026-09-27T19:00:00+09:00 stated"},
	{"Sun, 27 Sep 2026 19:00:00 GMT+0900 (Korean Standard Time)", "2026-09-27T19:00:00+09:00 stated"},
	{"Sun Sep 27 2026 19:00:00 GMT+0900", "2026-09-27T19:00:00+09:00 stated"},
	{"Sun, 27 Sep 2026 19:00:00 GMT", "2026-09-27T19:00:00Z stated"},
	{"Sun, 27 Sep 2026 19:00 GMT", "2026-09-27T19:00:00Z stated"},
	{"Sun, 27 Sep 2026 19:00:00 UT", "2026-09-27T19:00:00Z stated"},
	{"Sun, 27 Sep 2026 19:00:00 Z", "2026-09-27T19:00:00Z stated"},
	{"Sun, 27 Sep 2026 19:00:00 EST", "2026-09-27T19:00:00-05:00 stated"},
	{"Sun, 27 Sep 2026 19:00:00 EDT", "2026-09-27T19:00:00-04:00 stated"},
	{"Sun, 27 Sep 2026 19:00:00 -0330", "2026-09-27T19:00:00-03:30 stated"},
	{"Sun, 27 Sep 2026 19:00:00", "2026-09-27T19:00:00+09:00 outlet"},
	{"Sun, 27 09 2026 19:00:00 +0900", "2026-09-27T19:00:00+09:00 stated"},
	{"Mon, 27 Sep 2026 19:00:00 +0900", "2026-09-27T19:00:00+09:00 stated"}, // it was a Sunday
	{"27 Sep 2026 19:00:00 +0900", "2026-09-27T19:00:00+09:00 stated"},
	{"27 Sep 26 19:00 +0900", "2026-09-27T19:00:00+09:00 stated"},
	{"Sunday, 27-Sep-26 19:00:00 GMT", "2026-09-27T19:00:00Z stated"},
	{"Sun Sep 27 19:00:00 2026", "2026-09-27T19:00:00+09:00 outlet"},
	{"Sun Sep 27 19:00:00 KST 2026", "2026-09-27T19:00:00+09:00 stated"},
	{"Sun Sep 27 19:00:00 +0900 2026", "2026-09-27T19:00:00+09:00 stated"},
	{"Sun, 3 Aug 2025 6:27:03 GMT", "2025-08-03T06:27:03Z stated"},
	{"Thu, 24 Sept 2026 08:05:00 +0900", "2026-09-24T08:05:00+09:00 stated"},
	// RFC 3339 and ISO 8601
	{"2026-09-27T19:00:00+09:00", "2026-09-27T19:00:00+09:00 stated"},
	{"2026-09-27T19:00:00.123+09:00", "2026-09-27T19:00:00.123+09:00 stated"},
	{"2026-09-27T19:00:00,5Z", "2026-09-27T19:00:00.5Z stated"},
	{"2026-09-27T19:00:00Z", "2026-09-27T19:00:00Z stated"},
	{"2026-09-27t19:00:00z", "2026-09-27T19:00:00Z stated"},
	{"2026-09-27T19:00Z", "2026-09-27T19:00:00Z stated"},
	{"2026-09-27T19:00:00+0900", "2026-09-27T19:00:00+09:00 stated"},
	{"2026-09-27T19:00:00 +09:00", "2026-09-27T19:00:00+09:00 stated"},
	{"2026-09-27T19:00:00+09:00[Asia/Seoul]", "2026-09-27T19:00:00+09:00 stated"},
	{"2026-09-27T19:00:00", "2026-09-27T19:00:00+09:00 outlet"},
	{"2026-09-27T19:00", "2026-09-27T19:00:00+09:00 outlet"},
	{"20260927T190000Z", "2026-09-27T19:00:00Z stated"},
	{"20260927T1900+0900", "2026-09-27T19:00:00+09:00 stated"},
	{"2026-09-27+09:00", "2026-09-27 stated"},
	{"2026-09-27Z", "2026-09-27 stated"},
	{"2026-09-27T24:00:00", "2026-09-28T00:00:00+09:00 outlet"},
	{"2026-12-31T23:59:60Z", "2027-01-01T00:00:00Z stated"},
	// local forms without a zone
	{"2026-09-27 19:00:00", "2026-09-27T19:00:00+09:00 outlet"},
	{"2026-09-27 19:00:00.0", "2026-09-27T19:00:00+09:00 outlet"},
	{"2026-09-27 19:00:00 KST", "2026-09-27T19:00:00+09:00 stated"},
	{"2026-09-27 19:00:00 +0900 KST", "2026-09-27T19:00:00+09:00 stated"},
	{"2021-05-24 17:26", "2021-05-24T17:26:00+09:00 outlet"},
	{"2026.09.27 19:00", "2026-09-27T19:00:00+09:00 outlet"},
	{"2026.09.27. 19:00", "2026-09-27T19:00:00+09:00 outlet"},
	{"2026. 9. 27. 오후 7:00", "2026-09-27T19:00:00+09:00 outlet"},
	{"2026.09.27 (일) 오후 07:00", "2026-09-27T19:00:00+09:00 outlet"},
	{"2026.09.27(일) 19:00", "2026-09-27T19:00:00+09:00 outlet"},
	{"2026/09/27 19:00", "2026-09-27T19:00:00+09:00 outlet"},
	{"2026-09-27 오전 12:05", "2026-09-27T00:05:00+09:00 outlet"},
	{"2026-09-27 오후 12:05", "2026-09-27T12:05:00+09:00 outlet"},
	{"2026-09-27 PM 7:00", "2026-09-27T19:00:00+09:00 outlet"},
	{"2026-09-27 | 19:00", "2026-09-27T19:00:00+09:00 outlet"},
	{"2026-09-27 - 19:00", "2026-09-27T19:00:00+09:00 outlet"},
	{"19:00 2026.09.27", "2026-09-27T19:00:00+09:00 outlet"},
	{"19:00, 27 September 2026", "2026-09-27T19:00:00+09:00 outlet"},
	// Korean, Japanese, Chinese words
	{"2026년 9월 27일 오후 7:00", "2026-09-27T19:00:00+09:00 outlet"},
	{"2026년 9월 27일 19:00", "2026-09-27T19:00:00+09:00 outlet"},
	{"2026년 09월 27일 (일요일) 오후 7시 5분", "2026-09-27T19:05:00+09:00 outlet"},
	{"2026년 9월 27일 일요일 19시", "2026-09-27T19:00:00+09:00 outlet"},
	{"2026년9월27일 19시05분30초", "2026-09-27T19:05:30+09:00 outlet"},
	{"2026년 9월 27일", "2026-09-27 outlet"},
	{"2026 년 9 월 27 일", "2026-09-27 outlet"},
	{"2025년 5월 15일", "2025-05-15 outlet"},
	{"2026年9月27日 19時00分", "2026-09-27T19:00:00+09:00 outlet"},
	{"2026年9月27日(日) 午後7時", "2026-09-27T19:00:00+09:00 outlet"},
	{"2026年9月27日 下午7:00", "2026-09-27T19:00:00+09:00 outlet"},
	{"２０２６年９月２７日　１９：００", "2026-09-27T19:00:00+09:00 outlet"},
	// English
	{"May 24, 2021 5:26 p.m.", "2021-05-24T17:26:00+09:00 outlet"},
	{"May 24, 2021 5:26 pm", "2021-05-24T17:26:00+09:00 outlet"},
	{"May 24, 2021 at 5:26 PM EDT", "2021-05-24T17:26:00-04:00 stated"},
	{"May 24, 2021 5:26pm ET", "2021-05-24T17:26:00-04:00 stated"},
	{"Jan. 24, 2021 5:26 a.m. ET", "2021-01-24T05:26:00-05:00 stated"},
	{"5:26 p.m. ET, May 24, 2021", "2021-05-24T17:26:00-04:00 stated"},
	{"May 24, 2021, 12:26 a.m.", "2021-05-24T00:26:00+09:00 outlet"},
	{"May 24, 2021 5 p.m.", "2021-05-24T17:00:00+09:00 outlet"},
	{"May 24, 2021", "2021-05-24 outlet"},
	{"Monday, May 24th, 2021", "2021-05-24 outlet"},
	{"24 May 2021", "2021-05-24 outlet"},
	{"24th of May 2021", "2021-05-24 outlet"},
	{"24-May-2021", "2021-05-24 outlet"},
	{"24.May.2021 17:26", "2021-05-24T17:26:00+09:00 outlet"},
	{"2021-May-24", "2021-05-24 outlet"},
	{"2021 May 24", "2021-05-24 outlet"},
	// figures only
	{"2021-05-24", "2021-05-24 outlet"},
	{"2021.05.24", "2021-05-24 outlet"},
	{"2021.5.24.", "2021-05-24 outlet"},
	{"20210524", "2021-05-24 outlet"},
	{"20210524172600", "2021-05-24T17:26:00+09:00 outlet"},
	{"202105241726", "2021-05-24T17:26:00+09:00 outlet"},
	{"03/04/2026", "2026-03-04 outlet"},
	{"13/04/2026", "2026-04-13 outlet"},
	{"4/13/2026 5:26 PM", "2026-04-13T17:26:00+09:00 outlet"},
	{"03.04.2026", "2026-04-03 outlet"},
	{"27.09.2026, 19:00 Uhr", "2026-09-27T19:00:00+09:00 outlet"},
	{"09/27/26", "2026-09-27 outlet"},
	{"21.05.24", "2021-05-24 outlet"},
	{"1790503200", "2026-09-27T10:00:00Z stated"},
	{"1790503200000", "2026-09-27T10:00:00Z stated"},
	// other languages
	{"27. September 2026 um 19:00 Uhr", "2026-09-27T19:00:00+09:00 outlet"},
	{"Sonntag, 27. März 2026", "2026-03-27 outlet"},
	{"dimanche 27 septembre 2026 à 19h05", "2026-09-27T19:05:00+09:00 outlet"},
	{"1er août 2026", "2026-08-01 outlet"},
	{"27 de septiembre de 2026", "2026-09-27 outlet"},
	{"mardi 3 mars 2026", "2026-03-03 outlet"},
	{"mar. 3 févr. 2026", "2026-02-03 outlet"},
	{"3 mar 2026", "2026-03-03 outlet"},
	{"19:00 am 27. September 2026", "2026-09-27T19:00:00+09:00 outlet"},
	// around it
	{"Sunday 27 September 2026 19.00 BST", "2026-09-27T19:00:00+01:00 stated"},
	{"27 Sep 2026, 7.05pm", "2026-09-27T19:05:00+09:00 outlet"},
	{"27 septiembre 2026 19:00h", "2026-09-27T19:00:00+09:00 outlet"},
	{"27.09.2026 19.00", "2026-09-27T19:00:00+09:00 outlet"},
	{"令和8年9月27日 19時05分", "2026-09-27T19:05:00+09:00 outlet"},
	{" \u00a02026-09-27\u00a019:00 \n", "2026-09-27T19:00:00+09:00 outlet"},
	{"Sun, 27 Sep 2037 19:00:00 +0900", "2037-09-27T19:00:00+09:00 stated"},
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, tt := range parseTests {
		got, err := Parse(tt.in, seoul)
		if err != nil {
			t.Errorf("%q: %v", tt.in, err)
			continue
		}
		if diff := cmp.Diff(tt.want, show(got)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.in, diff)
		}
		if got.Confidence != "" {
			t.Errorf("%q: confidence %q, want none", tt.in, got.Confidence)
		}
	}
}

// show writes an instant as the tables of this file do.
func show(i news.Instant) string {
	if i.DateOnly {
		if i.Time.Hour() != 12 || i.Time.Minute() != 0 {
			return "not noon: " + i.Time.String()
		}
		return i.Time.Format(time.DateOnly) + " " + string(i.Zone)
	}
	return i.Time.Format(time.RFC3339Nano) + " " + string(i.Zone)
}

func TestParseRejects(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		"", " ", "yesterday", "3 hours ago", "27 Sep", "Sep 2026", "2026", "19:00", "2026-13-01", "2026-02-30", "2026-09-00",
		"1899-12-31", "2201-01-01", "0000-00-00 00:00:00", "0001-01-01T00:00:00Z", "2026-09-27 25:00", "2026-09-27 19:61",
		"2026-09-27 19:00 and more", "Kim Jong Un on 27 Sep 2026", "27 Sep 2026 28 Sep 2026", "2026-09-27 2026-09-28",
		"99999999999999", "1234567", "-1790503200", "2026-09-27T19:00:00+99:00", "2026--27", "27 Foo 2026", "null", "N/A", "-",
	} {
		if got, err := Parse(in, seoul); err == nil {
			t.Errorf("%q is read as %s, want an error", in, show(got))
		}
	}
}

func TestParseWithoutZone(t *testing.T) {
	t.Parallel()
	got, err := Parse("2026-09-27 19:00:00", nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := "2026-09-27T19:00:00Z assumed"; show(got) != want {
		t.Errorf("got %s, want %s", show(got), want)
	}
}

func TestClamp(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 9, 27, 1, 0, 0, 0, time.UTC) // 10:00 in Seoul
	at := func(d time.Duration) news.Instant {
		return news.Instant{Time: now.Add(d).In(seoul), Zone: news.ZoneStated, Confidence: news.ConfidenceHigh}
	}
	today := news.Instant{Time: time.Date(2026, 9, 27, 12, 0, 0, 0, seoul), DateOnly: true, Confidence: news.ConfidenceHigh}
	tests := []struct {
		name string
		in   news.Instant
		want news.Instant
	}{
		{"unknown", news.Instant{}, news.Instant{}},
		{"past", at(-time.Hour), at(-time.Hour)},
		{"ten minutes ahead", at(10 * time.Minute), at(10 * time.Minute)},
		{"nine hours ahead", at(9 * time.Hour), news.Instant{Time: now.In(seoul), Zone: news.ZoneStated, Confidence: news.ConfidenceLow}},
		{"today, noon to come", today, news.Instant{Time: now.In(seoul), DateOnly: true, Confidence: news.ConfidenceHigh}},
		{"tomorrow", news.Instant{Time: today.Time.AddDate(0, 0, 1), DateOnly: true}, news.Instant{Time: now.In(seoul), Confidence: news.ConfidenceLow}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, Clamp(tt.in, now)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}
