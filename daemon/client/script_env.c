/* SPDX-License-Identifier: BSD-2-Clause */
#include "script_env.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "dhcp4o6/base/strbuf.h"
#include "dhcp4o6/conf/text.h"
#include "dhcp4o6/wire/dhcp4_proto.h"
#include "dhcp4o6/wire/dhcp6_proto.h"
#include "script_value.h"

/* Which leases a call tells, and under which prefix. */
static const struct {
	const char *name;
	const char *now;    /* NULL: not told */
	const char *before; /* NULL: not told */
} reasons[SCRIPT_REASON_COUNT] = {
	[SCRIPT_PREINIT] = { "PREINIT", NULL, NULL },
	[SCRIPT_BOUND] = { "BOUND", "new_", "old_" },
	[SCRIPT_RENEW] = { "RENEW", "new_", "old_" },
	[SCRIPT_REBIND] = { "REBIND", "new_", "old_" },
	[SCRIPT_REBOOT] = { "REBOOT", "new_", "old_" },
	[SCRIPT_EXPIRE] = { "EXPIRE", "old_", NULL },
	[SCRIPT_FAIL] = { "FAIL", NULL, NULL },
	[SCRIPT_TIMEOUT] = { "TIMEOUT", "new_", NULL },
	[SCRIPT_RELEASE] = { "RELEASE", "old_", NULL },
	[SCRIPT_STOP] = { "STOP", "old_", NULL },
	[SCRIPT_PREINIT6] = { "PREINIT6", NULL, NULL },
	[SCRIPT_BOUND6] = { "BOUND6", "new_", "old_" },
	[SCRIPT_RENEW6] = { "RENEW6", "new_", "old_" },
	[SCRIPT_REBIND6] = { "REBIND6", "new_", "old_" },
	[SCRIPT_DEPREF6] = { "DEPREF6", "cur_", NULL },
	[SCRIPT_EXPIRE6] = { "EXPIRE6", "old_", NULL },
	[SCRIPT_RELEASE6] = { "RELEASE6", "old_", NULL },
	[SCRIPT_STOP6] = { "STOP6", "old_", NULL },
};

const char *script_reason_name(enum script_reason reason)
{
	return reasons[reason].name;
}

/* ---- adding ---- */

/* A value that is sound where it stands in the list, or counted. */
static void add_value(struct script_env *env, const char *prefix,
		      const char *name, const char *value)
{
	size_t room = sizeof(env->text) - env->used;
	int n;

	if (env->count == SCRIPT_ENV_MAX) {
		env->unroomed++;
		return;
	}
	if (!script_value_is_plain(value) ||
	    !script_value_fits_name(name, strlen(name), value)) {
		env->unsafe++;
		return;
	}
	n = snprintf(env->text + env->used, room, "%s%s=%s", prefix, name,
		     value);
	if (n < 0 || (size_t)n >= room) {
		env->unroomed++;
		return;
	}
	env->used += (size_t)n + 1;
	env->count++;
}

static void __attribute__((format(printf, 4, 5)))
add(struct script_env *env, const char *prefix, const char *name,
    const char *fmt, ...)
{
	char value[256]; /* of our own making: addresses and numbers */
	va_list args;

	va_start(args, fmt);
	vsnprintf(value, sizeof(value), fmt, args);
	va_end(args);
	add_value(env, prefix, name, value);
}

static void add_addr4(struct script_env *env, const char *prefix,
		      const char *name, struct in_addr addr)
{
	char text[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &addr, text, sizeof(text));
	add_value(env, prefix, name, text);
}

static void add_option(struct script_env *env, const struct script_call *call,
		       const char *prefix, const struct client_option *from)
{
	const struct conf_option option = {
		.universe = from->universe,
		.code = from->code,
		.len = from->len,
		.data = from->body,
	};
	struct strbuf name = STRBUF_INIT, value = STRBUF_INIT;

	if (from->len == 0)
		return; /* dhclient shows none, and no script asks */
	conf_text_shell_name(call->defs, call->def_count, from->universe,
			     from->code, &name);
	if (!conf_text_shell_value(call->defs, call->def_count, &option,
				   &value) ||
	    !script_value_is_safe(from->universe, from->code,
				  strbuf_text(&value)))
		env->unsafe++;
	else
		add_value(env, prefix, strbuf_text(&name), strbuf_text(&value));
	strbuf_fini(&name);
	strbuf_fini(&value);
}

