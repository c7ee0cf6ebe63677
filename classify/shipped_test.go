package classify

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"newsvigil/news"
	"newsvigil/seeds"
)

// shippedSeeds says of which piece each shipped exemplar was made. What is known of a piece and what
// we say of it stands here, its words and pairs come from its body. Titles are cut where they run
// on; a date or address that is not known is left out.
var shippedSeeds = []struct {
	from, file string
	meta       news.Exemplar
}{
	{"000.txt", "01-international-community.toml", news.Exemplar{
		Title: "Why North Korean Human Rights Concern International Community, Part 2", Outlet: "ViewUS",
		URL: "https://viewusglobal.com/asia/article/56762/", Authors: []string{"Daniel Kim"}, Language: "en",
		About: "Explains why other states take up the treatment of people in the North, from shared values to the treaties that Pyongyang has signed itself. " +
			"Then follows the European Union's contacts with it, from loans in the seventies to the cooling after 2002.",
	}},
	{"001.txt", "02-rok-us-cooperation.toml", news.Exemplar{
		Title: "ROK-US cooperation needed to promote N. Korea …", Outlet: "The Korea Times",
		URL: "https://www.koreatimes.co.kr/www/opinion/2022/05/790_309274.html", Authors: []string{"Yang Moo-jin"},
		Published: "2021-05-24T17:26:00+09:00", Language: "en",
		About: "A columnist advises Seoul, after a summit with Washington, to begin with food, water and medicine for the weakest. " +
			"He warns against tying the rights question to disarmament talks, and against public shaming.",
	}},
	{"002.txt", "03-consultation.toml", news.Exemplar{
		Title: "Fighting for Freedom: U.S. and South Korea …", Outlet: "ViewUS",
		URL: "https://viewusglobal.com/asia/article/59839/", Authors: []string{"Daniel Kim"}, Language: "en",
		About: "Reports a second round of talks between South Korean officials and the American special envoy, held in Washington in April 2024. " +
			"Abductees, detainees, prisoners of war, outside information and help for people who fled were on the table.",
	}},
	{"003.txt", "04-international-cooperation.toml", news.Exemplar{
		Title: "North Korean Human Rights and International Cooperation", Outlet: "Global NK (East Asia Institute)",
		Authors: []string{"Shin-wha Lee"}, Published: "2022-10-25", Language: "en",
		About: "Seoul's ambassador for the subject surveys hunger, closed borders, captive soldiers, kidnapped citizens and selective respect for treaties. " +
			"She asks partners to agree on what the problem is, to hold those responsible to account, and to stop China from sending refugees back.",
	}},
	{"004.txt", "05-universal-value.toml", news.Exemplar{
		// The text that we have carries no headline.
		Title:  "North Korea, Washington and rights as a universal value",
		Outlet: "Catholic Institute of Northeast Asia Peace (CINAP)", URL: "https://peace-korea.com/blogPost/untitled-55",
		Authors: []string{"Paik Jang-hyun"}, Language: "en",
		About: "Traces how the matter became an international one, through famine, testimonies of those who fled, yearly resolutions and the inquiry of 2014. " +
			"Argues that Pyongyang should follow Beijing's example of the nineties and talk, because normal relations will not come otherwise.",
	}},
}

// TestShippedSeedsAreMadeFromTheirPieces makes the shipped exemplars again. It fails when the reading
// of seed files or the cutting of terms changes: then the files must be made anew, or terms of old
// exemplars no longer meet those of new articles.
func TestShippedSeedsAreMadeFromTheirPieces(t *testing.T) {
	t.Parallel()
	dir := filepath.FromSlash("../../shared/seeds/clean")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the pieces of which the exemplars were made are not here: %v", err)
	}
	for _, s := range shippedSeeds {
		data, err := os.ReadFile(filepath.Join(dir, s.from))
		if err != nil {
			t.Fatal(err)
		}
		_, body, err := ParseSeedFile(s.from, data)
		if err != nil {
			t.Fatal(err)
		}
		got, err := seeds.FS.ReadFile(s.file)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		if diff := cmp.Diff(string(Encode(NewExemplar(s.meta, body))), string(got)); diff != "" {
			t.Errorf("%s differs from what is made of %s (-made +shipped):\n%.2000s", s.file, s.from, diff)
		}
	}
}

func TestShippedSeedsLoad(t *testing.T) {
	t.Parallel()
	got, err := LoadExemplars(seeds.FS)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(shippedSeeds) {
		t.Fatalf("%d exemplars, want %d", len(got), len(shippedSeeds))
	}
	for i, e := range got {
		if s := shippedSeeds[i]; e.Title != s.meta.Title || e.File != s.file || e.About != s.meta.About || e.Terms["human right"] == 0 {
			t.Errorf("exemplar %d is %q from %s with %d terms", i, e.Title, e.File, len(e.Terms))
		}
	}
}
