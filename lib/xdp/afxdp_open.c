// SPDX-License-Identifier: BSD-2-Clause
/*
 * afxdp_open - from bare sockets to bound ones: memory, rings, bind.
 *
 * The kernel lets go of a closed socket's queue and of its locked memory some
 * milliseconds later, so that a restart finds both taken for a moment; each
 * is waited for, within one budget of time.
 */
#include <errno.h>
#include <linux/if_xdp.h>
#include <net/if.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "afxdp_impl.h"
#include "netdev.h"

#define RETRY_MS 5

/* In kernels from 6.6 on; Debian 12's headers do not have it yet. */
#ifndef XDP_USE_SG
#define XDP_USE_SG (1 << 4)
#endif

/* What is left of the time that afxdp_open() may wait, in steps. */
struct patience {
	unsigned int steps;
};

static bool wait_a_step(struct patience *patience)
{
	struct timespec step = { .tv_nsec = RETRY_MS * 1000000L };

	if (!patience->steps)
		return false;
	patience->steps--;
	nanosleep(&step, NULL);
	return true;
}

int afxdp_queue_count(unsigned int ifindex)
{
	char ifname[IF_NAMESIZE];
	unsigned int count;

	if (!if_indextoname(ifindex, ifname))
		return -ENODEV;
	count = xdp_netdev_rx_queues(ifname);
	return count ? (int)count : 1;
}

static uint32_t floor_power_of_two(uint32_t n)
{
	return n ? 1U << (31 - __builtin_clz(n)) : 0;
}

static int own_socket(void *arg, unsigned int queue)
{
	(void)arg;
	(void)queue;
	return afxdp_make_socket();
}

static int get_sockets(struct afxdp *afxdp, const struct afxdp_options *options)
{
	afxdp_get_socket *get =
		options->get_socket ? options->get_socket : own_socket;
	unsigned int i;
	int fd;

	for (i = 0; i < afxdp->queue_count; i++) {
		fd = get(options->get_socket_arg, i);
		if (fd < 0)
			return fd;
		afxdp->queue[i].fd = fd;
	}
	return 0;
}

/* Registers memory, and with less patience left than memory, less of it. */
static int register_memory(struct afxdp *afxdp, uint32_t per_queue,
			   struct patience *patience)
{
	int err;

	for (;;) {
		afxdp->per_queue = per_queue;
		afxdp->area_len =
			(size_t)per_queue * afxdp->queue_count * D4O6_CHUNK_LEN;
		err = afxdp_ring_register(afxdp->queue[0].fd, afxdp->area,
					  afxdp->area_len);
		if (err != -ENOBUFS && err != -ENOMEM)
			return err;
		/* Half of the time is kept for the queues. */
		if (patience->steps > AFXDP_BIND_RETRY_MS / RETRY_MS / 2 &&
		    wait_a_step(patience))
			continue;
		per_queue /= 2;
		if (per_queue < AFXDP_FRAMES_PER_QUEUE_MIN)
			return -ENOBUFS;
	}
}

/* A queue's frames lie together: the first half receives. */
static int fill_queue(struct afxdp *afxdp, unsigned int q)
{
	struct afxdp_queue *queue = &afxdp->queue[q];
	uint64_t first = (uint64_t)q * afxdp->per_queue * D4O6_CHUNK_LEN;
	uint32_t i, pos, half = afxdp->per_queue / 2;
	int err;

	err = afxdp_ring_make(queue, half);
	if (err)
		return err;
	queue->idle = calloc(half, sizeof(*queue->idle));
	if (!queue->idle)
		return -ENOMEM;
	if (xsk_ring_prod__reserve(&queue->fill, half, &pos) != half)
		return -EIO;
	for (i = 0; i < half; i++) {
		*xsk_ring_prod__fill_addr(&queue->fill, pos + i) =
			first + (uint64_t)i * D4O6_CHUNK_LEN;
		queue->idle[i] = first + (uint64_t)(half + i) * D4O6_CHUNK_LEN;
	}
	xsk_ring_prod__submit(&queue->fill, half);
	queue->idle_count = half;
	return 0;
}

