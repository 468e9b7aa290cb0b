/* SPDX-License-Identifier: BSD-2-Clause */
/* decide6_private - what decide6.c and the message handlers share. */
#ifndef DHCP4O6_SERVER6_DECIDE6_PRIVATE_H
#define DHCP4O6_SERVER6_DECIDE6_PRIVATE_H

#include "decide6.h"
#include "dhcp4o6/alloc6/choice6.h"

/* Octets of the values of `spawn with' of one client. */
#define DECIDE6_SPAWNED_MAX 1024

/* One message while it is decided. */
struct decision6 {
	const struct decide6_server *server;
	const struct decide6_query *query;
	const struct dhcp6_msg *msg;
	struct alloc6_txn *txn;
	struct decide6_answer *answer;
	struct alloc6_moment now;
	struct alloc6_client client;
	const struct alloc6_network *net; /* NULL: nowhere known */
	struct alloc6_asker asker; /* valid if the message names its client */
	/* What a lease is to remember of the message. */
	uint8_t host_name[LEASE_HOST_NAME_MAX];
	uint8_t host_name_len;
	bool is_path_whole; /* all relays are in relay_path, as they are */
	uint8_t relay_ports_len;
	uint8_t relay_ports[LEASE_RELAY_PORTS_MAX];
	uint16_t relay_path_len;
	uint8_t relay_path[LEASE_RELAY_PATH_MAX];
	struct conf_packet packet;
	size_t class_count;
	struct conf_membership classes[CONF_CLASSES_MAX];
	uint8_t spawned[DECIDE6_SPAWNED_MAX];
};

/* Fills the answer, or returns why there is none. */
typedef enum drop_reason decide6_handler(struct decision6 *d);

decide6_handler dhcp6_handle_solicit;
decide6_handler dhcp6_handle_request;
decide6_handler dhcp6_handle_renew;
decide6_handler dhcp6_handle_rebind;
decide6_handler dhcp6_handle_confirm;
decide6_handler dhcp6_handle_release;
decide6_handler dhcp6_handle_decline;
decide6_handler dhcp6_handle_information_request;

/* What conditions ask; points into its arguments. leased: NULL for none. */
void decide6_describe(const struct decide6_query *query,
		      const struct decide6_facts *facts,
		      const struct decide6_item *leased,
		      struct conf_packet *packet);

/* Is `authoritative' in force where the client is? */
bool decide6_is_authoritative(const struct decision6 *d);

enum lease_kind decide6_kind(uint16_t ia_code);

/* Adds an IA to the answer: there is room for each that the client sent. */
struct decide6_ia *decide6_add_ia(struct decision6 *d,
				  const struct dhcp6_ia *asked);
/* Is it in the IA that was added last? */
bool decide6_has_item(const struct decision6 *d, const struct in6_addr *addr,
		      uint8_t prefix_len);
/* Into the IA added last; what is there already, or has no room, is not. */
bool decide6_add_item(struct decision6 *d, const struct decide6_item *item);
void decide6_set_status(struct decision6 *d, enum dhcp6_status status);

/* Scopes of an address or prefix on the client's network. */
void decide6_scopes_of(const struct decision6 *d, enum lease_kind kind,
		       const struct in6_addr *addr,
		       struct option6_scopes *scopes);

/* Lifetimes by the scopes; hint_s: of the client, 0 for none. */
void decide6_lifetimes(const struct option6_scopes *scopes, uint32_t hint_s,
		       struct decide6_item *item);
/* T1 and T2, the same for all IAs (RFC 9915 section 18.3.2). */
void decide6_set_times(struct decision6 *d);

#endif /* DHCP4O6_SERVER6_DECIDE6_PRIVATE_H */
