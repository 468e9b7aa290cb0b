/* SPDX-License-Identifier: BSD-2-Clause */
/* plan_scopes - what every scope of a configuration is looked at for. */
#include "plan_scopes.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>

static int note_server_id(struct plan *plan, const struct conf_params *params)
{
	uint32_t room = plan->server_id_room ? plan->server_id_room * 2 : 8;
	uint32_t *grown;

	if (!(params->set & CONF_PARAM_SERVER_IDENTIFIER))
		return 0;
	if (plan->server_id_count == plan->server_id_room) {
		grown = realloc(plan->server_id, room * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		plan->server_id = grown;
		plan->server_id_room = room;
	}
	plan->server_id[plan->server_id_count++] =
		ntohl(params->server_identifier.s_addr);
	return 0;
}

/* A scope, and what its `if' statements may add to it; those nest 32 deep. */
static int visit(struct plan *plan, const struct conf_scope *scope)
{
	size_t i, j;
	int err = note_server_id(plan, &scope->params);

	if (scope->if_count || scope->params.next_server_expr ||
	    scope->params.filename_expr || scope->params.server_name_expr)
		plan->is_conditional = true;
	for (i = 0; i < scope->option_count; i++) {
		if (scope->options[i].expr)
			plan->is_conditional = true;
	}
	for (i = 0; i < scope->if_count && !err; i++) {
		const struct conf_if *chain = &scope->ifs[i];

		for (j = 0; j < chain->branch_count && !err; j++)
			err = visit(plan, &chain->branches[j].scope);
		if (!err)
			err = visit(plan, &chain->after);
	}
	return err;
}

static int visit_network(struct plan *plan,
			 const struct conf_shared_network *net)
{
	size_t i, j;
	int err = visit(plan, &net->scope);

	for (i = 0; i < net->pool_count && !err; i++)
		err = visit(plan, &net->pools[i].scope);
	for (i = 0; i < net->subnet_count && !err; i++) {
		const struct conf_subnet *subnet = &net->subnets[i];

		err = visit(plan, &subnet->scope);
		for (j = 0; j < subnet->pool_count && !err; j++)
			err = visit(plan, &subnet->pools[j].scope);
	}
	return err;
}

static int visit_class(struct plan *plan, const struct conf_class *class)
{
	size_t i;
	int err = visit(plan, &class->scope);

	plan->is_conditional = true;
	for (i = 0; i < class->subclass_count && !err; i++)
		err = visit(plan, &class->subclasses[i].scope);
	return err;
}

static int compare_u32(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a;
	uint32_t y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

int plan_visit_scopes(struct plan *plan)
{
	const struct conf *conf = plan->conf;
	size_t i;
	int err = visit(plan, &conf->global);

	for (i = 0; i < conf->network_count && !err; i++)
		err = visit_network(plan, &conf->networks[i]);
	for (i = 0; i < conf->host_count && !err; i++)
		err = visit(plan, &conf->hosts[i].scope);
	for (i = 0; i < conf->group_count && !err; i++)
		err = visit(plan, &conf->groups[i].scope);
	for (i = 0; i < conf->class_count && !err; i++)
		err = visit_class(plan, &conf->classes[i]);
	if (plan->server_id_count)
		qsort(plan->server_id, plan->server_id_count, sizeof(uint32_t),
		      compare_u32);
	return err;
}
