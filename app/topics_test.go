package app

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"newsvigil/classify"
	"newsvigil/config"
	"newsvigil/internal/practice/slack"
	"newsvigil/news"
)

// facetBlocks are the sides from which the topics of TestFacets take their first few.
var facetBlocks = []string{`
  [[topic.facet]]
  name = "North"
  any = ["north korea*", "dprk", "pyongyang", "북한", "탈북", "북송"]`, `
  [[topic.facet]]
  name = "rights"
  any = ["human rights", "prison camp*", "political prison*", "tortur*", "repatriat*", "forced labour", "defector*", "escapee*", "abduct*", "인권", "탈북", "처형", "북송", "납북"]`, `
  [[topic.facet]]
  name = "who speaks"
  any = ["un", "united nations", "rapporteur*", "witness*", "testif*", "testimon*", "report*", "유엔", "증언", "보고서"]`,
}

// TestFacets holds that a topic may have any number of facets, and that the reasons name each of them.
func TestFacets(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 3} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			text := "[[topic]]\nname = \"Rights in the North\"\nchannel = \"#practice\"\ndigest = []\n" + strings.Join(facetBlocks[:n], "")
			r := newRig(t, func(c *config.Config) { follow(c, loadIn(t, t.TempDir(), text)) })
			r.crawl(ctx, t)
			res := r.post(ctx, t)
			d := r.digestOf(t, res, 0)
			for _, it := range stories(d) {
				facetsNamed(t, it, n)
			}
			shown, near := titlesOf(d), titlesOf(news.Digest{Lead: d.Near})
			wanted, found, told, wrong := 0, 0, 0, 0
			for _, p := range r.outlets.Pieces() {
				switch {
				case p.Expect == "off-topic" && shown[p.Title]:
					wrong++
				case p.Expect == "on-topic":
					wanted++
					found += count(shown[p.Title])
					told += count(shown[p.Title] || near[p.Title])
				}
			}
			t.Logf("%d facets: %d of %d pieces shown, %d with the near misses, %d wrong ones", n, found, wanted, told, wrong)
			// With fewer than two facets the learned cut is cautious where outlets write of little but the
			// topic, as the practice outlets do: what stands below it is offered as near misses.
			if 3*found < wanted || 2*told < wanted || n > 1 && 10*found < 6*wanted || 10*wrong > len(shown) {
				t.Errorf("%d of %d pieces shown, %d with the near misses, %d wrong ones", found, wanted, told, wrong)
			}
		})
	}
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// facetsNamed holds that an item's reasons hold every facet, with words of it.
func facetsNamed(t *testing.T, it news.Item, n int) {
	t.Helper()
	// A Korean piece shares no term with English exemplars where the topic has no concepts.
	if len(it.Reasons.Facets) != n || it.Reasons.Nearest == "" && it.Language != "ko" {
		t.Errorf("%s: %d facets, nearest %q", it.Title, len(it.Reasons.Facets), it.Reasons.Nearest)
	}
	for i, f := range it.Reasons.Facets {
		if name := []string{"North", "rights", "who speaks"}[i]; f.Name != name || len(f.Words) == 0 {
			t.Errorf("%s: facet %d is %+v, want words of %q", it.Title, i, f, name)
		}
	}
}

