/* SPDX-License-Identifier: BSD-2-Clause */
/* dhcp6_msg - messages of DHCPv6 clients, received and judged. */
#include "dhcp6_walk.h"

#include <string.h>

#define AUTH_LEN 11
#define ANY_LEN  DHCP6_ANY_LEN
#define IA_HEAD  DHCP6_IA_HEAD

struct decoding {
	struct dhcp6_walk walk;
	struct dhcp6_msg *msg;
};

static enum drop_reason take_ia(struct decoding *d,
				const struct dhcp6_option *opt)
{
	return dhcp6_walk_ia(&d->walk, opt);
}

static enum drop_reason take_client_id(struct decoding *d,
				       const struct dhcp6_option *opt)
{
	d->msg->has_client_id = true;
	d->msg->client_id = opt->body;
	return DROP_NONE;
}

static enum drop_reason take_server_id(struct decoding *d,
				       const struct dhcp6_option *opt)
{
	d->msg->has_server_id = true;
	d->msg->server_id = opt->body;
	return DROP_NONE;
}

static enum drop_reason take_oro(struct decoding *d,
				 const struct dhcp6_option *opt)
{
	size_t len = wire_left(&opt->body);

	if (len % 2)
		return DROP_DHCP6_OPTION_LENGTH;
	if (len / 2 > DHCP6_ORO_MAX)
		return DROP_DHCP6_BOUNDS;
	d->msg->has_oro = true;
	d->msg->oro = opt->body;
	return DROP_NONE;
}

static enum drop_reason take_elapsed(struct decoding *d,
				     const struct dhcp6_option *opt)
{
	struct wire_reader body = opt->body;

	d->msg->has_elapsed = true;
	d->msg->elapsed_cs = wire_get_u16(&body);
	return DROP_NONE;
}

static enum drop_reason take_rapid_commit(struct decoding *d,
					  const struct dhcp6_option *opt)
{
	(void)opt;
	d->msg->rapid_commit = true;
	return DROP_NONE;
}

static enum drop_reason take_reconfigure_accept(struct decoding *d,
						const struct dhcp6_option *opt)
{
	(void)opt;
	d->msg->reconfigure_accept = true;
	return DROP_NONE;
}

static enum drop_reason take_fqdn(struct decoding *d,
				  const struct dhcp6_option *opt)
{
	d->msg->fqdn = opt->body;
	return DROP_NONE;
}

/* Lengths by RFC 9915 section 21, and RFC 4704 section 4. */
static const struct message_option {
	struct dhcp6_rule rule;
	enum drop_reason (*take)(struct decoding *d,
				 const struct dhcp6_option *opt);
} message_options[] = {
	{ { DHCP6_OPT_CLIENT_ID, 1, DHCP6_DUID_MAX, false }, take_client_id },
	{ { DHCP6_OPT_SERVER_ID, 1, DHCP6_DUID_MAX, false }, take_server_id },
	{ { DHCP6_OPT_IA_NA, IA_HEAD, ANY_LEN, true }, take_ia },
	{ { DHCP6_OPT_IA_PD, IA_HEAD, ANY_LEN, true }, take_ia },
	{ { DHCP6_OPT_ORO, 0, ANY_LEN, false }, take_oro },
	{ { DHCP6_OPT_ELAPSED_TIME, 2, 2, false }, take_elapsed },
	{ { DHCP6_OPT_RAPID_COMMIT, 0, 0, false }, take_rapid_commit },
	{ { DHCP6_OPT_RECONF_ACCEPT, 0, 0, false }, take_reconfigure_accept },
	{ { DHCP6_OPT_FQDN, 1, ANY_LEN, false }, take_fqdn },
	{ { DHCP6_OPT_USER_CLASS, 0, ANY_LEN, false }, NULL },
	{ { DHCP6_OPT_AUTH, AUTH_LEN, ANY_LEN, false }, NULL },
};

