// SPDX-License-Identifier: BSD-2-Clause
/*
 * afxdp - receiving and sending on bound sockets.
 *
 * A frame is always in exactly one place. RX: fill ring, kernel, RX ring, the
 * caller. TX: idle stack, the caller, TX ring, kernel, completion ring. Every
 * ring holds all frames of its direction, so there is always room.
 */
#include "dhcp4o6/xdp/afxdp.h"

#include <errno.h>
#include <linux/if_xdp.h>
#include <string.h>
#include <sys/socket.h>

#include "afxdp_impl.h"

/* In kernels from 6.6 on; Debian 12's headers do not have it yet. */
#ifndef XDP_PKT_CONTD
#define XDP_PKT_CONTD (1 << 0)
#endif

/* Frames that one system call sends at least, when it can (kernel 5.4 on). */
#define TX_PER_CALL 16

unsigned int afxdp_queues(const struct afxdp *afxdp)
{
	return afxdp->queue_count;
}

int afxdp_fd(const struct afxdp *afxdp, unsigned int queue)
{
	return afxdp->queue[queue].fd;
}

bool afxdp_is_zerocopy(const struct afxdp *afxdp)
{
	return afxdp->is_zerocopy;
}

unsigned int afxdp_frames(const struct afxdp *afxdp)
{
	return afxdp->per_queue * afxdp->queue_count;
}

static void refill(struct afxdp_queue *queue, uint64_t addr)
{
	uint32_t pos;

	if (xsk_ring_prod__reserve(&queue->fill, 1, &pos) != 1)
		return;
	*xsk_ring_prod__fill_addr(&queue->fill, pos) =
		addr & ~(uint64_t)(D4O6_CHUNK_LEN - 1);
	xsk_ring_prod__submit(&queue->fill, 1);
}

/*
 * Takes one descriptor. False when it is a piece of a frame in several
 * chunks, which the classifier does not send here: dropped, counted once.
 */
static bool take_desc(struct afxdp *afxdp, struct afxdp_queue *queue,
		      const struct xdp_desc *desc, struct afxdp_frame *frame)
{
	bool more = desc->options & XDP_PKT_CONTD;

	if (more || queue->in_long_frame) {
		if (!more)
			queue->own.rx_too_long++;
		queue->in_long_frame = more;
		refill(queue, desc->addr);
		return false;
	}
	frame->data = afxdp->area + desc->addr;
	frame->len = desc->len;
	return true;
}

unsigned int afxdp_rx(struct afxdp *afxdp, unsigned int queue,
		      struct afxdp_frame *frames, unsigned int max)
{
	struct afxdp_queue *q = &afxdp->queue[queue];
	uint32_t i, pos, waiting;
	unsigned int count = 0;

	waiting = xsk_ring_cons__peek(&q->rx, max, &pos);
	for (i = 0; i < waiting; i++) {
		if (take_desc(afxdp, q, xsk_ring_cons__rx_desc(&q->rx, pos + i),
			      &frames[count]))
			count++;
	}
	if (waiting)
		xsk_ring_cons__release(&q->rx, waiting);
	q->own.rx_frames += count;
	return count;
}

void afxdp_release(struct afxdp *afxdp, unsigned int queue,
		   const struct afxdp_frame *frames, unsigned int count)
{
	struct afxdp_queue *q = &afxdp->queue[queue];
	unsigned int i;

	for (i = 0; i < count; i++)
		refill(q, (uint64_t)(frames[i].data - afxdp->area));
	/* A zero-copy driver that ran dry sleeps until it is told. */
	if (count && xsk_ring_prod__needs_wakeup(&q->fill))
		(void)recvfrom(q->fd, NULL, 0, MSG_DONTWAIT, NULL, NULL);
}

/* Sent frames become idle again. */
static void reap(struct afxdp_queue *queue)
{
	uint32_t i, pos, done;

	done = xsk_ring_cons__peek(&queue->completion, queue->completion.size,
				   &pos);
	for (i = 0; i < done; i++)
		queue->idle[queue->idle_count++] =
			*xsk_ring_cons__comp_addr(&queue->completion, pos + i);
	if (done)
		xsk_ring_cons__release(&queue->completion, done);
}