static int bind_patiently(struct afxdp *afxdp, unsigned int q, uint16_t flags,
			  struct patience *patience)
{
	int err, umem_fd = q ? afxdp->queue[0].fd : -1;

	do {
		err = afxdp_ring_bind(&afxdp->queue[q], afxdp->ifindex, q,
				      umem_fd, flags);
	} while (err == -EBUSY && wait_a_step(patience));
	return err;
}

/* The kernel tells what it cannot do by refusing: best first. */
static int bind_first(struct afxdp *afxdp, bool zerocopy,
		      struct patience *patience)
{
	static const uint16_t tries[] = {
		XDP_ZEROCOPY | XDP_USE_SG,
		XDP_ZEROCOPY,
		XDP_COPY | XDP_USE_SG,
		XDP_COPY,
	};
	size_t i = zerocopy ? 0 : 2;
	int err;

	do {
		err = bind_patiently(afxdp, 0, tries[i] | XDP_USE_NEED_WAKEUP,
				     patience);
		if (!err)
			afxdp->is_zerocopy = tries[i] & XDP_ZEROCOPY;
	} while ((err == -EINVAL || err == -EOPNOTSUPP || err == -ENOTSUP) &&
		 ++i < sizeof(tries) / sizeof(tries[0]));
	return err;
}

static int set_up(struct afxdp *afxdp, const struct afxdp_options *options,
		  uint32_t per_queue)
{
	struct patience patience = { options->dont_wait
					     ? 0
					     : AFXDP_BIND_RETRY_MS / RETRY_MS };
	unsigned int q;
	int err;

	err = get_sockets(afxdp, options);
	if (err)
		return err;
	err = register_memory(afxdp, per_queue, &patience);
	for (q = 0; !err && q < afxdp->queue_count; q++)
		err = fill_queue(afxdp, q);
	if (!err)
		err = bind_first(afxdp, options->zerocopy, &patience);
	for (q = 1; !err && q < afxdp->queue_count; q++)
		err = bind_patiently(afxdp, q, 0, &patience);
	return err;
}

int afxdp_open(struct afxdp **afxdp, const struct afxdp_options *options)
{
	uint32_t per_queue, frames = options->frame_count;
	struct afxdp *x;
	unsigned int q;
	int err;

	if (!options->queue_count || options->queue_count > AFXDP_QUEUES_MAX)
		return -EINVAL;
	if (!frames || frames > AFXDP_FRAMES_MAX)
		frames = AFXDP_FRAMES_MAX;
	per_queue = floor_power_of_two(frames / options->queue_count);
	if (per_queue < AFXDP_FRAMES_PER_QUEUE_MIN)
		per_queue = AFXDP_FRAMES_PER_QUEUE_MIN;
	x = calloc(1, sizeof(*x) + options->queue_count * sizeof(x->queue[0]));
	if (!x)
		return -ENOMEM;
	x->ifindex = options->ifindex;
	x->queue_count = options->queue_count;
	for (q = 0; q < x->queue_count; q++) {
		x->queue[q].fd = -1;
		x->queue[q].reserved = AFXDP_NO_FRAME;
	}
	x->mapped_len = (size_t)per_queue * x->queue_count * D4O6_CHUNK_LEN;
	x->area = mmap(NULL, x->mapped_len, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	err = x->area == MAP_FAILED ? -ENOMEM : 0;
	/* The kernel reads and writes these pages, not a child's copies. */
	if (!err && madvise(x->area, x->mapped_len, MADV_DONTFORK))
		err = -errno;
	if (!err)
		err = set_up(x, options, per_queue);
	if (err) {
		afxdp_close(x);
		return err;
	}
	*afxdp = x;
	return 0;
}

void afxdp_close(struct afxdp *afxdp)
{
	unsigned int q;

	if (!afxdp)
		return;
	for (q = 0; q < afxdp->queue_count; q++) {
		if (afxdp->queue[q].fd >= 0)
			close(afxdp->queue[q].fd);
		afxdp_ring_unmap(&afxdp->queue[q]);
		free(afxdp->queue[q].idle);
	}
	if (afxdp->area != MAP_FAILED)
		munmap(afxdp->area, afxdp->mapped_len);
	free(afxdp);
}
