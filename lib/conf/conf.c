// SPDX-License-Identifier: BSD-2-Clause
/* Load, free, and the look-ups that walk from a scope upward. */
#include "dhcp4o6/conf/conf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "check.h"
#include "dhcp4o6.h"
#include "load.h"

static int finish(struct conf_parser *p)
{
	const struct conf_node *global = p->node;
	int err;

	err = conf_check(p);
	if (!err && p->diag.error_count == 0)
		err = conf_build(p, global);
	return err;
}

static int load(struct conf **conf, const struct conf_origin *origin,
		enum conf_family family, bool is_4o6,
		const struct conf_reporter *reporter)
{
	struct conf_parser *p;
	int err;

	*conf = NULL;
	p = conf_parser_new(&conf_server_language);
	if (!p)
		return -ENOMEM;
	p->conf->family = family;
	p->is_4o6 = is_4o6;
	p->settings = &p->conf->dhcp4o6;
	conf_4o6_defaults(&p->conf->dhcp4o6);
	err = conf_parser_run(p, origin, finish, reporter);
	if (err)
		conf_free(p->conf);
	else
		*conf = p->conf;
	conf_parser_free(p);
	return err;
}

int conf_load(struct conf **conf, const char *path, enum conf_family family,
	      bool is_4o6, conf_report *report, void *arg)
{
	const struct conf_origin origin = { .path = path };
	const struct conf_reporter reporter = { report, arg };

	return load(conf, &origin, family, is_4o6, &reporter);
}

int conf_parse(struct conf **conf, const char *text, size_t len,
	       const char *path, enum conf_family family, bool is_4o6,
	       conf_report *report, void *arg)
{
	const struct conf_origin origin = { path, len ? text : "", len };
	const struct conf_reporter reporter = { report, arg };

	return load(conf, &origin, family, is_4o6, &reporter);
}

void conf_free(struct conf *conf)
{
	struct conf_arena arena;

	if (!conf)
		return;
	arena = *(struct conf_arena *)conf->arena; /* it is in itself */
	conf_arena_fini(&arena);
}

const struct conf_params *conf_find_param(const struct conf_scope *scope,
					  enum conf_param param)
{
	for (; scope; scope = scope->parent) {
		if (scope->params.set & param)
			return &scope->params;
	}
	return NULL;
}

static const struct conf_option *find_in(const struct conf_scope *scope,
					 enum conf_universe universe,
					 uint32_t code)
{
	size_t low = 0, high = scope->option_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct conf_option *option = &scope->options[middle];

		if (option->universe == universe && option->code == code)
			return option;
		if (option->universe > universe ||
		    (option->universe == universe && option->code > code))
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const struct conf_option *conf_find_option(const struct conf_scope *scope,
					   enum conf_universe universe,
					   uint32_t code)
{
	const struct conf_option *option = NULL;

	for (; scope && !option; scope = scope->parent)
		option = find_in(scope, universe, code);
	return option;
}
