// SPDX-License-Identifier: BSD-2-Clause
#include "afxdp_ring.h"

#include <errno.h>
#include <linux/if_xdp.h>
#include <sys/mman.h>
#include <sys/socket.h>

int afxdp_make_socket(void)
{
	int fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	return fd < 0 ? -errno : fd;
}

static int set_option(int fd, int option, const void *value, socklen_t len)
{
	return setsockopt(fd, SOL_XDP, option, value, len) ? -errno : 0;
}

int afxdp_ring_register(int fd, void *area, size_t len)
{
	struct xdp_umem_reg reg = {
		.addr = (uintptr_t)area,
		.len = len,
		.chunk_size = D4O6_CHUNK_LEN,
	};

	return set_option(fd, XDP_UMEM_REG, &reg, sizeof(reg));
}

/* How one kind of ring is made and where the kernel puts it. */
struct ring_kind {
	int option;
	off_t page;
	size_t entry_len;
};

static const struct ring_kind kinds[AFXDP_RING_COUNT] = {
	[AFXDP_RING_RX] = { XDP_RX_RING, XDP_PGOFF_RX_RING,
			    sizeof(struct xdp_desc) },
	[AFXDP_RING_TX] = { XDP_TX_RING, XDP_PGOFF_TX_RING,
			    sizeof(struct xdp_desc) },
	[AFXDP_RING_FILL] = { XDP_UMEM_FILL_RING,
			      (off_t)XDP_UMEM_PGOFF_FILL_RING,
			      sizeof(uint64_t) },
	[AFXDP_RING_COMPLETION] = { XDP_UMEM_COMPLETION_RING,
				    (off_t)XDP_UMEM_PGOFF_COMPLETION_RING,
				    sizeof(uint64_t) },
};

static int map_ring(struct afxdp_queue *queue, enum afxdp_ring ring,
		    const struct xdp_ring_offset *offset, uint32_t size)
{
	struct afxdp_mapping *mapping = &queue->mapping[ring];
	size_t len = offset->desc + size * kinds[ring].entry_len;
	void *addr =
		mmap(NULL, len, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_POPULATE, queue->fd, kinds[ring].page);

	if (addr == MAP_FAILED)
		return -errno;
	mapping->addr = addr;
	mapping->len = len;
	return 0;
}

#define INIT_RING(ring_, mapping_, offset_, size_)                        \
	do {                                                              \
		uint8_t *base_ = (mapping_).addr;                         \
		(ring_)->mask = (size_)-1;                                \
		(ring_)->size = (size_);                                  \
		(ring_)->producer = (void *)(base_ + (offset_).producer); \
		(ring_)->consumer = (void *)(base_ + (offset_).consumer); \
		(ring_)->flags = (void *)(base_ + (offset_).flags);       \
		(ring_)->ring = base_ + (offset_).desc;                   \
	} while (0)

static void init_rings(struct afxdp_queue *queue,
		       const struct xdp_mmap_offsets *offsets, uint32_t size)
{
	INIT_RING(&queue->rx, queue->mapping[AFXDP_RING_RX], offsets->rx, size);
	INIT_RING(&queue->tx, queue->mapping[AFXDP_RING_TX], offsets->tx, size);
	INIT_RING(&queue->fill, queue->mapping[AFXDP_RING_FILL], offsets->fr,
		  size);
	INIT_RING(&queue->completion, queue->mapping[AFXDP_RING_COMPLETION],
		  offsets->cr, size);
	/* A producer's copy of the consumer is one ring ahead (xsk.h). */
	queue->tx.cached_cons = size;
	queue->fill.cached_cons = size;
}

int afxdp_ring_make(struct afxdp_queue *queue, uint32_t size)
{
	struct xdp_mmap_offsets offsets;
	const struct xdp_ring_offset *offset_of[AFXDP_RING_COUNT] = {
		[AFXDP_RING_RX] = &offsets.rx,
		[AFXDP_RING_TX] = &offsets.tx,
		[AFXDP_RING_FILL] = &offsets.fr,
		[AFXDP_RING_COMPLETION] = &offsets.cr,
	};
	socklen_t len = sizeof(offsets);
	int err, entries = (int)size;
	unsigned int i;

	for (i = 0; i < AFXDP_RING_COUNT; i++) {
		err = set_option(queue->fd, kinds[i].option, &entries,
				 sizeof(entries));
		if (err)
			return err;
	}
	if (getsockopt(queue->fd, SOL_XDP, XDP_MMAP_OFFSETS, &offsets, &len))
		return -errno;
	/* Kernels before 5.4 know no flags, and so no need_wakeup. */
	if (len != sizeof(offsets))
		return -EOPNOTSUPP;
	for (i = 0; i < AFXDP_RING_COUNT; i++) {
		err = map_ring(queue, i, offset_of[i], size);
		if (err)
			return err;
	}
	init_rings(queue, &offsets, size);
	return 0;
}

void afxdp_ring_unmap(struct afxdp_queue *queue)
{
	unsigned int i;

	for (i = 0; i < AFXDP_RING_COUNT; i++) {
		if (queue->mapping[i].addr)
			munmap(queue->mapping[i].addr, queue->mapping[i].len);
		queue->mapping[i].addr = NULL;
	}
}

int afxdp_ring_bind(const struct afxdp_queue *queue, unsigned int ifindex,
		    unsigned int queue_id, int umem_fd, uint16_t flags)
{
	struct sockaddr_xdp addr = {
		.sxdp_family = AF_XDP,
		.sxdp_flags = umem_fd < 0 ? flags : XDP_SHARED_UMEM,
		.sxdp_ifindex = ifindex,
		.sxdp_queue_id = queue_id,
		.sxdp_shared_umem_fd = umem_fd < 0 ? 0 : (uint32_t)umem_fd,
	};

	return bind(queue->fd, (struct sockaddr *)&addr, sizeof(addr)) ? -errno
								       : 0;
}
