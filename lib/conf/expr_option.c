// SPDX-License-Identifier: BSD-2-Clause
/*
 * Options that expressions ask for. Those of a space are inside of another
 * option: of the one that is declared to encapsulate it, or of option 43,
 * which `vendor-option-space' fills.
 */
#include <errno.h>
#include <string.h>

#include "dhcp4o6/conf/space.h"
#include "expr_ast.h"
#include "stmt.h"

static const struct conf_option_def *find_outer(struct conf_parser *p,
						enum conf_universe universe)
{
	size_t i;

	for (i = 0; i < p->options.count; i++) {
		if (p->options.sorted[i]->encapsulates == universe)
			return p->options.sorted[i];
	}
	return &conf_option_row_find(CONF_OPTIONS_DHCP4, 43)->def;
}

static int describe(struct conf_parser *p, const struct conf_option_def *def,
		    struct conf_expr_option *option)
{
	const struct conf_space *space = &p->conf->spaces[def->universe];

	option->universe = def->universe;
	option->code = def->code;
	option->code_width = space->code_width;
	option->length_width = space->length_width;
	option->name = conf_arena_dup(p->model, def->name, strlen(def->name));
	return option->name ? 0 : -ENOMEM;
}

static bool is_of_a_message(const struct conf_expr_option *option)
{
	return option->universe == CONF_OPTIONS_DHCP4 ||
	       option->universe == CONF_OPTIONS_DHCP6;
}

int conf_expr_get_option(struct conf_parser *p, struct conf_expr_option *option)
{
	struct conf_pos pos = conf_peek(p)->pos;
	const struct conf_option_def *def;
	struct conf_expr_option *outer;
	unsigned int depth = 0;
	int err;

	err = conf_get_option_def(p, &def);
	if (!err)
		err = describe(p, def, option);
	for (; !err && !is_of_a_message(option); option = outer) {
		if (option->universe == CONF_OPTIONS_FQDN &&
		    p->conf->family == CONF_DHCP6)
			return conf_error(p, &pos,
					  "fields of option `fqdn' cannot be "
					  "asked for");
		if (depth++ == CONF_SPACE_DEPTH_MAX)
			return conf_error(p, &pos,
					  "this option is inside of more than "
					  "%d others",
					  CONF_SPACE_DEPTH_MAX);
		outer = conf_arena_alloc(p->model, sizeof(*outer));
		if (!outer)
			return -ENOMEM;
		option->outer = outer;
		err = describe(p, find_outer(p, option->universe), outer);
	}
	return err;
}
