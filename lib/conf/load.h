/* SPDX-License-Identifier: BSD-2-Clause */
/* One load of a file in either language, from its text to its findings. */
#ifndef CONF_LOAD_H
#define CONF_LOAD_H

#include "parse.h"

/* Where the text comes from: a file, or memory. */
struct conf_origin {
	const char *path;
	const char *text; /* NULL: read path */
	size_t len;
};

struct conf_reporter {
	conf_report *report; /* NULL: nobody is told */
	void *arg;
};

/* A parser with an empty model; the caller fills in settings. NULL: memory. */
struct conf_parser *conf_parser_new(const struct conf_language *language);
/*
 * Reads all, has finish() check and build it (0, -EINVAL or -ENOMEM), and
 * reports what was found. 0; -EINVAL after an error was; -ENOMEM.
 */
int conf_parser_run(struct conf_parser *p, const struct conf_origin *origin,
		    int (*finish)(struct conf_parser *p),
		    const struct conf_reporter *reporter);
/* The model stays. */
void conf_parser_free(struct conf_parser *p); /* NULL is allowed */

#endif /* CONF_LOAD_H */
