package extract
import ("golang.org/x/net/html";"github.com/markusmobius/go-trafilatura";nurl "net/url")
func focus(root *html.Node,url *nurl.URL,f trafilatura.ExtractionFocus,fb bool)(l []string){ defer func(){if recover()!=nil{l=nil}}(); r,err:=trafilatura.ExtractDocument(root,trafilatura.Options{OriginalURL:url,ExcludeComments:true,HtmlDateMode:trafilatura.Disabled,Focus:f,EnableFallback:fb}); if err!=nil{return nil}; return render(r.ContentNode)}
