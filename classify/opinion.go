package classify

import (
	"cmp"
	"slices"
	"time"

	"newsvigil/news"
)

// Opinion is what the readers of a topic say of one piece together.
type Opinion struct {
	// URL is the piece's address, Article its number; 0 where it is not stored.
	URL     string
	Article int64
	// Likes and Dislikes count the readers who say that it is on the topic, and off it.
	Likes, Dislikes int
	// At is when the majority had its last word.
	At time.Time
}

// Like reports whether the piece is on the topic.
func (o Opinion) Like() bool { return o.Likes > o.Dislikes }

// Opinions puts together what readers said for one topic: of every reader the last word on each piece,
// and of every piece what most readers say. A piece on which they are divided evenly, or of which nobody
// said whether it is on the topic, has no opinion. They come ordered by article and address, whatever the
// order of the words.
func Opinions(said []news.Feedback) []Opinion {
	type piece struct {
		article int64
		url     string
	}
	last := map[piece]map[string]news.Feedback{}
	for _, f := range said {
		p := piece{f.Article, ""}
		if f.Article == 0 {
			p.url = f.URL
		}
		if last[p] == nil {
			last[p] = map[string]news.Feedback{}
		}
		if before, ok := last[p][f.By]; f.Stands != "" && (!ok || later(f, before) > 0) {
			last[p][f.By] = f
		}
	}
	var all []Opinion
	for p, words := range last {
		if o := count(words); o.Likes != o.Dislikes {
			o.Article = p.article
			all = append(all, o)
		}
	}
	slices.SortFunc(all, func(a, b Opinion) int {
		return cmp.Or(cmp.Compare(a.Article, b.Article), cmp.Compare(a.URL, b.URL))
	})
	return all
}

// later orders the words of one reader on one piece.
func later(a, b news.Feedback) int {
	return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.URL, b.URL))
}

// count counts one word a reader.
func count(words map[string]news.Feedback) (o Opinion) {
	for _, f := range words {
		if f.Stands == news.LabelLike {
			o.Likes++
		} else {
			o.Dislikes++
		}
	}
	for _, f := range words {
		if (f.Stands == news.LabelLike) != o.Like() {
			continue
		}
		if f.At.After(o.At) {
			o.At = f.At
		}
		if o.URL == "" || f.URL < o.URL {
			o.URL = f.URL
		}
	}
	return o
}
