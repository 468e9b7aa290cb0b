/* SPDX-License-Identifier: BSD-2-Clause */
/* grant6 - what a REPLY gives, and what it takes (RFC 9915 section 18.2.10). */
#include "machine6_private.h"

#include <string.h>

/* What is of the exchange and not of the configuration. */
static bool is_kept(uint16_t code)
{
	static const uint16_t passing[] = {
		DHCP6_OPT_CLIENT_ID,    DHCP6_OPT_IA_NA,
		DHCP6_OPT_IA_TA,        DHCP6_OPT_IA_PD,
		DHCP6_OPT_PREFERENCE,   DHCP6_OPT_ELAPSED_TIME,
		DHCP6_OPT_AUTH,         DHCP6_OPT_STATUS_CODE,
		DHCP6_OPT_RAPID_COMMIT, DHCP6_OPT_RECONF_ACCEPT,
	};
	size_t i;

	for (i = 0; i < sizeof(passing) / sizeof(passing[0]); i++)
		if (passing[i] == code)
			return false;
	return true;
}

/* -ENOSPC is of no consequence: those that matter are set first. */
static void keep_option(struct machine6 *m, const struct dhcp6_option *opt)
{
	client_options_set(&m->options, CONF_OPTIONS_DHCP6, opt->code,
			   opt->body.pos, wire_left(&opt->body));
}

/* Of option 88 what counts of it, which always finds room. */
static void keep_vital(struct turn *t, const struct dhcp6_option *opt)
{
	const struct dhcp4o6_servers *servers = &t->msg->dhcp4o6;
	struct dhcp6_option kept = *opt;

	if (opt->code == DHCP6_OPT_DHCP4O6_SERVER && servers->is_given)
		kept.body =
			wire_reader(servers->addr,
				    servers->count * sizeof(servers->addr[0]));
	keep_option(t->m, &kept);
}

/* The one that names the server, and the one that this is all about. */
static bool is_vital(uint16_t code)
{
	return code == DHCP6_OPT_SERVER_ID || code == DHCP6_OPT_DHCP4O6_SERVER;
}

/*
 * An option that was there and is not any more is not used any more: RFC 9915
 * section 18.2.10.5, RFC 7341 section 9.
 */
void grant6_take_options(struct turn *t)
{
	struct wire_reader area = t->msg->options;
	struct dhcp6_option opt;

	client_options_clear(&t->m->options);
	while (dhcp6_next_option(&area, &opt) > 0)
		if (is_vital(opt.code))
			keep_vital(t, &opt);
	area = t->msg->options;
	while (dhcp6_next_option(&area, &opt) > 0)
		if (is_kept(opt.code) && !is_vital(opt.code))
			keep_option(t->m, &opt);
}

void grant6_take_max_rt(struct turn *t)
{
	if (t->msg->sol_max_rt_s)
		t->m->sol_max_rt_s = t->msg->sol_max_rt_s;
	if (t->msg->inf_max_rt_s)
		t->m->inf_max_rt_s = t->msg->inf_max_rt_s;
}

/* The key of a server that is not the one in use any more says nothing. */
void grant6_take_key(struct turn *t)
{
	const struct dhcp6_rkap *rkap = &t->msg->rkap;
	struct reconfigure_key *key = &t->m->key;
	size_t len = wire_left(&t->msg->server_id);

	if (len != key->server.len ||
	    memcmp(key->server.duid, t->msg->server_id.pos, len) != 0)
		key->is_known = false;
	if (!t->m->conf.accept_reconfigure || !t->msg->has_rkap ||
	    rkap->type != DHCP6_RKAP_KEY)
		return;
	key->is_known = true;
	key->replay = rkap->replay;
	memcpy(key->key, rkap->value, sizeof(key->key));
	key->server.len = len;
	memcpy(key->server.duid, t->msg->server_id.pos, len);
}

static uint32_t part_s(uint32_t s, uint32_t tenths)
{
	return s == DHCP6_INFINITE ? s : (uint32_t)((uint64_t)s * tenths / 10);
}

/*
 * What T1 and T2 are parts of when the client chooses them: the shortest
 * preferred lifetime (RFC 9915 section 21.4). What is not preferred any more
 * is about to go; if there is nothing else, its end counts.
 */
static uint32_t base_s(const struct held_ia *ia)
{
	uint32_t preferred_s = 0, valid_s = DHCP6_INFINITE;
	size_t k;

	for (k = 0; k < ia->count; k++) {
		const struct dhcp6_ia_item *item = &ia->item[k].item;

		if (item->valid_s < valid_s)
			valid_s = item->valid_s;
		if (item->preferred_s &&
		    (!preferred_s || item->preferred_s < preferred_s))
			preferred_s = item->preferred_s;
	}
	return preferred_s ? preferred_s : valid_s;
}

