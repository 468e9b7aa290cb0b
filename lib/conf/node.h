/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf_node - what the parser leaves: one node for each declaration, with the
 * place of everything in it. Checks look at nodes; the model is built of them.
 */
#ifndef CONF_NODE_H
#define CONF_NODE_H

#include "dhcp4o6/conf/conf.h"
#include "lex.h"

enum { CONF_PARAM_BITS = 32 }; /* of enum conf_param */

struct conf_node_params {
	struct conf_params values;
	struct conf_pos pos[CONF_PARAM_BITS]; /* by bit number */
};

struct conf_node_option {
	struct conf_node_option *next;
	struct conf_pos pos;
	struct conf_option option;
};

struct conf_node_range {
	struct conf_node_range *next;
	struct conf_pos pos;
	struct conf_range range;
	const struct conf_node *owner; /* subnet, or pool */
};

struct conf_node_range6 {
	struct conf_node_range6 *next;
	struct conf_pos pos;
	struct conf_range6 range;
	const struct conf_node *owner; /* subnet6, pool6; or host: an address */
};

struct conf_node_prefix6 {
	struct conf_node_prefix6 *next;
	struct conf_pos pos;
	struct conf_prefix6 prefix;
	const struct conf_node *owner; /* subnet6, pool6; or host: a prefix */
};

struct conf_node_permit {
	struct conf_node_permit *next;
	struct conf_permit permit;
	struct conf_pos pos;    /* of the name */
	const char *class_name; /* CONF_PERMIT_MEMBERS */
};

struct conf_node_branch {
	struct conf_node_branch *next;
	struct conf_node *node;
	const struct conf_expr *condition; /* NULL: `else' */
};

struct conf_node_if {
	struct conf_node_if *next;
	struct conf_node_branch *first;
	struct conf_node_branch *last;
	struct conf_node *after;
	unsigned int resolved_max; /* scopes it may add to its scope */
};

/* A class, or a subclass, which has a value instead of expressions. */
struct conf_node_class {
	uint32_t index; /* of a class, in the file's order */
	const struct conf_expr *match_if;
	const struct conf_expr *match;
	bool has_match_if; /* with faults or without */
	bool has_match;
	bool spawn;
	uint32_t lease_limit;
	struct conf_vec subclasses; /* struct conf_node, sorted by value */
	const uint8_t *value;
	size_t value_len;
};

struct conf_node {
	struct conf_node *parent; /* NULL: global */
	struct conf_node *next;   /* the parent's next child */
	struct conf_node *first;  /* child */
	struct conf_node *last;
	enum conf_scope_kind kind;
	struct conf_pos pos;             /* of its keyword */
	struct conf_pos name_pos;        /* of its name or address */
	const char *name;                /* shared network, group, host */
	struct conf_node_params *params; /* NULL: none set */
	struct conf_node_option *options;
	struct conf_node_option *last_option;
	struct conf_node_if *ifs;
	struct conf_node_if *last_if;
	unsigned int resolved_max;      /* scopes that its ifs may add */
	struct conf_node_range *ranges; /* subnet: the bare ones; pool */
	struct conf_node_range *last_range;
	struct conf_node_range6 *ranges6; /* subnet6: the bare ones; pool6 */
	struct conf_node_range6 *last_range6;
	struct conf_node_prefix6 *prefixes6;
	struct conf_node_prefix6 *last_prefix6;
	union {
		struct {
			struct in_addr network;
			uint8_t prefix_len;
		} subnet;
		struct {
			struct in6_addr prefix;
			uint8_t prefix_len;
		} subnet6;
		struct {
			struct conf_node_permit *permits;
			struct conf_node_permit *last_permit;
		} pool;                 /* pool6 as well */
		struct conf_host *host; /* its scope is filled in last */
		struct conf_node_class *class;
		struct client_node *client; /* of a client's file */
	} u;
};

/* Everything of a kind over the whole configuration, for checks by sorting. */
struct conf_census {
	struct conf_vec networks; /* struct conf_node, declared ones */
	struct conf_vec subnets;
	struct conf_vec subnets6;
	struct conf_vec pools;
	struct conf_vec pools6;
	struct conf_vec groups;
	struct conf_vec hosts;
	struct conf_vec classes;
	struct conf_vec subclasses;
	struct conf_vec members; /* struct conf_node_permit */
	struct conf_vec with_params;
	struct conf_vec ranges;          /* struct conf_node_range */
	struct conf_vec ranges6;         /* struct conf_node_range6 */
	struct conf_vec fixed6;          /* the same, of hosts */
	struct conf_vec prefixes6;       /* struct conf_node_prefix6 */
	struct conf_vec fixed_prefixes6; /* the same, of hosts */
};

/* Where options and parameters of a block go: behind its last `if'. */
static inline struct conf_node *conf_node_settings(struct conf_node *node)
{
	return node->last_if ? node->last_if->after : node;
}

/* The shared network around a node, or NULL. */
static inline const struct conf_node *
conf_node_network(const struct conf_node *node)
{
	while (node && node->kind != CONF_SCOPE_SHARED_NETWORK)
		node = node->parent;
	return node;
}

#endif /* CONF_NODE_H */
