package slack

import "fmt"

// inThread points from the message to its thread. The other words of a digest are package digest's;
// this one only Slack needs.
func inThread(n int, lang string) string {
	if lang == "ko" {
		return fmt.Sprintf("나머지 %d건은 아래 스레드에 있습니다.", n)
	}
	if n == 1 {
		return "One more story is in the thread."
	}
	return fmt.Sprintf("%d more stories are in the thread.", n)
}
