/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dhcp6_walk - options and IAs of one message.
 *
 * Every area is walked to its end, also those of options nobody needs the
 * inside of: a datagram with an overrun anywhere in it is refused as a whole.
 */
#include "dhcp6_walk.h"

#define IAADDR_LEN   24
#define IAPREFIX_LEN 25
#define STATUS_LEN   2

bool dhcp6_walk_next(struct dhcp6_walk *walk, struct wire_reader *area,
		     struct dhcp6_option *opt, enum drop_reason *why)
{
	int more = dhcp6_next_option(area, opt);

	*why = DROP_NONE;
	if (more < 0)
		*why = DROP_DHCP6_OPTION_OVERRUN;
	else if (more && ++walk->steps > DHCP6_MSG_OPTION_STEPS)
		*why = DROP_DHCP6_BOUNDS;
	return more > 0 && *why == DROP_NONE;
}

enum drop_reason dhcp6_walk_judge(struct dhcp6_walk *walk, unsigned int row,
				  const struct dhcp6_rule *rule,
				  const struct dhcp6_option *opt)
{
	size_t len = wire_left(&opt->body);

	if (!rule->is_repeatable && walk->seen >> row & 1)
		return DROP_DHCP6_REPEATED;
	walk->seen |= 1U << row;
	if (len < rule->min_len || len > rule->max_len)
		return DROP_DHCP6_OPTION_LENGTH;
	return DROP_NONE;
}

/* Bits behind the length say nothing: RFC 9915 section 21.22. */
static void mask_prefix(struct dhcp6_ia_item *item)
{
	unsigned int bit;

	for (bit = item->prefix_len; bit < DHCP6_PREFIX_MAX; bit++)
		item->addr.s6_addr[bit / 8] &= (uint8_t) ~(0x80U >> bit % 8);
}

static enum drop_reason take_status(const struct dhcp6_option *opt,
				    uint16_t *status)
{
	struct wire_reader body = opt->body;

	if (wire_left(&body) < STATUS_LEN)
		return DROP_DHCP6_OPTION_LENGTH;
	*status = wire_get_u16(&body);
	return DROP_NONE;
}

/* What is inside an item: of it a status alone is read. */
static enum drop_reason walk_item(struct dhcp6_walk *walk,
				  struct wire_reader area, uint16_t *status)
{
	struct dhcp6_option opt;
	enum drop_reason why;

	while (dhcp6_walk_next(walk, &area, &opt, &why)) {
		if (opt.code != DHCP6_OPT_STATUS_CODE)
			continue;
		why = take_status(&opt, status);
		if (why)
			break;
	}
	return why;
}

static enum drop_reason take_item(struct dhcp6_walk *walk, struct dhcp6_ia *ia,
				  struct wire_reader body)
{
	struct dhcp6_ia_item item = { .prefix_len = DHCP6_PREFIX_MAX };
	bool is_prefix = ia->code == DHCP6_OPT_IA_PD;
	enum drop_reason why;

	if (wire_left(&body) < (is_prefix ? IAPREFIX_LEN : IAADDR_LEN))
		return DROP_DHCP6_OPTION_LENGTH;
	if (*walk->item_count == DHCP6_IA_ITEMS_MAX)
		return DROP_DHCP6_BOUNDS;
	if (!is_prefix)
		wire_get_mem(&body, &item.addr, sizeof(item.addr));
	item.preferred_s = wire_get_u32(&body);
	item.valid_s = wire_get_u32(&body);
	if (is_prefix) {
		item.prefix_len = wire_get_u8(&body);
		wire_get_mem(&body, &item.addr, sizeof(item.addr));
	}
	if (item.prefix_len > DHCP6_PREFIX_MAX)
		return DROP_DHCP6_PREFIX_LENGTH;
	mask_prefix(&item);
	why = walk_item(walk, body, &item.status);
	walk->item[(*walk->item_count)++] = item;
	ia->item_count++;
	return why;
}

enum drop_reason dhcp6_walk_ia(struct dhcp6_walk *walk,
			       const struct dhcp6_option *opt)
{
	uint16_t wanted = opt->code == DHCP6_OPT_IA_PD ? DHCP6_OPT_IAPREFIX
						       : DHCP6_OPT_IAADDR;
	struct wire_reader body = opt->body;
	struct dhcp6_option inner;
	enum drop_reason why;
	struct dhcp6_ia *ia;

	if (*walk->ia_count == DHCP6_IA_MAX)
		return DROP_DHCP6_BOUNDS;
	ia = &walk->ia[(*walk->ia_count)++];
	*ia = (struct dhcp6_ia){ .code = opt->code };
	ia->iaid = wire_get_u32(&body);
	ia->t1_s = wire_get_u32(&body);
	ia->t2_s = wire_get_u32(&body);
	ia->first_item = (uint16_t)*walk->item_count;
	while (dhcp6_walk_next(walk, &body, &inner, &why)) {
		if (inner.code == wanted)
			why = take_item(walk, ia, inner.body);
		else if (inner.code == DHCP6_OPT_STATUS_CODE)
			why = take_status(&inner, &ia->status);
		if (why)
			break;
	}
	return why;
}
