/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * apply6 - what a change of a lease means: first to the file, then to the
 * addresses of the interface, then to the script, an item at a time.
 */
#include <arpa/inet.h>
#include <string.h>
#include <unistd.h>

#include "dhcp4o6/lease/client_merge.h"
#include "dhcp4o6/wire/dhcp6_proto.h"
#include "head6.h"

/* What a kind of change does. */
static const struct effect {
	bool is_kept;               /* it goes into the file */
	bool is_given;              /* items are (still) given */
	enum script_reason present; /* of items that are given */
	enum script_reason gone;    /* of items that are no more */
	const char *text;
} effects[MACHINE6_CHANGE_COUNT] = {
	[MACHINE6_SAME] = { false, false, 0, SCRIPT_EXPIRE6, NULL },
	[MACHINE6_GOT] = { true, true, SCRIPT_BOUND6, SCRIPT_EXPIRE6,
			   "bound to" },
	[MACHINE6_RENEWED] = { true, true, SCRIPT_RENEW6, SCRIPT_EXPIRE6,
			       "renewed" },
	[MACHINE6_REBOUND] = { true, true, SCRIPT_REBIND6, SCRIPT_EXPIRE6,
			       "rebound" },
	[MACHINE6_GOT_INFORMATION] = { true, false, 0, SCRIPT_EXPIRE6, NULL },
	[MACHINE6_DEPRECATED] = { false, false, 0, SCRIPT_EXPIRE6, NULL },
	[MACHINE6_EXPIRED] = { true, false, 0, SCRIPT_EXPIRE6, NULL },
	[MACHINE6_LOST] = { true, false, 0, SCRIPT_EXPIRE6, NULL },
	[MACHINE6_DECLINED] = { true, false, 0, SCRIPT_EXPIRE6, NULL },
	[MACHINE6_RELEASED] = { true, false, 0, SCRIPT_RELEASE6, NULL },
	[MACHINE6_ENDED] = { false, false, 0, SCRIPT_STOP6, NULL },
};

/* ---- the file ---- */

bool apply6_write(struct head6 *head)
{
	const char *path = head->config->args->common.lease_file;
	int err = client_leases_write(head->config->leases, path);

	if (err)
		log_error("%s cannot be written: %s", path, strerror(-err));
	return !err;
}

/* An IA without anything in it keeps its IAID. */
static void add_empty(const struct uplink *uplink, struct client_lease6 *lease)
{
	size_t i, k;

	for (i = 0; i < uplink->wants.wish_count; i++) {
		const struct machine6_wish *wish = &uplink->wish[i];

		for (k = 0; k < lease->ia_count; k++) {
			if (lease->ia[k].code == wish->code &&
			    lease->ia[k].iaid == wish->iaid)
				break;
		}
		if (k < lease->ia_count || k == CLIENT_IA_MAX)
			continue;
		lease->ia[lease->ia_count++] = (struct client_ia){
			.code = wish->code,
			.iaid = wish->iaid,
			.starts = wall_now(),
		};
	}
}

static void drop_empty(struct client_lease6 *lease)
{
	while (lease->ia_count && !lease->ia[lease->ia_count - 1].item_count)
		lease->ia_count--;
}

static void keep(struct uplink *uplink, enum machine6_change change)
{
	struct head6 *head = uplink->head;
	struct client_lease6 *lease = &uplink->next;
	int err;

	if (change == MACHINE6_RELEASED) {
		lease = &uplink->lease;
		lease->released = true;
	}
	add_empty(uplink, lease);
	err = client_leases_put6(head->config->leases, lease);
	drop_empty(lease);
	if (err)
		log_error("%s: the lease cannot be kept: %s", uplink->name,
			  strerror(-err));
	else
		(void)apply6_write(head);
}

/* ---- addresses ---- */

static uint32_t left_s(uint32_t lifetime_s, struct wall_time starts,
		       struct wall_time now)
{
	int64_t age_s = now.s > starts.s ? now.s - starts.s : 0;

	if (lifetime_s == CLIENT_LIFETIME_FOREVER)
		return NET_CONF_FOREVER;
	return age_s < lifetime_s ? lifetime_s - (uint32_t)age_s : 0;
}

static void set_request(struct uplink *uplink, enum hands_request_type type,
			const struct client_item *item)
{
	struct hands_request *request = &uplink->head->request;
	struct wall_time now = wall_now();

	request->type = type;
	request->addr = (struct net_conf_addr){
		.family = AF_INET6,
		.prefix_len = uplink->head->config->args->addr_len,
		.v6 = item->addr,
		.preferred_s = left_s(item->preferred_s, item->starts, now),
		.valid_s = left_s(item->valid_s, item->starts, now),
	};
}

