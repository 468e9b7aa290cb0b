/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * afxdp - AF_XDP sockets on all receive queues of one interface.
 *
 * Two stages. A process with CAP_NET_RAW makes bare sockets with
 * afxdp_make_socket(); the one that reads packets needs no capability for all
 * the rest: memory, rings, bind. All queues share one UMEM, divided evenly;
 * half of a queue's frames receive and half send.
 *
 * Frames come as no kernel has checked them. Nothing here blocks but
 * afxdp_open(). Functions return 0 or a negative errno unless noted. One
 * thread per struct afxdp, in the process that opened it: no child has it.
 */
#ifndef DHCP4O6_XDP_AFXDP_H
#define DHCP4O6_XDP_AFXDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AFXDP_FRAMES_MAX    4096 /* x 2 KiB: all that 8 MiB of MEMLOCK hold */
#define AFXDP_QUEUES_MAX    64
#define AFXDP_BATCH         64 /* a sensible max for afxdp_rx() */
#define AFXDP_BIND_RETRY_MS 200

/* A bare socket: close-on-exec, non-blocking. Its descriptor, or -errno. */
int afxdp_make_socket(void);

/* Receive queues in use, at least 1; -ENODEV. */
int afxdp_queue_count(unsigned int ifindex);

/*
 * Gives a bare socket, or -errno; called once for each queue. It belongs to
 * afxdp_open() from then on, which closes it when it fails: whoever tries
 * again needs fresh ones.
 */
typedef int afxdp_get_socket(void *arg, unsigned int queue);

struct afxdp_options {
	unsigned int ifindex;
	unsigned int queue_count; /* queues 0 to queue_count - 1 */
	unsigned int frame_count; /* in all; 0: AFXDP_FRAMES_MAX. Fewer
				   * than 16 a queue become 16 */
	bool zerocopy;            /* try it first; copy mode otherwise */
	bool dont_wait; /* for memory or a queue that another still holds */
	afxdp_get_socket *get_socket; /* NULL: afxdp_make_socket() */
	void *get_socket_arg;
};

struct afxdp; /* opaque */

/*
 * Takes fewer frames when memory may not be locked (-ENOBUFS when not even
 * a few fit). A queue that a dying process still holds gives EBUSY for some
 * 20 ms: waits for it, up to AFXDP_BIND_RETRY_MS. After success every socket
 * is bound: give each to classifier_put_xsk().
 */
int afxdp_open(struct afxdp **afxdp, const struct afxdp_options *options);
/* Closes the sockets, so that packets pass to the kernel. NULL is allowed. */
void afxdp_close(struct afxdp *afxdp);

unsigned int afxdp_queues(const struct afxdp *afxdp);
int afxdp_fd(const struct afxdp *afxdp, unsigned int queue); /* poll: POLLIN */
bool afxdp_is_zerocopy(const struct afxdp *afxdp);
unsigned int afxdp_frames(const struct afxdp *afxdp); /* got, all queues */

/* A received frame: Ethernet header first. */
struct afxdp_frame {
	uint8_t *data; /* in the UMEM until afxdp_release() */
	size_t len;
};

/* Up to max frames that wait; returns how many, 0 if none. */
unsigned int afxdp_rx(struct afxdp *afxdp, unsigned int queue,
		      struct afxdp_frame *frames, unsigned int max);
/* Gives frames of this queue back to the kernel; each exactly once. */
void afxdp_release(struct afxdp *afxdp, unsigned int queue,
		   const struct afxdp_frame *frames, unsigned int count);

/*
 * Sending: reserve a buffer, fill it, submit it; flush once per batch.
 * *size gets its octets. NULL when every frame is on its way: the caller
 * sends through the socket instead. Reserving again without submitting gives
 * the same buffer.
 */
uint8_t *afxdp_tx_reserve(struct afxdp *afxdp, unsigned int queue,
			  size_t *size);
void afxdp_tx_submit(struct afxdp *afxdp, unsigned int queue, size_t len);
/*
 * Makes the kernel send and takes sent frames back. 0 also when the kernel
 * asks to come again (*pending frames are left, NULL is allowed): flush again
 * later. An error means that the interface is gone or down.
 */
int afxdp_tx_flush(struct afxdp *afxdp, unsigned int queue,
		   unsigned int *pending);

struct afxdp_stats {
	/* The kernel's, since the socket was bound. */
	uint64_t rx_dropped; /* for other reasons than the next two */
	uint64_t rx_ring_full;
	uint64_t rx_fill_ring_empty;
	uint64_t rx_invalid_descs;
	uint64_t tx_invalid_descs;
	uint64_t tx_ring_empty;
	/* Our own. */
	uint64_t rx_frames;
	uint64_t rx_too_long; /* came in several chunks: dropped */
	uint64_t tx_frames;   /* submitted */
	uint64_t tx_no_frame; /* afxdp_tx_reserve() had none */
	uint64_t tx_busy;     /* flushes that the kernel cut short */
	uint64_t tx_errors;   /* flushes that failed */
};

int afxdp_get_stats(const struct afxdp *afxdp, unsigned int queue,
		    struct afxdp_stats *stats);

#endif /* DHCP4O6_XDP_AFXDP_H */
