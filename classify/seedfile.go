package classify

import (
	"path"
	"regexp"
	"strings"

	"newsvigil/news"
	"newsvigil/text"
)

// ParseSeedFile takes a .txt, .md or .html file apart: what it says of itself, and its body as plain
// text. Text and Markdown may begin with front matter (`key: value` lines between two lines of
// `---`): title, outlet, author or authors, published or date, url, language or lang, about; other
// keys are ignored. Where no title is given, it is the first heading of a Markdown or HTML file, else
// the file's name. The error is a *SeedError.
func ParseSeedFile(name string, data []byte) (meta news.Exemplar, body string, err error) {
	if err := readable(name, data); err != nil {
		return news.Exemplar{}, "", err
	}
	src := strings.TrimPrefix(strings.ReplaceAll(string(data), "\r\n", "\n"), "\uFEFF")
	switch seedKind(name) {
	case ".toml":
		meta, err = decode(name, data)
		return meta, "", err
	case ".html":
		meta, body = readHTML(src)
	case ".md":
		meta, body = frontMatter(src)
		var heading string
		body, heading = plainMarkdown(body)
		if meta.Title == "" {
			meta.Title = heading
		}
	default:
		meta, body = frontMatter(src)
	}
	if meta.Title = text.Clean(meta.Title); meta.Title == "" {
		meta.Title = titleOfFile(name)
	}
	meta.File = name
	return meta, strings.TrimSpace(body), nil
}

func titleOfFile(name string) string {
	base := strings.TrimSuffix(path.Base(name), path.Ext(name))
	if title := text.Clean(strings.NewReplacer("-", " ", "_", " ").Replace(base)); title != "" {
		return title
	}
	return name
}

// frontMatter splits off the head between two lines of dashes. Without both lines all is body.
func frontMatter(src string) (news.Exemplar, string) {
	var meta news.Exemplar
	rest, ok := strings.CutPrefix(strings.TrimLeft(src, "\n"), "---\n")
	if !ok {
		return meta, src
	}
	head, body, ok := strings.Cut("\n"+rest, "\n---\n")
	if !ok {
		if head, ok = strings.CutSuffix("\n"+strings.TrimRight(rest, "\n"), "\n---"); !ok {
			return meta, src
		}
	}
	for line := range strings.Lines(head) {
		key, value, ok := strings.Cut(line, ":")
		if ok {
			setMeta(&meta, strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value))
		}
	}
	return meta, body
}

func setMeta(meta *news.Exemplar, key, value string) {
	switch key {
	case "title":
		meta.Title = unquoted(value)
	case "outlet":
		meta.Outlet = unquoted(value)
	case "url":
		meta.URL = unquoted(value)
	case "published", "date":
		meta.Published = unquoted(value)
	case "language", "lang":
		meta.Language = unquoted(value)
	case "about":
		meta.About = unquoted(value)
	case "author", "authors":
		list, isList := strings.CutPrefix(value, "[")
		if !isList {
			list, meta.Authors = value, nil
			if name := unquoted(list); name != "" {
				meta.Authors = []string{name}
			}
			return
		}
		meta.Authors = nil
		for a := range strings.SplitSeq(strings.TrimSuffix(list, "]"), ",") {
			if name := unquoted(strings.TrimSpace(a)); name != "" {
				meta.Authors = append(meta.Authors, name)
			}
		}
	}
}

func unquoted(s string) string {
	for _, q := range []string{`"`, `'`} {
		if inner, ok := strings.CutPrefix(s, q); ok && len(inner) > 0 && strings.HasSuffix(inner, q) {
			return strings.ReplaceAll(strings.TrimSuffix(inner, q), `\`+q, q)
		}
	}
	return s
}

var (
	mdImage   = regexp.MustCompile(`!\[[^\]]*\]\([^)]*\)`)
	mdLink    = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)
	mdBullet  = regexp.MustCompile(`^(?:[-*+]|\d{1,3}[.)])\s+`)
	mdHeading = regexp.MustCompile(`^#{1,6}\s+`)
	mdMarks   = strings.NewReplacer("**", "", "__", "", "`", "")
)

// plainMarkdown is the text without marks, pictures and entries that are nothing but a link, and the
// first heading.
func plainMarkdown(src string) (body, heading string) {
	var b strings.Builder
	for line := range strings.Lines(src) {
		line = mdImage.ReplaceAllString(strings.TrimSpace(line), "")
		line = strings.TrimLeft(line, "> ")
		entry := mdBullet.ReplaceAllString(line, "")
		if entry != line && strings.TrimSpace(mdLink.ReplaceAllString(entry, "")) == "" && strings.Contains(entry, "](") {
			continue
		}
		plain := mdMarks.Replace(mdLink.ReplaceAllString(entry, "$1"))
		if title := mdHeading.ReplaceAllString(plain, ""); title != plain {
			if plain = title; heading == "" {
				heading = title
				continue // the title is no part of the body
			}
		}
		b.WriteString(plain + "\n")
	}
	return b.String(), heading
}
