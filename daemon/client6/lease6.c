/* SPDX-License-Identifier: BSD-2-Clause */
/* lease6 - a machine made, and its lease from and to wall time. */
#include "machine6_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool is_wish(const struct machine6_wish *wish)
{
	if (wish->prefix_len > 128)
		return false;
	if (wish->code == DHCP6_OPT_IA_NA)
		return !wish->has_hint || wish->prefix_len == 128;
	return wish->code == DHCP6_OPT_IA_PD;
}

static bool are_wishes(const struct machine6_config *config)
{
	size_t i, k;

	if (config->stateless)
		return true;
	if (config->wish_count == 0 || config->wish_count > CLIENT_IA_MAX)
		return false;
	for (i = 0; i < config->wish_count; i++) {
		if (!is_wish(&config->wish[i]))
			return false;
		for (k = 0; k < i; k++)
			if (config->wish[k].code == config->wish[i].code &&
			    config->wish[k].iaid == config->wish[i].iaid)
				return false;
	}
	return true;
}

static bool is_config(const struct machine6_config *config)
{
	size_t i, octets = 0;

	if (!config->interface || strlen(config->interface) >= IF_NAMESIZE ||
	    !config->random)
		return false;
	if (config->duid_len == 0 || config->duid_len > CLIENT_DUID_MAX ||
	    config->request_count > MACHINE6_REQUEST_MAX ||
	    config->send_count > MACHINE6_SEND_MAX)
		return false;
	for (i = 0; i < config->send_count; i++)
		octets += DHCP6_OPTION_HEADER_LEN + config->send[i].len;
	return octets <= MACHINE6_SEND_OCTETS && are_wishes(config);
}

int machine6_new(struct machine6 **m, const struct machine6_config *config)
{
	struct machine6 *made;

	*m = NULL;
	if (!is_config(config))
		return -EINVAL;
	made = calloc(1, sizeof(*made));
	if (!made)
		return -ENOMEM;
	made->conf = *config;
	if (config->stateless)
		made->conf.wish_count = 0;
	made->state = MACHINE6_STOPPED;
	machine6_reset_max_rt(made);
	client_options_clear(&made->options);
	*m = made;
	return 0;
}

int machine6_ask(struct machine6 *m, const struct machine6_config *config)
{
	struct machine6_config asked = m->conf;

	asked.request = config->request;
	asked.request_count = config->request_count;
	asked.send = config->send;
	asked.send_count = config->send_count;
	asked.rapid_commit = config->rapid_commit;
	if (!is_config(&asked))
		return -EINVAL;
	m->conf = asked;
	return 0;
}

void machine6_reset_max_rt(struct machine6 *m)
{
	m->sol_max_rt_s = SOL_MAX_RT_S;
	m->inf_max_rt_s = INF_MAX_RT_S;
}

void machine6_free(struct machine6 *m)
{
	free(m);
}

/*
 * When it began, by the clock of this boot, which may be before it. A time that
 * lies ahead is the fault of a wall clock: then nothing of it is over.
 */
static struct mono_time since(struct wall_time starts, struct mono_time now,
			      struct wall_time wall)
{
	int64_t age_s = 0;

	if (starts.s < wall.s) {
		age_s = wall.s - (starts.s > 0 ? starts.s : 0);
		if (age_s > UINT32_MAX)
			age_s = UINT32_MAX;
	}
	return mono_add_s(now, -age_s);
}

static bool is_over(const struct held_item *held, struct mono_time now)
{
	return held->item.valid_s != DHCP6_INFINITE &&
	       mono_add_s(held->since, held->item.valid_s).ns <= now.ns;
}

/* The last one counts of those that are the same. */
static void adopt_item(struct held_ia *ia, const struct held_item *held)
{
	size_t k;

	for (k = 0; k < ia->count; k++)
		if (ia->item[k].item.prefix_len == held->item.prefix_len &&
		    IN6_ARE_ADDR_EQUAL(&ia->item[k].item.addr,
				       &held->item.addr))
			break;
	ia->item[k] = *held;
	if (k == ia->count)
		ia->count++;
}

static void adopt_ia(struct held_ia *ia, const struct client_ia *kept,
		     struct mono_time now, struct wall_time wall)
{
	size_t i;

	ia->count = 0;
	for (i = 0; i < kept->item_count && i < CLIENT_IA_ITEMS_MAX; i++) {
		const struct client_item *item = &kept->item[i];
		struct held_item held = {
			.item = { .addr = item->addr,
				  .prefix_len = item->prefix_len,
				  .preferred_s = item->preferred_s,
				  .valid_s = item->valid_s },
			.since = since(item->starts, now, wall),
		};

		if (item->prefix_len <= 128 &&
		    item->preferred_s <= item->valid_s && !is_over(&held, now))
			adopt_item(ia, &held);
	}
	ia->since = since(kept->starts, now, wall);
	grant6_set_times(ia, kept->t1_s, kept->t2_s);
}

