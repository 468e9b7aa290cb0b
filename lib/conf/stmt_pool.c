// SPDX-License-Identifier: BSD-2-Clause
/* Pools, ranges, and who may have addresses of them. */
#include <errno.h>
#include <string.h>

#include "param.h"
#include "stmt.h"

#define NO_BOOTP "BOOTP clients are not served"

enum { RANGE_MAX = 1 << 24 }; /* addresses: a /8 */

int conf_handle_pool(struct conf_parser *p)
{
	struct conf_node *node = conf_new_node(p, CONF_SCOPE_POOL);

	if (!node || conf_vec_add(&p->scratch, &p->census.pools, node))
		return -ENOMEM;
	return conf_parse_block(p, node, CONF_IN_POOL);
}

static void check_range(struct conf_parser *p, const struct conf_pos *pos,
			struct conf_range *range)
{
	uint32_t first = conf_ip4(range->first);
	uint32_t last = conf_ip4(range->last);

	if (last < first)
		conf_error(p, pos, "the range ends before it starts");
	else if (last - first >= RANGE_MAX)
		conf_error(p, pos, "the range has more than %d addresses",
			   RANGE_MAX);
	else
		return;
	range->last = range->first; /* later checks see a small one */
}

int conf_handle_range(struct conf_parser *p)
{
	struct conf_node *node = p->node;
	struct conf_node_range *range;
	int err;

	range = conf_arena_alloc(&p->scratch, sizeof(*range));
	if (!range)
		return -ENOMEM;
	if (conf_accept_word(p, "dynamic-bootp"))
		conf_note_once(p, CONF_NOTE,
			       "`dynamic-bootp' has no effect: " NO_BOOTP);
	range->pos = conf_peek(p)->pos;
	range->owner = node;
	err = conf_get_ip4(p, &range->range.first);
	if (err)
		return err;
	range->range.last = range->range.first;
	if (!conf_token_is_punct(conf_peek(p), ';')) {
		err = conf_get_ip4(p, &range->range.last);
		if (err)
			return err;
	}
	check_range(p, &range->pos, &range->range);
	if (node->last_range)
		node->last_range->next = range;
	else
		node->ranges = range;
	node->last_range = range;
	return conf_vec_add(&p->scratch, &p->census.ranges, range);
}

static int add_permit(struct conf_parser *p, bool allow,
		      enum conf_permit_kind kind)
{
	struct conf_node *node = p->node;
	struct conf_node_permit *permit;

	permit = conf_arena_alloc(&p->scratch, sizeof(*permit));
	if (!permit)
		return -ENOMEM;
	permit->permit = (struct conf_permit){ .allow = allow, .kind = kind };
	if (node->u.pool.last_permit)
		node->u.pool.last_permit->next = permit;
	else
		node->u.pool.permits = permit;
	node->u.pool.last_permit = permit;
	return 0;
}

static int add_members(struct conf_parser *p, bool allow)
{
	int err = add_permit(p, allow, CONF_PERMIT_MEMBERS);

	return err ? err : conf_get_members(p, p->node->u.pool.last_permit);
}

/* In a pool; `known clients' may be written as two words, as in ISC. */
static const struct {
	const char *word;
	const char *second;
	enum conf_permit_kind kind;
} pool_permits[] = {
	{ "known-clients", NULL, CONF_PERMIT_KNOWN_CLIENTS },
	{ "unknown-clients", NULL, CONF_PERMIT_UNKNOWN_CLIENTS },
	{ "known", "clients", CONF_PERMIT_KNOWN_CLIENTS },
	{ "unknown", "clients", CONF_PERMIT_UNKNOWN_CLIENTS },
	{ "all", "clients", CONF_PERMIT_ALL_CLIENTS },
};

/*
 * `dynamic bootp clients', which are not served: to deny them changes nothing,
 * to allow them alone would keep everybody else out.
 */
static int handle_bootp_permit(struct conf_parser *p, bool allow)
{
	if (!conf_accept_word(p, "bootp") || !conf_accept_word(p, "clients"))
		return conf_fail_expected(p, "`dynamic bootp clients'");
	if (!allow)
		return 0;
	return conf_error(
		p, &p->keyword_pos,
		"`%s dynamic bootp clients' is not supported: " NO_BOOTP,
		p->row->name);
}

/* What ISC's pools may ask of clients beside that. */
static const struct {
	const char *word;
	const char *reason;
} refused_permits[] = {
	{ "authenticated", "clients are not authenticated" },
	{ "unauthenticated",
	  "write `all clients', for nobody is authenticated" },
	{ "after", "pools do not open or close with time" },
};

