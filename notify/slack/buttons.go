package slack

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	api "github.com/slack-go/slack"

	"newsvigil/digest"
	"newsvigil/news"
)

// The names of what can be pressed. A message stands for years, so they stay what they are.
const (
	ActionKeep   = "nv.keep"
	ActionNot    = "nv.not"
	ActionMore   = "nv.more" // a menu: OptionMore, OptionMute
	ActionRescue = "nv.rescue"
	ActionUnmute = "nv.unmute"
	ActionReason = "nv.reason"
	ActionBack   = "nv.back"
	// ModalMute is the modal that asks before an outlet is muted.
	ModalMute = "nv.mute"

	OptionMore = "more"
	OptionMute = "mute"
)

const (
	maxID     = 255
	maxButton = 75
	// perOption is what an option of a menu may weigh besides its words: it is no element.
	perOption = 50
	// maxRescue is how many buttons a block takes, and maxUnmute how many outlets a message offers to
	// bring back; /newsvigil muted lists them all.
	maxRescue = 25
	maxUnmute = 1
	maxMuted  = 5
	// rescueRoom is what a near miss's button weighs at most, with its share of the block.
	rescueRoom = 2*perThing + 48
)

// Ref says what a button stands for. It is part of the id of the button's block, so that a press tells
// all by itself, whatever became of the program since the message was posted.
type Ref struct {
	Digest string
	Part   int
	// Story is 0 where the block is not one story's.
	Story int64
}

// refShape is the form of a Ref in a block's id: revision, part, story, digest.
var refShape = regexp.MustCompile(`^act\.(\d{1,9})\.(\d{1,6})\.(\d{1,19})\.(.+)$`)

// id is the block's id at a revision. Slack keeps the state of a block as long as its id stays.
func (r Ref) id(revision int) string {
	return fmt.Sprintf("act.%d.%d.%d.%s", revision, r.Part, r.Story, r.Digest)
}

// readRef reads the id of a block; false where it is none of ours.
func readRef(id string) (Ref, bool) {
	m := refShape.FindStringSubmatch(id)
	if m == nil {
		return Ref{}, false
	}
	part, err1 := strconv.Atoi(m[2])
	story, err2 := strconv.ParseInt(m[3], 10, 64)
	return Ref{Digest: m[4], Part: part, Story: story}, err1 == nil && err2 == nil
}

// actions is a block of buttons; nil where the digest has none, or where its key is too long for an id.
func actions(d news.Digest, r Ref, elements ...api.BlockElement) api.Block {
	r.Digest = d.Key
	id := r.id(d.Revision)
	if !d.Buttons || len(elements) == 0 || units(id) > maxID || d.Key == "" {
		return nil
	}
	return api.NewActionBlock(id, elements...)
}

func button(action, value, text string) *api.ButtonBlockElement {
	return api.NewButtonBlockElement(action, value, api.NewTextBlockObject(api.PlainTextType, clip(text, maxButton), false, false))
}

func option(value, text string) *api.OptionBlockObject {
	return api.NewOptionBlockObject(value, api.NewTextBlockObject(api.PlainTextType, clip(text, maxButton), false, false), nil)
}

// press is a phrase of what is pressed.
func (w words) press(name string, with ...any) string {
	return digest.ButtonText(name, w.lang, with...)
}

// counted is the text of a button with how many pressed it.
func (w words) counted(name string, n int) string {
	if n == 0 {
		return w.press(name)
	}
	return w.press("counted", "text", w.press(name), "count", n)
}

// storyButtons are those of a story that is told in full. Four of them would fill a phone.
func storyButtons(d news.Digest, part int, it news.Item, w words) api.Block {
	if it.Story <= 0 {
		return nil
	}
	m := d.Marks[it.Story]
	options := []*api.OptionBlockObject{option(OptionMore, w.press("more")), option(OptionMute, w.press("mute"))}
	return actions(d, Ref{Part: part, Story: it.Story},
		button(ownAction(ActionKeep, it.Story), "keep", w.counted("keep", m.Kept)),
		button(ownAction(ActionNot, it.Story), "not", w.counted("not", m.Disliked)),
		api.NewOverflowBlockElement(ownAction(ActionMore, it.Story), options...))
}

// ownAction is the name of a story's button, which no other button of the message has.
func ownAction(name string, story int64) string { return fmt.Sprintf("%s.%d", name, story) }

// commonAction is the name that the buttons of all stories share. Messages of old have it as it is.
func commonAction(name string, r Ref) string {
	if r.Story > 0 {
		name = strings.TrimSuffix(name, fmt.Sprintf(".%d", r.Story))
	}
	return name
}

// storyButtonsMass is what the buttons of any story weigh at most.
func storyButtonsMass(d news.Digest, it news.Item, w words) mass {
	d.Marks = map[int64]news.Mark{it.Story: {Kept: 99, Disliked: 99}}
	d.Revision = 99
	if b := storyButtons(d, 1, it, w); b != nil {
		return massOf(b)
	}
	return mass{}
}

// rescueButtons are those of the near misses of one message, by their numbers in it.
func rescueButtons(d news.Digest, part int, near []news.Item, w words) []api.Block {
	var blocks []api.Block
	for from := 0; from < len(near); from += maxRescue {
		var elements []api.BlockElement
		for i, it := range near[from:min(from+maxRescue, len(near))] {
			name := "rescue"
			if d.Marks[it.Story].Rescued > 0 {
				name = "rescued"
			}
			elements = append(elements, button(fmt.Sprintf("%s.%d", ActionRescue, from+i+1), strconv.FormatInt(it.Story, 10), w.press(name, "number", from+i+1)))
		}
		// The story's place in the id tells the blocks of one message apart.
		if b := actions(d, Ref{Part: part, Story: int64(from)}, elements...); b != nil {
			blocks = append(blocks, b)
		}
	}
	return blocks
}

// rescueWeight is what the buttons of n near misses weigh at most.
func rescueWeight(d news.Digest, n int) int {
	if !d.Buttons || n == 0 {
		return 0
	}
	return n * rescueRoom
}

// mutedLine names the outlets that the channel's readers have muted.
func mutedLine(d news.Digest, w words) string {
	if len(d.Muted) == 0 {
		return ""
	}
	var names []string
	for _, m := range d.Muted[:min(maxMuted, len(d.Muted))] {
		names = append(names, w.press("until", "outlet", shown(m.Outlet, maxOutlet/2), "day", digest.DayText(m.Until.In(w.location()), w.lang)))
	}
	if left := len(d.Muted) - maxMuted; left > 0 {
		names = append(names, fmt.Sprintf("+%d", left))
	}
	return w.press("muted", "names", strings.Join(names, ", "))
}

// unmuteButtons bring back the outlets that were muted last.
func unmuteButtons(d news.Digest, part int, w words) api.Block {
	var elements []api.BlockElement
	for i, m := range d.Muted[:min(maxUnmute, len(d.Muted))] {
		text := w.press("unmute", "outlet", shown(m.Outlet, maxButton/2))
		elements = append(elements, button(fmt.Sprintf("%s.%d", ActionUnmute, i+1), clip(m.Source, maxID), text))
	}
	return actions(d, Ref{Part: part}, elements...)
}