static uint32_t longest_valid_s(const struct held_ia *ia)
{
	uint32_t valid_s = 0;
	size_t k;

	for (k = 0; k < ia->count; k++)
		if (ia->item[k].item.valid_s > valid_s)
			valid_s = ia->item[k].item.valid_s;
	return valid_s;
}

/*
 * A time that all is over before is a mistake. That of the end is none: it says
 * that nothing will be prolonged (RFC 9915 section 18.3.4).
 */
static uint32_t useful_s(uint32_t t_s, uint32_t valid_s)
{
	return t_s > valid_s && t_s != DHCP6_INFINITE ? 0 : t_s;
}

void grant6_set_times(struct held_ia *ia, uint32_t given_t1_s,
		      uint32_t given_t2_s)
{
	uint32_t valid_s = longest_valid_s(ia);
	uint32_t given_s = useful_s(given_t1_s, valid_s);
	uint32_t t1_s = given_s ? given_s : part_s(base_s(ia), 5);
	uint32_t t2_s = useful_s(given_t2_s, valid_s);

	if (!t2_s)
		t2_s = part_s(base_s(ia), 8);
	if (t2_s < t1_s && given_s)
		t2_s = t1_s;
	if (t2_s < t1_s)
		t1_s = t2_s;
	ia->t1_s = t1_s ? t1_s : 1; /* never at once: section 14.2 */
	ia->t2_s = t2_s ? t2_s : 1;
}

static void drop_item(struct held_ia *ia, size_t k)
{
	ia->count--;
	memmove(&ia->item[k], &ia->item[k + 1],
		(ia->count - k) * sizeof(ia->item[0]));
}

/* Index of the item in the IA, or ia->count. */
static size_t find_item(const struct held_ia *ia,
			const struct dhcp6_ia_item *item)
{
	size_t k;

	for (k = 0; k < ia->count; k++)
		if (ia->item[k].item.prefix_len == item->prefix_len &&
		    IN6_ARE_ADDR_EQUAL(&ia->item[k].item.addr, &item->addr))
			break;
	return k;
}

/* True: the IA has it now, or had it and has it no more. */
static bool take_item(struct held_ia *ia, const struct dhcp6_ia_item *item,
		      struct mono_time now)
{
	size_t k = find_item(ia, item);

	if (item->status != DHCP6_STATUS_SUCCESS)
		return false;
	if (item->valid_s == 0) {
		if (k == ia->count)
			return false;
		drop_item(ia, k);
		return true;
	}
	if (k == CLIENT_IA_ITEMS_MAX)
		return false;
	ia->item[k] = (struct held_item){ .item = *item, .since = now };
	if (k == ia->count)
		ia->count++;
	return true;
}

static size_t take_items(struct turn *t, struct held_ia *ia,
			 const struct dhcp6_ia *granted)
{
	size_t i, taken = 0;

	for (i = 0; i < granted->item_count; i++)
		if (take_item(ia, &t->msg->item[granted->first_item + i],
			      t->now))
			taken++;
	return taken;
}

static bool gives_something(const struct turn *t,
			    const struct dhcp6_ia *granted)
{
	size_t i;

	for (i = 0; i < granted->item_count; i++) {
		const struct dhcp6_ia_item *item =
			&t->msg->item[granted->first_item + i];

		if (item->status == DHCP6_STATUS_SUCCESS && item->valid_s)
			return true;
	}
	return false;
}

static void take_ia(struct turn *t, struct held_ia *ia,
		    const struct dhcp6_ia *granted, struct grant *grant)
{
	switch (granted->status) {
	case DHCP6_STATUS_SUCCESS:
		break;
	case DHCP6_STATUS_NO_BINDING:
		ia->is_forgotten = ia->count > 0;
		grant->has_forgotten = true;
		return;
	case DHCP6_STATUS_NOT_ON_LINK:
		grant->is_off_link = true;
		return;
	default:
		return;
	}
	/* What a server forgot goes once there is something in its place. */
	if (ia->is_forgotten && gives_something(t, granted))
		ia->count = 0;
	if (take_items(t, ia, granted) == 0)
		return;
	grant->taken++;
	ia->is_forgotten = false;
	ia->since = t->now;
	grant6_set_times(ia, granted->t1_s, granted->t2_s);
}

/* Of an IA that is there again the first one counts. */
void grant6_apply(struct turn *t, struct grant *grant)
{
	const struct dhcp6_server_msg *msg = t->msg;
	bool is_seen[CLIENT_IA_MAX] = { false };
	size_t i, wish;

	*grant = (struct grant){ 0 };
	for (i = 0; i < msg->ia_count; i++) {
		wish = held6_find_wish(t->m, &msg->ia[i]);
		if (wish == t->m->conf.wish_count || is_seen[wish])
			continue;
		is_seen[wish] = true;
		take_ia(t, &t->m->held[wish], &msg->ia[i], grant);
	}
}
