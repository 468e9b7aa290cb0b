/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * peer - the state of the other half, from lookups and refusals. Whatever can
 * not be found out counts as not trusted.
 */
#include "dhcp4o6/ipc/peer.h"

#include <assert.h>
#include <errno.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "peer_lookup.h"

struct ipc_peer {
	struct peer_ports ports;
	int diag_fd;     /* -1: none */
	FILE *proc;      /* NULL: none */
	bool diag_works; /* has found something once */
	struct mono_time next_lookup;
	struct ipc_peer_info info;
	struct ipc_peer_info reported;
	size_t uid_count;
	uid_t uid[IPC_PEER_UIDS_MAX];
};

static const char *const state_names[] = {
	[IPC_PEER_UNKNOWN] = "unknown",
	[IPC_PEER_UP] = "up",
	[IPC_PEER_DOWN] = "down",
	[IPC_PEER_FOREIGN] = "foreign",
};

const char *ipc_peer_state_name(enum ipc_peer_state state)
{
	if ((unsigned int)state >= sizeof(state_names) / sizeof(*state_names))
		return "unknown";
	return state_names[state];
}

void ipc_peer_set_uids(struct ipc_peer *peer, const uid_t uids[],
		       size_t uid_count)
{
	assert(uid_count && uid_count <= IPC_PEER_UIDS_MAX);
	memcpy(peer->uid, uids, uid_count * sizeof(*uids));
	peer->uid_count = uid_count;
	peer->next_lookup = (struct mono_time){ 0 };
}

int ipc_peer_open(struct ipc_peer **peer, enum ipc_half half, uint16_t port,
		  const uid_t uids[], size_t uid_count)
{
	uint16_t next = (uint16_t)(port + 1);
	struct ipc_peer *p;

	if (port == 0 || port == UINT16_MAX || uid_count == 0 ||
	    uid_count > IPC_PEER_UIDS_MAX)
		return -EINVAL;
	p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	p->ports.own = half == IPC_HALF_V6 ? port : next;
	p->ports.other = half == IPC_HALF_V6 ? next : port;
	ipc_peer_set_uids(p, uids, uid_count);
	p->diag_fd =
		socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	p->proc = fopen("/proc/net/udp6", "re");
	if (p->diag_fd < 0 && !p->proc) {
		free(p);
		return -EOPNOTSUPP;
	}
	*peer = p;
	return 0;
}

void ipc_peer_close(struct ipc_peer *peer)
{
	if (!peer)
		return;
	if (peer->diag_fd >= 0)
		close(peer->diag_fd);
	if (peer->proc)
		fclose(peer->proc);
	free(peer);
}

static bool is_untrusted(const void *arg, uid_t uid)
{
	const struct ipc_peer *peer = arg;

	for (size_t i = 0; i < peer->uid_count; i++) {
		if (peer->uid[i] == uid)
			return false;
	}
	return true;
}

static int look_up(struct ipc_peer *peer, struct peer_owner *owner)
{
	int err = -EOPNOTSUPP;

	if (peer->diag_fd >= 0)
		err = peer_lookup_diag(peer->diag_fd, peer->ports, owner);
	if (!err)
		peer->diag_works = true;
	if (!err || peer->diag_works || !peer->proc)
		return err;
	/* "No such socket" is also what a kernel without udp_diag says. */
	return peer_lookup_proc(peer->proc, peer->ports, is_untrusted, peer,
				owner);
}

static void set_state(struct ipc_peer *peer, enum ipc_peer_state state)
{
	if (peer->info.state != state)
		peer->info.changes++;
	peer->info.state = state;
}

static void look(struct ipc_peer *peer, struct mono_time now)
{
	struct peer_owner owner = { 0 };
	int wait_ms = IPC_PEER_RECHECK_DOWN_MS;
	int err = look_up(peer, &owner);

	peer->info.lookups++;
	peer->info.error = err == -ENOENT ? 0 : err;
	if (err == -ENOENT) {
		set_state(peer, IPC_PEER_DOWN);
	} else if (err) {
		set_state(peer, IPC_PEER_UNKNOWN);
	} else {
		set_state(peer, is_untrusted(peer, owner.uid) ? IPC_PEER_FOREIGN
							      : IPC_PEER_UP);
		peer->info.uid = owner.uid;
		peer->info.inode = owner.inode;
		peer->info.cookie = owner.cookie;
	}
	if (peer->info.state == IPC_PEER_UP)
		wait_ms = IPC_PEER_RECHECK_MS;
	peer->next_lookup = mono_add_ms(now, wait_ms);
}

enum drop_reason ipc_peer_check(struct ipc_peer *peer, struct mono_time now)
{
	if (now.ns >= peer->next_lookup.ns)
		look(peer, now);
	switch (peer->info.state) {
	case IPC_PEER_UP:
		return DROP_NONE;
	case IPC_PEER_DOWN:
		return DROP_IPC_PEER_DOWN;
	default:
		return DROP_IPC_FOREIGN;
	}
}

void ipc_peer_refused(struct ipc_peer *peer, struct mono_time now)
{
	set_state(peer, IPC_PEER_DOWN);
	peer->next_lookup = now;
}

void ipc_peer_heard(struct ipc_peer *peer)
{
	/* A foreign half must not make us look once per datagram. */
	if (peer->info.state == IPC_PEER_UNKNOWN ||
	    peer->info.state == IPC_PEER_DOWN)
		peer->next_lookup = (struct mono_time){ 0 };
}

/* Another socket of the same state is a change too: the half was restarted. */
static bool is_news(const struct ipc_peer *peer)
{
	const struct ipc_peer_info *now = &peer->info;
	const struct ipc_peer_info *then = &peer->reported;

	if (now->state != then->state)
		return true;
	if (now->state != IPC_PEER_UP && now->state != IPC_PEER_FOREIGN)
		return false;
	return now->uid != then->uid || now->inode != then->inode ||
	       now->cookie != then->cookie;
}

bool ipc_peer_poll_change(struct ipc_peer *peer, struct ipc_peer_info *info)
{
	if (!is_news(peer))
		return false;
	peer->reported = peer->info;
	*info = peer->info;
	return true;
}

void ipc_peer_get_info(const struct ipc_peer *peer, struct ipc_peer_info *info)
{
	*info = peer->info;
}
