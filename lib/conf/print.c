// SPDX-License-Identifier: BSD-2-Clause
/*
 * A model as text. Networks, groups and hosts stand in their parent in the
 * order of the file, so that reading the text makes the same arrays again.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp4o6.h"
#include "param.h"
#include "print.h"
#include "stmt.h"

enum { VENDOR_OPTIONS = 43 };

/* A declaration that its parent does not point to. */
struct member {
	const struct conf_scope *scope;
	const void *object;
};

static void start_line(struct printer *pr)
{
	conf_print_indent(pr->out, pr->indent);
}

static void __attribute__((format(printf, 2, 3)))
print_line(struct printer *pr, const char *fmt, ...)
{
	va_list args;

	start_line(pr);
	va_start(args, fmt);
	strbuf_vprintf(pr->out, fmt, args);
	va_end(args);
	strbuf_add_char(pr->out, '\n');
}

static void open_block(struct printer *pr, const char *head)
{
	start_line(pr);
	strbuf_add(pr->out, head);
	strbuf_add(pr->out, " {\n");
	pr->indent++;
}

/* The name in quotes: it may be no word. */
static void open_named_block(struct printer *pr, const char *keyword,
			     const char *name)
{
	start_line(pr);
	strbuf_add(pr->out, keyword);
	if (name) {
		strbuf_add_char(pr->out, ' ');
		conf_print_quoted(pr->out, name, strlen(name));
	}
	strbuf_add(pr->out, " {\n");
	pr->indent++;
}

static void close_block(struct printer *pr)
{
	pr->indent--;
	print_line(pr, "}");
}

static const char *ip4_text(struct in_addr addr, char *text)
{
	return inet_ntop(AF_INET, &addr, text, INET_ADDRSTRLEN);
}

static void print_option(struct printer *pr, const struct conf_option *option)
{
	/* What holds nothing but a space follows from the options in it. */
	if (option->space && option->len == 0) {
		if (option->universe == CONF_OPTIONS_DHCP4 &&
		    option->code == VENDOR_OPTIONS)
			print_line(pr, "vendor-option-space %s;",
				   option->space->name);
		return;
	}
	start_line(pr);
	strbuf_add(pr->out, "option ");
	conf_option_print(pr->conf, option, pr->out);
	strbuf_add(pr->out, ";\n");
}

static void print_options(struct printer *pr, const struct conf_scope *scope)
{
	size_t i;

	for (i = 0; i < scope->option_count; i++)
		print_option(pr, &scope->options[i]);
}

void conf_print_scope(struct printer *pr, const struct conf_scope *scope)
{
	conf_print_params(&scope->params, pr->indent, pr->out);
	print_options(pr, scope);
	conf_print_ifs(pr, scope);
}

static const char *const permit_names[] = {
	[CONF_PERMIT_KNOWN_CLIENTS] = "known-clients",
	[CONF_PERMIT_UNKNOWN_CLIENTS] = "unknown-clients",
	[CONF_PERMIT_ALL_CLIENTS] = "all clients",
	[CONF_PERMIT_MEMBERS] = "members of ",
};

static void print_ranges(struct printer *pr, const struct conf_pool *pool)
{
	char first[INET_ADDRSTRLEN], last[INET_ADDRSTRLEN];
	size_t i;

	for (i = 0; i < pool->range_count; i++)
		print_line(pr, "range %s %s;",
			   ip4_text(pool->ranges[i].first, first),
			   ip4_text(pool->ranges[i].last, last));
}

static void print_class_name(struct printer *pr, uint32_t index)
{
	const char *name = pr->conf->classes[index].name;

	conf_print_quoted(pr->out, name, strlen(name));
}

static void print_permits(struct printer *pr, const struct conf_permit *permits,
			  size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		start_line(pr);
		strbuf_add(pr->out, permits[i].allow ? "allow " : "deny ");
		strbuf_add(pr->out, permit_names[permits[i].kind]);
		if (permits[i].kind == CONF_PERMIT_MEMBERS)
			print_class_name(pr, permits[i].class_index);
		strbuf_add(pr->out, ";\n");
	}
}

