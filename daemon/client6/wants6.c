/* SPDX-License-Identifier: BSD-2-Clause */
/* wants6 - from command line and configuration to what a machine asks for. */
#include <string.h>

#include "dhcp4o6/lease/client_merge.h"
#include "dhcp4o6/wire/dhcp6_proto.h"
#include "head6.h"

/* Besides those that machine6 asks for by itself. */
static const uint16_t default_request[] = {
	23, /* name servers, RFC 3646 */
	DHCP6_OPT_DOMAIN_SEARCH,
};

static bool is_iaid_taken(const struct uplink *uplink, uint16_t code,
			  uint32_t iaid)
{
	size_t i;

	for (i = 0; i < uplink->wants.wish_count; i++) {
		if (uplink->wish[i].code == code &&
		    uplink->wish[i].iaid == iaid)
			return true;
	}
	return false;
}

/* The n-th IA of a kind that the lease file has. */
static const struct client_ia *find_kept(const struct client_lease6 *kept,
					 uint16_t code, uint32_t n)
{
	size_t i;

	for (i = 0; kept && i < kept->ia_count; i++) {
		if (kept->ia[i].code == code && n-- == 0)
			return &kept->ia[i];
	}
	return NULL;
}

static void add_wishes(struct uplink *uplink, uint16_t code, uint32_t count)
{
	const struct head6_config *config = uplink->head->config;
	const struct client_lease6 *kept =
		client_leases_find6(config->leases, uplink->name);
	uint8_t hint = code == DHCP6_OPT_IA_PD ? config->args->prefix_hint : 0;
	uint32_t i, iaid = client_iaid(&uplink->link);

	for (i = 0; i < count; i++) {
		const struct client_ia *ia = find_kept(kept, code, i);
		struct machine6_wish *wish =
			&uplink->wish[uplink->wants.wish_count];

		while (is_iaid_taken(uplink, code, iaid))
			iaid++;
		*wish = (struct machine6_wish){
			.code = code,
			.iaid = iaid,
			.has_hint = hint != 0,
			.prefix_len = hint,
		};
		if (ia && !is_iaid_taken(uplink, code, ia->iaid))
			wish->iaid = ia->iaid;
		uplink->wants.wish_count++;
	}
}

static uint32_t count_kept(const struct client_lease6 *kept, uint16_t code)
{
	uint32_t n = 0;

	while (find_kept(kept, code, n))
		n++;
	return n;
}

/* -r gives back all there is, whatever flags it was got with. */
static bool wish_what_is_kept(struct uplink *uplink)
{
	const struct head6_config *config = uplink->head->config;
	const struct client_lease6 *kept =
		client_leases_find6(config->leases, uplink->name);

	if (config->args->task != CLIENT_TASK_RELEASE)
		return false;
	add_wishes(uplink, DHCP6_OPT_IA_NA, count_kept(kept, DHCP6_OPT_IA_NA));
	add_wishes(uplink, DHCP6_OPT_IA_PD, count_kept(kept, DHCP6_OPT_IA_PD));
	return uplink->wants.wish_count > 0;
}

static void add_code(struct uplink *uplink, uint16_t code)
{
	size_t i;

	for (i = 0; i < uplink->wants.request_count; i++) {
		if (uplink->request[i] == code)
			return;
	}
	if (i == MACHINE6_REQUEST_MAX)
		return;
	uplink->request[i] = code;
	uplink->asked[i] = (struct client_conf_code){
		.universe = CONF_OPTIONS_DHCP6,
		.code = code,
	};
	uplink->wants.request_count++;
}

static void add_codes(struct uplink *uplink,
		      const struct client_conf_code *codes, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (codes[i].universe == CONF_OPTIONS_DHCP6)
			add_code(uplink, codes[i].code);
	}
}

static void fill_request(struct uplink *uplink)
{
	const struct client_conf_scope *scope = uplink->scope;
	size_t i;

	for (i = 0; !scope->has_request &&
		    i < sizeof(default_request) / sizeof(default_request[0]);
	     i++)
		add_code(uplink, default_request[i]);
	add_codes(uplink, scope->request, scope->request_count);
	add_codes(uplink, scope->require, scope->require_count);
}

/* `send' as what stands in a lease that has nothing else. */
static void fill_send(struct uplink *uplink)
{
	const struct client_conf_scope sent = {
		.options = { [CLIENT_CONF_SUPERSEDE] =
				     uplink->scope->options[CLIENT_CONF_SEND] },
		.option_count = { [CLIENT_CONF_SUPERSEDE] =
					  uplink->scope->option_count
						  [CLIENT_CONF_SEND] },
	};
	const struct conf_packet about = {
		.htype = (uint8_t)uplink->link.hw_type,
		.chaddr = { uplink->link.mac,
			    uplink->link.has_mac ? NET_MAC_LEN : 0 },
	};
	size_t left_out;

	client_options_clear(&uplink->merged);
	left_out = client_options_merge(&sent, CONF_OPTIONS_DHCP6,
					&uplink->merged, &about, &uplink->send);
	if (uplink->send.count > MACHINE6_SEND_MAX) {
		left_out += uplink->send.count - MACHINE6_SEND_MAX;
		uplink->send.count = MACHINE6_SEND_MAX;
	}
	while (uplink->send.used + 4 * uplink->send.count >
	       MACHINE6_SEND_OCTETS) {
		uplink->send.used -=
			uplink->send.option[--uplink->send.count].len;
		left_out++;
	}
	if (left_out)
		log_warning("%s: %zu options of `send' find no room and are "
			    "not sent",
			    uplink->name, left_out);
}

static uint32_t draw(void *arg)
{
	return (uint32_t)(random_next(arg) >> 32);
}

void wants6_fill(struct uplink *uplink)
{
	struct head6 *head = uplink->head;
	const struct client_args *args = head->config->args;

	uplink->wants = (struct machine6_config){
		.interface = uplink->name,
		.duid = head->duid.octets,
		.duid_len = head->duid.len,
		.stateless = args->stateless,
		.accept_reconfigure = true,
		.require_all = args->require_all,
		.decline_wait_s = args->decline_wait,
		.wish = uplink->wish,
		.request = uplink->request,
		.random = draw,
		.random_arg = &head->random,
	};
	if (!args->stateless && !wish_what_is_kept(uplink)) {
		add_wishes(uplink, DHCP6_OPT_IA_NA, args->na_count);
		add_wishes(uplink, DHCP6_OPT_IA_PD, args->pd_count);
	}
	wants6_fill_again(uplink);
}

void wants6_fill_again(struct uplink *uplink)
{
	uplink->wants.request_count = 0;
	fill_request(uplink);
	fill_send(uplink);
	uplink->wants.rapid_commit =
		client_options_find(&uplink->send, CONF_OPTIONS_DHCP6,
				    DHCP6_OPT_RAPID_COMMIT) != NULL;
	uplink->wants.send = uplink->send.option;
	uplink->wants.send_count = uplink->send.count;
}