static enum drop_reason take_option(struct decoding *d,
				    const struct dhcp6_option *opt)
{
	const unsigned int count =
		sizeof(message_options) / sizeof(message_options[0]);
	const struct message_option *row;
	enum drop_reason why;
	unsigned int i;

	for (i = 0; i < count; i++)
		if (message_options[i].rule.code == opt->code)
			break;
	if (i == count)
		return DROP_NONE; /* RFC 9915 section 16: not a fault */
	row = &message_options[i];
	why = dhcp6_walk_judge(&d->walk, i, &row->rule, opt);
	if (why)
		return why;
	return row->take ? row->take(d, opt) : DROP_NONE;
}

enum presence {
	OPTIONAL,
	REQUIRED,
	FORBIDDEN,
};

/* What a client sends to a server: RFC 9915 sections 16.2 to 16.12. */
static const struct validity {
	bool is_taken;
	enum presence client_id;
	enum presence server_id;
	bool is_stateless; /* no IA may be in it */
} validity[] = {
	[DHCP6_SOLICIT] = { true, REQUIRED, FORBIDDEN, false },
	[DHCP6_REQUEST] = { true, REQUIRED, REQUIRED, false },
	[DHCP6_CONFIRM] = { true, REQUIRED, FORBIDDEN, false },
	[DHCP6_RENEW] = { true, REQUIRED, REQUIRED, false },
	[DHCP6_REBIND] = { true, REQUIRED, FORBIDDEN, false },
	[DHCP6_RELEASE] = { true, REQUIRED, REQUIRED, false },
	[DHCP6_DECLINE] = { true, REQUIRED, REQUIRED, false },
	[DHCP6_INFORMATION_REQUEST] = { true, OPTIONAL, OPTIONAL, true },
};

/* NULL for a type that a server does not take. */
static const struct validity *find_rule(uint8_t type)
{
	if (type >= sizeof(validity) / sizeof(validity[0]) ||
	    !validity[type].is_taken)
		return NULL;
	return &validity[type];
}

enum drop_reason dhcp6_decode_msg(struct wire_reader in, struct dhcp6_msg *msg)
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
	memset(msg, 0, offsetof(struct dhcp6_msg, ia));
	msg->item_count = 0;
	if (in.failed || wire_left(&in) < DHCP6_HEADER_LEN)
		return DROP_DHCP6_SHORT;
	first = wire_get_u32(&in);
	msg->type = (uint8_t)(first >> 24);
	msg->xid = first & 0xffffff;
	if (!find_rule(msg->type))
		return DROP_DHCP6_TYPE;
	msg->options = in;
	while (dhcp6_walk_next(&d.walk, &in, &opt, &why)) {
		why = take_option(&d, &opt);
		if (why)
			break;
	}
	return why;
}

bool dhcp6_is_requested(const struct dhcp6_msg *msg, uint16_t code)
{
	struct wire_reader oro = msg->oro;

	while (wire_left(&oro) >= sizeof(code))
		if (wire_get_u16(&oro) == code)
			return true;
	return false;
}

static bool is_named(const struct wire_reader *id, const uint8_t *duid,
		     size_t len)
{
	return wire_left(id) == len && !memcmp(id->pos, duid, len);
}

enum drop_reason dhcp6_validate_for_server(const struct dhcp6_msg *msg,
					   const uint8_t *duid, size_t len)
{
	const struct validity *rule = find_rule(msg->type);

	if (!rule)
		return DROP_DHCP6_TYPE;
	if (rule->client_id == REQUIRED && !msg->has_client_id)
		return DROP_DHCP6_NO_CLIENT_ID;
	if (rule->server_id == REQUIRED && !msg->has_server_id)
		return DROP_DHCP6_NO_SERVER_ID;
	if (rule->server_id == FORBIDDEN && msg->has_server_id)
		return DROP_DHCP6_SERVER_ID;
	if (msg->has_server_id && !is_named(&msg->server_id, duid, len))
		return DROP_OTHER_SERVER;
	if (rule->is_stateless && msg->ia_count)
		return DROP_DHCP6_STATELESS_IA;
	return DROP_NONE;
}