// waterTexts are short texts by title; the first one alone must do.
var waterTexts = [20][2]string{
	{"Drought empties the reservoir", "After a summer of drought the reservoir that supplies the city with drinking water holds a fifth of its capacity. The water company rations tap water at night, and a hosepipe ban holds until rain fills the catchment."},
	{"Reservoir at a quarter", "The reservoir stands at a quarter of its capacity, and no rain is in sight."},
	{"Wells run salt", "Wells drilled in the drought brought salt water, so tankers carry drinking water to the villages."},
	{"Hosepipe ban", "A hosepipe ban holds in nine districts, as the catchment has had no rain for ten weeks."},
	{"Night cuts", "Tap water is cut at night, for the intake of the reservoir lies dry from dusk."},
	{"Pipeline", "A pipeline from the next valley shall bring drinking water before the drought empties the last reservoir."},
	{"Restrictions", "Water restrictions were tightened; households may draw eighty litres a day."},
	{"Dead storage", "Below dead storage no water flows into the treatment works, engineers said of the sinking reservoir."},
	{"Springs stop", "Springs that fed the reservoir have stopped in the third year of drought."},
	{"Rationing ends", "Rationing of tap water ended when a week of rain filled the reservoir to a half."},
	{"Drought order", "The ministry gave the water company a drought order for the river."},
	{"Barges", "Pumps on barges lift what is left of the reservoir to the intake."},
	{"Levels", "The level of the reservoir sinks by four centimetres a day, hydrologists measured."},
	{"Farms", "Farms may draw no river water while the drought lasts, so that the city has enough to drink."},
	{"Ships", "A tanker ship brings drinking water to the islands, whose ponds are empty."},
	{"Desalination", "A desalination plant shall supply tap water where drought has emptied two reservoirs."},
	{"저수율", "가뭄으로 저수지의 저수율이 이십 퍼센트 아래로 떨어졌다."},
	{"제한급수", "시는 가뭄이 끝날 때까지 제한급수를 이어 간다."},
	{"급수차", "급수차가 산간 마을에 식수를 나른다. 상수원이 말랐다."},
	{"수돗물", "주민들은 하루 여섯 시간만 수돗물을 쓴다. 댐의 물이 줄었기 때문이다."},
}

// writeSeeds writes the first n texts as TOML, text, Markdown and HTML in turn.
func writeSeeds(t *testing.T, dir string, n int) {
	t.Helper()
	for i, s := range waterTexts[:n] {
		title, body := s[0], s[1]
		name, data := "", ""
		switch (i + 1) % 4 {
		case 0:
			name, data = "toml", string(classify.Encode(classify.NewExemplar(news.Exemplar{Title: title}, body)))
		case 1:
			name, data = "txt", "---\ntitle: "+title+"\n---\n"+body+"\n"
		case 2:
			name, data = "md", "# "+title+"\n\n"+body+"\n"
		case 3:
			name, data = "html", "<!doctype html><html><head><title>"+title+"</title></head><body><article><h1>"+title+"</h1><p>"+body+"</p></article></body></html>"
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%02d.%s", i+1, name)), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSeeds holds that a single seed is enough, and that twenty in every form that is read are none
// too many.
func TestSeeds(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 20} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			o, dir := newWaterOutlet(t), t.TempDir()
			if err := os.Mkdir(filepath.Join(dir, "water"), 0o700); err != nil {
				t.Fatal(err)
			}
			writeSeeds(t, filepath.Join(dir, "water"), n)
			r := newRig(t, func(c *config.Config) {
				c.Sources = nil
				follow(c, loadIn(t, dir, fmt.Sprintf(waterTopic, "")+o.source()))
			})
			r.slack.AddChannel(slack.Channel{ID: waterChannel, Name: "water"})
			if got := len(r.topics[0].Exemplars); got != n {
				t.Fatalf("%d exemplars, want %d", got, n)
			}
			for i, e := range r.topics[0].Exemplars {
				if e.Title != waterTexts[i][0] {
					t.Errorf("seed %s has the title %q", e.File, e.Title)
				}
			}
			r.crawl(ctx, t)
			onlyWater(t, o, r.digestOf(t, r.post(ctx, t), 0))
		})
	}
}