static void put_address(struct uplink *uplink, const struct client_item *item)
{
	set_request(uplink, HANDS_PUT_ADDR, item);
	if (uplink->link.ifindex && uplink->head->request.addr.valid_s)
		(void)head6_ask(uplink->head, uplink, NULL,
				"setting an address");
}

static void remove_address(struct uplink *uplink,
			   const struct client_item *item)
{
	set_request(uplink, HANDS_REMOVE_ADDR, item);
	/* Of one that is removed the lifetimes do not count. */
	uplink->head->request.addr.preferred_s = NET_CONF_FOREVER;
	uplink->head->request.addr.valid_s = NET_CONF_FOREVER;
	if (uplink->link.ifindex)
		(void)head6_ask(uplink->head, uplink, NULL,
				"removing an address");
}

static void put_addresses(struct uplink *uplink,
			  const struct client_lease6 *lease)
{
	size_t i, k;

	for (i = 0; i < lease->ia_count; i++) {
		for (k = 0; lease->ia[i].code == DHCP6_OPT_IA_NA &&
			    k < lease->ia[i].item_count;
		     k++)
			put_address(uplink, &lease->ia[i].item[k]);
	}
}

void apply6_addresses(struct uplink *uplink)
{
	if (!uplink->machine || !machine6_is_in_use(uplink->machine))
		return;
	machine6_lease(uplink->machine, loop_now(uplink->head->loop),
		       wall_now(), &uplink->next);
	put_addresses(uplink, &uplink->next);
}

/* ---- the script ---- */

struct place {
	const struct client_ia *ia; /* NULL: options alone */
	const struct client_item *item;
};

static struct place find_item(const struct client_lease6 *lease,
			      const struct place *like)
{
	size_t i, k;

	for (i = 0; like->ia && i < lease->ia_count; i++) {
		const struct client_ia *ia = &lease->ia[i];

		if (ia->code != like->ia->code || ia->iaid != like->ia->iaid)
			continue;
		for (k = 0; k < ia->item_count; k++) {
			if (ia->item[k].prefix_len == like->item->prefix_len &&
			    IN6_ARE_ADDR_EQUAL(&ia->item[k].addr,
					       &like->item->addr))
				return (struct place){ ia, &ia->item[k] };
		}
	}
	return (struct place){ 0 };
}

/* Merged for what applies now; uplink->merged has it. */
static void merge(struct uplink *uplink, const struct client_lease6 *lease)
{
	const struct conf_packet about = {
		.htype = (uint8_t)uplink->link.hw_type,
		.chaddr = { uplink->link.mac,
			    uplink->link.has_mac ? NET_MAC_LEN : 0 },
	};

	(void)client_options_merge(uplink->scope, CONF_OPTIONS_DHCP6,
				   &lease->options, &about, &uplink->merged);
}

static void call(struct uplink *uplink, enum script_reason reason,
		 const struct client_lease6 *lease, const struct place *at)
{
	const struct head6_config *config = uplink->head->config;
	struct script_env *env = &uplink->head->request.env;
	struct script6_about about = { .reason = reason };
	const struct script_call script = {
		.reason = reason,
		.interface = uplink->name,
		.pid = getpid(),
		.dad_wait_s = config->args->dad_wait_s,
		.defs = uplink->head->conf->option_defs,
		.def_count = uplink->head->conf->option_def_count,
		.requested = uplink->asked,
		.requested_count = uplink->wants.request_count,
	};
	const struct script_lease6 now = {
		.lease = lease,
		.options = &uplink->merged,
		.ia = at->ia,
		.item = at->item,
		.addr_len = config->args->addr_len,
	};
	const struct place past = find_item(&uplink->lease, at);
	const struct script_lease6 before = {
		.lease = &uplink->lease,
		.ia = past.ia,
		.item = past.item,
		.addr_len = config->args->addr_len,
	};

	if (at->ia && at->ia->code == DHCP6_OPT_IA_NA)
		about.addr = at->item->addr;
	script_env_fill6(env, &script, &now, past.item ? &before : NULL);
	script6_call(uplink->scripts, &about, env);
}

/* ---- a change ---- */

static void log_item(const struct uplink *uplink, const char *text,
		     const struct client_item *item)
{
	char addr[INET6_ADDRSTRLEN];

	inet_ntop(AF_INET6, &item->addr, addr, sizeof(addr));
	log_notice("%s: %s %s/%u", uplink->name, text, addr, item->prefix_len);
}

