/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dhcp4 - decoding. Options come from up to three areas (RFC 2131 section
 * 4.1): the options field, then file, then sname if option 52 says so. One
 * pass records where each option is; only a message with repeated options
 * takes a second one, which joins their parts (RFC 3396 section 7).
 */
#include "dhcp4o6/wire/dhcp4.h"

#define AREAS_MAX 3

/* In this order parts of a split option are joined: RFC 3396 section 5. */
struct areas {
	struct wire_reader area[AREAS_MAX];
	unsigned int count;
};

struct option_set {
	uint64_t bit[4];
};

static bool set_has(const struct option_set *set, uint8_t code)
{
	return set->bit[code / 64] >> (code % 64) & 1;
}

static void set_add(struct option_set *set, uint8_t code)
{
	set->bit[code / 64] |= 1ULL << (code % 64);
}

struct found {
	uint8_t code;
	uint8_t len;
	const uint8_t *data;
};

/* 1 with *opt filled, 0 at END or at the end of the area, -1 on an overrun. */
static int next_option(struct wire_reader *area, struct found *opt)
{
	do {
		if (wire_left(area) == 0)
			return 0;
		opt->code = wire_get_u8(area);
	} while (opt->code == DHCP4_OPT_PAD);
	if (opt->code == DHCP4_OPT_END)
		return 0;
	opt->len = wire_get_u8(area);
	opt->data = wire_take(area, opt->len);
	return area->failed ? -1 : 1;
}

/*
 * Records options; of repeated ones the first place and the sum of lengths,
 * which stays below that of the message and so below 65,536.
 */
static enum drop_reason scan_area(struct wire_reader area,
				  struct dhcp4_msg *msg,
				  struct option_set *repeated)
{
	struct dhcp4_option *slot;
	struct found opt;
	int more;

	while ((more = next_option(&area, &opt)) > 0) {
		slot = &msg->slot[opt.code];
		if (dhcp4_has_option(msg, opt.code)) {
			set_add(repeated, opt.code);
			slot->len = (uint16_t)(slot->len + opt.len);
			continue;
		}
		msg->present[opt.code / 64] |= 1ULL << (opt.code % 64);
		slot->data = opt.data;
		slot->len = opt.len;
	}
	return more ? DROP_DHCP4_OPTION_OVERRUN : DROP_NONE;
}

/* Gives each repeated option its place in msg->join; its length starts at 0. */
static bool place_repeated(struct dhcp4_msg *msg,
			   const struct option_set *repeated)
{
	size_t used = 0;
	unsigned int word;

	for (word = 0; word < 4; word++) {
		uint64_t bits = repeated->bit[word];

		for (; bits; bits &= bits - 1) {
			unsigned int low = (unsigned int)__builtin_ctzll(bits);
			struct dhcp4_option *slot = &msg->slot[word * 64 + low];

			if (slot->len > DHCP4_JOIN_SIZE - used)
				return false;
			slot->data = msg->join + used;
			used += slot->len;
			slot->len = 0;
		}
	}
	return true;
}

static void join_area(struct wire_reader area, struct dhcp4_msg *msg,
		      const struct option_set *repeated)
{
	struct found opt;

	while (next_option(&area, &opt) > 0) {
		struct dhcp4_option *slot = &msg->slot[opt.code];
		size_t at;

		if (!set_has(repeated, opt.code))
			continue;
		at = (size_t)(slot->data - msg->join) + slot->len;
		if (opt.len)
			memcpy(msg->join + at, opt.data, opt.len);
		slot->len = (uint16_t)(slot->len + opt.len);
	}
}

static enum drop_reason join_repeated(const struct areas *areas,
				      struct dhcp4_msg *msg,
				      const struct option_set *repeated)
{
	unsigned int i;

	if (!(repeated->bit[0] | repeated->bit[1] | repeated->bit[2] |
	      repeated->bit[3]))
		return DROP_NONE;
	if (!place_repeated(msg, repeated))
		return DROP_DHCP4_OPTION_LENGTH;
	for (i = 0; i < areas->count; i++)
		join_area(areas->area[i], msg, repeated);
	return DROP_NONE;
}

