package extract

import (
	nurl "net/url"

	"codeberg.org/readeck/go-readability/v2"
	distiller "github.com/markusmobius/go-domdistiller"
	"github.com/markusmobius/go-trafilatura"
	"golang.org/x/net/html"
)

// Reader is one way of finding the body of a page, alone: without what Article does before and after.
type Reader struct {
	Name string
	// Read gives the paragraphs of the body, "" where it finds none. It leaves the page as it is.
	Read func(p *Parsed) string
}

// Readers are the libraries that find bodies, and what pages carry for machines, each as it comes.
// They are there to be measured beside Article.
func Readers() []Reader {
	return []Reader{
		{"go-readability", library(func(root *html.Node, url *nurl.URL) (*html.Node, error) {
			parser := readability.NewParser()
			a, err := parser.ParseAndMutate(root, url)
			return a.Node, err
		})},
		{"go-trafilatura", library(trafilaturaNode(trafilatura.Options{ExcludeComments: true}))},
		{"go-trafilatura with fallback", library(trafilaturaNode(trafilatura.Options{ExcludeComments: true, EnableFallback: true}))},
		{"go-domdistiller", library(func(root *html.Node, url *nurl.URL) (*html.Node, error) {
			res, err := distiller.Apply(root, &distiller.Options{OriginalURL: url, SkipPagination: true})
			if err != nil {
				return nil, err
			}
			return res.Node, nil
		})},
		{"JSON-LD articleBody", func(p *Parsed) string { return join(render(parseSnippet(survey(p, Hints{}).linked.body))) }},
	}
}

// library reads a page with a library, which may change what it is given, fail, or panic.
func library(read func(root *html.Node, url *nurl.URL) (*html.Node, error)) func(p *Parsed) string {
	return func(p *Parsed) (body string) {
		defer func() {
			if recover() != nil {
				body = ""
			}
		}()
		url, err := nurl.Parse(p.URL)
		if err != nil {
			url = &nurl.URL{}
		}
		node, err := read(clone(p.Root), url)
		if err != nil {
			return ""
		}
		return join(render(node))
	}
}

func trafilaturaNode(o trafilatura.Options) func(root *html.Node, url *nurl.URL) (*html.Node, error) {
	return func(root *html.Node, url *nurl.URL) (*html.Node, error) {
		o := o
		o.OriginalURL, o.HtmlDateMode = url, trafilatura.Disabled
		res, err := trafilatura.ExtractDocument(root, o)
		if err != nil || res == nil {
			return nil, err
		}
		return res.ContentNode, nil
	}
}
