/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * journal_format - encodes and decodes headers. Every checksum starts with the
 * random id of the file, so that blocks of another journal, left where this
 * one was written, cannot pass; nor can octets that a client made up, for it
 * does not know the id.
 */
#include "journal_format.h"

#include <errno.h>
#include <string.h>

#include "dhcp4o6/base/checksum.h"
#include "dhcp4o6/lease/journal.h"
#include "dhcp4o6/wire/wire.h"

#define FRAME_CRC_FROM 8 /* octets before are the magic and the sum itself */
#define HEADER_PAD     12
#define HEADER_CRC_AT  60

/* Not ASCII first, and a line end of each kind: text tools stumble at once. */
const uint8_t journal_magic[JOURNAL_MAGIC_LEN] = { 0x89, 'D', '4',  'o',
						   '6',  'L', '\r', '\n' };
const uint8_t journal_frame_magic[4] = { 0xd4, 0x6f, 0x36, 0xf7 };

static uint32_t crc_start(uint64_t file_id)
{
	uint8_t id[8];
	struct wire_writer w = wire_writer(id, sizeof(id));

	wire_put_u64(&w, file_id);
	return crc32c(0, id, sizeof(id));
}

void journal_header_encode(const struct journal_header *header,
			   uint8_t out[JOURNAL_HEADER_LEN])
{
	struct wire_writer w = wire_writer(out, JOURNAL_HEADER_LEN);

	wire_put_u64(&w, JOURNAL_MAGIC);
	wire_put_u16(&w, JOURNAL_VERSION);
	wire_put_u16(&w, JOURNAL_HEADER_LEN);
	wire_put_u32(&w, 0);
	wire_put_u64(&w, header->file_id);
	wire_put_u64(&w, header->key.k[0]);
	wire_put_u64(&w, header->key.k[1]);
	wire_put_u64(&w, (uint64_t)header->created.s);
	wire_put_zero(&w, HEADER_PAD);
	wire_put_u32(&w, crc32c(0, out, HEADER_CRC_AT));
}

int journal_header_decode(const uint8_t *data, size_t len,
			  struct journal_header *header)
{
	struct wire_reader r = wire_reader(data, len);
	const uint8_t *magic = wire_take(&r, JOURNAL_MAGIC_LEN);
	uint16_t version, header_len;

	if (!magic || memcmp(magic, journal_magic, JOURNAL_MAGIC_LEN) != 0)
		return lease_journal_sniff(data, len) == JOURNAL_KIND_JOURNAL
			       ? -EBADMSG
			       : -EMEDIUMTYPE;
	version = wire_get_u16(&r);
	header_len = wire_get_u16(&r);
	wire_take(&r, 4); /* flags: none yet, zero */
	header->file_id = wire_get_u64(&r);
	header->key.k[0] = wire_get_u64(&r);
	header->key.k[1] = wire_get_u64(&r);
	header->created.s = (int64_t)wire_get_u64(&r);
	wire_take(&r, HEADER_PAD);
	if (wire_get_u32(&r) != crc32c(0, data, r.failed ? 0 : HEADER_CRC_AT) ||
	    r.failed)
		return -EBADMSG;
	if (version != JOURNAL_VERSION || header_len != JOURNAL_HEADER_LEN)
		return -EPROTONOSUPPORT;
	return 0;
}

uint32_t journal_payload_crc(uint64_t file_id, uint64_t seq,
			     const uint8_t *data, size_t len)
{
	uint8_t octets[8];
	struct wire_writer w = wire_writer(octets, sizeof(octets));
	uint32_t crc;

	wire_put_u64(&w, seq);
	crc = crc32c(crc_start(file_id), octets, sizeof(octets));
	return crc32c(crc, data, len);
}

static uint32_t frame_crc(uint64_t file_id, const uint8_t *data)
{
	return crc32c(crc_start(file_id), data + FRAME_CRC_FROM,
		      JOURNAL_FRAME_LEN - FRAME_CRC_FROM);
}

void journal_frame_encode(uint64_t file_id, struct journal_frame *frame,
			  uint8_t out[JOURNAL_FRAME_LEN])
{
	struct wire_writer w = wire_writer(out, JOURNAL_FRAME_LEN);
	uint8_t *sum_at;

	frame->payload_crc = journal_payload_crc(file_id, frame->seq,
						 out + JOURNAL_FRAME_LEN,
						 frame->payload_len);
	wire_put_u32(&w, JOURNAL_FRAME_MAGIC);
	sum_at = wire_reserve(&w, 4);
	wire_put_u64(&w, frame->seq);
	wire_put_u32(&w, frame->payload_len);
	wire_put_u32(&w, frame->count);
	wire_put_u64(&w, (uint64_t)frame->wall.s);
	wire_put_u64(&w, (uint64_t)frame->mono.ns);
	wire_put_u16(&w, frame->flags);
	wire_put_u16(&w, 0);
	wire_put_u32(&w, frame->payload_crc);
	w = wire_writer(sum_at, 4);
	wire_put_u32(&w, frame_crc(file_id, out));
}

int journal_frame_decode(uint64_t file_id, const uint8_t *data,
			 struct journal_frame *frame)
{
	struct wire_reader r = wire_reader(data, JOURNAL_FRAME_LEN);
	const uint8_t *magic = wire_take(&r, sizeof(journal_frame_magic));

	if (memcmp(magic, journal_frame_magic, sizeof(journal_frame_magic)) ||
	    wire_get_u32(&r) != frame_crc(file_id, data))
		return -EBADMSG;
	frame->seq = wire_get_u64(&r);
	frame->payload_len = wire_get_u32(&r);
	frame->count = wire_get_u32(&r);
	frame->wall.s = (int64_t)wire_get_u64(&r);
	frame->mono.ns = (int64_t)wire_get_u64(&r);
	frame->flags = wire_get_u16(&r);
	wire_take(&r, 2);
	frame->payload_crc = wire_get_u32(&r);
	return frame->payload_len <= JOURNAL_PAYLOAD_MAX ? 0 : -EBADMSG;
}

/* Do the first octets hold this text? */
static bool contains(const void *data, size_t len, const char *text)
{
	return memmem(data, len, text, strlen(text)) != NULL;
}

enum journal_kind lease_journal_sniff(const void *data, size_t len)
{
	static const char *const isc[] = {
		"# The format of this file",
		"authoring-byte-order",
		"server-duid",
		"lease ",
		"ia-na ",
		"failover peer",
	};
	size_t i, n = len < JOURNAL_MAGIC_LEN ? len : JOURNAL_MAGIC_LEN;

	if (!len)
		return JOURNAL_KIND_EMPTY;
	if (memcmp(data, journal_magic, n) == 0)
		return JOURNAL_KIND_JOURNAL;
	if (contains(data, len, "address,hwaddr,client_id"))
		return JOURNAL_KIND_KEA;
	for (i = 0; i < sizeof(isc) / sizeof(isc[0]); i++) {
		if (contains(data, len, isc[i]))
			return JOURNAL_KIND_ISC;
	}
	return JOURNAL_KIND_OTHER;
}
