/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf_diag - findings: collected, then reported in the order of the file.
 *
 * A finding is rendered at once, with its line and a caret, so it does not
 * depend on the source afterwards. What a file holds goes to a terminal:
 * control characters are shown as `?', long lines are cut around the caret.
 */
#ifndef CONF_DIAG_H
#define CONF_DIAG_H

#include <stdarg.h>

#include "dhcp4o6/conf/conf.h"
#include "lex.h"

enum { CONF_FINDINGS_MAX = 100 }; /* errors, and as many others */

struct conf_finding;

struct conf_diag {
	struct conf_arena *arena;
	struct conf_finding *findings; /* newest first */
	size_t error_count;            /* found, reported or not */
	size_t other_count;
};

/* pos NULL: the finding is about path as a whole. 0 or -ENOMEM. */
struct conf_place {
	const struct conf_pos *pos;
	const char *path;
};

int conf_diag_add(struct conf_diag *diag, enum conf_severity severity,
		  struct conf_place place, const char *fmt, va_list args)
	__attribute__((format(printf, 4, 0)));
/* No further error would be shown: parsing may stop. */
bool conf_diag_is_full(const struct conf_diag *diag);
/* 0 or -ENOMEM. */
int conf_diag_flush(struct conf_diag *diag, conf_report *report, void *arg);

#endif /* CONF_DIAG_H */
