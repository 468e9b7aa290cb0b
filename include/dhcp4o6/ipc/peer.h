/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * peer - is the other half there, and is it who it should be?
 *
 * Any local user may bind an unprivileged port. Before queries go out, and
 * before answers are believed, the owner of the other port's socket is looked
 * up by sock_diag(7) for our own pair of addresses and ports, or in
 * /proc/net/udp6 where udp_diag is missing. The result holds for a second,
 * and until a send is refused. When neither source can be read nobody is
 * trusted. The caller passes the time, calls ipc_peer_check() once per batch
 * and logs changes of state, which are reported once each.
 */
#ifndef DHCP4O6_IPC_PEER_H
#define DHCP4O6_IPC_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "dhcp4o6/base/clock.h"
#include "dhcp4o6/ipc/link.h"
#include "dhcp4o6/wire/drop_reason.h"

#define IPC_PEER_RECHECK_MS      1000 /* while the peer is up */
#define IPC_PEER_RECHECK_DOWN_MS 100  /* while it is not */
#define IPC_PEER_UIDS_MAX        16

enum ipc_peer_state {
	IPC_PEER_UNKNOWN, /* not looked yet, or looking failed */
	IPC_PEER_UP,      /* a trusted user's socket is on the other port */
	IPC_PEER_DOWN,    /* nobody is */
	IPC_PEER_FOREIGN, /* an untrusted user's socket is */
};

struct ipc_peer_info {
	enum ipc_peer_state state;
	uid_t uid;       /* owner of the other socket; in UP and FOREIGN */
	uint64_t inode;  /* likewise */
	uint64_t cookie; /* likewise; 0 if only /proc could be read */
	int error; /* why looking failed last time: negative errno, or 0 */
	uint64_t lookups;
	uint64_t changes;
};

struct ipc_peer; /* opaque */

/*
 * half and port are our own, as for ipc_link_socket(). Opens what it needs, so
 * it works after privileges are gone; the lookup happens in the network
 * namespace of this call. uids is copied; -EINVAL over IPC_PEER_UIDS_MAX or if
 * empty.
 */
int ipc_peer_open(struct ipc_peer **peer, enum ipc_half half, uint16_t port,
		  const uid_t uids[], size_t uid_count);
/* Others from now on: at most IPC_PEER_UIDS_MAX, and at least one. */
void ipc_peer_set_uids(struct ipc_peer *peer, const uid_t uids[],
		       size_t uid_count);
void ipc_peer_close(struct ipc_peer *peer); /* NULL is allowed */

/*
 * May we talk to the other half now? DROP_NONE, DROP_IPC_PEER_DOWN or
 * DROP_IPC_FOREIGN. Costs a comparison of times unless a lookup is due.
 */
enum drop_reason ipc_peer_check(struct ipc_peer *peer, struct mono_time now);

/* The kernel said ECONNREFUSED: down until a lookup finds a socket again. */
void ipc_peer_refused(struct ipc_peer *peer, struct mono_time now);

/*
 * Something arrived from the other port, so somebody is there: if the state is
 * UNKNOWN or DOWN, the next check looks at once.
 */
void ipc_peer_heard(struct ipc_peer *peer);

/* True once per change of state since the last call; *info is filled then. */
bool ipc_peer_poll_change(struct ipc_peer *peer, struct ipc_peer_info *info);
void ipc_peer_get_info(const struct ipc_peer *peer, struct ipc_peer_info *info);

const char *ipc_peer_state_name(enum ipc_peer_state state); /* "up", ... */

#endif /* DHCP4O6_IPC_PEER_H */
