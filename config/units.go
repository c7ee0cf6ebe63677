package config

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	day  = 24 * time.Hour
	year = 365 * day
)

var (
	durationShape = regexp.MustCompile(`^(?:\d{1,9}(?:\.\d{1,9})?[smhd])+$`)
	durationPart  = regexp.MustCompile(`(\d+(?:\.\d+)?)([smhd])`)
	sizeShape     = regexp.MustCompile(`^(\d{1,9}(?:\.\d{1,3})?) ?(B|KB|MB|GB|KIB|MIB|GIB)$`)
)

var (
	errNegative = errors.New("negative")
	errShape    = errors.New("shape")
)

// ParseDuration reads a duration as config.toml writes one: "30s", "20m", "6h", "90d" and sums of such.
// The error says what to write.
func ParseDuration(s string) (time.Duration, error) {
	d, err := parseDuration(s)
	switch {
	case errors.Is(err, errNegative):
		return 0, fmt.Errorf("%s is negative", show(s))
	case err != nil:
		return 0, fmt.Errorf(`%s is not a duration; write a number with s, m, h or d, such as "90s", "6h" or "30d"`, show(s))
	}
	return d, nil
}

// parseDuration reads "30s", "20m", "6h", "90d" and sums such as "1h30m". errNegative and errShape
// are its errors.
func parseDuration(s string) (time.Duration, error) {
	if strings.HasPrefix(s, "-") && durationShape.MatchString(s[1:]) {
		return 0, errNegative
	}
	if !durationShape.MatchString(s) {
		return 0, errShape
	}
	units := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": day}
	sum := 0.0
	for _, part := range durationPart.FindAllStringSubmatch(s, -1) {
		n, err := strconv.ParseFloat(part[1], 64)
		if err != nil {
			return 0, errShape
		}
		sum += n * float64(units[part[2]])
	}
	if sum > float64(200*year) { // the type ends at 292 years
		return 200 * year, nil
	}
	return time.Duration(math.Round(sum)), nil
}

// spell writes a duration as an admin would: "90d", "6h", "20m", "1.1s".
func spell(d time.Duration) string {
	switch {
	case d >= day && d%day == 0:
		return strconv.Itoa(int(d/day)) + "d"
	case d >= time.Hour && d%time.Hour == 0:
		return strconv.Itoa(int(d/time.Hour)) + "h"
	case d >= time.Minute && d%time.Minute == 0:
		return strconv.Itoa(int(d/time.Minute)) + "m"
	}
	return strconv.FormatFloat(float64(d.Milliseconds())/1000, 'f', -1, 64) + "s"
}

// parseSize reads "5MB" or "512 KiB" as bytes: KB, MB and GB by thousands, KiB, MiB and GiB by 1,024.
func parseSize(s string) (int64, bool) {
	m := sizeShape.FindStringSubmatch(strings.ToUpper(s))
	if m == nil {
		return 0, false
	}
	units := map[string]float64{"B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9, "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30}
	n, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		return 0, false
	}
	return int64(math.Round(n * units[m[2]])), true
}
