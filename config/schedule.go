package config

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// errNever says that a schedule is well formed and yet has no time at which it runs.
var errNever = errors.New("it never runs, as no such day exists")

// cronFields are the five fields of a schedule, with what each may hold.
var cronFields = [5]struct{ name, may string }{
	{"minute", "0-59"},
	{"hour", "0-23"},
	{"day", "1-31"},
	{"month", "1-12 or JAN-DEC"},
	{"weekday", "0-6 (0 is Sunday) or SUN-SAT"},
}

// parseCron checks a schedule of five fields, optionally after "CRON_TZ=Zone", or one of @hourly,
// @daily, @weekly, @monthly and @yearly, and returns it with single spaces. The error completes the
// sentence "… is not a cron schedule (minute hour day month weekday): …", or is errNever.
func parseCron(spec string) (string, error) {
	words := strings.Fields(spec)
	clean := strings.Join(words, " ")
	if len(words) > 0 && (strings.HasPrefix(words[0], "CRON_TZ=") || strings.HasPrefix(words[0], "TZ=")) {
		_, zone, _ := strings.Cut(words[0], "=")
		if _, err := parseZone(zone); err != nil {
			return "", err
		}
		words = words[1:]
	}
	if len(words) > 0 && words[0] == "@every" {
		return "", errors.New(`"@every" has no fixed times; write for example "*/20 * * * *"`)
	}
	if named := len(words) == 1 && strings.HasPrefix(words[0], "@"); !named {
		if len(words) != len(cronFields) {
			return "", fmt.Errorf("expected 5 fields, found %d", len(words))
		}
		if err := checkFields(words); err != nil {
			return "", err
		}
	}
	schedule, err := tryCron(clean)
	if err != nil {
		return "", errors.New("it is none of @hourly, @daily, @weekly, @monthly and @yearly")
	}
	if !runs(schedule) {
		return "", errNever
	}
	return clean, nil
}

// checkFields tries every field alone, so that the message can name the one that is wrong.
func checkFields(words []string) error {
	for i, word := range words {
		alone := []string{"*", "*", "*", "*", "*"}
		alone[i] = word
		if _, err := tryCron(strings.Join(alone, " ")); err != nil {
			return fmt.Errorf("expected %s as the %s, found %s", cronFields[i].may, cronFields[i].name, show(word))
		}
	}
	return nil
}

// tryCron parses a schedule, taking the panics of the library for errors.
func tryCron(spec string) (s cron.Schedule, err error) {
	defer func() {
		if p := recover(); p != nil {
			s, err = nil, fmt.Errorf("parse %q: %v", spec, p)
		}
	}()
	return cron.ParseStandard(spec)
}

// runs reports whether a schedule ever comes. The library looks five years ahead, so the start lies
// less than that before a leap day.
func runs(s cron.Schedule) (ever bool) {
	defer func() {
		if recover() != nil {
			ever = false
		}
	}()
	return !s.Next(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero()
}

// parseZone reads the name of a time zone. The empty name, which the library takes for UTC, is an
// error here: it is a forgotten value.
func parseZone(name string) (*time.Location, error) {
	if name == "" {
		return nil, errors.New(`the time zone is empty; write a name such as "Asia/Seoul", "Europe/Berlin" or "UTC"`)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf(`%s is not a known time zone; write a name such as "Asia/Seoul", "Europe/Berlin" or "UTC"`, show(name))
	}
	return zone, nil
}
