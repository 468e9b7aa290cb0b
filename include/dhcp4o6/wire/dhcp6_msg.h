/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dhcp6_msg - messages of clients and servers that are DHCPv6 itself
 * (RFC 9915), inside whatever relays wrapped around them.
 *
 * Decoded values point into the input. An option that its definition allows
 * once rejects the message when it is there twice; unknown options, those that
 * RFC 9915 made obsolete (IA_TA, Server Unicast), and those of servers are
 * stepped over.
 */
#ifndef DHCP4O6_WIRE_DHCP6_MSG_H
#define DHCP4O6_WIRE_DHCP6_MSG_H

#include "dhcp4o6/wire/dhcp6.h"

#define DHCP6_IA_MAX       16  /* IAs in one message */
#define DHCP6_IA_ITEMS_MAX 64  /* addresses and prefixes in one message */
#define DHCP6_ORO_MAX      256 /* codes in an Option Request option */
/* Options walked in one message, those inside others included. */
#define DHCP6_MSG_OPTION_STEPS 512

/* An IA Address, or an IA Prefix. */
struct dhcp6_ia_item {
	struct in6_addr addr; /* bits behind the length are zero */
	uint8_t prefix_len;   /* 128 for an address; 0 of a hint: any */
	uint16_t status;      /* enum dhcp6_status; none given: success */
	uint32_t preferred_s;
	uint32_t valid_s;
};

struct dhcp6_ia {
	uint16_t code; /* DHCP6_OPT_IA_NA or DHCP6_OPT_IA_PD */
	uint32_t iaid;
	uint32_t t1_s;
	uint32_t t2_s;
	uint16_t status;     /* enum dhcp6_status; none given: success */
	uint16_t first_item; /* index in msg.item */
	uint16_t item_count;
};

struct dhcp6_msg {
	uint8_t type;
	uint32_t xid; /* 24 bits */
	bool has_client_id;
	bool has_server_id;
	bool has_oro;
	bool has_elapsed;
	bool rapid_commit;
	bool reconfigure_accept;
	uint16_t elapsed_cs;          /* hundredths of a second */
	struct wire_reader client_id; /* DUID */
	struct wire_reader server_id;
	struct wire_reader oro;
	struct wire_reader fqdn;    /* body of option 39; empty: none */
	struct wire_reader options; /* the whole options area */
	unsigned int ia_count;
	struct dhcp6_ia ia[DHCP6_IA_MAX];
	unsigned int item_count;
	struct dhcp6_ia_item item[DHCP6_IA_ITEMS_MAX];
};

/*
 * Decodes the innermost message of an envelope, of any type that a client sends
 * to a server. DROP_NONE, or why not; *msg is valid after DROP_NONE alone.
 */
enum drop_reason dhcp6_decode_msg(struct wire_reader in, struct dhcp6_msg *msg);

/*
 * The table of RFC 9915 sections 16.2 to 16.12: must a server that is known by
 * this DUID discard the message? DROP_NONE: no.
 */
enum drop_reason dhcp6_validate_for_server(const struct dhcp6_msg *msg,
					   const uint8_t *duid, size_t len);

/* Is the code in the Option Request option? */
bool dhcp6_is_requested(const struct dhcp6_msg *msg, uint16_t code);

/*
 * Writes a message of a server in the mirror image of env's relays, in the
 * order begin, options, end. Options with options in them are opened and
 * closed; they nest. Errors show as w->failed.
 */
struct dhcp6_reply {
	struct dhcp4o6_response chain;
	size_t start; /* of the innermost message */
};

void dhcp6_begin_reply(struct wire_writer *w, const struct dhcp6_envelope *env,
		       uint8_t type, uint32_t xid, struct dhcp6_reply *reply);
/* Returns what dhcp6_close_option() wants to have. */
size_t dhcp6_open_option(struct wire_writer *w, uint16_t code);
void dhcp6_close_option(struct wire_writer *w, size_t opened);
/* Status Code; text may be NULL. */
void dhcp6_put_status(struct wire_writer *w, enum dhcp6_status status,
		      const char *text);
/* The option for an address or a prefix, in an IA with that code; no status. */
void dhcp6_put_ia_item(struct wire_writer *w, uint16_t ia_code,
		       const struct dhcp6_ia_item *item);
void dhcp6_end_reply(struct wire_writer *w, const struct dhcp6_reply *reply);

#endif /* DHCP4O6_WIRE_DHCP6_MSG_H */
