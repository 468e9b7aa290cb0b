// SPDX-License-Identifier: BSD-2-Clause
/* `if' statements and classes as text. */
#include "print.h"

#include <inttypes.h>
#include <string.h>

#include "dhcp4o6/conf/expr.h"
#include "option.h"

static void start_line(struct printer *pr)
{
	conf_print_indent(pr->out, pr->indent);
}

static void open_block(struct printer *pr)
{
	strbuf_add(pr->out, " {\n");
	pr->indent++;
}

static void close_block(struct printer *pr)
{
	pr->indent--;
	start_line(pr);
	strbuf_add_char(pr->out, '}');
}

static void print_chain(struct printer *pr, const struct conf_if *chain)
{
	size_t i;

	start_line(pr);
	for (i = 0; i < chain->branch_count; i++) {
		const struct conf_branch *branch = &chain->branches[i];

		if (branch->condition) {
			strbuf_add(pr->out, i ? " elsif " : "if ");
			conf_expr_print(branch->condition, pr->out);
		} else {
			strbuf_add(pr->out, " else");
		}
		open_block(pr);
		conf_print_scope(pr, &branch->scope);
		close_block(pr);
	}
	strbuf_add_char(pr->out, '\n');
}

void conf_print_ifs(struct printer *pr, const struct conf_scope *scope)
{
	size_t i;

	for (i = 0; i < scope->if_count; i++) {
		print_chain(pr, &scope->ifs[i]);
		conf_print_scope(pr, &scope->ifs[i].after);
	}
}

static void print_expr(struct printer *pr, const char *keyword,
		       const struct conf_expr *expr)
{
	start_line(pr);
	strbuf_add(pr->out, keyword);
	conf_expr_print(expr, pr->out);
	strbuf_add(pr->out, ";\n");
}

static void print_limit(struct printer *pr, uint32_t limit)
{
	if (limit == 0)
		return;
	start_line(pr);
	strbuf_printf(pr->out, "lease limit %" PRIu32 ";\n", limit);
}

static void print_subclass(struct printer *pr, const struct conf_class *class,
			   const struct conf_subclass *sub)
{
	const struct conf_scope *scope = &sub->scope;

	start_line(pr);
	strbuf_add(pr->out, "subclass ");
	conf_print_quoted(pr->out, class->name, strlen(class->name));
	strbuf_add_char(pr->out, ' ');
	strbuf_add_hex(pr->out, sub->value, sub->value_len, ':');
	if (sub->lease_limit || scope->params.set || scope->option_count ||
	    scope->if_count) {
		open_block(pr);
		print_limit(pr, sub->lease_limit);
		conf_print_scope(pr, scope);
		close_block(pr);
		strbuf_add_char(pr->out, '\n');
	} else {
		strbuf_add(pr->out, ";\n");
	}
}

void conf_print_classes(struct printer *pr)
{
	size_t i, k;

	for (i = 0; i < pr->conf->class_count; i++) {
		const struct conf_class *class = &pr->conf->classes[i];

		start_line(pr);
		strbuf_add(pr->out, "class ");
		conf_print_quoted(pr->out, class->name, strlen(class->name));
		open_block(pr);
		if (class->match_if)
			print_expr(pr, "match if ", class->match_if);
		if (class->match)
			print_expr(pr, class->spawn ? "spawn with " : "match ",
				   class->match);
		print_limit(pr, class->lease_limit);
		conf_print_scope(pr, &class->scope);
		close_block(pr);
		strbuf_add_char(pr->out, '\n');
		for (k = 0; k < class->subclass_count; k++)
			print_subclass(pr, class, &class->subclasses[k]);
	}
}
