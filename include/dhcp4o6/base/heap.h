/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * heap - 32-bit handles ordered by a 64-bit key, usually a time in ns.
 *
 * A handle is in the heap at most once, and its key can be changed and the
 * handle removed in O(log n) without searching: the heap remembers where each
 * handle stands in an array indexed by handle. Handles should therefore be
 * small numbers; memory is 12 octets per member and 4 per handle up to the
 * highest one seen. Equal keys come out in any order.
 */
#ifndef DHCP4O6_BASE_HEAP_H
#define DHCP4O6_BASE_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HEAP_NONE UINT32_MAX /* no handle */

struct heap; /* opaque */

int heap_new(struct heap **heap);
void heap_free(struct heap *heap); /* NULL is allowed */
uint32_t heap_count(const struct heap *heap);
size_t heap_memory(const struct heap *heap); /* octets held */

/*
 * Inserts the handle, or moves it if it is there. 0, or -ENOMEM with the heap
 * unchanged; moving never fails. handle != HEAP_NONE.
 */
int heap_set(struct heap *heap, uint32_t handle, int64_t key);
/* Not there: no effect. */
void heap_remove(struct heap *heap, uint32_t handle);
bool heap_has(const struct heap *heap, uint32_t handle);
/* The key of a handle that is in the heap. */
int64_t heap_key(const struct heap *heap, uint32_t handle);
/* The handle with the smallest key, which stays; HEAP_NONE when empty. */
uint32_t heap_first(const struct heap *heap);

#endif /* DHCP4O6_BASE_HEAP_H */