/* Option 52 counts in the options field only, and 0 and 4 on mean nothing. */
static uint8_t overload_bits(const struct dhcp4_msg *msg)
{
	struct dhcp4_option opt = dhcp4_option(msg, DHCP4_OPT_OVERLOAD);

	if (!opt.data || opt.len != 1 ||
	    opt.data[0] > (DHCP4_OVERLOAD_FILE | DHCP4_OVERLOAD_SNAME))
		return 0;
	return opt.data[0];
}

static enum drop_reason decode_options(struct wire_reader in,
				       struct dhcp4_msg *msg)
{
	struct option_set repeated = { { 0 } };
	struct areas areas = { .area = { in }, .count = 1 };
	enum drop_reason why;
	unsigned int i;

	memset(msg->present, 0, sizeof(msg->present));
	if (wire_left(&in) > UINT16_MAX) /* no datagram holds as much */
		return DROP_DHCP4_OPTION_OVERRUN;
	why = scan_area(in, msg, &repeated);
	msg->overload = why ? 0 : overload_bits(msg);
	if (msg->overload & DHCP4_OVERLOAD_FILE)
		areas.area[areas.count++] =
			wire_reader(msg->file, DHCP4_FILE_LEN);
	if (msg->overload & DHCP4_OVERLOAD_SNAME)
		areas.area[areas.count++] =
			wire_reader(msg->sname, DHCP4_SNAME_LEN);
	for (i = 1; i < areas.count && !why; i++)
		why = scan_area(areas.area[i], msg, &repeated);
	return why ? why : join_repeated(&areas, msg, &repeated);
}

static enum drop_reason decode_fixed(struct wire_reader *in,
				     struct dhcp4_msg *msg, uint8_t op)
{
	if (in->failed || wire_left(in) < DHCP4_FIXED_LEN)
		return DROP_DHCP4_SHORT;
	msg->op = wire_get_u8(in);
	msg->htype = wire_get_u8(in);
	msg->hlen = wire_get_u8(in);
	msg->hops = wire_get_u8(in);
	msg->xid = wire_get_u32(in);
	msg->secs = wire_get_u16(in);
	msg->flags = wire_get_u16(in);
	wire_get_mem(in, &msg->ciaddr, sizeof(msg->ciaddr));
	wire_get_mem(in, &msg->yiaddr, sizeof(msg->yiaddr));
	wire_get_mem(in, &msg->siaddr, sizeof(msg->siaddr));
	wire_get_mem(in, &msg->giaddr, sizeof(msg->giaddr));
	wire_get_mem(in, msg->chaddr, sizeof(msg->chaddr));
	msg->sname = wire_take(in, DHCP4_SNAME_LEN);
	msg->file = wire_take(in, DHCP4_FILE_LEN);
	if (msg->op != op)
		return DROP_DHCP4_OP;
	if (msg->hlen > DHCP4_CHADDR_LEN)
		return DROP_DHCP4_HLEN;
	if (wire_get_u32(in) != DHCP4_COOKIE)
		return DROP_DHCP4_COOKIE;
	return DROP_NONE;
}

/* Lengths by RFC 2132, 3011 and 4361; the upper bound of 61 is our own. */
static const struct length_rule {
	uint8_t code;
	uint16_t min;
	uint16_t max;
} length_rules[] = {
	{ DHCP4_OPT_REQUESTED_ADDRESS, 4, 4 },
	{ DHCP4_OPT_LEASE_TIME, 4, 4 },
	{ DHCP4_OPT_OVERLOAD, 1, 1 },
	{ DHCP4_OPT_MESSAGE_TYPE, 1, 1 },
	{ DHCP4_OPT_SERVER_IDENTIFIER, 4, 4 },
	{ DHCP4_OPT_PARAMETER_REQUEST_LIST, 1, UINT16_MAX },
	{ DHCP4_OPT_MAX_MESSAGE_SIZE, 2, 2 },
	{ DHCP4_OPT_CLIENT_IDENTIFIER, 1, 255 },
	{ DHCP4_OPT_SUBNET_SELECTION, 4, 4 },
};

static enum drop_reason check_lengths(const struct dhcp4_msg *msg)
{
	size_t i;

	for (i = 0; i < sizeof(length_rules) / sizeof(length_rules[0]); i++) {
		const struct length_rule *rule = &length_rules[i];
		struct dhcp4_option opt = dhcp4_option(msg, rule->code);

		if (opt.data && (opt.len < rule->min || opt.len > rule->max))
			return DROP_DHCP4_OPTION_LENGTH;
	}
	return DROP_NONE;
}

