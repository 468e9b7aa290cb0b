/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dhcp4 - decode and encode DHCPv4 messages (RFC 2131, 2132, 3046, 3396).
 *
 * A decoded message points into the input, or into the scratch space inside
 * itself where an option was split and had to be joined. It must not be
 * copied by value: options would point into the old copy.
 */
#ifndef DHCP4O6_WIRE_DHCP4_H
#define DHCP4O6_WIRE_DHCP4_H

#include <netinet/in.h>

#include "dhcp4o6/wire/dhcp4_proto.h"
#include "dhcp4o6/wire/drop_reason.h"
#include "dhcp4o6/wire/wire.h"

#define DHCP4_JOIN_SIZE 2048 /* octets of split options in one message */

struct dhcp4_option {
	const uint8_t *data; /* NULL when the option is not in the message */
	uint16_t len;
};

struct dhcp4_msg {
	uint8_t op;
	uint8_t htype;
	uint8_t hlen; /* <= DHCP4_CHADDR_LEN */
	uint8_t hops;
	uint32_t xid;
	uint16_t secs;
	uint16_t flags;
	struct in_addr ciaddr;
	struct in_addr yiaddr;
	struct in_addr siaddr;
	struct in_addr giaddr;
	uint8_t chaddr[DHCP4_CHADDR_LEN];
	const uint8_t *sname; /* 64 octets; options if overload has bit 2 */
	const uint8_t *file;  /* 128 octets; options if overload has bit 1 */
	uint8_t overload;     /* enum dhcp4_overload bits; 0: none */
	uint8_t type;         /* enum dhcp4_msg_type */
	/* Suboptions of option 82 that are read; others stay opaque. */
	struct dhcp4_option link_selection;     /* 82.5: 4 octets */
	struct dhcp4_option server_id_override; /* 82.11: 4 octets */
	/*
	 * Which codes are in the message. Decoding clears these four words and
	 * not the 4 KiB behind them, so read options with dhcp4_option() only.
	 */
	uint64_t present[4];
	struct dhcp4_option slot[256]; /* garbage where not present */
	uint8_t join[DHCP4_JOIN_SIZE];
};

/*
 * Decodes a DHCPv4 message that a client sent to a server: op must be
 * BOOTREQUEST, the type one a server takes, and the client must have a
 * hardware address or a client identifier. Lengths of the options a server
 * acts on (50, 51, 52, 53, 54, 55, 57, 61, 118, 82.5, 82.11) are checked here;
 * a client identifier has 1 to 255 octets. A repeated option is joined (RFC
 * 3396), so a repeated fixed-length one fails its check. Octets behind END are
 * ignored; END itself may be missing. Returns DROP_NONE or the reason, and
 * only after DROP_NONE may *msg be read.
 */
enum drop_reason dhcp4_decode_request(struct wire_reader in,
				      struct dhcp4_msg *msg);

/* The same for a message that a server sent to a client. */
enum drop_reason dhcp4_decode_reply(struct wire_reader in,
				    struct dhcp4_msg *msg);

static inline bool dhcp4_has_option(const struct dhcp4_msg *msg, uint8_t code)
{
	return msg->present[code / 64] >> (code % 64) & 1;
}

/* Pads and END are never there. len may be 0 with data set. */
static inline struct dhcp4_option dhcp4_option(const struct dhcp4_msg *msg,
					       uint8_t code)
{
	if (!dhcp4_has_option(msg, code))
		return (struct dhcp4_option){ .data = NULL };
	return msg->slot[code];
}

/* The four octets of an address option; 0.0.0.0 if absent or not 4 long. */
struct in_addr dhcp4_get_addr(const struct dhcp4_msg *msg, uint8_t code);
/* Host order; fallback if absent or not 4 octets long. */
uint32_t dhcp4_get_u32(const struct dhcp4_msg *msg, uint8_t code,
		       uint32_t fallback);

/*
 * Writing: dhcp4_begin() writes the 236 octets and the cookie; then options;
 * then dhcp4_end() writes END and pads to min_len octets of message.
 * dhcp4_put_option() splits bodies over 255 octets (RFC 3396).
 */
struct dhcp4_header {
	uint8_t op;
	uint8_t htype;
	uint8_t hlen;
	uint32_t xid;
	uint16_t secs; /* servers send 0: RFC 2131 table 3 */
	uint16_t flags;
	struct in_addr ciaddr;
	struct in_addr yiaddr;
	struct in_addr siaddr;
	struct in_addr giaddr;
	const uint8_t *chaddr; /* 16 octets, or NULL for zeros */
	const char *sname;     /* NULL for none; cut at 63 octets */
	const char *file;      /* NULL for none; cut at 127 octets */
};

void dhcp4_begin(struct wire_writer *w, const struct dhcp4_header *header);
void dhcp4_put_option(struct wire_writer *w, uint8_t code, const void *body,
		      size_t len);
void dhcp4_put_u8(struct wire_writer *w, uint8_t code, uint8_t value);
void dhcp4_put_u32(struct wire_writer *w, uint8_t code, uint32_t value);
void dhcp4_put_addr(struct wire_writer *w, uint8_t code, struct in_addr addr);
/* message_at: wire_len(w) before dhcp4_begin(). */
void dhcp4_end(struct wire_writer *w, size_t message_at, size_t min_len);

/* "DHCPDISCOVER"; NULL if there is no such type. */
const char *dhcp4_msg_type_name(uint8_t type);

#endif /* DHCP4O6_WIRE_DHCP4_H */
