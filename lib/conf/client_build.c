// SPDX-License-Identifier: BSD-2-Clause
/* Nodes to the model: each scope by itself, and as it applies. */
#include <errno.h>
#include <string.h>

#include "build.h"
#include "client.h"

static const void *copy(struct conf_parser *p, const void *data, size_t count,
			size_t size)
{
	void *array;

	if (count == 0)
		return NULL;
	array = conf_arena_array(p->model, count, size);
	if (array)
		memcpy(array, data, count * size);
	return array;
}

static void set_times(const struct client_node *node,
		      struct client_conf_times *times)
{
	size_t i;

	for (i = 0; i < CLIENT_TIMES; i++) {
		const struct client_time_row *row = &client_time_rows[i];
		uint32_t value = row->usual;

		if (node->times_set & 1U << i)
			memcpy(&value, (const char *)&node->times + row->offset,
			       sizeof(value));
		memcpy((char *)times + row->offset, &value, sizeof(value));
	}
}

static void build_scope(struct conf_parser *p, const struct client_node *node,
			struct client_conf_scope *scope)
{
	size_t how;

	for (how = 0; how < CLIENT_CONF_HOW_COUNT; how++) {
		struct conf_scope options = { .options = NULL };

		conf_build_options(p, &node->options[how], &options);
		scope->options[how] = options.options;
		scope->option_count[how] = options.option_count;
	}
	scope->has_request = node->request.is_set;
	scope->request_count = node->request.count;
	scope->request = copy(p, node->request.codes, node->request.count,
			      sizeof(*scope->request));
	scope->require_count = node->require.count;
	scope->require = copy(p, node->require.codes, node->require.count,
			      sizeof(*scope->require));
	scope->reject_count = node->reject_count;
	scope->reject = copy(p, node->reject, node->reject_count,
			     sizeof(*scope->reject));
	set_times(node, &scope->times);
	scope->script = node->script;
	scope->alias = node->alias;
	scope->alias_prefix_len = node->alias_prefix_len;
}

static void build_own(struct conf_parser *p, const struct client_node *node,
		      struct client_own *own)
{
	build_scope(p, node, &own->scope);
	own->has_require = node->require.is_set;
	own->times_set = node->times_set;
}

/* As was warned about: what is inside of others is sent, and not changed. */
static bool has_effect(enum client_conf_how how,
		       const struct conf_option *option)
{
	return how == CLIENT_CONF_SEND ||
	       option->universe <= CONF_OPTIONS_DHCP6;
}

static int merge_list(struct conf_parser *p, struct client_node *to,
		      const struct client_node *from, enum client_conf_how how)
{
	const struct conf_node_option *item = from->options[how].options;
	int err = 0;

	for (; !err && item; item = item->next) {
		p->keyword_pos = item->pos; /* for errors */
		p->last_end = item->pos;
		if (has_effect(how, &item->option))
			err = client_put_value(p, to, how, item);
	}
	return err;
}

static int merge_options(struct conf_parser *p, struct client_node *to,
			 const struct client_node *from)
{
	unsigned int how;
	int err = 0;

	for (how = 0; !err && how < CLIENT_CONF_HOW_COUNT; how++)
		err = merge_list(p, to, from, (enum client_conf_how)how);
	return err;
}

static void merge_codes(struct conf_parser *p, const struct client_node *from,
			struct client_codes *to,
			const struct client_codes *codes)
{
	size_t i;

	if (codes->is_set) {
		to->count = 0;
		to->is_set = true;
	}
	for (i = 0; i < codes->count; i++) {
		if (client_add_code(to, &codes->codes[i]))
			continue;
		conf_error(p, &from->pos,
			   "more than %d options in one list, with the global "
			   "one",
			   CLIENT_CODES_MAX);
		return;
	}
}

static void merge_rejects(struct conf_parser *p, struct client_node *to,
			  const struct client_node *from)
{
	if (to->reject_count + from->reject_count > CLIENT_REJECTS_MAX) {
		conf_error(p, &from->pos,
			   "more than %d addresses are rejected, with the "
			   "global ones",
			   CLIENT_REJECTS_MAX);
		return;
	}
	memcpy(&to->reject[to->reject_count], from->reject,
	       from->reject_count * sizeof(from->reject[0]));
	to->reject_count += from->reject_count;
}

/* What from says counts more. */
static int merge(struct conf_parser *p, struct client_node *to,
		 const struct client_node *from)
{
	size_t i;

	merge_codes(p, from, &to->request, &from->request);
	merge_codes(p, from, &to->require, &from->require);
	merge_rejects(p, to, from);
	for (i = 0; i < CLIENT_TIMES; i++) {
		size_t offset = client_time_rows[i].offset;

		if (from->times_set & 1U << i)
			memcpy((char *)&to->times + offset,
			       (const char *)&from->times + offset,
			       sizeof(uint32_t));
	}
	to->times_set |= from->times_set;
	if (from->script)
		to->script = from->script;
	to->alias = from->alias;
	to->alias_prefix_len = from->alias_prefix_len;
	return merge_options(p, to, from);
}

/* As it applies: all that is global, then what stands in node. */
static int build_effective(struct conf_parser *p,
			   const struct client_node *node,
			   struct client_conf_scope *scope)
{
	struct client_node *merged =
		conf_arena_alloc(&p->scratch, sizeof(*merged));
	int err;

	if (!merged)
		return -ENOMEM;
	err = merge(p, merged, p->client->global);
	if (!err && node)
		err = merge(p, merged, node);
	if (!err)
		err = client_put_fqdn(p, merged);
	if (!err)
		build_scope(p, merged, scope);
	return err;
}

static void set_hardware(struct client_conf_interface *interface,
			 const struct conf_hardware *hardware)
{
	interface->has_hardware = hardware->hlen > 0;
	interface->htype = hardware->htype;
	interface->hlen = hardware->hlen;
	memcpy(interface->chaddr, hardware->addr, sizeof(interface->chaddr));
}

static int build_interfaces(struct conf_parser *p, struct client_model *model)
{
	const struct conf_client *client = p->client;
	size_t count = client->interface_count, i;
	struct client_conf_interface *interfaces;
	struct client_own *own;
	int err = 0;

	interfaces = conf_arena_array(p->model, count, sizeof(*interfaces));
	own = conf_arena_array(p->model, count, sizeof(*own));
	if (!interfaces || !own)
		return -ENOMEM;
	for (i = 0; !err && i < count; i++) {
		const struct client_node *node = client->interfaces[i];

		interfaces[i].name = node->name;
		set_hardware(&interfaces[i], &node->hardware);
		build_own(p, node, &own[i]);
		err = build_effective(p, node, &interfaces[i].scope);
	}
	client->conf->interfaces = interfaces;
	client->conf->interface_count = count;
	model->interfaces = own;
	return err;
}

int client_build(struct conf_parser *p)
{
	struct client_conf *conf = p->client->conf;
	struct client_model *model = conf_arena_alloc(p->model, sizeof(*model));
	int err;

	if (!model)
		return -ENOMEM;
	model->conf = p->conf;
	conf->model = model;
	conf->option_defs = p->conf->option_defs;
	conf->option_def_count = p->conf->option_def_count;
	conf->dhcp4o6.peer_users = p->conf->dhcp4o6.peer_users;
	conf->dhcp4o6.peer_user_count = p->conf->dhcp4o6.peer_user_count;
	conf_build_holders(p);
	build_own(p, p->client->global, &model->global);
	err = build_effective(p, NULL, &conf->global);
	if (!err)
		err = build_interfaces(p, model);
	return p->model->failed || p->scratch.failed ? -ENOMEM : err;
}
