/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * front - the process of server6 that reads packets. It holds no capability:
 * all it works with are descriptors that the monitor has handed over.
 *
 * A query goes straight: receive (AF_XDP or UDP), check, slot, datagram to the
 * other half; an answer goes back: datagram, slot, AF_XDP frame or UDP.
 */
#ifndef DHCP4O6_SERVER6_FRONT_H
#define DHCP4O6_SERVER6_FRONT_H

#include "../common/startup.h"
#include "dhcp4o6/base/log.h"
#include "dhcp4o6/base/loop.h"
#include "dhcp4o6/conf/conf.h"
#include "dhcp4o6/ctl/ctl_server.h"
#include "dhcp4o6/ipc/dialect.h"
#include "dhcp4o6/ipc/link.h"
#include "dhcp4o6/ipc/peer.h"
#include "dhcp4o6/ipc/slot.h"
#include "dhcp4o6/metrics/metrics.h"
#include "dhcp4o6/net/udp6.h"
#include "dhcp4o6/xdp/afxdp.h"
#include "hosts.h"
#include "privsep.h"

#define FRONT_BATCH 64 /* packets of one source in one turn of the loop */
/* An answer that is longer may need fragments, which only the kernel makes. */
#define FRONT_AFXDP_PACKET_MAX 1280
#define FRONT_HOP_LIMIT        64

struct reload;
struct serve6;

/* Where a message goes by the UDP socket. */
struct front_way {
	struct in6_addr peer;
	struct in6_addr sent_to; /* what it answers came to; :: if nothing */
	uint32_t ifindex;
	uint16_t port;
};

struct front_config {
	const struct startup *startup;
	struct conf *conf; /* the one in force */
	int udp_fd;
	int link_fd;
	int ctl_fd;
	int events_fd;
	int requests_fd;
	const uid_t *peer_uids;
	size_t peer_uid_count;
};

/* The front's side of an interface that frames arrive on. */
struct front_port {
	struct front *front;
	struct front_port *next;
	uint32_t ifindex;
	struct classifier_report report;
	char why[CLASSIFIER_TEXT_MAX]; /* why there is no AF_XDP; "" if there is
					*/
	int xsks_fd;                   /* -1: no classifier */
	int stats_fd;
	struct afxdp *afxdp; /* NULL: the socket serves alone */
	uint32_t queue_count;
	uint32_t frame_count;
	/* With a classifier but no AF_XDP yet: when to try again. */
	struct mono_time retry;
	uint32_t retry_ms;
	uint64_t tx_queues;  /* bit a queue: frames to be flushed */
	uint64_t tx_pending; /* the same: the kernel asked to come again */
	size_t socket_count; /* handed over, not used yet */
	int sockets[D4O6_QUEUES_MAX];
	struct front_queue {
		struct front_port *port;
		unsigned int queue;
	} queues[D4O6_QUEUES_MAX];
};

struct front {
	struct front_config config;
	struct loop *loop;
	struct hosts *hosts;
	struct front_port *ports;
	struct ipc_link *link;
	struct ipc_peer *peer;
	struct ipc_slots *slots;
	struct net_udp6_batch *udp_batch;
	struct ctl_server *ctl;
	struct serve6 *serve;
	struct reload *reload;
	bool has_said_serving;
	unsigned int full_turns; /* of the UDP socket, one after the other */
	unsigned int budget;     /* DHCPv6 messages left in this turn */
	struct loop_timer *tick;
	enum ipc_dialect dialect;
	struct metrics metrics;
	struct mono_time started;
	int64_t watchdog_ms; /* 0: nobody waits for a sign of life */
	struct mono_time next_sign;
	struct log_rate drop_log; /* one line for many refused packets */
	struct log_rate peer_log; /* one for many comings and goings */
	/* Answers of one turn that go through the UDP socket. */
	struct net_udp6_datagram out[FRONT_BATCH];
	unsigned int out_count;
	uint8_t *out_space; /* FRONT_OUT_SPACE octets */
	size_t out_used;
};

#define FRONT_OUT_SPACE (256U * 1024)

/* Runs the whole process until it is told to stop; an exit status. */
int front_run(const struct front_config *config);

/* Says it when the other half came or went; each change once. */
void front_log_peer(struct front *front);

/* ---- query.c ---- */

/* One datagram for port 547, from either transport; from->src is the peer. */
void front_query(struct front *front, const struct ipc_slot *from,
		 struct wire_reader payload);
void front_drop(struct front *front, enum drop_reason reason,
		const struct in6_addr *peer);
/* Sends what front_query() has queued. */
void front_flush_queries(struct front *front);
void front_read_socket(void *arg, uint32_t events);
void front_read_queue(void *arg, uint32_t events);

/* ---- answer.c ---- */
void front_read_link(void *arg, uint32_t events);
/* Queues a message, a copy, for the UDP socket; what is wrong is counted. */
void front_send(struct front *front, const struct front_way *way,
		struct wire_reader message);
void front_flush_socket(struct front *front);
/* Frames that the kernel did not send at once. */
void front_flush_pending(struct front *front);

/* ---- front_port.c ---- */
void front_port_open(struct front *front, const struct privsep_msg *msg,
		     const int *fds, size_t count);
void front_port_close(struct front *front, uint32_t ifindex);
struct front_port *front_port_find(const struct front *front, uint32_t ifindex);
void front_port_free_all(struct front *front);
/* Tries again where AF_XDP could not be had; from the tick. */
void front_port_retry(struct front *front, struct mono_time now);

/* ---- reload6.c ---- */
int front_open_reload(struct front *front);
ctl_handler front_handle_reload;

/* ---- stats.c ---- */
extern const struct ctl_command front_commands[];
extern const size_t front_command_count;

#endif /* DHCP4O6_SERVER6_FRONT_H */
