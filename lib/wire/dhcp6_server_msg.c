/* SPDX-License-Identifier: BSD-2-Clause */
/* dhcp6_server_msg - messages of DHCPv6 servers, received and judged. */
#include "dhcp4o6/wire/dhcp6_client.h"

#include <string.h>

#include "dhcp6_walk.h"

#define AUTH_LEN 11
#define ANY_LEN  DHCP6_ANY_LEN
#define IA_HEAD  DHCP6_IA_HEAD

struct decoding {
	struct dhcp6_walk walk;
	struct dhcp6_server_msg *msg;
};

typedef enum drop_reason take_fn(struct decoding *d, struct wire_reader body);

/* What no host can have as its own, whatever a server says. */
static bool is_usable(const struct dhcp6_ia *ia,
		      const struct dhcp6_ia_item *item)
{
	if (item->preferred_s > item->valid_s) /* RFC 9915 section 21.6 */
		return false;
	if (ia->code == DHCP6_OPT_IA_PD && item->prefix_len == 0)
		return false;
	return !IN6_IS_ADDR_UNSPECIFIED(&item->addr) &&
	       !IN6_IS_ADDR_LOOPBACK(&item->addr) &&
	       !IN6_IS_ADDR_MULTICAST(&item->addr) &&
	       !IN6_IS_ADDR_LINKLOCAL(&item->addr) &&
	       !IN6_IS_ADDR_V4MAPPED(&item->addr);
}

/* The items of the last IA, which are the last of the message. */
static void sift_items(struct dhcp6_server_msg *msg, struct dhcp6_ia *ia)
{
	unsigned int i, kept = ia->first_item;

	for (i = ia->first_item; i < msg->item_count; i++)
		if (is_usable(ia, &msg->item[i]))
			msg->item[kept++] = msg->item[i];
	msg->item_count = kept;
	ia->item_count = (uint16_t)(kept - ia->first_item);
}

static enum drop_reason take_ia(struct decoding *d, struct wire_reader body,
				uint16_t code)
{
	const struct dhcp6_option opt = { .code = code, .body = body };
	struct dhcp6_server_msg *msg = d->msg;
	enum drop_reason why = dhcp6_walk_ia(&d->walk, &opt);
	struct dhcp6_ia *ia;

	if (why)
		return why;
	ia = &msg->ia[msg->ia_count - 1];
	if (ia->t2_s && ia->t1_s > ia->t2_s) { /* RFC 9915 section 21.4 */
		msg->item_count = ia->first_item;
		msg->ia_count--;
		return DROP_NONE;
	}
	sift_items(msg, ia);
	return DROP_NONE;
}

static enum drop_reason take_ia_na(struct decoding *d, struct wire_reader body)
{
	return take_ia(d, body, DHCP6_OPT_IA_NA);
}

static enum drop_reason take_ia_pd(struct decoding *d, struct wire_reader body)
{
	return take_ia(d, body, DHCP6_OPT_IA_PD);
}

static enum drop_reason take_client_id(struct decoding *d,
				       struct wire_reader body)
{
	d->msg->has_client_id = true;
	d->msg->client_id = body;
	return DROP_NONE;
}

static enum drop_reason take_server_id(struct decoding *d,
				       struct wire_reader body)
{
	d->msg->has_server_id = true;
	d->msg->server_id = body;
	return DROP_NONE;
}

static enum drop_reason take_preference(struct decoding *d,
					struct wire_reader body)
{
	d->msg->preference = wire_get_u8(&body);
	return DROP_NONE;
}

static enum drop_reason take_auth(struct decoding *d, struct wire_reader body)
{
	d->msg->has_rkap = dhcp6_decode_rkap(body, &d->msg->rkap);
	return DROP_NONE;
}

static enum drop_reason take_status(struct decoding *d, struct wire_reader body)
{
	d->msg->status = wire_get_u16(&body);
	d->msg->status_text = body;
	return DROP_NONE;
}

static enum drop_reason take_rapid_commit(struct decoding *d,
					  struct wire_reader body)
{
	(void)body;
	d->msg->rapid_commit = true;
	return DROP_NONE;
}