// TestTwoTopics holds that one crawl feeds two topics of different domains, that each channel gets
// what is its own and nothing else, and that a piece on both stands in both.
func TestTwoTopics(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	o := newWaterOutlet(t)
	r := newRig(t, func(c *config.Config) {
		follow(c, loadFrom(t, testTopic+fmt.Sprintf(waterTopic, "")+o.source()))
	})
	r.slack.AddChannel(slack.Channel{ID: waterChannel, Name: "water"})
	if bad := r.crawl(ctx, t).Troubled(); len(bad) > 0 {
		t.Errorf("in trouble: %+v", bad)
	}
	res := r.post(ctx, t)
	if len(res.Topics) != 2 || res.Queued != 0 {
		t.Fatalf("%+v", res)
	}
	north, water := r.digestOf(t, res, 0), r.digestOf(t, res, 1)
	onlyWater(t, o, water)
	both := 0
	for _, p := range o.pieces {
		if titlesOf(north)[p.title] != (p.expect == "both") {
			t.Errorf("%q is %s; it stands in the other topic's digest: %v", p.title, p.expect, p.expect != "both")
		}
		if p.expect == "both" {
			both++
			inBoth := strings.Contains(r.wording(t, testChannel), p.title) && strings.Contains(r.wording(t, waterChannel), p.title)
			if !inBoth {
				t.Errorf("%q does not stand in both channels", p.title)
			}
		}
	}
	if both == 0 || north.Stories() < 10 {
		t.Errorf("%d pieces on both, %d stories on the first topic", both, north.Stories())
	}
	for _, p := range r.outlets.Pieces() {
		if strings.Contains(r.wording(t, waterChannel), p.Title) {
			t.Errorf("%q stands in the water channel", p.Title)
		}
	}
	// One topic's digest uses nothing up of the other's.
	if again := r.post(ctx, t); again.Sent != 0 {
		t.Errorf("a second digest sent %+v", again)
	}
}

// TestOneTopicAlone holds that a digest of one topic leaves what is new of the other for later.
func TestOneTopicAlone(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	o := newWaterOutlet(t)
	r := newRig(t, func(c *config.Config) {
		c.Sources = nil
		follow(c, loadFrom(t, testTopic+fmt.Sprintf(waterTopic, "")+o.source()))
	})
	r.slack.AddChannel(slack.Channel{ID: waterChannel, Name: "water"})
	r.crawl(ctx, t)
	res, err := r.PostDigests(ctx, "Drinking water", 0)
	if err != nil || len(res.Topics) != 1 || res.Topics[0].Topic != "Drinking water" {
		t.Fatalf("%+v, %v", res, err)
	}
	if d := r.digestOf(t, r.post(ctx, t), 0); d.Topic != "Rights in the North" || d.Stories() != 1 {
		t.Errorf("%s: %d stories, want the one on both topics", d.Topic, d.Stories())
	}
	if len(r.slack.Messages(testChannel)) == 0 || len(r.slack.Messages(waterChannel)) == 0 {
		t.Error("a channel stayed empty")
	}
}

// koreanTopic is a topic whose words, seeds and interface are Korean.
const koreanTopic = `
[[topic]]
name = "북한 인권"
seeds = "korean"
channel = "#practice"
digest = []
language = "ko"
  [[topic.facet]]
  name = "북한"
  any = ["북한", "평양", "탈북", "북송", "납북"]
  [[topic.facet]]
  name = "인권"
  any = ["인권", "처형", "북송", "탈북", "납북", "정치범", "수용소"]
`