static void tell_gone(struct uplink *uplink, enum script_reason reason)
{
	const struct client_lease6 *lease = &uplink->lease;
	bool is_kept = reason == SCRIPT_STOP6;
	size_t i, k;

	merge(uplink, lease);
	for (i = 0; i < lease->ia_count; i++) {
		for (k = 0; k < lease->ia[i].item_count; k++) {
			const struct place at = { &lease->ia[i],
						  &lease->ia[i].item[k] };

			if (find_item(&uplink->next, &at).item)
				continue;
			/* The next run goes on with what is kept. */
			log_item(uplink, is_kept ? "kept:" : "gone:", at.item);
			if (at.ia->code == DHCP6_OPT_IA_NA && !is_kept)
				remove_address(uplink, at.item);
			call(uplink, reason, lease, &at);
		}
	}
}

static void tell_present(struct uplink *uplink, const struct effect *effect)
{
	const struct client_lease6 *lease = &uplink->next;
	size_t i, k;

	put_addresses(uplink, lease);
	merge(uplink, lease);
	for (i = 0; i < lease->ia_count; i++) {
		for (k = 0; k < lease->ia[i].item_count; k++) {
			const struct place at = { &lease->ia[i],
						  &lease->ia[i].item[k] };

			log_item(uplink, effect->text, at.item);
			call(uplink, effect->present, lease, &at);
		}
	}
}

static void tell_options(struct uplink *uplink, enum script_reason reason,
			 const struct client_lease6 *lease)
{
	const struct place nowhere = { 0 };

	merge(uplink, lease);
	call(uplink, reason, lease, &nowhere);
}

static bool is_over(const struct client_item *item, struct wall_time now)
{
	/* Both ends were rounded down to seconds. */
	return left_s(item->preferred_s, item->starts, now) <= 1;
}

/* Those whose preferred lifetime ended since the lease was last looked at. */
static void tell_deprecated(struct uplink *uplink)
{
	const struct client_lease6 *lease = &uplink->next;
	struct wall_time now = wall_now();
	size_t i, k;

	merge(uplink, lease);
	for (i = 0; i < lease->ia_count; i++) {
		for (k = 0; k < lease->ia[i].item_count; k++) {
			const struct place at = { &lease->ia[i],
						  &lease->ia[i].item[k] };
			const struct place past =
				find_item(&uplink->lease, &at);

			if (!is_over(at.item, now) ||
			    (past.item && past.item->preferred_s == 0))
				continue;
			log_item(uplink, "deprecated:", at.item);
			call(uplink, SCRIPT_DEPREF6, lease, &at);
			/* Said once. */
			uplink->next.ia[i].item[k].preferred_s = 0;
		}
	}
}

static void take_next(struct uplink *uplink)
{
	memcpy(&uplink->lease, &uplink->next,
	       offsetof(struct client_lease6, options));
	client_options_copy(&uplink->lease.options, &uplink->next.options);
}

/* A wall clock that steps moves no item that was deprecated already. */
static void keep_deprecated(struct uplink *uplink)
{
	struct client_lease6 *lease = &uplink->next;
	size_t i, k;

	for (i = 0; i < lease->ia_count; i++) {
		for (k = 0; k < lease->ia[i].item_count; k++) {
			const struct place at = { &lease->ia[i],
						  &lease->ia[i].item[k] };
			const struct place past =
				find_item(&uplink->lease, &at);

			if (past.item && past.item->preferred_s == 0)
				lease->ia[i].item[k].preferred_s = 0;
		}
	}
}

void apply6_change(struct uplink *uplink, enum machine6_change change)
{
	struct head6 *head = uplink->head;
	const struct effect *effect = &effects[change];
	bool is_stateless = head->config->args->stateless;

	machine6_lease(uplink->machine, loop_now(head->loop), wall_now(),
		       &uplink->next);
	if (effect->is_kept)
		keep(uplink, change);
	if (machine6_state(uplink->machine) == MACHINE6_STOPPED) {
		uplink->next.ia_count = 0;
		client_options_clear(&uplink->next.options);
	}
	tell_gone(uplink, effect->gone);
	if (effect->is_given)
		tell_present(uplink, effect);
	else
		keep_deprecated(uplink);
	if (change == MACHINE6_DEPRECATED)
		tell_deprecated(uplink);
	if (change == MACHINE6_GOT_INFORMATION)
		tell_options(uplink, SCRIPT_RENEW6, &uplink->next);
	if (is_stateless && change == MACHINE6_ENDED &&
	    uplink->lease.options.count)
		tell_options(uplink, SCRIPT_STOP6, &uplink->lease);
	take_next(uplink);
	if (change == MACHINE6_GOT || change == MACHINE6_GOT_INFORMATION)
		head6_be_ready(head);
}