static enum drop_reason take_reconfigure_accept(struct decoding *d,
						struct wire_reader body)
{
	(void)body;
	d->msg->reconfigure_accept = true;
	return DROP_NONE;
}

static enum drop_reason take_reconfigure(struct decoding *d,
					 struct wire_reader body)
{
	d->msg->reconfigure_type = wire_get_u8(&body);
	return DROP_NONE;
}

static enum drop_reason take_refresh(struct decoding *d,
				     struct wire_reader body)
{
	uint32_t refresh_s = wire_get_u32(&body);

	if (refresh_s < DHCP6_REFRESH_LEAST)
		refresh_s = DHCP6_REFRESH_LEAST;
	d->msg->refresh_s = refresh_s;
	return DROP_NONE;
}

/* RFC 9915 section 21.24: a value out of bounds is ignored. */
static uint32_t get_max_rt(struct wire_reader body)
{
	uint32_t max_rt_s = wire_get_u32(&body);

	if (max_rt_s < DHCP6_MAX_RT_LEAST || max_rt_s > DHCP6_MAX_RT_MOST)
		return 0;
	return max_rt_s;
}

static enum drop_reason take_sol_max_rt(struct decoding *d,
					struct wire_reader body)
{
	d->msg->sol_max_rt_s = get_max_rt(body);
	return DROP_NONE;
}

static enum drop_reason take_inf_max_rt(struct decoding *d,
					struct wire_reader body)
{
	d->msg->inf_max_rt_s = get_max_rt(body);
	return DROP_NONE;
}

static enum drop_reason take_servers(struct decoding *d,
				     struct wire_reader body)
{
	dhcp4o6_decode_servers(body, &d->msg->dhcp4o6);
	return DROP_NONE;
}

/* Lengths by RFC 9915 section 21; that of option 88 rejects nothing. */
static const struct server_option {
	struct dhcp6_rule rule;
	take_fn *take;
} server_options[] = {
	{ { DHCP6_OPT_CLIENT_ID, 1, DHCP6_DUID_MAX, false }, take_client_id },
	{ { DHCP6_OPT_SERVER_ID, 1, DHCP6_DUID_MAX, false }, take_server_id },
	{ { DHCP6_OPT_IA_NA, IA_HEAD, ANY_LEN, true }, take_ia_na },
	{ { DHCP6_OPT_IA_PD, IA_HEAD, ANY_LEN, true }, take_ia_pd },
	{ { DHCP6_OPT_PREFERENCE, 1, 1, false }, take_preference },
	{ { DHCP6_OPT_AUTH, AUTH_LEN, ANY_LEN, false }, take_auth },
	{ { DHCP6_OPT_STATUS_CODE, 2, ANY_LEN, false }, take_status },
	{ { DHCP6_OPT_RAPID_COMMIT, 0, 0, false }, take_rapid_commit },
	{ { DHCP6_OPT_RECONF_MSG, 1, 1, false }, take_reconfigure },
	{ { DHCP6_OPT_RECONF_ACCEPT, 0, 0, false }, take_reconfigure_accept },
	{ { DHCP6_OPT_INFO_REFRESH_TIME, 4, 4, false }, take_refresh },
	{ { DHCP6_OPT_SOL_MAX_RT, 4, 4, false }, take_sol_max_rt },
	{ { DHCP6_OPT_INF_MAX_RT, 4, 4, false }, take_inf_max_rt },
	{ { DHCP6_OPT_DHCP4O6_SERVER, 0, ANY_LEN, false }, take_servers },
};

static enum drop_reason take_option(struct decoding *d,
				    const struct dhcp6_option *opt)
{
	const unsigned int count =
		sizeof(server_options) / sizeof(server_options[0]);
	enum drop_reason why;
	unsigned int i;

	for (i = 0; i < count; i++)
		if (server_options[i].rule.code == opt->code)
			break;
	if (i == count)
		return DROP_NONE; /* RFC 9915 section 16: not a fault */
	why = dhcp6_walk_judge(&d->walk, i, &server_options[i].rule, opt);
	return why ? why : server_options[i].take(d, opt->body);
}

