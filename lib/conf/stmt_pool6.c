// SPDX-License-Identifier: BSD-2-Clause
/* Pools of IPv6 addresses and of prefixes. */
#include <errno.h>
#include <string.h>

#include "ip6.h"
#include "stmt.h"

int conf_handle_pool6(struct conf_parser *p)
{
	struct conf_node *node = conf_new_node(p, CONF_SCOPE_POOL6);

	if (!node || conf_vec_add(&p->scratch, &p->census.pools6, node))
		return -ENOMEM;
	return conf_parse_block(p, node, CONF_IN_POOL6);
}

/* Nobody routes these to one host, or from it. */
void conf_check_use6(struct conf_parser *p, const struct conf_pos *pos,
		     const struct in6_addr *first, const struct in6_addr *last)
{
	if (IN6_IS_ADDR_MULTICAST(first) || IN6_IS_ADDR_MULTICAST(last))
		conf_error(p, pos, "multicast addresses are nobody's own");
	else if (IN6_IS_ADDR_LINKLOCAL(first) || IN6_IS_ADDR_LINKLOCAL(last))
		conf_error(p, pos, "link-local addresses are not assigned");
	else if (IN6_IS_ADDR_UNSPECIFIED(first) || IN6_IS_ADDR_LOOPBACK(last))
		conf_error(p, pos, "no client can use such an address");
}

/* The prefix is taken: `range6 PREFIX/LENGTH'. */
static void range_of_prefix(struct conf_parser *p,
			    struct conf_node_range6 *range,
			    const struct in6_addr *prefix, uint8_t len)
{
	conf_check_host_bits(p, &range->pos, prefix, len);
	range->range.first = *prefix;
	conf_ip6_clear_tail(&range->range.first, len);
	range->range.last = range->range.first;
	conf_ip6_set_tail(&range->range.last, len);
}

/* Leaves `temporary', if it is there. */
static int get_range6(struct conf_parser *p, struct conf_node_range6 *range)
{
	struct in6_addr first;
	bool is_prefix;
	uint8_t len;
	int err;

	err = conf_get_ip6_or_prefix(p, &first, &len, &is_prefix);
	if (err)
		return err;
	if (is_prefix) {
		range_of_prefix(p, range, &first, len);
		return 0;
	}
	range->range.first = first;
	range->range.last = range->range.first;
	if (conf_token_is_word(conf_peek(p), "temporary"))
		return 0;
	if (conf_peek(p)->type != CONF_TOKEN_WORD)
		return conf_fail_form(p);
	err = conf_get_ip6(p, &range->range.last);
	if (err)
		return err;
	if (conf_ip6_compare(&range->range.first, &range->range.last) > 0) {
		conf_error(p, &range->pos, "the range ends before it starts");
		range->range.last = range->range.first;
	}
	return 0;
}

int conf_add_range6(struct conf_parser *p, struct conf_node_range6 *range,
		    struct conf_vec *census)
{
	struct conf_node *node = p->node;

	range->owner = node;
	if (node->last_range6)
		node->last_range6->next = range;
	else
		node->ranges6 = range;
	node->last_range6 = range;
	return conf_vec_add(&p->scratch, census, range);
}

int conf_handle_range6(struct conf_parser *p)
{
	struct conf_node_range6 *range;
	int err;

	range = conf_arena_alloc(&p->scratch, sizeof(*range));
	if (!range)
		return -ENOMEM;
	range->pos = conf_peek(p)->pos;
	err = get_range6(p, range);
	if (err)
		return err;
	if (conf_accept_word(p, "temporary")) {
		conf_note_once(p, CONF_WARNING,
			       "temporary addresses are not assigned: IA_TA is "
			       "obsolete (RFC 9915); this range has no effect");
		return 0;
	}
	conf_check_use6(p, &range->pos, &range->range.first,
			&range->range.last);
	return conf_add_range6(p, range, &p->census.ranges6);
}

void conf_check_prefix6(struct conf_parser *p, const struct conf_pos *pos,
			struct conf_prefix6 *prefix)
{
	uint8_t len = prefix->prefix_len;

	if (len == 0 || len > 127) {
		conf_error(p, pos, "prefixes are delegated with 1 to 127 bits");
		prefix->prefix_len = 127;
		prefix->last = prefix->first;
		return;
	}
	if (len > 64)
		conf_warn(p, pos,
			  "of a prefix longer than /64 hosts cannot form "
			  "addresses by themselves");
	if (conf_check_host_bits(p, pos, &prefix->first, len) ||
	    conf_check_host_bits(p, pos, &prefix->last, len))
		; /* said */
	else if (conf_ip6_compare(&prefix->first, &prefix->last) > 0)
		conf_error(p, pos, "the prefixes end before they start");
	else
		conf_check_use6(p, pos, &prefix->first, &prefix->last);
	conf_ip6_clear_tail(&prefix->first, len);
	conf_ip6_clear_tail(&prefix->last, len);
	if (conf_ip6_compare(&prefix->first, &prefix->last) > 0)
		prefix->last = prefix->first; /* later checks see a small one */
}

int conf_add_prefix6(struct conf_parser *p, struct conf_node_prefix6 *prefix,
		     struct conf_vec *census)
{
	struct conf_node *node = p->node;

	prefix->owner = node;
	if (node->last_prefix6)
		node->last_prefix6->next = prefix;
	else
		node->prefixes6 = prefix;
	node->last_prefix6 = prefix;
	return conf_vec_add(&p->scratch, census, prefix);
}

int conf_handle_prefix6(struct conf_parser *p)
{
	struct conf_node_prefix6 *prefix;
	int err;

	prefix = conf_arena_alloc(&p->scratch, sizeof(*prefix));
	if (!prefix)
		return -ENOMEM;
	prefix->pos = conf_peek(p)->pos;
	if (conf_token_is_prefix(conf_peek(p)))
		return conf_fail_form(p);
	err = conf_get_ip6(p, &prefix->prefix.first);
	if (!err)
		err = conf_get_prefix6(p, &prefix->prefix.last,
				       &prefix->prefix.prefix_len);
	if (err)
		return err;
	conf_check_prefix6(p, &prefix->pos, &prefix->prefix);
	return conf_add_prefix6(p, prefix, &p->census.prefixes6);
}
