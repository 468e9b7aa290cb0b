/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * afxdp_impl - what setting up and using AF_XDP sockets share.
 */
#ifndef LIB_XDP_AFXDP_IMPL_H
#define LIB_XDP_AFXDP_IMPL_H

#include "afxdp_ring.h"

struct afxdp {
	unsigned int ifindex;
	unsigned int queue_count;
	uint32_t per_queue; /* frames; a power of two; half of them receive */
	uint8_t *area;      /* the UMEM, or MAP_FAILED */
	size_t area_len;    /* registered with the kernel */
	size_t mapped_len;  /* at least that */
	bool is_zerocopy;
	struct afxdp_queue queue[];
};

#endif /* LIB_XDP_AFXDP_IMPL_H */
