/* SPDX-License-Identifier: BSD-2-Clause */
/* decide_private - what decide.c and the message handlers share. */
#ifndef DHCP4O6_SERVER4_DECIDE_PRIVATE_H
#define DHCP4O6_SERVER4_DECIDE_PRIVATE_H

#include "decide.h"
#include "dhcp4o6/alloc/binding.h"
#include "dhcp4o6/alloc/choice.h"

/* ISC's, where the configuration says nothing; no minimum. */
#define LEASE_TIME_DEFAULT_S 43200U
#define LEASE_TIME_MAX_S     86400U
#define LEASE_TIME_MIN_S     300U

/* The classes of a client; of `spawn with' the values, too. */
struct decide_classes {
	struct conf_membership list[CONF_CLASSES_MAX];
	uint8_t space[1024];
};

/* One query while it is decided. */
struct decision {
	const struct decide_server *server;
	const struct decide_query *query;
	const struct dhcp4_msg *msg;
	struct alloc_txn *txn;
	struct decide_answer *answer;
	struct alloc_moment now;
	struct alloc_client client;
	struct locate_result where;
	struct alloc_asker asker;       /* valid if where.network is not NULL */
	struct decide_classes *classes; /* asker.classes, not set before */
};

/* Fills the answer, or returns why there is none (DROP_NONE: as it should). */
typedef enum drop_reason decide_handler(struct decision *d);

decide_handler dhcp_handle_discover;
decide_handler dhcp_handle_request;
decide_handler dhcp_handle_decline;
decide_handler dhcp_handle_release;
decide_handler dhcp_handle_inform;

/* Does option 54 of the query name this server? True when there is none. */
bool decide_is_for_us(const struct decision *d);

/* Who the client is on net: host declarations and classes. */
void decide_ask(struct decision *d, const struct alloc_network *net);

/* Is `authoritative' in force for the network? */
bool decide_is_authoritative(const struct alloc_network *net);

/* Scopes and server identifier of an answer about addr on net. */
void decide_set_scopes(struct decision *d, const struct alloc_network *net,
		       struct in_addr addr);

/* May the client be answered in these scopes? */
enum drop_reason decide_admit(const struct decision *d);

/*
 * To which class a lease of addr is to count: of the client's that have a
 * `lease limit' the one it counts to already, else the first with room.
 * DROP_CLASS_LIMIT when there is none with room. *is_billed: there is any.
 */
enum drop_reason decide_bill(const struct decision *d, struct in_addr addr,
			     struct alloc_billing *billing, bool *is_billed);

/* Seconds by option 51 and the scopes (RFC 2131 section 4.3.1). */
uint32_t decide_lease_time(const struct decision *d);

const struct conf_dhcp4o6 *decide_settings(const struct decision *d);

#endif /* DHCP4O6_SERVER4_DECIDE_PRIVATE_H */