static void print_pool(struct printer *pr, const struct conf_pool *pool)
{
	open_block(pr, "pool");
	conf_print_scope(pr, &pool->scope);
	print_permits(pr, pool->permits, pool->permit_count);
	print_ranges(pr, pool);
	close_block(pr);
}

/* The statements of a pool without settings may stand in the subnet. */
static bool is_bare(const struct conf_scope *pool, size_t permit_count)
{
	return pool->params.set == 0 && pool->option_count == 0 &&
	       pool->if_count == 0 && permit_count == 0;
}

static void print_members(struct printer *pr, const struct conf_scope *parent);

static void print_subnet(struct printer *pr, const struct conf_subnet *subnet)
{
	uint32_t len = subnet->prefix_len;
	struct in_addr mask = conf_in_addr(len ? UINT32_MAX << (32 - len) : 0);
	char addr[INET_ADDRSTRLEN], mask_text[INET_ADDRSTRLEN];
	size_t i;

	print_line(pr, "subnet %s netmask %s {",
		   ip4_text(subnet->network, addr), ip4_text(mask, mask_text));
	pr->indent++;
	conf_print_scope(pr, &subnet->scope);
	for (i = 0; i < subnet->pool_count; i++) {
		if (i == 0 && is_bare(&subnet->pools[i].scope,
				      subnet->pools[i].permit_count))
			print_ranges(pr, &subnet->pools[i]);
		else
			print_pool(pr, &subnet->pools[i]);
	}
	print_members(pr, &subnet->scope);
	close_block(pr);
}

static void print_pool6(struct printer *pr, const struct conf_pool6 *pool)
{
	open_block(pr, "pool6");
	conf_print_scope(pr, &pool->scope);
	print_permits(pr, pool->permits, pool->permit_count);
	conf_print_ranges6(pool, pr->indent, pr->out);
	close_block(pr);
}

static void print_subnet6(struct printer *pr, const struct conf_subnet6 *subnet)
{
	char prefix[INET6_ADDRSTRLEN];
	size_t i;

	inet_ntop(AF_INET6, &subnet->prefix, prefix, sizeof(prefix));
	print_line(pr, "subnet6 %s/%u {", prefix, subnet->prefix_len);
	pr->indent++;
	conf_print_scope(pr, &subnet->scope);
	for (i = 0; i < subnet->pool_count; i++) {
		if (i == 0 && is_bare(&subnet->pools[i].scope,
				      subnet->pools[i].permit_count))
			conf_print_ranges6(&subnet->pools[i], pr->indent,
					   pr->out);
		else
			print_pool6(pr, &subnet->pools[i]);
	}
	print_members(pr, &subnet->scope);
	close_block(pr);
}

static void print_network(struct printer *pr,
			  const struct conf_shared_network *network)
{
	size_t i;

	if (!network->implicit) {
		open_named_block(pr, "shared-network", network->name);
		conf_print_scope(pr, &network->scope);
	}
	for (i = 0; i < network->subnet6_count; i++)
		print_subnet6(pr, &network->subnets6[i]);
	for (i = 0; i < network->subnet_count; i++)
		print_subnet(pr, &network->subnets[i]);
	for (i = 0; i < network->pool_count; i++)
		print_pool(pr, &network->pools[i]);
	print_members(pr, &network->scope);
	if (!network->implicit)
		close_block(pr);
}

static void print_identity(struct printer *pr, const struct conf_host *host)
{
	if (host->hlen > 0) {
		start_line(pr);
		strbuf_printf(pr->out, "hardware %s ",
			      conf_hardware_name(host->htype));
		strbuf_add_hex(pr->out, host->chaddr, host->hlen, ':');
		strbuf_add(pr->out, ";\n");
	}
	if (host->client_id) {
		start_line(pr);
		strbuf_add(pr->out, "option dhcp-client-identifier = ");
		strbuf_add_hex(pr->out, host->client_id, host->client_id_len,
			       ':');
		strbuf_add(pr->out, ";\n");
	}
	if (host->identifier)
		conf_print_identifier(pr->conf, host, pr->indent, pr->out);
}

