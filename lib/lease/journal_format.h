/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * journal_format - the octets of a journal: its header and the header of each
 * batch. docs/lease-format.md is the specification.
 */
#ifndef DHCP4O6_LIB_LEASE_JOURNAL_FORMAT_H
#define DHCP4O6_LIB_LEASE_JOURNAL_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#include "dhcp4o6/base/clock.h"
#include "dhcp4o6/base/hash.h"

#define JOURNAL_VERSION     1
#define JOURNAL_MAGIC       0x8944346f364c0d0aULL
#define JOURNAL_MAGIC_LEN   8
#define JOURNAL_FRAME_MAGIC 0xd46f36f7U
#define JOURNAL_HEADER_LEN  64
#define JOURNAL_FRAME_LEN   48
#define JOURNAL_PAYLOAD_MAX (4U << 20)

extern const uint8_t journal_magic[JOURNAL_MAGIC_LEN];
extern const uint8_t journal_frame_magic[4];

enum journal_frame_flag {
	JOURNAL_FRAME_SNAPSHOT = 1 << 0, /* written by a snapshot */
};

struct journal_header {
	uint64_t file_id; /* random; part of every checksum in the file */
	struct siphash_key key;
	struct wall_time created;
};

struct journal_frame {
	uint64_t seq; /* 1, 2, 3 ... in each file */
	uint32_t payload_len;
	uint32_t count; /* records */
	struct wall_time wall;
	struct mono_time mono;
	uint16_t flags; /* of enum journal_frame_flag */
	uint32_t payload_crc;
};

__attribute__((nonnull)) void
journal_header_encode(const struct journal_header *header,
		      uint8_t out[JOURNAL_HEADER_LEN]);
/*
 * 0; -EBADMSG damaged; -EPROTONOSUPPORT a later version; -EMEDIUMTYPE no
 * journal.
 */
int journal_header_decode(const uint8_t *data, size_t len,
			  struct journal_header *header);

/* Writes the frame header in front of the payload that follows at once. */
void journal_frame_encode(uint64_t file_id, struct journal_frame *frame,
			  uint8_t out[JOURNAL_FRAME_LEN]);
/* 0 or -EBADMSG; JOURNAL_FRAME_LEN octets; says nothing of the payload. */
int journal_frame_decode(uint64_t file_id, const uint8_t *data,
			 struct journal_frame *frame);
uint32_t journal_payload_crc(uint64_t file_id, uint64_t seq,
			     const uint8_t *data, size_t len);

#endif /* DHCP4O6_LIB_LEASE_JOURNAL_FORMAT_H */
