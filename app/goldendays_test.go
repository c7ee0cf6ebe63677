package app

import (
	"fmt"
	"testing"
	"time"

	"newsvigil/news"
)

// goldenDays are the special days by the names of their files.
func goldenDays() map[string]func(*testing.T) *day {
	return map[string]func(*testing.T) *day{
		"five-hundred": func(t *testing.T) *day {
			d := newDay(t, "Asia/Seoul", "2026-11-20 08:00")
			for i := range 500 {
				m := d.piece(int64(i+1), i, float64(i%24), fmt.Sprintf("Harvest report %d", i+1))
				m.Score.Value = 1 + float64(i%7)/10
				if i%3 > 0 {
					m.Score.Grade = news.GradeLikely
				}
				d.story(m)
			}
			return d
		},
		"none": func(t *testing.T) *day {
			d := newDay(t, "Asia/Seoul", "2026-11-20 08:00")
			d.o.Troubles = []news.SourceTrouble{{Source: "Herald", Trouble: news.TroubleBlocked, Since: d.o.Since}}
			return d
		},
		"one": func(t *testing.T) *day {
			d := newDay(t, "Asia/Seoul", "2026-11-20 08:00")
			d.story(d.piece(1, 1, 5, "The harvest is in"))
			return d
		},
		"forty-copies": func(t *testing.T) *day {
			d := newDay(t, "Asia/Seoul", "2026-11-20 08:00")
			s := d.story()
			for i := range 40 {
				d.o.Sources = append(d.o.Sources, news.Source{Name: fmt.Sprintf("Paper %02d", i), Home: fmt.Sprintf("https://paper%02d.example", i)})
				m := d.piece(int64(i+1), 2, 20-float64(i)/4, "Grain ship leaves the harbour")
				m.Article.Source, m.Article.URL = fmt.Sprintf("Paper %02d", i), fmt.Sprintf("https://paper%02d.example/ship", i)
				if i > 0 {
					m.Relation, m.Of = news.RelationCopy, 1
				}
				s.Members = append(s.Members, m)
			}
			return d
		},
		"six-updates": func(t *testing.T) *day {
			d := newDay(t, "Asia/Seoul", "2026-11-20 08:00")
			var fresh, old []news.Member
			for i := range 7 {
				m := d.piece(int64(i+1), 2, 20-2*float64(i), fmt.Sprintf("Storm over the fields, version %d", i+1))
				o := d.piece(int64(i+11), 1, 20-2*float64(i), fmt.Sprintf("Flood of the river, version %d", i+1))
				if i > 0 {
					m.Relation, m.Of, o.Relation, o.Of = news.RelationUpdate, int64(i), news.RelationUpdate, int64(i+10)
				}
				o.Announced = i == 0
				fresh, old = append(fresh, m), append(old, o)
			}
			d.story(fresh...)
			s := d.story(old...)
			s.Announced, s.AnnouncedKind = d.o.Since, news.ItemNew
			return d
		},
		"shared-first-topic":  func(t *testing.T) *day { return sharedDay(t, "Harvest", "harvest") },
		"shared-second-topic": func(t *testing.T) *day { return sharedDay(t, "Weather", "storm") },
		"missed-by-outage": func(t *testing.T) *day {
			d := newDay(t, "Asia/Seoul", "2026-11-23 08:00") // a Monday; Slack had been down since Thursday
			d.o.Since = d.o.Slot.AddDate(0, 0, -4)
			d.sent = d.o.Slot.Add(29 * time.Hour)
			d.story(d.piece(1, 0, 90, "Thursday's harvest"))
			d.story(d.piece(2, 1, 5, "Monday's harvest"))
			return d
		},
		"slept-over": func(t *testing.T) *day {
			d := newDay(t, "Asia/Seoul", "2026-11-20 08:00")
			d.sent = d.o.Slot.Add(140 * time.Minute)
			d.story(d.piece(1, 1, -1, "Found on waking"))
			return d
		},
		"spring-forward": func(t *testing.T) *day {
			d := newDay(t, "Europe/Berlin", "2026-03-29 08:00")
			d.story(d.piece(1, 0, 5.5, "Half an hour before the missing hour"))
			d.story(d.piece(2, 1, 4.5, "Half an hour after it"))
			return d
		},
		"autumn-back": func(t *testing.T) *day {
			d := newDay(t, "Europe/Berlin", "2026-10-25 08:00")
			d.story(d.piece(1, 0, 6.5, "Half past two in summer time"))
			d.story(d.piece(2, 1, 5.5, "Half past two in winter time"))
			return d
		},
		"clock-set-back": func(t *testing.T) *day {
			d := newDay(t, "Europe/Berlin", "2026-06-10 09:00")
			d.o.Since = d.o.Slot.Add(23 * time.Hour)
			d.story(d.piece(1, 0, 2, "Read after the clock was set back"))
			return d
		},
		"korean-only": func(t *testing.T) *day {
			d := newDay(t, "Asia/Seoul", "2026-11-20 08:00")
			d.o.Topic.Name, d.o.Topic.Language = "수확", "ko"
			for i, title := range []string{"올해 수확량 발표", "농촌 일손 부족", "곡물 수입 늘어", "폭우에 논 잠겨", "쌀값 오름세", "가뭄 피해 조사", "수확 축제 취소"} {
				m := d.piece(int64(i+1), 3, float64(i+1), title)
				if i == 6 {
					m.Article.Kind = news.KindTeaser
				}
				d.story(m)
			}
			d.o.Troubles = []news.SourceTrouble{{Source: "Herald", Trouble: news.TroubleTimeout, Since: d.o.Since}}
			return d
		},
		"alerted-before": func(t *testing.T) *day {
			d := newDay(t, "Asia/Seoul", "2026-11-20 08:00")
			s := d.story(d.piece(1, 1, 9, "The dam has broken"))
			s.Members[0].Announced, s.AlertOnly = true, true
			s.Announced, s.AnnouncedKind = d.o.Slot.Add(-8*time.Hour), news.ItemAlerted
			d.story(d.piece(2, 2, 5, "The harvest is in"))
			return d
		},
		"two-languages": func(t *testing.T) *day {
			d := newDay(t, "Asia/Seoul", "2026-11-20 08:00")
			d.o.Topic.Concepts = []news.WordList{{Name: "rice", Any: []string{"rice", "쌀"}}, {Name: "flood", Any: []string{"flood*", "홍수"}}}
			d.o.Texts = map[int64]string{
				1: "Floods took the rice of 340 farms along the river. Of 1,270 fields 88 are dry.",
				2: "홍수로 강가 농가 340곳의 쌀이 떠내려갔다. 논 1270곳 가운데 88곳만 무사하다.",
				3: "The ferry carried 340 sacks of rice past the floods.",
			}
			d.story(d.piece(1, 2, 5, "Flood takes the rice of 340 farms"))
			d.story(d.piece(2, 3, 6, "홍수에 농가 340곳 쌀 잃어"))
			d.story(d.piece(3, 1, 4, "Ferry runs again"))
			return d
		},
		"alert": func(t *testing.T) *day {
			d := newDay(t, "Asia/Seoul", "2026-11-20 14:05")
			d.o.Alert = true
			m := d.piece(2, 0, 0.5, "The dam has broken")
			m.Relation, m.Of = news.RelationCopy, 1
			d.story(d.piece(1, 1, 1, "The dam has broken"), m)
			return d
		},
	}
}

// sharedDay has a piece that two topics follow: each tells it, for its own reasons.
func sharedDay(t *testing.T, topic, word string) *day {
	d := newDay(t, "Asia/Seoul", "2026-11-20 08:00")
	d.o.Topic.Name, d.o.Topic.Channel, d.o.Key = topic, "#"+news.Slug(topic), news.Slug(topic)+"/"+d.o.Slot.Format(slotLayout)
	s := d.story(d.piece(1, 2, 5, "Storm threatens the harvest"))
	s.Members[0].Score.Reasons = news.Reasons{Facets: []news.Hit{{Name: word, Words: []string{word}, Counts: []int{1}}}}
	return d
}