static void print_host(struct printer *pr, const struct conf_host *host)
{
	char addr[INET_ADDRSTRLEN];
	size_t i;

	open_named_block(pr, "host", host->name);
	print_identity(pr, host);
	if (host->fixed_address_count > 0) {
		start_line(pr);
		strbuf_add(pr->out, "fixed-address ");
		for (i = 0; i < host->fixed_address_count; i++)
			strbuf_printf(pr->out, "%s%s", i ? ", " : "",
				      ip4_text(host->fixed_addresses[i], addr));
		strbuf_add(pr->out, ";\n");
	}
	conf_print_fixed6(host, pr->indent, pr->out);
	conf_print_scope(pr, &host->scope);
	close_block(pr);
}

static void print_group(struct printer *pr, const struct conf_group *group)
{
	open_named_block(pr, "group", group->name);
	conf_print_scope(pr, &group->scope);
	print_members(pr, &group->scope);
	close_block(pr);
}

static int compare_members(const void *a, const void *b)
{
	const struct conf_scope *sa = ((const struct member *)a)->scope;
	const struct conf_scope *sb = ((const struct member *)b)->scope;

	if (sa->parent != sb->parent)
		return (uintptr_t)sa->parent < (uintptr_t)sb->parent ? -1 : 1;
	if (sa->order != sb->order)
		return sa->order < sb->order ? -1 : 1;
	return 0;
}

static void print_members(struct printer *pr, const struct conf_scope *parent)
{
	size_t low = 0, high = pr->member_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct conf_scope *at = pr->members[middle].scope->parent;

		if ((uintptr_t)at < (uintptr_t)parent)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < pr->member_count; low++) {
		const struct member *member = &pr->members[low];

		if (member->scope->parent != parent)
			return;
		if (member->scope->kind == CONF_SCOPE_SHARED_NETWORK)
			print_network(pr, member->object);
		else if (member->scope->kind == CONF_SCOPE_GROUP)
			print_group(pr, member->object);
		else
			print_host(pr, member->object);
	}
}

static bool collect_members(struct printer *pr)
{
	const struct conf *conf = pr->conf;
	struct member *at;
	size_t i;

	pr->member_count =
		conf->network_count + conf->group_count + conf->host_count;
	pr->members = calloc(pr->member_count + 1, sizeof(*pr->members));
	if (!pr->members)
		return false;
	at = pr->members;
	for (i = 0; i < conf->network_count; i++)
		*at++ = (struct member){ &conf->networks[i].scope,
					 &conf->networks[i] };
	for (i = 0; i < conf->group_count; i++)
		*at++ = (struct member){ &conf->groups[i].scope,
					 &conf->groups[i] };
	for (i = 0; i < conf->host_count; i++)
		*at++ = (struct member){ &conf->hosts[i].scope,
					 &conf->hosts[i] };
	qsort(pr->members, pr->member_count, sizeof(*pr->members),
	      compare_members);
	return true;
}

void conf_print(const struct conf *conf, struct strbuf *out)
{
	const struct conf_4o6_print own = {
		.tables = &conf_4o6_server_tables,
		.settings = &conf->dhcp4o6,
		.users = conf->dhcp4o6.peer_users,
		.user_count = conf->dhcp4o6.peer_user_count,
	};
	struct printer pr = { .conf = conf, .out = out };

	if (!collect_members(&pr)) {
		out->failed = true;
		return;
	}
	conf_print_defs(conf, out);
	conf_print_server_duid(conf, out);
	conf_print_classes(&pr);
	conf_print_scope(&pr, &conf->global);
	conf_print_4o6(&own, out);
	print_members(&pr, &conf->global);
	free(pr.members);
}
