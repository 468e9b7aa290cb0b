/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dhcp6 - options, relay nests and DHCPv4-over-DHCPv6 messages, received.
 *
 * Every option area is walked to its end, also behind what was looked for: a
 * datagram with an overrun anywhere in it is refused as a whole.
 */
#include "dhcp4o6/wire/dhcp6.h"

#include <errno.h>

int dhcp6_next_option(struct wire_reader *area, struct dhcp6_option *opt)
{
	uint16_t len;

	if (!area->failed && wire_left(area) == 0)
		return 0;
	opt->code = wire_get_u16(area);
	len = wire_get_u16(area);
	opt->body = wire_split(area, len);
	return area->failed ? -EBADMSG : 1;
}

/* A walk from the outermost level inwards. */
struct unwrap {
	uint8_t wrapper; /* RELAY-FORW or RELAY-REPL */
	unsigned int hop_limit;
	unsigned int levels_max;
	unsigned int steps; /* options seen in all levels */
};

struct level_state {
	struct dhcp6_relay *relay;
	struct wire_reader message;
	bool has_message;
	bool has_ero;
};

static enum drop_reason take_message(struct level_state *level,
				     const struct dhcp6_option *opt)
{
	if (level->has_message)
		return DROP_RELAY_TWO_MESSAGES;
	level->has_message = true;
	level->message = opt->body;
	return DROP_NONE;
}

static enum drop_reason take_interface_id(struct level_state *level,
					  const struct dhcp6_option *opt)
{
	if (level->relay->has_interface_id)
		return DROP_RELAY_REPEATED;
	level->relay->has_interface_id = true;
	level->relay->interface_id = opt->body;
	return DROP_NONE;
}

static enum drop_reason take_relay_port(struct level_state *level,
					const struct dhcp6_option *opt)
{
	if (level->relay->has_relay_port)
		return DROP_RELAY_REPEATED;
	if (wire_left(&opt->body) != 2) /* RFC 8357 section 4.2 */
		return DROP_DHCP6_OPTION_LENGTH;
	level->relay->has_relay_port = true;
	level->relay->relay_port = opt->body;
	return DROP_NONE;
}

static enum drop_reason take_ero(struct level_state *level,
				 const struct dhcp6_option *opt)
{
	size_t len = wire_left(&opt->body);

	if (level->has_ero)
		return DROP_RELAY_REPEATED;
	if (len % 2 || len / 2 > DHCP6_ECHO_MAX)
		return DROP_DHCP6_OPTION_LENGTH;
	level->has_ero = true;
	level->relay->ero = opt->body;
	return DROP_NONE;
}

static const struct relay_option {
	uint16_t code;
	enum drop_reason (*take)(struct level_state *level,
				 const struct dhcp6_option *opt);
} relay_options[] = {
	{ DHCP6_OPT_RELAY_MSG, take_message },
	{ DHCP6_OPT_INTERFACE_ID, take_interface_id },
	{ DHCP6_OPT_RELAY_PORT, take_relay_port },
	{ DHCP6_OPT_ERO, take_ero },
};

static enum drop_reason take_option(struct level_state *level,
				    const struct dhcp6_option *opt)
{
	size_t i;

	for (i = 0; i < sizeof(relay_options) / sizeof(relay_options[0]); i++)
		if (relay_options[i].code == opt->code)
			return relay_options[i].take(level, opt);
	return DROP_NONE;
}

static enum drop_reason walk_options(struct unwrap *walk,
				     struct wire_reader area,
				     struct level_state *level)
{
	struct dhcp6_option opt;
	enum drop_reason why;
	int more;

	while ((more = dhcp6_next_option(&area, &opt)) > 0) {
		if (++walk->steps > DHCP6_RELAY_OPTION_STEPS)
			return DROP_RELAY_DEPTH;
		why = take_option(level, &opt);
		if (why)
			return why;
	}
	if (more)
		return DROP_DHCP6_OPTION_OVERRUN;
	return level->has_message ? DROP_NONE : DROP_RELAY_NO_MESSAGE;
}

/* in is one relay message; leaves in at the message inside it. */
static enum drop_reason unwrap_level(struct unwrap *walk,
				     struct wire_reader *in,
				     struct dhcp6_relay *relay)
{
	struct level_state level = { .relay = relay };
	enum drop_reason why;

	wire_take(in, 1);
	*relay = (struct dhcp6_relay){ .hop_count = wire_get_u8(in) };
	wire_get_mem(in, &relay->link_address, sizeof(relay->link_address));
	wire_get_mem(in, &relay->peer_address, sizeof(relay->peer_address));
	if (in->failed)
		return DROP_RELAY_SHORT;
	if (relay->hop_count > walk->hop_limit)
		return DROP_RELAY_DEPTH;
	relay->options = *in;
	why = walk_options(walk, *in, &level);
	*in = level.message;
	return why;
}

/* Levels were filled from the outermost one; [0] has to be the innermost. */
static void reverse_levels(struct dhcp6_envelope *env)
{
	unsigned int low = 0;
	unsigned int high = env->relay_count;

	while (low + 1 < high) {
		struct dhcp6_relay other = env->relay[low];

		env->relay[low++] = env->relay[--high];
		env->relay[high] = other;
	}
}

static enum drop_reason unwrap(struct unwrap *walk, struct wire_reader in,
			       struct dhcp6_envelope *env)
{
	enum drop_reason why;