/* Both suboptions that are read are one address long, and there once. */
static enum drop_reason take_suboption(struct dhcp4_option *out,
				       const struct found *sub)
{
	if (out->data || sub->len != 4)
		return DROP_DHCP4_OPTION_LENGTH;
	out->data = sub->data;
	out->len = sub->len;
	return DROP_NONE;
}

/* RFC 3046 section 2.0: no pads and no END in here. */
static enum drop_reason decode_relay_info(struct dhcp4_msg *msg)
{
	struct dhcp4_option rai =
		dhcp4_option(msg, DHCP4_OPT_RELAY_AGENT_INFORMATION);
	enum drop_reason why = DROP_NONE;
	struct wire_reader in;
	struct found sub;

	msg->link_selection = (struct dhcp4_option){ .data = NULL };
	msg->server_id_override = (struct dhcp4_option){ .data = NULL };
	if (!rai.data)
		return DROP_NONE;
	in = wire_reader(rai.data, rai.len);
	while (wire_left(&in) && !why) {
		sub.code = wire_get_u8(&in);
		sub.len = wire_get_u8(&in);
		sub.data = wire_take(&in, sub.len);
		if (in.failed)
			return DROP_DHCP4_OPTION_OVERRUN;
		if (sub.code == DHCP4_RAI_LINK_SELECTION)
			why = take_suboption(&msg->link_selection, &sub);
		else if (sub.code == DHCP4_RAI_SERVER_ID_OVERRIDE)
			why = take_suboption(&msg->server_id_override, &sub);
	}
	return why;
}

static enum drop_reason decode(struct wire_reader in, struct dhcp4_msg *msg,
			       uint8_t op, unsigned int types)
{
	struct dhcp4_option type;
	enum drop_reason why;

	why = decode_fixed(&in, msg, op);
	if (!why)
		why = decode_options(in, msg);
	if (!why)
		why = check_lengths(msg);
	if (!why)
		why = decode_relay_info(msg);
	if (why)
		return why;
	type = dhcp4_option(msg, DHCP4_OPT_MESSAGE_TYPE);
	if (!type.data)
		return DROP_DHCP4_NO_TYPE;
	msg->type = type.data[0];
	if (msg->type >= DHCP4_MSG_TYPE_COUNT || !(types >> msg->type & 1))
		return DROP_DHCP4_TYPE;
	return DROP_NONE;
}

enum drop_reason dhcp4_decode_request(struct wire_reader in,
				      struct dhcp4_msg *msg)
{
	const unsigned int types = 1U << DHCP4_DISCOVER | 1U << DHCP4_REQUEST |
				   1U << DHCP4_DECLINE | 1U << DHCP4_RELEASE |
				   1U << DHCP4_INFORM;
	enum drop_reason why = decode(in, msg, DHCP4_BOOTREQUEST, types);

	if (why)
		return why;
	if (msg->hlen == 0 &&
	    !dhcp4_has_option(msg, DHCP4_OPT_CLIENT_IDENTIFIER))
		return DROP_DHCP4_NO_CLIENT;
	return DROP_NONE;
}

enum drop_reason dhcp4_decode_reply(struct wire_reader in,
				    struct dhcp4_msg *msg)
{
	const unsigned int types =
		1U << DHCP4_OFFER | 1U << DHCP4_ACK | 1U << DHCP4_NAK;

	return decode(in, msg, DHCP4_BOOTREPLY, types);
}

struct in_addr dhcp4_get_addr(const struct dhcp4_msg *msg, uint8_t code)
{
	struct dhcp4_option opt = dhcp4_option(msg, code);
	struct in_addr addr = { .s_addr = 0 };

	if (opt.data && opt.len == sizeof(addr))
		memcpy(&addr, opt.data, sizeof(addr));
	return addr;
}

uint32_t dhcp4_get_u32(const struct dhcp4_msg *msg, uint8_t code,
		       uint32_t fallback)
{
	struct dhcp4_option opt = dhcp4_option(msg, code);
	struct wire_reader in;

	if (!opt.data || opt.len != 4)
		return fallback;
	in = wire_reader(opt.data, opt.len);
	return wire_get_u32(&in);
}
