/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * metrics - the counters of one thread of a daemon.
 *
 * A struct metrics belongs to one thread, which alone writes and reads it, so
 * an increment is an increment. Threads each have their own; metrics_add()
 * sums them for a reader that has stopped or copied them.
 *
 * Names are stable: scripts and dashboards read them. METRIC_TABLE rows are
 * (enum suffix, group, name, unit, explanation); group and name are the two
 * levels of the JSON form, and a text form for a metrics collector reads the
 * same rows through metric_describe().
 */
#ifndef DHCP4O6_METRICS_METRICS_H
#define DHCP4O6_METRICS_METRICS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "dhcp4o6/wire/dhcp4_proto.h"
#include "dhcp4o6/wire/drop_reason.h"

/* clang-format off */
#define METRIC_TABLE(ROW)                                                                                              \
	/* UDP socket(s) on port 547 */                                                                                \
	ROW(SOCKET_RX, "socket", "rx_packets", "packets", "datagrams received on the UDP port of DHCPv6")                        \
	ROW(SOCKET_RX_OCTETS, "socket", "rx_octets", "octets", "UDP payload of these")                                 \
	ROW(SOCKET_TX, "socket", "tx_packets", "packets", "datagrams sent from the UDP port of DHCPv6")                          \
	ROW(SOCKET_TX_OCTETS, "socket", "tx_octets", "octets", "UDP payload of these")                                 \
	ROW(SOCKET_RX_OVERFLOW, "socket", "rx_overflow", "packets", "datagrams lost to a full socket buffer")          \
	/* Frames through AF_XDP, all queues together */                                                               \
	ROW(AFXDP_RX, "afxdp", "rx_frames", "packets", "frames received")                                              \
	ROW(AFXDP_RX_OCTETS, "afxdp", "rx_octets", "octets", "octets of these")                                        \
	ROW(AFXDP_TX, "afxdp", "tx_frames", "packets", "frames sent")                                                  \
	ROW(AFXDP_TX_OCTETS, "afxdp", "tx_octets", "octets", "octets of these")                                        \
	ROW(AFXDP_PARTIAL_CHECKSUM, "afxdp", "partial_checksums", "packets", "frames with an unfinished checksum")     \
	ROW(AFXDP_TX_FALLBACK, "afxdp", "tx_fallback", "packets", "answers to AF_XDP queries sent by the UDP socket")  \
	/* The other half, over UDP on ::1 */                                                                          \
	ROW(IPC_TX, "ipc", "tx_datagrams", "packets", "datagrams sent to the other half")                              \
	ROW(IPC_RX, "ipc", "rx_datagrams", "packets", "datagrams received from the other half")                        \
	ROW(IPC_RX_OVERFLOW, "ipc", "rx_overflow", "packets", "datagrams lost to a full socket buffer")                \
	ROW(IPC_TX_BLOCKED, "ipc", "tx_blocked", "times", "the kernel had no room for a datagram")                     \
	ROW(IPC_REFUSED, "ipc", "refused", "times", "nobody listened on the other half's port")                        \
	ROW(IPC_PEER_UP, "ipc", "peer_up", "times", "the other half came up")                                          \
	ROW(IPC_PEER_DOWN, "ipc", "peer_down", "times", "the other half went away")                                    \
	ROW(IPC_SLOT_EVICTED, "ipc", "slots_evicted", "queries", "queries forgotten to make room for newer ones")      \
	ROW(IPC_SLOT_STALE, "ipc", "slots_stale", "packets", "answers whose query was forgotten")                      \
	/* Work of the DHCPv4 server */                                                                                \
	ROW(LEASE_OFFERED, "leases", "offered", "leases", "addresses offered")                                         \
	ROW(LEASE_NEW, "leases", "new", "leases", "leases given to a client that had none")                            \
	ROW(LEASE_RENEWED, "leases", "renewed", "leases", "leases prolonged")                                          \
	ROW(LEASE_RELEASED, "leases", "released", "leases", "leases given back")                                       \
	ROW(LEASE_DECLINED, "leases", "declined", "leases", "addresses found in use by a client")                      \
	ROW(LEASE_EXPIRED, "leases", "expired", "leases", "leases that ran out")                                       \
	ROW(LEASE_REUSED, "leases", "reused", "leases", "addresses that went from one client to another")              \
	ROW(LEASE_OPTIONS_CUT, "leases", "options_cut", "options", "configured options left out for lack of room")     \
	ROW(LEASE_RAI_CUT, "leases", "option82_cut", "answers", "answers that had no room for the option 82 sent")    \
	/* Work of the DHCPv6 server */                                                                               \
	ROW(LEASE6_OFFERED, "leases6", "offered", "leases", "addresses and prefixes offered")                         \
	ROW(LEASE6_NEW, "leases6", "new", "leases", "leases given to an IA that did not have them")                   \
	ROW(LEASE6_RENEWED, "leases6", "renewed", "leases", "leases prolonged")                                       \
	ROW(LEASE6_RELEASED, "leases6", "released", "leases", "leases given back")                                    \
	ROW(LEASE6_DECLINED, "leases6", "declined", "leases", "addresses found in use by a client")                   \
	ROW(LEASE6_REFUSED, "leases6", "refused", "IAs", "IAs that got a status instead of leases")                   \
	ROW(LEASE6_REFUSED_MAX, "leases6", "refused_max", "IAs", "of these, for `leases-max'")                        \
	ROW(LEASE6_EXPIRED, "leases6", "expired", "leases", "leases that ran out")                                    \
	ROW(LEASE6_REUSED, "leases6", "reused", "leases", "addresses and prefixes that went from one client to another") \
	ROW(LEASE6_OPTIONS_CUT, "leases6", "options_cut", "options", "configured options left out for lack of room")  \
	ROW(LEASE6_RECONF_SENT, "leases6", "reconfigures", "packets", "RECONFIGURE messages sent")                    \
	ROW(LEASE6_RECONF_ANSWERED, "leases6", "reconfigures_answered", "clients", "clients that did what a RECONFIGURE asked for") \
	ROW(LEASE6_RECONF_FAILED, "leases6", "reconfigures_failed", "clients", "clients that did not, or could not be asked")
