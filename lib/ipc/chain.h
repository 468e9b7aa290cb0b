/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * chain - the relay levels around a message, kept as the octets in front of
 * and behind each level's Relay Message, so that a chain can be written again
 * octet by octet around a changed inner message. Private to lib/ipc.
 */
#ifndef DHCP4O6_LIB_IPC_CHAIN_H
#define DHCP4O6_LIB_IPC_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "dhcp4o6/wire/dhcp6_proto.h"
#include "dhcp4o6/wire/wire.h"

struct ipc_chain_level {
	struct wire_reader head; /* up to and with the header of option 9 */
	struct wire_reader tail; /* what follows the body of option 9 */
};

struct ipc_chain {
	unsigned int depth;
	struct ipc_chain_level level[DHCP6_RELAY_DEPTH_MAX]; /* [0] outermost */
	struct wire_reader inner; /* innermost message with its type octet */
};

/*
 * relay_type is RELAY-FORW or RELAY-REPL; the first message of another type is
 * the inner one. -EBADMSG on any malformed level, on a level without or with
 * two Relay Messages, and beyond the depth limit.
 */
int ipc_chain_decode(struct wire_reader in, uint8_t relay_type,
		     struct ipc_chain *chain);

/* Writes the heads; the caller then writes the inner message to w. */
struct ipc_chain_mark {
	size_t length_at[DHCP6_RELAY_DEPTH_MAX]; /* offsets in w */
};
void ipc_chain_begin(struct wire_writer *w, const struct ipc_chain *chain,
		     struct ipc_chain_mark *mark);
/* Writes the tails and sets the lengths; over 65,535 octets w->failed. */
void ipc_chain_end(struct wire_writer *w, const struct ipc_chain *chain,
		   const struct ipc_chain_mark *mark);

/* Has a relay message this option at its outermost level? False if broken. */
bool ipc_chain_has_option(struct wire_reader in, uint16_t code);

#endif /* DHCP4O6_LIB_IPC_CHAIN_H */
