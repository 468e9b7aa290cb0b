/* SPDX-License-Identifier: BSD-2-Clause */
/* dialect_internal - what the files of the dialects share. */
#ifndef DHCP4O6_LIB_IPC_DIALECT_INTERNAL_H
#define DHCP4O6_LIB_IPC_DIALECT_INTERNAL_H

#include "dhcp4o6/ipc/dialect.h"

struct ipc_dialect_ops {
	const char *name;
	enum drop_reason (*encode_query)(struct wire_writer *w,
					 const struct ipc_query *query);
	/* origin.dialect and origin.relay_port are set by the caller. */
	enum drop_reason (*decode_query)(struct wire_reader in,
					 struct ipc_query *query);
	enum drop_reason (*encode_answer)(struct wire_writer *w,
					  const struct ipc_origin *to,
					  struct wire_reader message);
	/* Sets origin and message. */
	enum drop_reason (*decode_answer)(struct wire_reader in,
					  struct ipc_answer *answer);
	void (*copy_message)(struct wire_writer *w, struct wire_reader message);
};

extern const struct ipc_dialect_ops ipc_native_ops;
extern const struct ipc_dialect_ops ipc_isc_ops;
extern const struct ipc_dialect_ops ipc_kea_ops;

/*
 * Takes len octets as an interface name: 1 to 15 of them, none that Linux
 * refuses in a name or that is below '!' (docs/ipc-protocol.md says why).
 */
bool ipc_take_ifname(struct wire_reader *in, size_t len,
		     char ifname[IPC_IFNAME_SIZE]);

/* A well-formed DHCPV4-RESPONSE with one option 87, inside RELAY-REPLs only. */
bool ipc_is_response(struct wire_reader message);

#endif /* DHCP4O6_LIB_IPC_DIALECT_INTERNAL_H */