/* clang-format on */

enum metric {
#define METRIC_ENUM(suffix, group, name, unit, help) METRIC_##suffix,
	METRIC_TABLE(METRIC_ENUM)
#undef METRIC_ENUM
		METRIC_COUNT,
};

/* DHCPv6 types 1..35 by number; index 0 counts all others. */
#define METRICS_DHCP6_TYPE_COUNT 36

struct metrics {
	uint64_t value[METRIC_COUNT];
	uint64_t drop[DROP_REASON_COUNT]; /* DROP_NONE is not shown */
	/* Index 0: a type outside enum dhcp4_msg_type. */
	uint64_t dhcp4_in[DHCP4_MSG_TYPE_COUNT];
	uint64_t dhcp4_out[DHCP4_MSG_TYPE_COUNT];
	uint64_t dhcp6_in[METRICS_DHCP6_TYPE_COUNT];
	uint64_t dhcp6_out[METRICS_DHCP6_TYPE_COUNT];
};

static inline void metrics_count(struct metrics *m, enum metric what,
				 uint64_t n)
{
	m->value[what] += n;
}

static inline void metrics_drop(struct metrics *m, enum drop_reason reason)
{
	m->drop[(unsigned int)reason < DROP_REASON_COUNT ? reason : 0]++;
}

static inline void metrics_dhcp4_in(struct metrics *m, uint8_t type)
{
	m->dhcp4_in[type < DHCP4_MSG_TYPE_COUNT ? type : 0]++;
}

static inline void metrics_dhcp4_out(struct metrics *m, uint8_t type)
{
	m->dhcp4_out[type < DHCP4_MSG_TYPE_COUNT ? type : 0]++;
}

static inline void metrics_dhcp6_in(struct metrics *m, uint8_t type)
{
	m->dhcp6_in[type < METRICS_DHCP6_TYPE_COUNT ? type : 0]++;
}

static inline void metrics_dhcp6_out(struct metrics *m, uint8_t type)
{
	m->dhcp6_out[type < METRICS_DHCP6_TYPE_COUNT ? type : 0]++;
}

struct metric_info {
	const char *group;
	const char *name;
	const char *unit;
	const char *help;
};

/* NULL outside enum metric. */
const struct metric_info *metric_describe(enum metric what);

/* sum += m, field by field. */
void metrics_add(struct metrics *sum, const struct metrics *m);

/* Members of the JSON form: groups of METRIC_TABLE, messages, reasons. */
enum metrics_group {
	METRICS_SOCKET = 1 << 0,
	METRICS_AFXDP = 1 << 1,
	METRICS_IPC = 1 << 2,
	METRICS_LEASES = 1 << 3,
	METRICS_DHCP4 = 1 << 4,
	METRICS_DHCP6 = 1 << 5,
	METRICS_DROPS = 1 << 6,
	METRICS_LEASES6 = 1 << 7,
};

/* What each half counts. */
#define METRICS_OF_SERVER6                                              \
	(METRICS_SOCKET | METRICS_AFXDP | METRICS_IPC | METRICS_DHCP6 | \
	 METRICS_LEASES6 | METRICS_DROPS)
#define METRICS_OF_CLIENT6 \
	(METRICS_SOCKET | METRICS_IPC | METRICS_DHCP6 | METRICS_DROPS)
#define METRICS_OF_SERVER4 \
	(METRICS_IPC | METRICS_LEASES | METRICS_DHCP4 | METRICS_DROPS)
#define METRICS_OF_CLIENT4 (METRICS_IPC | METRICS_DHCP4 | METRICS_DROPS)
#define METRICS_OF_CLIENT6 \
	(METRICS_SOCKET | METRICS_IPC | METRICS_DHCP6 | METRICS_DROPS)

/*
 * Sets in `into` one member for each group in `which`, a set of enum
 * metrics_group: {"socket": {"rx_packets": N, ...}, ...}, "dhcp4" and "dhcp6"
 * as {"in": {"DHCPDISCOVER": N, ...}, "out": {...}}, "drops" as
 * {"no-subnet": N, ...}. They have every row, those that are zero, too, except
 * DHCPv6 types, of which only the counted ones are there. 0 or -ENOMEM; after
 * that `into` is incomplete but valid.
 */
int metrics_to_json(const struct metrics *m, unsigned int which, json_t *into);

#endif /* DHCP4O6_METRICS_METRICS_H */
