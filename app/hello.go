package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"newsvigil/digest"
	"newsvigil/news"
	"newsvigil/notify"
	"newsvigil/notify/slack"
	"newsvigil/store"
)

const (
	// sampleFull and sampleLines are how many stories the example of a digest has.
	sampleFull  = 3
	sampleLines = 2
)

// greeting says on what occasion readers are greeted. A daemon leaves word with Slack should a digest not
// come; a sample is of use where no digest follows at once.
type greeting struct{ daemon, sample bool }

// greetAll greets the readers of every topic after a crawl, unless that failed altogether and has nothing to
// show.
func (a *App) greetAll(ctx context.Context, report CrawlReport) error {
	if n := len(report.Troubled()); n > 0 && n == len(report.Sources) {
		return nil
	}
	var errs []error
	for _, t := range a.topics {
		errs = append(errs, a.greet(ctx, t, greeting{daemon: true, sample: true}))
	}
	return errors.Join(errs...)
}

// greet queues the hello to a topic's readers, once in each channel, and never where digests stand. Where
// Slack cannot be asked what stands there, it waits.
func (a *App) greet(ctx context.Context, t *topic, g greeting) error {
	a.greeting.Lock()
	defer a.greeting.Unlock()
	if !a.cfg.Slack.Configured || !a.cfg.Slack.Hello || a.greeted[t.Key()] == t.Channel {
		return nil
	}
	id, ok := a.channelID(ctx, t)
	if !ok {
		return nil // which recall and digest tell of
	}
	var w *waits
	if err := a.recall(ctx, t); errors.As(err, &w) {
		return nil
	} else if err != nil {
		return err
	}
	done, err := a.db.Greeted(ctx, t.Key(), t.Channel, id)
	if err == nil && !done {
		err = a.sayHello(ctx, t, g)
	}
	if err != nil {
		return fmt.Errorf("greet the readers of topic %q: %w", t.Name, err)
	}
	if a.greeted == nil {
		a.greeted = map[string]string{}
	}
	a.greeted[t.Key()] = t.Channel
	return nil
}

// channelID is Slack's name of the topic's channel, by which it is known under any of ours; false where Slack
// does not tell. A webhook has none.
func (a *App) channelID(ctx context.Context, t *topic) (string, bool) {
	sender, err := a.sender(a.cfg)
	if err != nil {
		return "", false
	}
	c, ok := sender.(*slack.Client)
	if !ok || a.cfg.Slack.WebhookEnv != "" {
		return "", true
	}
	id, err := c.Channel(ctx, t.Channel)
	return id, err == nil
}

// sayHello queues the hello and, in its thread, the example of a digest, in one transaction.
func (a *App) sayHello(ctx context.Context, t *topic, g greeting) error {
	now := a.now().In(a.cfg.Zone)
	hello := news.Hello{Language: t.Language, Next: a.nextSlot(t, now)}
	if g.sample && a.cfg.Slack.WebhookEnv == "" { // which has no threads
		var err error
		if hello.Sample, err = a.sample(ctx, t, now); err != nil {
			return err
		}
	}
	o := digest.HelloOptions{
		Topic: t.Name, Language: t.Language, Buttons: a.listening(), Sample: hello.Sample != nil,
		Overdue: g.daemon && a.cfg.Slack.Overdue > 0 && a.cfg.Slack.WebhookEnv == "",
	}
	for _, s := range a.sources() {
		o.Outlets = append(o.Outlets, s.Name)
	}
	n := news.Notice{Key: store.HelloKey + t.Key() + "/" + t.Channel, Channel: t.Channel, At: now, Hello: &hello}
	n.Title, n.Lines = digest.Hello(o)
	created, err := a.db.SaveNotice(ctx, n, helloDeliveries(n)...)
	if err == nil && created {
		a.log.Info("hello", "topic", t.Name, "channel", t.Channel, "sample", hello.Sample != nil)
		a.wake()
	}
	return err
}

func helloDeliveries(n news.Notice) []news.Delivery {
	parts := 1
	if n.Hello.Sample != nil {
		parts = 2
	}
	var out []news.Delivery
	for part := 1; part <= parts; part++ {
		out = append(out, news.Delivery{
			Key: fmt.Sprintf("%s/%d", n.Key, part), Kind: news.DeliverNotice, Of: n.Key, Channel: n.Channel,
			Part: part, Parts: parts, State: news.DeliveryPending, Next: n.At,
		})
	}
	return out
}

// sample is an example of a digest, of what the next one would tell: it uses nothing up, and tells nothing as
// far as anything else is concerned. Nil where there is nothing to show.
func (a *App) sample(ctx context.Context, t *topic, now time.Time) (*news.Digest, error) {
	d, err := a.compose(ctx, a.db, t, now)
	if err != nil || d.Stories() == 0 {
		return nil, err
	}
	return &news.Digest{
		Topic: d.Topic, Channel: d.Channel, Language: d.Language, Slot: d.Slot, Totals: d.Totals,
		Lead: d.Lead[:min(sampleFull, len(d.Lead))], Lines: d.Lines[:min(sampleLines, len(d.Lines))],
	}, nil
}

// greetedBefore notes that a hello stands in the topic's channel which the database does not know of.
func (a *App) greetedBefore(ctx context.Context, t *topic, found []notify.Remembered) error {
	for _, m := range found {
		if m.Kind == news.DeliverNotice && strings.HasPrefix(m.Key, store.HelloKey+t.Key()+"/") {
			return a.db.SaveRun(ctx, store.HelloKey+t.Key()+"/"+t.Channel, m.At)
		}
	}
	return nil
}