static int fail_permit(struct conf_parser *p)
{
	size_t i;

	for (i = 0; i < sizeof(refused_permits) / sizeof(refused_permits[0]);
	     i++) {
		const char *word = refused_permits[i].word;

		if (conf_token_is_word(conf_peek(p), word))
			return conf_error(p, &conf_peek(p)->pos,
					  "`%s %s' is not supported: %s",
					  p->row->name, word,
					  refused_permits[i].reason);
	}
	return conf_fail_expected(p, "known-clients, unknown-clients, all "
				     "clients or members of a class");
}

static int handle_pool_permit(struct conf_parser *p, bool allow)
{
	size_t i;

	if (conf_accept_word(p, "dynamic"))
		return handle_bootp_permit(p, allow);
	for (i = 0; i < sizeof(pool_permits) / sizeof(pool_permits[0]); i++) {
		const char *second = pool_permits[i].second;

		if (!conf_accept_word(p, pool_permits[i].word))
			continue;
		if (second && !conf_accept_word(p, second))
			return conf_fail_expected(p, "`clients'");
		return add_permit(p, allow, pool_permits[i].kind);
	}
	if (conf_accept_word(p, "members"))
		return add_members(p, allow);
	return fail_permit(p);
}

/*
 * Outside pools, beside what is a parameter: what is the default anyway, or has
 * no object here, is accepted; the rest would change who is served. `allow
 * bootp', a default of ISC's, is in many a file that serves nobody by it; it is
 * named.
 */
static const struct {
	const char *word;
	const char *lost;    /* if it is allowed; NULL: nothing */
	const char *refused; /* why it cannot be denied; NULL: it can */
} server_permits[] = {
	{ "duplicates", NULL,
	  "who has the same hardware address and another identifier is "
	  "another client" },
	{ "bootp", NO_BOOTP, NULL },
	{ "dynamic-bootp", NO_BOOTP, NULL },
	{ "leasequery", "leasequeries are not answered", NULL },
	{ "client-updates", NULL, NULL }, /* DNS is not updated at all */
};

static int handle_server_permit(struct conf_parser *p, bool allow)
{
	const struct conf_param_row *row;
	struct conf_token token;
	size_t i;
	int err;

	err = conf_expect_word(p, &token, "what to allow or to deny");
	if (err)
		return err;
	row = conf_param_find_permit(token.text, token.len);
	if (row)
		return conf_set_permit(p, row, allow);
	for (i = 0; i < sizeof(server_permits) / sizeof(server_permits[0]);
	     i++) {
		const char *word = server_permits[i].word;

		if (!conf_token_is_word(&token, word))
			continue;
		if (allow && server_permits[i].lost &&
		    !(p->noted_permits & 1U << i))
			conf_warn(p, &p->keyword_pos,
				  "`allow %s' is not followed: %s", word,
				  server_permits[i].lost);
		p->noted_permits |= (uint32_t)allow << i;
		if (allow || !server_permits[i].refused)
			return 0;
		return conf_error(p, &token.pos, "`%s %s' is not supported: %s",
				  p->row->name, word,
				  server_permits[i].refused);
	}
	return conf_error(p, &token.pos, "`%s %.*s' is not supported here",
			  p->row->name, (int)(token.len < 40 ? token.len : 40),
			  token.text);
}

int conf_handle_permit(struct conf_parser *p)
{
	bool allow = p->row->name[0] == 'a';

	if (p->node->kind == CONF_SCOPE_POOL ||
	    p->node->kind == CONF_SCOPE_POOL6)
		return handle_pool_permit(p, allow);
	return handle_server_permit(p, allow);
}

/*
 * Two of ISC's servers that fail over divide each pool that names their peer
 * between them: whoever serves all of such a pool gives away what the other one
 * has given. What the declaration says is of use to nobody else.
 */
int conf_handle_failover(struct conf_parser *p)
{
	struct conf_pos keyword = p->keyword_pos;
	const char *name;
	int err;

	if (!conf_accept_word(p, "peer"))
		return conf_fail_expected(p, "`peer'");
	err = conf_get_text(p, &name, "the name of a failover peer");
	if (err)
		return err;
	if (!conf_accept_punct(p, '{'))
		return conf_error(
			p, &keyword,
			"`failover peer' is not supported: two servers "
			"cannot share a pool; give each of them "
			"ranges of its own");
	conf_note_once(p, CONF_WARNING,
		       "`failover peer' is not followed: two servers cannot "
		       "share leases");
	if (conf_skip_braces(p))
		return 0;
	return conf_error(p, &keyword, "the `{' of this block is never closed");
}
