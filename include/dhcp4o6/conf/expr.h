/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * expr - the expressions of a configuration, evaluated for one message: which
 * branches of `if' apply, to which classes a client belongs, and what options
 * given by an expression are.
 *
 * As in ISC's server a value may be missing (an option that is not there, a
 * substring of it, ...), and data and numbers made of it are missing too. Of
 * conditions:
 *   =, !=   a missing value equals a missing one, and nothing else;
 *   ~=, ~~  missing if the value is;
 *   not     missing if its condition is;
 *   and     missing if its left side does not hold or a side is missing: of
 *           `not (A and B)' nothing is left unless A holds;
 *   or      missing if both sides are.
 * Evaluation allocates nothing (but for what the C library does for a regular
 * expression, which is bounded), is bounded by the size of the expression, and
 * never fails otherwise than by a missing value. Of one configuration, it is
 * for one thread at a time.
 */
#ifndef DHCP4O6_CONF_EXPR_H
#define DHCP4O6_CONF_EXPR_H

#include "dhcp4o6/base/strbuf.h"
#include "dhcp4o6/conf/conf.h"

#define CONF_EXPR_DATA_MAX   4096 /* octets of a value in between */
#define CONF_RELAY_OUTERMOST 32   /* of `v6relay' */
#define CONF_CLASSES_MAX     64   /* that one client may belong to */
#define CONF_RESOLVED_MAX    128  /* scopes that one scope may become */

struct conf_data {
	const uint8_t *data;
	size_t len;
};

/* What an expression can ask. Members that do not apply are zero. */
struct conf_packet {
	const void *ctx;
	/* The body of an option of the client, parts joined; false: none.
	 * universe is CONF_OPTIONS_DHCP4 or CONF_OPTIONS_DHCP6: what is inside
	 * of an option is found here. */
	bool (*find_option)(const void *ctx, enum conf_universe universe,
			    uint32_t code, struct conf_data *value);
	/*
	 * The same for a relay agent of DHCPv6, 1 being the nearest to the
	 * client and CONF_RELAY_OUTERMOST the farthest there is. NULL: none.
	 */
	bool (*find_relay_option)(const void *ctx, unsigned int relay,
				  enum conf_universe universe, uint32_t code,
				  struct conf_data *value);
	struct conf_data message; /* whole: from `op', or from the type on */
	uint8_t htype;
	struct conf_data chaddr;
	bool is_known;  /* there is a host declaration for the client */
	bool is_static; /* and it has a fixed address here */
	struct conf_data leased_address;
	const char *host_decl_name; /* NULL: none */
	uint32_t lease_time_s;      /* 0: not known (yet) */
};

/* A missing value is false. */
bool conf_expr_is_true(const struct conf_expr *expr,
		       const struct conf_packet *packet);
/* The number of octets written to out; -ENODATA: the value is missing;
 * -EMSGSIZE. */
int conf_expr_data(const struct conf_expr *expr,
		   const struct conf_packet *packet, uint8_t *out, size_t size);
/* As it is written in a configuration. */
void conf_expr_print(const struct conf_expr *expr, struct strbuf *out);

/*
 * The scopes that one scope becomes for a message: itself, and of each `if' the
 * branch that applies and what stands behind, the one that counts most first.
 * Fills list[0..room) and returns how many; a scope without `if' is itself.
 * With room for CONF_RESOLVED_MAX nothing is left out: no more is ever parsed.
 * Pieces behind an `if' that set nothing are passed over.
 */
size_t conf_resolve(const struct conf_scope *scope,
		    const struct conf_packet *packet,
		    const struct conf_scope **list, size_t room);

/* A class that a client belongs to. */
struct conf_membership {
	const struct conf_class *class;
	const struct conf_subclass *subclass; /* NULL: by `match if' */
	/* Of `spawn with': the value, in `space' of conf_classify(). */
	struct conf_data spawned;
};

/*
 * The classes of a client, in the file's order, each once. Values of `spawn
 * with' are written to space. What does not fit is left out. Returns how many.
 */
size_t conf_classify(const struct conf *conf, const struct conf_packet *packet,
		     struct conf_membership list[CONF_CLASSES_MAX],
		     uint8_t *space, size_t space_size);

#endif /* DHCP4O6_CONF_EXPR_H */
