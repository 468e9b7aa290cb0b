/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log - one line per event, for people and for journald.
 *
 * Daemons and tools log; libraries return errors. Levels: error (an operator
 * must act), warning, notice (state changes), info (per client), debug (per
 * packet). A fault of a peer is at most info and goes through a log_rate.
 * Until log_open() lines go to stderr from level notice on. Thread-safe after
 * log_open(): one line is one write. Control characters in the text, which a
 * peer may have chosen, are shown as `?'; lines are cut at 2,000 octets.
 */
#ifndef DHCP4O6_BASE_LOG_H
#define DHCP4O6_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "dhcp4o6/base/clock.h"

enum log_level { /* the numbers are syslog's */
		 LOG_LEVEL_ERROR = 3,
		 LOG_LEVEL_WARNING = 4,
		 LOG_LEVEL_NOTICE = 5,
		 LOG_LEVEL_INFO = 6,
		 LOG_LEVEL_DEBUG = 7,
};

enum log_target {
	/*
	 * `ident: level: text`; `<N>text` where JOURNAL_STREAM says that
	 * stderr is the journal (sd-daemon(3)).
	 */
	LOG_TARGET_STDERR,
	LOG_TARGET_SYSLOG,
};

/* ident must stay valid; it is the program's name. */
void log_open(const char *ident, enum log_target target,
	      enum log_level threshold);
bool log_would(enum log_level level);
void log_line(enum log_level level, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#define log_error(...)   log_line(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_notice(...)  log_line(LOG_LEVEL_NOTICE, __VA_ARGS__)
#define log_info(...)    log_line(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...)                                          \
	do {                                                    \
		if (log_would(LOG_LEVEL_DEBUG))                 \
			log_line(LOG_LEVEL_DEBUG, __VA_ARGS__); \
	} while (0)

/* A bucket of `burst` lines that refills at one line per interval_ms. */
struct log_rate {
	uint32_t burst;
	uint32_t interval_ms;
	uint32_t tokens;
	uint32_t suppressed; /* lines refused since the last allowed one */
	struct mono_time refilled;
};

#define LOG_RATE_INIT(burst_, interval_ms_)                       \
	{                                                         \
		.burst = (burst_), .interval_ms = (interval_ms_), \
		.tokens = (burst_)                                \
	}

/*
 * True if the line may be written now. *suppressed (NULL is allowed) gets how
 * many were refused before it, so that the line can say so.
 */
bool log_rate_allow(struct log_rate *rate, struct mono_time now,
		    uint32_t *suppressed);

#endif /* DHCP4O6_BASE_LOG_H */
