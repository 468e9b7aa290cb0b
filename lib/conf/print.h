/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of the printer that stand in files of their own. */
#ifndef CONF_PRINT_H
#define CONF_PRINT_H

#include "dhcp4o6/conf/conf.h"
#include "option.h"

struct member;

struct printer {
	const struct conf *conf;
	struct strbuf *out;
	struct member *members; /* by parent, then by order */
	size_t member_count;
	unsigned int indent;
};

/* As many tabs. */
void conf_print_indent(struct strbuf *out, unsigned int indent);

/* print_own.c: option spaces and definitions of options. */
void conf_print_defs(const struct conf *conf, struct strbuf *out);

/* print6.c: each of the statements on a line of its own. */
void conf_print_ranges6(const struct conf_pool6 *pool, unsigned int indent,
			struct strbuf *out);
void conf_print_fixed6(const struct conf_host *host, unsigned int indent,
		       struct strbuf *out);
void conf_print_identifier(const struct conf *conf,
			   const struct conf_host *host, unsigned int indent,
			   struct strbuf *out);
void conf_print_server_duid(const struct conf *conf, struct strbuf *out);

/* Its parameters, options and `if' statements. */
void conf_print_scope(struct printer *pr, const struct conf_scope *scope);
/* print_class.c */
void conf_print_ifs(struct printer *pr, const struct conf_scope *scope);
void conf_print_classes(struct printer *pr);

#endif /* CONF_PRINT_H */
