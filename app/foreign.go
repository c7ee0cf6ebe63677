package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"newsvigil/digest"
	"newsvigil/news"
	"newsvigil/store"
)

// texts reads what the relevant pieces of new stories say, by article, where those are in several
// languages: some of them may tell of one event. Texts that were dropped after their time are left out.
func (a *App) texts(ctx context.Context, stories []news.Story) (map[int64]string, error) {
	var articles []int64
	languages := make(map[string]bool)
	for _, s := range stories {
		for _, m := range s.Members {
			if s.Announced.IsZero() && !m.Announced && m.Score.Relevant() {
				articles = append(articles, m.Article.ID)
				languages[m.Article.Language] = true
			}
		}
	}
	if len(languages) < 2 {
		return nil, nil
	}
	out := make(map[int64]string, len(articles))
	for _, id := range articles {
		art, err := a.db.Article(ctx, id)
		if err != nil {
			return nil, err
		}
		if art.Text != "" {
			out[id] = art.Text
		}
	}
	return out, nil
}

// explainForeign says of an article that stands in a digest below a story in another language where it is
// to be found there.
func (a *App) explainForeign(ctx context.Context, e *Explanation, t store.Trail) error {
	for _, s := range t.Digests {
		if s.Key == "" || s.Kind == news.ItemNear {
			continue
		}
		d, err := a.db.Digest(ctx, s.Key)
		if err != nil {
			return err
		}
		for _, it := range slices.Concat(d.Lead, d.Lines, d.Rest) {
			if slices.ContainsFunc(it.Foreign, func(f news.Also) bool { return f.Story == t.Story }) {
				e.Verdict = strings.TrimSuffix(e.Verdict, ".") + fmt.Sprintf(", under “%s” (%s), which tells of the same event in another language.", it.Title, it.Outlet)
				e.add("Concepts, numbers and names that both share decide that; it has a line of its own there: %s.", digest.ForeignHead(news.Also{Language: t.Article.Language}, "en"))
				return nil
			}
		}
	}
	return nil
}