// TestKoreanTopic holds that a topic may be Korean through and through.
func TestKoreanTopic(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	dir := t.TempDir()
	seeds := map[string]string{
		"1.txt": "---\ntitle: 강제북송된 여성들의 증언\n---\n중국에서 붙잡혀 강제북송된 탈북 여성들이 구금 시설에서 겪은 일을 증언했다. 인권 단체는 유엔에 조사를 요청했다.\n",
		"2.md":  "# 공개처형 늘어난 북한\n\n북한에서 외부 영상물을 본 청년이 공개처형됐다고 인권 단체가 밝혔다. 정치범 수용소로 끌려간 가족도 있다.\n",
		"3.txt": "---\ntitle: 납북자 가족의 호소\n---\n납북자 가족들은 생사 확인을 요구했다. 유엔 인권이사회는 강제실종을 반인도범죄로 규정했다.\n",
	}
	if err := os.Mkdir(filepath.Join(dir, "korean"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range seeds {
		if err := os.WriteFile(filepath.Join(dir, "korean", name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r := newRig(t, func(c *config.Config) { follow(c, loadIn(t, dir, koreanTopic)) })
	r.crawl(ctx, t)
	shown := titlesOf(r.digestOf(t, r.post(ctx, t), 0))
	found := 0
	for _, p := range r.outlets.Pieces() {
		switch {
		case shown[p.Title] && p.Expect == "off-topic":
			t.Errorf("%q (%s) is shown", p.Title, p.ID)
		case p.Language == "ko" && p.Expect == "on-topic" && !shown[p.Title]:
			t.Errorf("%q (%s) is not shown: %s", p.Title, p.ID, r.verdict(ctx, t, p.ID).Verdict)
		case shown[p.Title] && p.Language == "ko":
			found++
		}
	}
	text := r.wording(t, testChannel)
	for _, want := range []string{"새 소식", "이유", "첫 소식", "가장 가까운 예", "매체 5곳에서"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q does not stand in the digest", want)
		}
	}
	for _, not := range []string{"Why", "Also in", "new stor", "First digest", "closest to", "In brief", "terms:"} {
		if strings.Contains(text, not) {
			t.Errorf("%q stands in a Korean digest:\n%s", not, text)
		}
	}
	if found < 3 {
		t.Errorf("%d Korean pieces found: %v", found, shown)
	}
}

// explained is what explain says of the water outlet's piece whose file begins so.
func explained(t *testing.T, r *rig, o *waterOutlet, number string) Explanation {
	t.Helper()
	for _, p := range o.pieces {
		if strings.Contains(p.url, "/news/"+number+"-") {
			x, err := r.Explain(t.Context(), p.url)
			if err != nil {
				t.Fatal(err)
			}
			return x
		}
	}
	t.Fatalf("there is no piece %s", number)
	return Explanation{}
}

// TestNeverMatch holds that a piece with such a word is left out, and that explain says why.
func TestNeverMatch(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r, o := waterRig(t, `never_match = ["barges", "섬마을"]`)
	r.crawl(ctx, t)
	shown := titlesOf(r.digestOf(t, r.post(ctx, t), 0))
	for number, word := range map[string]string{"01": "barges", "04": "섬마을"} {
		x := explained(t, r, o, number)
		if x.Code != "muted" || !strings.Contains(x.Verdict, word) || !strings.Contains(x.Verdict, "never_match") {
			t.Errorf("%s: %s (%s)", number, x.Verdict, x.Code)
		}
	}
	for _, number := range []string{"02", "03"} {
		if x := explained(t, r, o, number); x.Code != "posted" {
			t.Errorf("%s: %s", number, x.Verdict)
		}
	}
	for _, p := range o.pieces[:4] {
		if muted := strings.Contains(p.body+p.title, "arges") || strings.Contains(p.title, "섬마을"); shown[p.title] == muted {
			t.Errorf("%q: shown %v", p.title, shown[p.title])
		}
	}
}

// TestThresholdAndAlways holds that a number replaces the learned cut, and that a concept of `always`
// lifts a piece with every facet over any cut.
func TestThresholdAndAlways(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r, o := waterRig(t, "threshold = 50\nalways = [\"islands\"]")
	r.crawl(ctx, t)
	d := r.digestOf(t, r.post(ctx, t), 0)
	if d.Stories() != 2 {
		t.Errorf("%d stories, want the two on islands", d.Stories())
	}
	for number, want := range map[string]string{"01": "below-cut", "02": "below-cut", "03": "posted", "04": "posted", "07": "below-cut"} {
		x := explained(t, r, o, number)
		lifted := strings.Contains(strings.Join(x.Lines, "\n"), `lifted to the cut by the concept "islands"`)
		if x.Code != want || lifted != (want == "posted") || x.Scores[0].Cut != 50 {
			t.Errorf("%s: %s (%s), lifted %v, cut %v", number, x.Verdict, x.Code, lifted, x.Scores[0].Cut)
		}
	}
	if text := r.wording(t, waterChannel); !strings.Contains(text, "always shown: islands") {
		t.Errorf("readers are not told why:\n%s", text)
	}
}

// TestLowThreshold holds that a low number lets more through than the learned cut does.
func TestLowThreshold(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r, o := waterRig(t, "threshold = 0.000001")
	r.crawl(ctx, t)
	if n := r.digestOf(t, r.post(ctx, t), 0).Stories(); n <= 5 || n > len(o.pieces) {
		t.Errorf("%d stories at a cut next to nothing", n)
	}
}
