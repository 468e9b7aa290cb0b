/* SPDX-License-Identifier: BSD-2-Clause */
/* log - lines to stderr or syslog; settings change only in log_open(). */
#include "dhcp4o6/base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#define LINE_SIZE 2048
#define TEXT_MAX  2000

static struct {
	const char *ident;
	enum log_target target;
	enum log_level threshold;
	bool journal; /* stderr is a stream of journald */
} settings = {
	.target = LOG_TARGET_STDERR,
	.threshold = LOG_LEVEL_NOTICE,
};

static const char *const level_name[] = {
	[LOG_LEVEL_ERROR] = "error",   [LOG_LEVEL_WARNING] = "warning",
	[LOG_LEVEL_NOTICE] = "notice", [LOG_LEVEL_INFO] = "info",
	[LOG_LEVEL_DEBUG] = "debug",
};

/*
 * JOURNAL_STREAM is inherited by everything below a service, also where
 * stderr has gone elsewhere since; systemd.exec(5) says to compare.
 */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long dev, ino;
	struct stat st;

	if (!stream || sscanf(stream, "%llu:%llu", &dev, &ino) != 2)
		return false;
	return fstat(STDERR_FILENO, &st) == 0 && st.st_dev == dev &&
	       st.st_ino == ino;
}

void log_open(const char *ident, enum log_target target,
	      enum log_level threshold)
{
	settings.ident = ident;
	settings.target = target;
	settings.threshold = threshold;
	settings.journal = stderr_is_journal();
	if (target == LOG_TARGET_SYSLOG)
		openlog(ident, LOG_PID | LOG_NDELAY, LOG_DAEMON);
}

bool log_would(enum log_level level)
{
	return level <= settings.threshold;
}

static size_t put_prefix(char *line, size_t size, enum log_level level)
{
	int len;

	if (settings.journal)
		len = snprintf(line, size, "<%d>", (int)level);
	else
		len = snprintf(line, size,
			       "%s%s%s: ", settings.ident ? settings.ident : "",
			       settings.ident ? ": " : "", level_name[level]);
	return len < 0 ? 0 : (size_t)len < size ? (size_t)len : size - 1;
}

/* Text may hold names that a peer chose: no terminal escapes, no new lines. */
static void mask_controls(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = '?';
}

static void write_stderr(const char *line, size_t len)
{
	ssize_t n;

	do {
		n = write(STDERR_FILENO, line, len);
	} while (n < 0 && errno == EINTR);
	/* Where stderr is gone there is nobody left to tell. */
}

void log_line(enum log_level level, const char *fmt, ...)
{
	int saved_errno = errno;
	char line[LINE_SIZE];
	size_t prefix = 0;
	size_t len;
	va_list args;

	if (!log_would(level))
		return;
	if (settings.target == LOG_TARGET_STDERR)
		prefix = put_prefix(line, LINE_SIZE - TEXT_MAX - 2, level);
	va_start(args, fmt);
	if (vsnprintf(line + prefix, TEXT_MAX + 1, fmt, args) < 0)
		line[prefix] = '\0';
	va_end(args);
	mask_controls(line + prefix);
	if (settings.target == LOG_TARGET_SYSLOG) {
		syslog((int)level, "%s", line);
	} else {
		len = prefix + strlen(line + prefix);
		line[len] = '\n';
		write_stderr(line, len + 1);
	}
	errno = saved_errno;
}

bool log_rate_allow(struct log_rate *rate, struct mono_time now,
		    uint32_t *suppressed)
{
	int64_t interval_ns = rate->interval_ms * NS_PER_MS;
	int64_t gained;

	if (rate->refilled.ns == 0)
		rate->refilled = now;
	gained = interval_ns > 0
			 ? mono_diff_ns(now, rate->refilled) / interval_ns
			 : rate->burst;
	if (gained > 0) {
		rate->tokens = gained < rate->burst - rate->tokens
				       ? rate->tokens + (uint32_t)gained
				       : rate->burst;
		rate->refilled.ns += gained * interval_ns;
	}
	if (suppressed)
		*suppressed = rate->suppressed;
	if (rate->tokens == 0) {
		if (rate->suppressed < UINT32_MAX)
			rate->suppressed++;
		return false;
	}
	rate->tokens--;
	rate->suppressed = 0;
	return true;
}
