/* SPDX-License-Identifier: BSD-2-Clause */
#include "announce.h"

#include <arpa/inet.h>
#include <string.h>

#include "dhcp4o6/conf/expr.h"
#include "dhcp4o6/wire/dhcp6_proto.h"

static void add_address(struct strbuf *out, const struct in6_addr *addr)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop(AF_INET6, addr, text, sizeof(text));
	strbuf_printf(out, " %s", text);
}

static void add_own_option(struct strbuf *out, const struct conf_scope *scope)
{
	const struct conf_option *option;
	size_t i;

	for (i = 0; i < scope->option_count; i++) {
		option = &scope->options[i];
		if (option->universe != CONF_OPTIONS_DHCP6 ||
		    option->code != DHCP6_OPT_DHCP4O6_SERVER)
			continue;
		strbuf_add(out, " = ");
		if (option->expr)
			conf_expr_print(option->expr, out);
		else
			strbuf_add_hex(out, option->data, option->len, 0);
	}
}

static void add_scope(struct strbuf *out, const struct conf_scope *scope);

static void add_if(struct strbuf *out, const struct conf_if *branching)
{
	size_t i;

	for (i = 0; i < branching->branch_count; i++) {
		strbuf_add(out, " if ");
		if (branching->branches[i].condition)
			conf_expr_print(branching->branches[i].condition, out);
		add_scope(out, &branching->branches[i].scope);
	}
	strbuf_add(out, " after");
	add_scope(out, &branching->after);
}

/* Branches nest as deep as the parser lets them. */
static void add_scope(struct strbuf *out, const struct conf_scope *scope)
{
	size_t i;

	add_own_option(out, scope);
	for (i = 0; i < scope->if_count; i++)
		add_if(out, &scope->ifs[i]);
	strbuf_add(out, "\n");
}

static void add_pool(struct strbuf *out, const struct conf_pool6 *pool)
{
	size_t i;

	strbuf_add(out, "pool6");
	for (i = 0; i < pool->range_count; i++) {
		add_address(out, &pool->ranges[i].first);
		add_address(out, &pool->ranges[i].last);
	}
	for (i = 0; i < pool->prefix_count; i++) {
		add_address(out, &pool->prefixes[i].first);
		add_address(out, &pool->prefixes[i].last);
	}
	add_scope(out, &pool->scope);
}

static void add_network(struct strbuf *out,
			const struct conf_shared_network *net)
{
	const struct conf_subnet6 *subnet;
	size_t i, j;

	strbuf_printf(out, "network %s", net->name);
	add_scope(out, &net->scope);
	for (i = 0; i < net->subnet6_count; i++) {
		subnet = &net->subnets6[i];
		strbuf_add(out, "subnet6");
		add_address(out, &subnet->prefix);
		strbuf_printf(out, "/%u", subnet->prefix_len);
		add_scope(out, &subnet->scope);
		for (j = 0; j < subnet->pool_count; j++)
			add_pool(out, &subnet->pools[j]);
	}
}

static void add_class(struct strbuf *out, const struct conf_class *class)
{
	size_t i;

	strbuf_printf(out, "class %s", class->name);
	add_scope(out, &class->scope);
	for (i = 0; i < class->subclass_count; i++) {
		strbuf_add(out, "subclass ");
		strbuf_add_hex(out, class->subclasses[i].value,
			       class->subclasses[i].value_len, 0);
		add_scope(out, &class->subclasses[i].scope);
	}
}

static void describe(const struct conf *conf, struct strbuf *out)
{
	size_t i;

	strbuf_add(out, "global");
	add_scope(out, &conf->global);
	for (i = 0; i < conf->network_count; i++)
		add_network(out, &conf->networks[i]);
	for (i = 0; i < conf->group_count; i++) {
		strbuf_add(out, "group");
		add_scope(out, &conf->groups[i].scope);
	}
	for (i = 0; i < conf->host_count; i++) {
		strbuf_printf(out, "host %s", conf->hosts[i].name);
		add_scope(out, &conf->hosts[i].scope);
	}
	for (i = 0; i < conf->class_count; i++)
		add_class(out, &conf->classes[i]);
}

bool announce_differs(const struct conf *a, const struct conf *b)
{
	struct strbuf one = STRBUF_INIT, other = STRBUF_INIT;
	bool differs;

	describe(a, &one);
	describe(b, &other);
	differs = one.failed || other.failed ||
		  strcmp(strbuf_text(&one), strbuf_text(&other)) != 0;
	strbuf_fini(&one);
	strbuf_fini(&other);
	return differs;
}
