package app

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"newsvigil/config"
	"newsvigil/news"
	"newsvigil/store"
)

// placed stores an invented piece of one of the practice outlets, as a story of its own unless one is given.
func (r *rig) placed(ctx context.Context, t *testing.T, outlet int, story int64, language, title, text string) (url string, in int64) {
	t.Helper()
	src := r.cfg.Sources[outlet]
	url = fmt.Sprintf("%s/invented/%d", strings.TrimSuffix(src.Home, "/"), len(title)+len(text))
	p := store.Placed{
		Article: news.Article{
			Source: src.Name, URL: url, Canonical: url, Keys: r.App.keysOf(url), Title: title, Text: text, Language: language,
			Kind: news.KindFull, Published: news.Instant{Time: r.now().Add(-time.Hour)}, Fetched: r.now(),
		},
		Placement: news.Placement{Relation: news.RelationNew},
		Scores:    []news.Score{{Topic: r.topics[0].Key(), Value: 2, Cut: 1, Grade: news.GradeStrong}},
	}
	if story != 0 {
		p.Placement = news.Placement{Relation: news.RelationUpdate, Story: story}
	}
	_, in, err := r.db.SaveArticle(ctx, p)
	if err != nil {
		t.Fatal(err)
	}
	return url, in
}

// TestForeignToldOnce holds that two stories in two languages on one event make one item of a digest that
// links to both, that both count as told, that explain says where the lower one stands, and that an update
// of it is told as one.
func TestForeignToldOnce(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := newRig(t, func(c *config.Config) {
		c.Topics[0].Concepts = []news.WordList{
			{Name: "return", Any: []string{"repatriat*", "강제북송"}}, {Name: "cells", Any: []string{"detention center*", "구류장"}}, {Name: "testimony", Any: []string{"testimony", "증언"}},
		}
	})
	korean, below := r.placed(ctx, t, 0, 0, "ko", "강제북송 여성 12명 증언집 발간", "강제북송된 여성 열두 명의 증언집이 나왔다. 구류장 34곳에 억류됐던 이들은 구금 중에 겪은 일을 증언했다.")
	english, above := r.placed(ctx, t, 1, 0, "en", "Book has the testimony of 12 women sent back to North Korea", "The testimony of twelve women who were repatriated has come out as a book. It maps 34 detention centers.")
	list, err := r.Preview(ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	if d := list[0]; d.Stories() != 1 || len(d.Lead) != 1 || len(d.Lead[0].Foreign) != 1 || d.Totals.Stories != 1 {
		t.Fatalf("%d stories: %+v", d.Stories(), d.Lead)
	}
	if d := list[0]; d.Lead[0].Story != above || d.Lead[0].Foreign[0].Story != below {
		t.Fatalf("story %d stands above %d", d.Lead[0].Story, d.Lead[0].Foreign[0].Story)
	}
	r.post(ctx, t)
	for _, address := range []string{korean, english} {
		if n := strings.Count(r.wording(t, testChannel)+string(r.digests()[0].Blocks), address); n == 0 {
			t.Errorf("%s does not stand in the message", address)
		}
	}
	for address, want := range map[string]string{korean: ", under “", english: "Posted in the digest of "} {
		x, err := r.Explain(ctx, address)
		if err != nil || x.Code != "posted" || !strings.Contains(x.Verdict, want) || strings.Contains(x.Verdict, "under") != (address == korean) {
			t.Errorf("%s (%s), %v", x.Verdict, x.Code, err)
		}
	}
	if list, err = r.Preview(ctx, ""); err != nil || list[0].Stories() != 0 {
		t.Errorf("the next digest tells %d stories, %v", list[0].Stories(), err)
	}
	r.clock.advance(time.Hour)
	update, _ := r.placed(ctx, t, 0, below, "ko", "강제북송 여성 12명 증언집, 정부 반응", "정부는 증언집을 읽어 보겠다고 했다.")
	list, err = r.Preview(ctx, "")
	if err != nil || len(list[0].Lines) != 1 || list[0].Lines[0].Kind != news.ItemUpdated || list[0].Lines[0].URL != update {
		t.Errorf("the update: %+v, %v", list[0], err)
	}
}