	env->relay_count = 0;
	for (;;) {
		struct wire_reader ahead = in;

		if (in.failed || wire_left(&in) == 0)
			return DROP_DHCP6_SHORT;
		env->inner_type = wire_get_u8(&ahead);
		if (env->inner_type != walk->wrapper)
			break;
		if (env->relay_count == walk->levels_max)
			return DROP_RELAY_DEPTH;
		why = unwrap_level(walk, &in, &env->relay[env->relay_count]);
		if (why)
			return why;
		env->relay_count++;
	}
	env->inner = in;
	reverse_levels(env);
	return DROP_NONE;
}

enum drop_reason dhcp6_unwrap(struct wire_reader in, unsigned int hop_limit,
			      struct dhcp6_envelope *env)
{
	struct unwrap walk = {
		.wrapper = DHCP6_RELAY_FORW,
		.hop_limit = hop_limit,
		.levels_max = hop_limit < DHCP6_RELAY_DEPTH_MAX
				      ? hop_limit + 1
				      : DHCP6_RELAY_DEPTH_MAX,
	};
	enum drop_reason why = unwrap(&walk, in, env);

	if (why == DROP_NONE && env->inner_type == DHCP6_RELAY_REPL)
		return DROP_RELAY_REPLY;
	return why;
}

enum drop_reason dhcp6_unwrap_reply(struct wire_reader in,
				    struct dhcp6_envelope *env)
{
	struct unwrap walk = {
		.wrapper = DHCP6_RELAY_REPL,
		.hop_limit = UINT8_MAX, /* nobody increments it on this way */
		.levels_max = DHCP6_RELAY_DEPTH_MAX,
	};
	enum drop_reason why = unwrap(&walk, in, env);

	if (why == DROP_NONE && env->inner_type == DHCP6_RELAY_FORW)
		return DROP_DHCP6_TYPE;
	return why;
}

/* Messages of RFC 9915 that clients send to servers. */
#define CLIENT_TYPES                                                       \
	(1U << DHCP6_SOLICIT | 1U << DHCP6_REQUEST | 1U << DHCP6_CONFIRM | \
	 1U << DHCP6_RENEW | 1U << DHCP6_REBIND | 1U << DHCP6_RELEASE |    \
	 1U << DHCP6_DECLINE | 1U << DHCP6_INFORMATION_REQUEST)

static enum drop_reason wrong_type(uint8_t wanted, uint8_t type)
{
	if (wanted == DHCP6_DHCPV4_QUERY && type < 32 &&
	    CLIENT_TYPES >> type & 1)
		return DROP_DHCP6_NOT_SERVED;
	return DROP_DHCP6_TYPE;
}

enum drop_reason dhcp4o6_decode(struct wire_reader in, uint8_t type,
				struct dhcp4o6_msg *msg)
{
	struct dhcp6_option opt;
	unsigned int found = 0;
	uint8_t flags;
	int more;

	if (in.failed || wire_left(&in) == 0)
		return DROP_DHCP6_SHORT;
	msg->type = wire_get_u8(&in);
	if (msg->type != type)
		return wrong_type(type, msg->type);
	flags = wire_get_u8(&in);
	wire_take(&in, 2); /* must be zero, is ignored: RFC 7341 section 6.3 */
	if (in.failed)
		return DROP_DHCP6_SHORT;
	msg->unicast = (flags & DHCP4O6_FLAG_UNICAST) != 0;
	msg->options = in;
	while ((more = dhcp6_next_option(&in, &opt)) > 0) {
		if (opt.code != DHCP6_OPT_DHCPV4_MSG)
			continue;
		msg->dhcpv4 = opt.body;
		found++;
	}
	if (more)
		return DROP_DHCP6_OPTION_OVERRUN;
	if (found == 0)
		return DROP_QUERY_NO_DHCPV4;
	return found == 1 ? DROP_NONE : DROP_QUERY_TWO_DHCPV4;
}

bool dhcp6_link_is_unusable(const struct in6_addr *link_address)
{
	return IN6_IS_ADDR_UNSPECIFIED(link_address) ||
	       IN6_IS_ADDR_LINKLOCAL(link_address);
}

static const char *const type_name[] = {
	[DHCP6_SOLICIT] = "SOLICIT",
	[DHCP6_ADVERTISE] = "ADVERTISE",
	[DHCP6_REQUEST] = "REQUEST",
	[DHCP6_CONFIRM] = "CONFIRM",
	[DHCP6_RENEW] = "RENEW",
	[DHCP6_REBIND] = "REBIND",
	[DHCP6_REPLY] = "REPLY",
	[DHCP6_RELEASE] = "RELEASE",
	[DHCP6_DECLINE] = "DECLINE",
	[DHCP6_RECONFIGURE] = "RECONFIGURE",
	[DHCP6_INFORMATION_REQUEST] = "INFORMATION-REQUEST",
	[DHCP6_RELAY_FORW] = "RELAY-FORW",
	[DHCP6_RELAY_REPL] = "RELAY-REPL",
	[DHCP6_DHCPV4_QUERY] = "DHCPV4-QUERY",
	[DHCP6_DHCPV4_RESPONSE] = "DHCPV4-RESPONSE",
};

const char *dhcp6_msg_type_name(uint8_t type)
{
	if (type >= sizeof(type_name) / sizeof(type_name[0]))
		return NULL;
	return type_name[type];
}