uint8_t *afxdp_tx_reserve(struct afxdp *afxdp, unsigned int queue, size_t *size)
{
	struct afxdp_queue *q = &afxdp->queue[queue];

	if (q->reserved == AFXDP_NO_FRAME) {
		if (!q->idle_count)
			reap(q);
		if (!q->idle_count) {
			q->own.tx_no_frame++;
			return NULL;
		}
		q->reserved = q->idle[--q->idle_count];
	}
	*size = D4O6_CHUNK_LEN;
	return afxdp->area + q->reserved;
}

void afxdp_tx_submit(struct afxdp *afxdp, unsigned int queue, size_t len)
{
	struct afxdp_queue *q = &afxdp->queue[queue];
	struct xdp_desc *desc;
	uint32_t pos;

	if (q->reserved == AFXDP_NO_FRAME || len > D4O6_CHUNK_LEN ||
	    xsk_ring_prod__reserve(&q->tx, 1, &pos) != 1)
		return;
	desc = xsk_ring_prod__tx_desc(&q->tx, pos);
	desc->addr = q->reserved;
	desc->len = (uint32_t)len;
	desc->options = 0;
	xsk_ring_prod__submit(&q->tx, 1);
	q->reserved = AFXDP_NO_FRAME;
	q->own.tx_frames++;
}

static uint32_t count_unsent(const struct afxdp_queue *queue)
{
	return *queue->tx.producer -
	       __atomic_load_n(queue->tx.consumer, __ATOMIC_ACQUIRE);
}

static bool is_temporary(int err)
{
	return err == EAGAIN || err == EBUSY || err == ENOBUFS || err == EINTR;
}

/*
 * In copy mode one call sends a bounded number of frames and says EAGAIN when
 * there are more, so it is repeated as long as each call makes progress.
 */
static int kick(struct afxdp_queue *queue)
{
	uint32_t before, left = count_unsent(queue);
	uint32_t calls = queue->tx.size / TX_PER_CALL + 1;

	while (left && xsk_ring_prod__needs_wakeup(&queue->tx) && calls--) {
		before = left;
		if (sendto(queue->fd, NULL, 0, MSG_DONTWAIT, NULL, 0) < 0 &&
		    !is_temporary(errno)) {
			queue->own.tx_errors++;
			return -errno;
		}
		reap(queue);
		left = count_unsent(queue);
		if (left == before)
			break;
	}
	return 0;
}

int afxdp_tx_flush(struct afxdp *afxdp, unsigned int queue,
		   unsigned int *pending)
{
	struct afxdp_queue *q = &afxdp->queue[queue];
	uint32_t left;
	int err;

	err = kick(q);
	reap(q);
	left = count_unsent(q);
	if (left && !err && xsk_ring_prod__needs_wakeup(&q->tx))
		q->own.tx_busy++;
	if (pending)
		*pending = left;
	return err;
}

int afxdp_get_stats(const struct afxdp *afxdp, unsigned int queue,
		    struct afxdp_stats *stats)
{
	const struct afxdp_queue *q = &afxdp->queue[queue];
	struct xdp_statistics kernel = { 0 };
	socklen_t len = sizeof(kernel);

	*stats = q->own;
	if (getsockopt(q->fd, SOL_XDP, XDP_STATISTICS, &kernel, &len))
		return -errno;
	stats->rx_dropped = kernel.rx_dropped;
	stats->rx_ring_full = kernel.rx_ring_full;
	stats->rx_fill_ring_empty = kernel.rx_fill_ring_empty_descs;
	stats->rx_invalid_descs = kernel.rx_invalid_descs;
	stats->tx_invalid_descs = kernel.tx_invalid_descs;
	stats->tx_ring_empty = kernel.tx_ring_empty_descs;
	return 0;
}
