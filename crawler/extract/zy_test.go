package extract
import ("testing";"os";"path/filepath";"encoding/json";nurl "net/url";"fmt";"strings";"sort")
type zpage struct{ name string; want string; a,b,c,l []string }
func zload(t *testing.T)(ps []zpage){
	raw,_:=os.ReadFile(filepath.Join(aebData,"ground-truth.json"))
	var truth map[string]struct{ArticleBody,URL string}
	json.Unmarshal(raw,&truth)
	add:=func(name string,page []byte,u string, want func(got string)string){
		p,_:=Parse(page,u); d:=survey(p,Hints{}); url,_:=nurl.Parse(u)
		tree:=clone(p.Root); strip(tree); s:=d.sweeper(render(tree)); pruneLinkLists(tree)
		z:=zpage{name:name}
		z.a=s.sweep(trafilaturaLines(tree,url))
		z.b=s.sweep(readabilityLines(clone(tree),url))
		z.l=s.sweep(render(parseSnippet(d.linked.body)))
		z.want=want(join(z.a)); ps=append(ps,z)
	}
	for key,w:=range truth{ add("A "+key[:8]+" "+w.URL[8:min(40,len(w.URL))],unzip(t,filepath.Join(aebData,"html",key+".html.gz")),w.URL,func(string)string{return w.ArticleBody}) }
	pages,_:=filepath.Glob(filepath.Join(fundusData,"*","*.html.gz"))
	for _,file:=range pages{
		publisher,_,_:=strings.Cut(filepath.Base(file),"_")
		versions:=make(map[string]fundusPiece); readJSON(t,filepath.Join(filepath.Dir(file),publisher+".json"),&versions)
		var meta map[string]struct{URL string}; readJSON(t,filepath.Join(filepath.Dir(file),"meta.info"),&meta)
		add("F "+filepath.Base(file),unzip(t,file),meta[filepath.Base(file)].URL,func(got string)string{ w,_,_:=nearest(versions,got); return w.text()})
	}
	sort.Slice(ps,func(i,j int)bool{return ps[i].name<ps[j].name})
	return
}
func zf1(w string,l []string)(float64,float64,float64){p,r:=overlap(w,join(l)); return 2*p*r/max(p+r,1e-9),p,r}
func TestZY(t *testing.T){
	ps:=zload(t)
	for _,z:=range ps{ if z.want==""{continue}
		got:=choose(z.a,z.b,z.l)
		f,p,r:=zf1(z.want,got)
		if f>=.95 {continue}
		fmt.Printf("== %.2f (%.2f/%.2f) %s\n",f,p,r,z.name)
		w:=bag(z.want); g:=bag(join(got))
		for i,l:=range got{ sh:=bag(l); both,all:=0,0; for s,c:=range sh{all+=c; if w[s]>0{both+=c}}; if all>0&&float64(both)<.5*float64(all){ fmt.Printf("   + %d/%d %.140s\n",i,len(got),l)}}
		for _,l:=range strings.Split(z.want,"\n"){ sh:=bag(l); both,all:=0,0; for s,c:=range sh{all+=c; if g[s]>0{both+=c}}; if all>0&&float64(both)<.5*float64(all){ fmt.Printf("   - %.140s\n",l)}}
	}
}