void machine6_adopt(struct machine6 *m, const struct client_lease6 *lease,
		    struct mono_time now, struct wall_time wall)
{
	size_t i, wish;

	if (m->state != MACHINE6_STOPPED)
		return;
	held6_clear(m);
	client_options_clear(&m->options);
	if (lease->released)
		return;
	for (i = 0; i < lease->ia_count && i < CLIENT_IA_MAX; i++) {
		const struct client_ia *kept = &lease->ia[i];
		const struct dhcp6_ia key = { .code = kept->code,
					      .iaid = kept->iaid };

		wish = held6_find_wish(m, &key);
		if (wish < m->conf.wish_count)
			adopt_ia(&m->held[wish], kept, now, wall);
	}
	if (held6_has_any(m))
		client_options_copy(&m->options, &lease->options);
}

static struct wall_time wall_at(struct mono_time then, struct mono_time now,
				struct wall_time wall)
{
	return (struct wall_time){ wall.s -
				   mono_diff_ns(now, then) / NS_PER_S };
}

static void put_ia(const struct held_ia *held, struct client_ia *ia,
		   struct mono_time now, struct wall_time wall)
{
	size_t i;

	ia->starts = wall_at(held->since, now, wall);
	ia->t1_s = held->t1_s;
	ia->t2_s = held->t2_s;
	ia->item_count = held->count;
	for (i = 0; i < held->count; i++)
		ia->item[i] = (struct client_item){
			.addr = held->item[i].item.addr,
			.prefix_len = held->item[i].item.prefix_len,
			.starts = wall_at(held->item[i].since, now, wall),
			.preferred_s = held->item[i].item.preferred_s,
			.valid_s = held->item[i].item.valid_s,
		};
}

void machine6_lease(const struct machine6 *m, struct mono_time now,
		    struct wall_time wall, struct client_lease6 *lease)
{
	size_t i;

	memset(lease->interface, 0, sizeof(lease->interface));
	memcpy(lease->interface, m->conf.interface, strlen(m->conf.interface));
	lease->released = false;
	lease->ia_count = 0;
	for (i = 0; i < m->conf.wish_count; i++) {
		struct client_ia *ia = &lease->ia[lease->ia_count];

		if (!m->held[i].count)
			continue;
		ia->code = m->conf.wish[i].code;
		ia->iaid = m->conf.wish[i].iaid;
		put_ia(&m->held[i], ia, now, wall);
		lease->ia_count++;
	}
	client_options_copy(&lease->options, &m->options);
}

bool machine6_is_in_use(const struct machine6 *m)
{
	return m->is_in_use;
}

const struct dhcp4o6_servers *machine6_servers(const struct machine6 *m)
{
	return &m->servers;
}

enum machine6_state machine6_state(const struct machine6 *m)
{
	return m->state;
}

const char *machine6_state_name(enum machine6_state state)
{
	static const char *const name[MACHINE6_STATE_COUNT] = {
		[MACHINE6_STOPPED] = "stopped",
		[MACHINE6_WAITING] = "waiting",
		[MACHINE6_SOLICITING] = "soliciting",
		[MACHINE6_REQUESTING] = "requesting",
		[MACHINE6_CONFIRMING] = "confirming",
		[MACHINE6_BOUND] = "bound",
		[MACHINE6_RENEWING] = "renewing",
		[MACHINE6_REBINDING] = "rebinding",
		[MACHINE6_RELEASING] = "releasing",
		[MACHINE6_DECLINING] = "declining",
		[MACHINE6_INFORMING] = "informing",
		[MACHINE6_INFORMED] = "informed",
	};

	return name[state];
}

static struct mono_time or_never(int64_t ns)
{
	return (struct mono_time){ ns == INT64_MAX ? 0 : ns };
}

void machine6_times(const struct machine6 *m, struct machine6_times *times)
{
	*times = (struct machine6_times){
		.t1 = or_never(held6_t1_ns(m)),
		.t2 = or_never(held6_t2_ns(m)),
		.expires = or_never(held6_last_ns(m)),
	};
	if (m->state == MACHINE6_INFORMED)
		times->refresh = m->refresh;
	if (m->exchange.type) {
		times->next_message = m->exchange.next;
		times->sent = m->exchange.sent;
	}
}
