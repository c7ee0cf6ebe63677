package eval

import "time"

// The tasks on Reuters-21578. Stories before the split are the background and give the exemplars,
// the others are judged. A topic is a task if at least 80 stories before the split and 30 after it
// carry its tag, which is so of 18; a pair of topic and place if at least 20 and 12 carry both tags,
// which is so of 46. A test holds that the tables below are what this rule selects.
const (
	topicTrain, topicTest = 80, 30
	pairTrain, pairTest   = 20, 12
)

// split is the day on which the collection's best known split (ModApte) ends its training part.
func split() time.Time { return time.Date(1987, time.April, 8, 0, 0, 0, 0, time.UTC) }

// exemplarsDrawn is how many training stories a topic is given by, drawSeed the first half of the seed
// by which they are drawn; the number of the draw is the other.
const (
	exemplarsDrawn = 5
	drawSeed       = 21578
)

// task is a topic of Reuters-21578, or one of its topics in one place where place is not "".
type task struct{ topic, place string }

func (t task) name() string {
	if t.place == "" {
		return t.topic
	}
	return t.topic + " & " + t.place
}

// singleTopics are the tags of the one-part tasks.
var singleTopics = []string{
	"acq", "coffee", "corn", "crude", "dlr", "earn", "gnp", "gold", "grain", "interest", "money-fx", "money-supply",
	"oilseed", "ship", "sugar", "trade", "veg-oil", "wheat",
}

// topicPlaces are the places of the two-part tasks, by topic.
var topicPlaces = []struct {
	topic  string
	places []string
}{
	{"acq", []string{"australia", "canada", "uk", "usa"}},
	{"carcass", []string{"usa"}},
	{"corn", []string{"usa"}},
	{"cotton", []string{"usa"}},
	{"crude", []string{"iran", "saudi-arabia", "uk", "usa"}},
	{"dlr", []string{"japan", "usa"}},
	{"earn", []string{"canada", "uk", "usa"}},
	{"gas", []string{"usa"}},
	{"gold", []string{"canada", "usa"}},
	{"grain", []string{"china", "usa", "ussr"}},
	{"interest", []string{"uk", "usa", "west-germany"}},
	{"livestock", []string{"usa"}},
	{"money-fx", []string{"france", "japan", "uk", "usa", "west-germany"}},
	{"money-supply", []string{"usa"}},
	{"nat-gas", []string{"usa"}},
	{"oilseed", []string{"usa"}},
	{"rice", []string{"usa"}},
	{"ship", []string{"uk", "usa"}},
	{"soybean", []string{"usa"}},
	{"sugar", []string{"uk"}},
	{"trade", []string{"japan", "south-korea", "uk", "usa"}},
	{"veg-oil", []string{"usa"}},
	{"wheat", []string{"usa"}},
	{"yen", []string{"japan"}},
}

// topicWords and placeWords are the word lists of the pairs' two facets. They were written from the
// names of the tags alone, as an admin would who has read nothing yet: what the name stands for, its
// other names, the adjective of a country. No story was looked at, and none may be to improve them.
var topicWords = map[string][]string{
	"acq":          {"acqui*", "merger*", "takeover*", "buyout*"},
	"carcass":      {"carcass*", "meat*", "beef", "pork"},
	"corn":         {"corn", "maize"},
	"cotton":       {"cotton"},
	"crude":        {"crude", "oil", "petroleum"},
	"dlr":          {"dollar*"},
	"earn":         {"earning*", "profit*", "loss*", "dividend*"},
	"gas":          {"gasoline", "petrol", "gas"},
	"gold":         {"gold", "bullion"},
	"grain":        {"grain*", "cereal*", "wheat", "corn", "maize", "barley"},
	"interest":     {"interest rate*", "discount rate*", "prime rate*", "lending rate*"},
	"livestock":    {"livestock", "cattle", "hog*", "pig", "pigs", "sheep"},
	"money-fx":     {"foreign exchange", "exchange rate*", "currency", "currencies", "money market*"},
	"money-supply": {"money supply", "monetary growth"},
	"nat-gas":      {"natural gas", "gas"},
	"oilseed":      {"oilseed*", "soybean*", "rapeseed*", "sunflower*"},
	"rice":         {"rice"},
	"ship":         {"ship*", "vessel*", "tanker*", "cargo*", "port", "ports"},
	"soybean":      {"soybean*", "soya*"},
	"sugar":        {"sugar*"},
	"trade":        {"trade", "export*", "imports", "tariff*"},
	"veg-oil":      {"vegetable oil*", "palm oil", "soybean oil", "sunflower oil", "olive oil"},
	"wheat":        {"wheat"},
	"yen":          {"yen"},
}

var placeWords = map[string][]string{
	"australia":    {"australia*"},
	"canada":       {"canada*", "canadian*"},
	"china":        {"china", "chinese"},
	"france":       {"france", "french"},
	"iran":         {"iran*"},
	"japan":        {"japan*"},
	"saudi-arabia": {"saudi*"},
	"south-korea":  {"south korea*", "korea*"},
	"uk":           {"united kingdom", "u.k.", "britain", "british"},
	"usa":          {"united states", "u.s.", "american*"},
	"ussr":         {"u.s.s.r.", "soviet*"},
	"west-germany": {"west german*", "german*"},
}

// tasks lists the 18 single topics, or the 46 pairs.
func tasks(pairs bool) []task {
	var out []task
	if !pairs {
		for _, topic := range singleTopics {
			out = append(out, task{topic: topic})
		}
		return out
	}
	for _, t := range topicPlaces {
		for _, place := range t.places {
			out = append(out, task{t.topic, place})
		}
	}
	return out
}