static void add_options(struct script_env *env, const struct script_call *call,
			const char *prefix,
			const struct client_options *options)
{
	size_t i;

	for (i = 0; i < options->count; i++)
		add_option(env, call, prefix, &options->option[i]);
}

/* ---- DHCPv4 ---- */

static void add_network4(struct script_env *env, const char *prefix,
			 struct in_addr addr,
			 const struct client_options *options)
{
	const struct client_option *mask = client_options_find(
		options, CONF_OPTIONS_DHCP4, DHCP4_OPT_SUBNET_MASK);
	struct in_addr mask_addr, other;

	if (!mask || mask->len != sizeof(mask_addr))
		return;
	memcpy(&mask_addr, mask->body, sizeof(mask_addr));
	other.s_addr = addr.s_addr & mask_addr.s_addr;
	add_addr4(env, prefix, "network_number", other);
	if (client_options_find(options, CONF_OPTIONS_DHCP4,
				DHCP4_OPT_BROADCAST_ADDRESS))
		return;
	other.s_addr |= ~mask_addr.s_addr;
	add_addr4(env, prefix, "broadcast_address", other);
}

/* A field of the message, which may hold what an option may not. */
static void add_field(struct script_env *env, const char *prefix,
		      const char *name, uint16_t like, const char *value)
{
	if (!*value)
		return;
	if (script_value_is_safe(CONF_OPTIONS_DHCP4, like, value))
		add_value(env, prefix, name, value);
	else
		env->unsafe++;
}

static void add_lease4(struct script_env *env, const struct script_call *call,
		       const char *prefix, const struct script_lease4 *told)
{
	const struct client_lease4 *lease = told->lease;
	const struct client_options *options =
		told->options ? told->options : &lease->options;
	char server[INET6_ADDRSTRLEN];

	add_addr4(env, prefix, "ip_address", lease->addr);
	add_network4(env, prefix, lease->addr, options);
	if (lease->expire.s == CLIENT_TIME_NEVER)
		add(env, prefix, "expiry", "%u", SCRIPT_ENV_NEVER);
	else
		add(env, prefix, "expiry", "%lld", (long long)lease->expire.s);
	add(env, prefix, "dhcp4o6", "1");
	if (!IN6_IS_ADDR_UNSPECIFIED(&lease->server6)) {
		inet_ntop(AF_INET6, &lease->server6, server, sizeof(server));
		add_value(env, prefix, "dhcp4o6_server", server);
	}
	if (lease->next_server.s_addr)
		add_addr4(env, prefix, "next_server", lease->next_server);
	add_field(env, prefix, "filename", DHCP4_OPT_ROOT_PATH,
		  lease->filename);
	add_field(env, prefix, "server_name", DHCP4_OPT_HOST_NAME,
		  lease->server_name);
	add_options(env, call, prefix, options);
}

/* ---- DHCPv6 ---- */

static void add_item(struct script_env *env, const char *prefix,
		     const struct script_lease6 *told)
{
	const struct client_item *item = told->item;
	char addr[INET6_ADDRSTRLEN];

	inet_ntop(AF_INET6, &item->addr, addr, sizeof(addr));
	if (told->ia && told->ia->code == DHCP6_OPT_IA_PD) {
		add(env, prefix, "ip6_prefix", "%s/%u", addr, item->prefix_len);
	} else {
		add_value(env, prefix, "ip6_address", addr);
		add(env, prefix, "ip6_prefixlen", "%u", told->addr_len);
	}
	add(env, prefix, "life_starts", "%lld", (long long)item->starts.s);
	add(env, prefix, "preferred_life", "%u", item->preferred_s);
	add(env, prefix, "max_life", "%u", item->valid_s);
}

static void add_ia(struct script_env *env, const char *prefix,
		   const struct client_ia *ia)
{
	add(env, prefix, "iaid", "%02x:%02x:%02x:%02x", ia->iaid >> 24,
	    ia->iaid >> 16 & 0xff, ia->iaid >> 8 & 0xff, ia->iaid & 0xff);
	add(env, prefix, "starts", "%lld", (long long)ia->starts.s);
	add(env, prefix, "renew", "%u", ia->t1_s);
	add(env, prefix, "rebind", "%u", ia->t2_s);
}

static void add_lease6(struct script_env *env, const struct script_call *call,
		       const char *prefix, const struct script_lease6 *told)
{
	if (told->item)
		add_item(env, prefix, told);
	if (told->ia)
		add_ia(env, prefix, told->ia);
	add_options(env, call, prefix,
		    told->options ? told->options : &told->lease->options);
}

