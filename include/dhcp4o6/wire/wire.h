/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wire - bounds-checked reader and writer over packet bytes.
 *
 * A reader is a value: copy it to look ahead, split it to fence a nested
 * option. The first read past the end sets `failed`; every later read then
 * yields zero, so a decoder reads all its fields and tests `failed` once.
 * A writer is the mirror: what does not fit sets `failed` and writes nothing.
 * Integers are in host order on this side. Nothing here allocates or logs.
 */
#ifndef DHCP4O6_WIRE_WIRE_H
#define DHCP4O6_WIRE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct wire_reader {
	const uint8_t *pos;
	const uint8_t *end;
	bool failed;
};

static inline struct wire_reader wire_reader(const void *data, size_t len)
{
	const uint8_t *start = data;

	return (struct wire_reader){ .pos = start,
				     .end = len ? start + len : start };
}

static inline size_t wire_left(const struct wire_reader *r)
{
	return (size_t)(r->end - r->pos);
}

/* Returns the next len octets and steps over them, or NULL past the end. */
static inline const uint8_t *wire_take(struct wire_reader *r, size_t len)
{
	const uint8_t *p = r->pos;

	if (r->failed || wire_left(r) < len) {
		r->failed = true;
		return NULL;
	}
	if (len)
		r->pos += len;
	return p;
}

static inline uint8_t wire_get_u8(struct wire_reader *r)
{
	const uint8_t *p = wire_take(r, 1);

	return p ? p[0] : 0;
}

static inline uint16_t wire_get_u16(struct wire_reader *r)
{
	const uint8_t *p = wire_take(r, 2);

	if (!p)
		return 0;
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t wire_get_u32(struct wire_reader *r)
{
	const uint8_t *p = wire_take(r, 4);

	if (!p)
		return 0;
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static inline uint64_t wire_get_u64(struct wire_reader *r)
{
	uint64_t high = wire_get_u32(r);

	return high << 32 | wire_get_u32(r);
}

/* Copies len octets to out; past the end out is zeroed. */
static inline void wire_get_mem(struct wire_reader *r, void *out, size_t len)
{
	const uint8_t *p = wire_take(r, len);

	if (p && len)
		memcpy(out, p, len);
	else if (len)
		memset(out, 0, len);
}

/* Fences the next len octets: reads from the result cannot leave them. */
static inline struct wire_reader wire_split(struct wire_reader *r, size_t len)
{
	const uint8_t *p = wire_take(r, len);

	if (!p)
		return (struct wire_reader){ .failed = true };
	return wire_reader(p, len);
}

struct wire_writer {
	uint8_t *start;
	uint8_t *pos;
	uint8_t *end;
	bool failed;
};

static inline struct wire_writer wire_writer(void *data, size_t size)
{
	uint8_t *start = data;

	return (struct wire_writer){ .start = start,
				     .pos = start,
				     .end = start + size };
}

/* Octets written so far. */
static inline size_t wire_len(const struct wire_writer *w)
{
	return (size_t)(w->pos - w->start);
}

static inline size_t wire_room(const struct wire_writer *w)
{
	return (size_t)(w->end - w->pos);
}

/* Room for len octets that the caller fills; NULL if there is not as much. */
static inline uint8_t *wire_reserve(struct wire_writer *w, size_t len)
{
	uint8_t *p = w->pos;

	if (w->failed || wire_room(w) < len) {
		w->failed = true;
		return NULL;
	}
	w->pos += len;
	return p;
}

static inline void wire_put_u8(struct wire_writer *w, uint8_t v)
{
	uint8_t *p = wire_reserve(w, 1);

	if (p)
		p[0] = v;
}

static inline void wire_put_u16(struct wire_writer *w, uint16_t v)
{
	uint8_t *p = wire_reserve(w, 2);

	if (!p)
		return;
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void wire_put_u32(struct wire_writer *w, uint32_t v)
{
	uint8_t *p = wire_reserve(w, 4);

	if (!p)
		return;
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
}

static inline void wire_put_u64(struct wire_writer *w, uint64_t v)
{
	wire_put_u32(w, (uint32_t)(v >> 32));
	wire_put_u32(w, (uint32_t)v);
}

static inline void wire_put_mem(struct wire_writer *w, const void *data,
				size_t len)
{
	uint8_t *p = wire_reserve(w, len);

	if (p && len)
		memcpy(p, data, len);
}

static inline void wire_put_zero(struct wire_writer *w, size_t len)
{
	uint8_t *p = wire_reserve(w, len);

	if (p && len)
		memset(p, 0, len);
}

/* Overwrites two octets written before, at offset octets from the start. */
static inline void wire_patch_u16(struct wire_writer *w, size_t offset,
				  uint16_t v)
{
	if (w->failed || offset + 2 > wire_len(w)) {
		w->failed = true;
		return;
	}
	w->start[offset] = (uint8_t)(v >> 8);
	w->start[offset + 1] = (uint8_t)v;
}

#endif /* DHCP4O6_WIRE_WIRE_H */
