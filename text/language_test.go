package text

import (
	"strings"
	"testing"
)

func TestLanguage(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, hint, want string }{
		{"The ministry said on Monday that it will not answer the questions of reporters.", "", "en"},
		{"The ministry said on Monday that it will not answer.", "ko", "en"},
		{"The ministry said on Monday that it will not answer.", "en-US", "en"},
		{"Das Ministerium teilte mit, dass es die Fragen nicht beantworten wird und auf den Bericht wartet.", "", "de"},
		{"Das Ministerium teilte mit", "de-AT", "de"},
		{"Le ministère a déclaré que les questions des journalistes ne sont pas dans son domaine.", "", "fr"},
		{"El ministerio dijo que no va a responder a las preguntas de los periodistas por el momento.", "", "es"},
		{"Il ministero ha detto che non risponderà alle domande della stampa, ma anche di più.", "", "it"},
		{"Kementerian itu tidak akan menjawab pertanyaan yang diajukan oleh wartawan pada hari Senin.", "", "id"},
		{"O ministério não respondeu às perguntas dos jornalistas que estavam na capital.", "", "pt"},
		{"북한의 인권 상황을 다룬 보고서가 공개됐다.", "", "ko"},
		{"북한의 인권 상황을 다룬 보고서가 공개됐다.", "en", "ko"},
		{"KBS와 MBC, SBS News: Kim Jong Un 위원장이 연설했다고 보도", "en", "ko"},
		{"北, 美에 대화 제의… 韓 정부 “환영”", "", "ko"},
		{"Kim Jong Un (김정은) met the delegation on Friday and said that the talks were over.", "", "en"},
		{"北朝鮮の人権状況についての報告書が公表された。", "", "ja"},
		{"北朝鮮人権報告書", "ja", "ja"},
		{"朝鲜人权状况报告书公布", "", "zh"},
		{"朝鲜人权状况报告书公布", "zh-Hans", "zh"},
		{"朝鲜人权状况报告书公布", "en", "zh"},
		{"Министерство не ответило на вопросы журналистов", "", "ru"},
		{"Міністерство не відповіло на запитання", "uk", "uk"},
		{"Министерство не ответило", "en", "ru"},
		{"لم ترد الوزارة على أسئلة الصحفيين", "", "ar"},
		{"وزارتخانه پاسخ نداد", "fa-IR", "fa"},
		{"กระทรวงไม่ตอบคำถาม", "", "th"},
		{"Kim Jong Un", "", ""},
		{"Rio de Janeiro, Mar de Plata, " + strings.Repeat("Seoul, Busan, Tokyo, Osaka, Berlin, ", 10), "", ""},
		{"Kim Jong Un", "vi", "vi"},
		{"Kim Jong Un", "ko", ""},
		{"", "ko-KR", "ko"},
		{"12345 …", "", ""},
		{"Kim Jong Un", "english", ""},
		{"Kim Jong Un", "EN_us", "en"},
		{"Kim Jong Un", "und", ""},
	}
	for _, tt := range tests {
		if got := Language(tt.in, tt.hint); got != tt.want {
			t.Errorf("%q with hint %q: got %q, want %q", tt.in, tt.hint, got, tt.want)
		}
	}
}
