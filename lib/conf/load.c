// SPDX-License-Identifier: BSD-2-Clause
#include "load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "include.h"

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

static int init(struct conf_parser *p, const struct conf_language *language)
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
	conf_schema_init(&p->schema, language);
	conf_option_index_init(&p->options, index);
	return 0;
}

struct conf_parser *conf_parser_new(const struct conf_language *language)
{
	struct conf_parser *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->conf = new_model();
	if (p->conf && init(p, language) == 0)
		return p;
	conf_free(p->conf);
	conf_parser_free(p);
	return NULL;
}

void conf_parser_free(struct conf_parser *p)
{
	size_t i;

	if (!p)
		return;
	for (i = 0; i < p->texts.count; i++)
		free(p->texts.items[i]);
	conf_arena_fini(&p->scratch);
	free(p);
}

int conf_parser_run(struct conf_parser *p, const struct conf_origin *origin,
		    int (*finish)(struct conf_parser *p),
		    const struct conf_reporter *reporter)
{
	int err;

	if (origin->text)
		err = conf_include_text(p, origin->text, origin->len,
					origin->path);
	else
		err = conf_include_file(p, origin->path, NULL);
	if (!err)
		err = finish(p);
	if (err == -ENOMEM || p->scratch.failed || p->model->failed)
		return -ENOMEM;
	err = conf_diag_flush(&p->diag, reporter->report, reporter->arg);
	if (err)
		return err;
	return p->diag.error_count > 0 ? -EINVAL : 0;
}
