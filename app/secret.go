package app

import (
	"fmt"
	"os"
	"runtime"
	"strings"

	"newsvigil/config"
	"newsvigil/news"
)

// secret reads a token or webhook from the variable or the file that the configuration names. From
// then on it stands in no log.
func (a *App) secret(env, file string) (news.Secret, error) {
	if file != "" {
		data, err := os.ReadFile(file)
		if err != nil {
			return news.Secret{}, &UsageError{Text: fmt.Sprintf("slack.token_file: %v; write the token into that file, readable by this user only (chmod 600)", err)}
		}
		s := news.NewSecret(strings.TrimSpace(string(data)))
		if !s.IsSet() {
			return s, &UsageError{Text: fmt.Sprintf("slack.token_file: %s is empty; write the token into it", file)}
		}
		a.o.Redact.Learn(s)
		return s, nil
	}
	s := fromEnv(a.o.Getenv, env)
	if !s.IsSet() {
		return s, &UsageError{Text: fmt.Sprintf("the environment variable %s, which %s names for Slack, is empty; set it (export %s=…), or comment out every key of [slack] to have digests printed instead", env, a.cfg.File, env)}
	}
	a.o.Redact.Learn(s)
	return s, nil
}

// appToken reads the app-level token, with which readers' answers are listened for.
func (a *App) appToken(env string) (news.Secret, error) {
	s := fromEnv(a.o.Getenv, env)
	if !s.IsSet() {
		return s, &UsageError{Text: fmt.Sprintf("the environment variable %s, which %s names for the app-level token of Slack, is empty; set it (export %s=…), or comment out app_token_env to do without buttons and commands", env, a.cfg.File, env)}
	}
	a.o.Redact.Learn(s)
	return s, nil
}

func fromEnv(getenv func(string) (string, bool), name string) news.Secret {
	v, _ := getenv(name)
	return news.NewSecret(strings.TrimSpace(v))
}

// Secrets are all that a configuration leads to and nobody may see, as far as they can be read: for
// the Redactor of commands that need none of them and still might print one.
func Secrets(cfg *config.Config, getenv func(string) (string, bool)) []news.Secret {
	out := []news.Secret{news.NewSecret(cfg.Health.HeartbeatURL)}
	for _, name := range []string{cfg.Slack.TokenEnv, cfg.Slack.AppTokenEnv, cfg.Slack.WebhookEnv} {
		if name != "" {
			out = append(out, fromEnv(getenv, name))
		}
	}
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
		out = append(out, login(fromEnv(getenv, name)))
	}
	if cfg.Slack.TokenFile == "" {
		return out
	}
	if data, err := os.ReadFile(cfg.Slack.TokenFile); err == nil { // who needs the token says what is wrong
		out = append(out, news.NewSecret(strings.TrimSpace(string(data))))
	}
	return out
}

// login is the name and password in a proxy's address, which need not begin with a scheme.
func login(proxy news.Secret) news.Secret {
	value := proxy.Reveal()
	if _, rest, ok := strings.Cut(value, "://"); ok {
		value = rest
	}
	return news.NewSecret(value[:max(0, strings.LastIndexByte(value, '@'))])
}

// TokenFileNote says what to do where the file with the token may be read by others; "" where it is
// well kept, is missing, or lies on a system without such modes.
func TokenFileNote(cfg *config.Config) string {
	file := cfg.Slack.TokenFile
	info, err := os.Stat(file)
	if file == "" || err != nil || info.Mode().Perm()&0o077 == 0 || runtime.GOOS == "windows" {
		return ""
	}
	return fmt.Sprintf("slack.token_file: %s may be read by other users of this machine (mode %04o); chmod 600 %s", file, info.Mode().Perm(), file)
}
