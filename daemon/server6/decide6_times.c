/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decide6_times - lifetimes of what is given, and when the client comes back.
 *
 * Valid lifetime: `default-lease-time'. A client's wish counts only where
 * `min-lease-time' or `max-lease-time' says how far: clients repeat what they
 * were given, and would never hear of a new default. Preferred lifetime:
 * `preferred-lifetime', or as ISC has it five eighths of the valid one.
 */
#include "decide6_private.h"
#include "dhcp4o6/wire/dhcp4_proto.h"

/* ISC's, where the configuration says nothing. */
#define LEASE_TIME_DEFAULT_S 43200U

static uint32_t limit_wish(const struct option6_scopes *scopes, uint32_t usual,
			   uint32_t wish)
{
	const struct conf_params *min =
		option6_scopes_param(scopes, CONF_PARAM_MIN_LEASE_TIME);
	const struct conf_params *max =
		option6_scopes_param(scopes, CONF_PARAM_MAX_LEASE_TIME);
	uint32_t most = max ? max->max_lease_time_s : usual;
	uint32_t least = min ? min->min_lease_time_s : usual;

	if (!min && !max)
		return usual;
	if (!min && least > most)
		least = most;
	if (!wish)
		wish = usual;
	if (wish > most)
		wish = most;
	return wish < least ? least : wish;
}

void decide6_lifetimes(const struct option6_scopes *scopes, uint32_t hint_s,
		       struct decide6_item *item)
{
	const struct conf_params *params =
		option6_scopes_param(scopes, CONF_PARAM_DEFAULT_LEASE_TIME);
	uint32_t valid =
		params ? params->default_lease_time_s : LEASE_TIME_DEFAULT_S;
	uint32_t preferred;

	valid = limit_wish(scopes, valid, hint_s);
	if (!valid) /* zero means to stop using it */
		valid = 1;
	preferred = valid;
	if (valid != DHCP6_INFINITE)
		preferred = (uint32_t)((uint64_t)valid * 5 / 8);
	if (!preferred)
		preferred = 1;
	params = option6_scopes_param(scopes, CONF_PARAM_PREFERRED_LIFETIME);
	if (params)
		preferred = params->preferred_lifetime_s;
	item->preferred_s = preferred < valid ? preferred : valid;
	item->valid_s = valid;
}

/* `option dhcp-renewal-time' or `dhcp-rebinding-time', as in ISC. */
static uint32_t configured_time(const struct option6_scopes *scopes,
				uint16_t code, uint32_t otherwise)
{
	const struct conf_option *o =
		option6_scopes_find(scopes, CONF_OPTIONS_DHCP4, code);
	struct wire_reader r;

	if (!o || o->len != sizeof(uint32_t))
		return otherwise;
	r = wire_reader(o->data, o->len);
	return wire_get_u32(&r);
}

/*
 * RFC 9915 section 21.4: 0.5 and 0.8 times the shortest preferred lifetime,
 * infinite if that is. Without any lease, and with `dhcpv6-set-tee-times off',
 * zero: as the client likes.
 */
void decide6_set_times(struct decision6 *d)
{
	struct decide6_answer *answer = d->answer;
	const struct conf_params *params;
	uint32_t shortest = DHCP6_INFINITE;
	bool has_lease = false;
	uint16_t i;

	for (i = 0; i < answer->item_count; i++) {
		if (!answer->item[i].valid_s)
			continue;
		has_lease = true;
		if (answer->item[i].preferred_s < shortest)
			shortest = answer->item[i].preferred_s;
	}
	if (!has_lease)
		return;
	params =
		option6_scopes_param(&answer->scopes, CONF_PARAM_SET_TEE_TIMES);
	if (!params || params->set_tee_times) {
		answer->t1_s = shortest;
		answer->t2_s = shortest;
	}
	if (answer->t1_s && shortest != DHCP6_INFINITE) {
		answer->t1_s = shortest / 2;
		answer->t2_s = (uint32_t)((uint64_t)shortest * 4 / 5);
	}
	answer->t1_s = configured_time(&answer->scopes, DHCP4_OPT_RENEWAL_TIME,
				       answer->t1_s);
	answer->t2_s = configured_time(&answer->scopes,
				       DHCP4_OPT_REBINDING_TIME, answer->t2_s);
	/* Who gets T1 > T2 > 0 has to ignore the IA: section 21.4. */
	if (answer->t2_s && answer->t1_s > answer->t2_s)
		answer->t1_s = answer->t2_s;
}
