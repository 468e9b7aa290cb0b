/* SPDX-License-Identifier: BSD-2-Clause */
/* Files: read whole, parsed in the scope of the statement that includes them.
 */
#ifndef CONF_INCLUDE_H
#define CONF_INCLUDE_H

#include "parse.h"

/*
 * Reads the file and parses it; pos: of the statement that names it, NULL for
 * the first file. Faults are findings.
 */
int conf_include_file(struct conf_parser *p, const char *path,
		      const struct conf_pos *pos);
/* Parses text; the caller keeps it until the parser is gone. */
int conf_include_text(struct conf_parser *p, const char *text, size_t len,
		      const char *path);

#endif /* CONF_INCLUDE_H */