/* ---- a call ---- */

static void begin(struct script_env *env, const struct script_call *call)
{
	env->count = 0;
	env->used = 0;
	env->unsafe = 0;
	env->unroomed = 0;
	add_value(env, "", "reason", reasons[call->reason].name);
	add_value(env, "", "interface", call->interface);
	add(env, "", "pid", "%d", (int)call->pid);
	add(env, "", "dad_wait_time", "%u", call->dad_wait_s);
}

static void add_requested(struct script_env *env,
			  const struct script_call *call)
{
	struct strbuf name = STRBUF_INIT;
	size_t i;

	for (i = 0; i < call->requested_count; i++) {
		strbuf_reset(&name);
		conf_text_shell_name(call->defs, call->def_count,
				     call->requested[i].universe,
				     call->requested[i].code, &name);
		add_value(env, "requested_", strbuf_text(&name), "1");
	}
	strbuf_fini(&name);
}

void script_env_fill4(struct script_env *env, const struct script_call *call,
		      const struct script_lease4 *now,
		      const struct script_lease4 *before)
{
	begin(env, call);
	if (now && reasons[call->reason].now)
		add_lease4(env, call, reasons[call->reason].now, now);
	add_requested(env, call);
	if (before && reasons[call->reason].before)
		add_lease4(env, call, reasons[call->reason].before, before);
}

void script_env_fill6(struct script_env *env, const struct script_call *call,
		      const struct script_lease6 *now,
		      const struct script_lease6 *before)
{
	begin(env, call);
	if (now && reasons[call->reason].now)
		add_lease6(env, call, reasons[call->reason].now, now);
	add_requested(env, call);
	if (before && reasons[call->reason].before)
		add_lease6(env, call, reasons[call->reason].before, before);
}

const char *script_env_next(const struct script_env *env, const char *at)
{
	at = at ? at + strlen(at) + 1 : env->text;
	return at < env->text + env->used ? at : NULL;
}

/* ---- of somebody else's making ---- */

static bool is_reason(const char *text)
{
	size_t i;

	for (i = 0; i < SCRIPT_REASON_COUNT; i++) {
		if (strcmp(text, reasons[i].name) == 0)
			return true;
	}
	return false;
}

/* The name behind one of the prefixes, or NULL: another name. */
static const char *bare_name(const char *text, size_t len)
{
	static const char *const prefixes[] = { "new_", "old_", "cur_",
						"requested_" };
	size_t i, n;

	for (i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		n = strlen(prefixes[i]);
		if (len > n && strncmp(text, prefixes[i], n) == 0 &&
		    strspn(text, SCRIPT_NAME_CHARS) == len)
			return text + n;
	}
	return NULL;
}

/* The first four, in the order that begin() has. */
static bool is_head(size_t index, const char *text, const char *interface)
{
	static const char *const names[] = { "reason=", "interface=", "pid=",
					     "dad_wait_time=" };
	size_t len = strlen(names[index]);
	const char *value = text + len;

	if (strncmp(text, names[index], len) != 0)
		return false;
	if (index == 0)
		return is_reason(value);
	if (index == 1)
		return strcmp(value, interface) == 0;
	len = strlen(value);
	return len > 0 && len <= 10 && strspn(value, "0123456789") == len;
}

static bool is_variable(size_t index, const char *text, const char *interface)
{
	const char *value = strchr(text, '='), *name;

	if (index < 4)
		return is_head(index, text, interface);
	name = value ? bare_name(text, (size_t)(value - text)) : NULL;
	if (!name || !script_value_is_plain(value + 1))
		return false;
	if (strncmp(text, "requested_", strlen("requested_")) == 0)
		return strcmp(value, "=1") == 0;
	return script_value_fits_name(name, (size_t)(value - name), value + 1);
}

int script_env_parse(struct script_env *env, const char *interface,
		     const void *text, size_t len)
{
	const char *at;

	env->count = 0;
	env->unsafe = 0;
	env->unroomed = 0;
	env->used = len;
	if (len == 0 || len > sizeof(env->text))
		return -EINVAL;
	memcpy(env->text, text, len);
	if (env->text[len - 1] != '\0')
		return -EINVAL;
	for (at = script_env_next(env, NULL); at;
	     at = script_env_next(env, at)) {
		if (env->count == SCRIPT_ENV_MAX ||
		    !is_variable(env->count, at, interface))
			return -EINVAL;
		env->count++;
	}
	return env->count >= 4 ? 0 : -EINVAL;
}
