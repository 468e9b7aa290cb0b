// SPDX-License-Identifier: BSD-2-Clause
/* Load, free, and the look-ups that walk from a scope upward. */
#include "dhcp4o6/conf/conf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "check.h"
#include "dhcp4o6.h"
#include "include.h"

/* Where the text comes from: a file, or memory. */
struct origin {
	const char *path;
	const char *text; /* NULL: read path */
	size_t len;
};

struct options {
	enum conf_family family;
	bool is_4o6;
};

/* The arena of a model is in itself. */
static struct conf *new_model(void)
{
	struct conf_arena arena = { 0 };
	struct conf *conf = conf_arena_alloc(&arena, sizeof(*conf));
	struct conf_arena *inner = conf_arena_alloc(&arena, sizeof(*inner));

	if (!conf || !inner) {
		conf_arena_fini(&arena);
		return NULL;
	}
	*inner = arena;
	conf->arena = inner;
	return conf;
}

static int parser_init(struct conf_parser *p)
{
	struct conf *conf = p->conf;
	size_t count = CONF_OPTION_ROWS_MAX + CONF_OPTION_DEFS_MAX;
	struct conf_space *spaces;
	void *index;

	p->model = conf->arena;
	p->diag.arena = &p->scratch;
	p->where = CONF_IN_GLOBAL;
	p->node = conf_new_node(p, CONF_SCOPE_GLOBAL);
	index = conf_arena_array(&p->scratch, count,
				 sizeof(struct conf_option_def *));
	conf->option_defs = conf_arena_array(p->model, CONF_OPTION_DEFS_MAX,
					     sizeof(*conf->option_defs));
	spaces = conf_arena_array(p->model, CONF_SPACES_MAX, sizeof(*spaces));
	conf->spaces = spaces;
	if (!p->node || !index || !conf->option_defs || !spaces)
		return -ENOMEM;
	memcpy(spaces, conf_standard_spaces,
	       CONF_OPTIONS_OWN * sizeof(*spaces));
	conf->space_count = CONF_OPTIONS_OWN;
	conf_schema_init(&p->schema);
	conf_option_index_init(&p->options, index);
	conf_4o6_defaults(&conf->dhcp4o6);
	return 0;
}

static void parser_fini(struct conf_parser *p)
{
	size_t i;

	for (i = 0; i < p->texts.count; i++)
		free(p->texts.items[i]);
	conf_arena_fini(&p->scratch);
}

/* Reads, checks and builds; faults are in p->diag. */
static int run(struct conf_parser *p, const struct origin *origin)
{
	const struct conf_node *global = p->node;
	int err;

	if (origin->text)
		err = conf_include_text(p, origin->text, origin->len,
					origin->path);
	else
		err = conf_include_file(p, origin->path, NULL);
	if (!err)
		err = conf_check(p);
	if (!err && p->diag.error_count == 0)
		err = conf_build(p, global);
	if (p->scratch.failed || p->model->failed)
		return -ENOMEM;
	return err == -ENOMEM ? err : 0;
}

static int load(struct conf **conf, const struct origin *origin,
		const struct options *options, conf_report *report, void *arg)
{
	struct conf_parser *p;
	int err = -ENOMEM;

	*conf = NULL;
	p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	p->conf = new_model();
	if (!p->conf)
		goto out_parser;
	p->conf->family = options->family;
	p->is_4o6 = options->is_4o6;
	err = parser_init(p);
	if (!err)
		err = run(p, origin);
	if (!err)
		err = conf_diag_flush(&p->diag, report, arg);
	if (!err && p->diag.error_count > 0)
		err = -EINVAL;
	if (err)
		conf_free(p->conf);
	else
		*conf = p->conf;
	parser_fini(p);
out_parser:
	free(p);
	return err;
}

int conf_load(struct conf **conf, const char *path, enum conf_family family,
	      bool is_4o6, conf_report *report, void *arg)
{
	struct origin origin = { .path = path };
	struct options options = { .family = family, .is_4o6 = is_4o6 };

	return load(conf, &origin, &options, report, arg);
}

int conf_parse(struct conf **conf, const char *text, size_t len,
	       const char *path, enum conf_family family, bool is_4o6,
	       conf_report *report, void *arg)
{
	struct origin origin = { .path = path, .text = len ? text : "" };
	struct options options = { .family = family, .is_4o6 = is_4o6 };

	origin.len = len;
	return load(conf, &origin, &options, report, arg);
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