enum drop_reason dhcp6_decode_server_msg(struct wire_reader in,
					 struct dhcp6_server_msg *msg)
{
	struct decoding d = {
		.walk = { .ia = msg->ia,
			  .ia_count = &msg->ia_count,
			  .item = msg->item,
			  .item_count = &msg->item_count },
		.msg = msg,
	};
	struct dhcp6_option opt;
	enum drop_reason why;
	uint32_t first;

	/* Arrays are not cleared: their counts say what is valid. */
	memset(msg, 0, offsetof(struct dhcp6_server_msg, ia));
	msg->item_count = 0;
	msg->refresh_s = DHCP6_REFRESH_S;
	msg->whole = in;
	if (in.failed || wire_left(&in) < DHCP6_HEADER_LEN)
		return DROP_DHCP6_SHORT;
	first = wire_get_u32(&in);
	msg->type = (uint8_t)(first >> 24);
	msg->xid = first & 0xffffff;
	if (msg->type != DHCP6_ADVERTISE && msg->type != DHCP6_REPLY &&
	    msg->type != DHCP6_RECONFIGURE)
		return DROP_DHCP6_TYPE;
	msg->options = in;
	while (dhcp6_walk_next(&d.walk, &in, &opt, &why)) {
		why = take_option(&d, &opt);
		if (why)
			break;
	}
	return why;
}

/* RFC 9915 section 16.11. */
static enum drop_reason judge_reconfigure(const struct dhcp6_server_msg *msg)
{
	if (msg->reconfigure_type != DHCP6_RENEW &&
	    msg->reconfigure_type != DHCP6_REBIND &&
	    msg->reconfigure_type != DHCP6_INFORMATION_REQUEST)
		return DROP_DHCP6_RECONFIGURE;
	if (!msg->has_rkap || msg->rkap.type != DHCP6_RKAP_HMAC)
		return DROP_DHCP6_AUTH;
	return DROP_NONE;
}

enum drop_reason dhcp6_validate_for_client(const struct dhcp6_server_msg *msg,
					   const uint8_t *duid, size_t len)
{
	if (!msg->has_server_id)
		return DROP_DHCP6_NO_SERVER_ID;
	/* A REPLY to a client that did not name itself names none either. */
	if (!msg->has_client_id)
		return msg->type == DHCP6_REPLY && len == 0
			       ? DROP_NONE
			       : DROP_DHCP6_NO_CLIENT_ID;
	if (wire_left(&msg->client_id) != len ||
	    memcmp(msg->client_id.pos, duid, len) != 0)
		return DROP_DHCP6_CLIENT_ID;
	if (msg->type == DHCP6_RECONFIGURE)
		return judge_reconfigure(msg);
	return DROP_NONE;
}

static bool has_server(const struct dhcp4o6_servers *servers,
		       const struct in6_addr *addr)
{
	uint16_t i;

	for (i = 0; i < servers->count; i++)
		if (IN6_ARE_ADDR_EQUAL(&servers->addr[i], addr))
			return true;
	return false;
}

void dhcp4o6_decode_servers(struct wire_reader body,
			    struct dhcp4o6_servers *servers)
{
	struct in6_addr addr;

	servers->is_given = false;
	servers->count = 0;
	if (body.failed || wire_left(&body) % sizeof(addr))
		return;
	servers->is_given = true;
	while (wire_left(&body) && servers->count < DHCP4O6_SERVERS_MAX) {
		wire_get_mem(&body, &addr, sizeof(addr));
		if (!has_server(servers, &addr))
			servers->addr[servers->count++] = addr;
	}
}

bool dhcp4o6_servers_equal(const struct dhcp4o6_servers *a,
			   const struct dhcp4o6_servers *b)
{
	return a->is_given == b->is_given && a->count == b->count &&
	       memcmp(a->addr, b->addr, a->count * sizeof(a->addr[0])) == 0;
}
