/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * afxdp_ring - the set-up of one AF_XDP socket, system call by system call.
 * What uses the rings after that is in afxdp.c.
 */
#ifndef LIB_XDP_AFXDP_RING_H
#define LIB_XDP_AFXDP_RING_H

#include <stddef.h>
#include <stdint.h>
#include <xdp/xsk.h>

#include "dhcp4o6/xdp/afxdp.h"
#include "dhcp4o6/xdp/xdp_shared.h"

#define AFXDP_FRAMES_PER_QUEUE_MIN 16
#define AFXDP_NO_FRAME             UINT64_MAX

enum afxdp_ring {
	AFXDP_RING_RX,
	AFXDP_RING_TX,
	AFXDP_RING_FILL,
	AFXDP_RING_COMPLETION,
	AFXDP_RING_COUNT,
};

struct afxdp_mapping {
	void *addr; /* NULL: not mapped */
	size_t len;
};

/*
 * The ring structs must start as zeros: libxdp's accessors rely on their
 * cached positions.
 */
struct afxdp_queue {
	int fd;
	struct xsk_ring_cons rx;
	struct xsk_ring_cons completion;
	struct xsk_ring_prod tx;
	struct xsk_ring_prod fill;
	struct afxdp_mapping mapping[AFXDP_RING_COUNT];
	uint64_t *idle; /* TX frames that are nowhere: a stack */
	uint32_t idle_count;
	uint64_t reserved;  /* TX frame given out, or AFXDP_NO_FRAME */
	bool in_long_frame; /* more buffers of a dropped one will come */
	struct afxdp_stats own;
};

/* Memory for frames of all queues on one socket; -ENOBUFS: try fewer. */
int afxdp_ring_register(int fd, void *area, size_t len);
/* Makes and maps the four rings, each of `size` entries, a power of two. */
int afxdp_ring_make(struct afxdp_queue *queue, uint32_t size);
void afxdp_ring_unmap(struct afxdp_queue *queue);
/* umem_fd: the socket whose memory is shared, or -1 for its own. */
int afxdp_ring_bind(const struct afxdp_queue *queue, unsigned int ifindex,
		    unsigned int queue_id, int umem_fd, uint16_t flags);

#endif /* LIB_XDP_AFXDP_RING_H */
