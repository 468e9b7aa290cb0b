/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vectors - the packets of tests/vectors with what is expected of them.
 *
 * The directory is $DHCP4O6_VECTORS, or tests/vectors below the working
 * directory or one of the four above it. README.md there explains the columns.
 */
#ifndef DHCP4O6_TESTS_VECTORS_H
#define DHCP4O6_TESTS_VECTORS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dhcp4o6/wire/drop_reason.h"

#define VECTOR_NONE       0xff /* levels or type is "-" */
#define VECTOR_FRAME_SIZE 2048 /* room for any vector and two VLAN tags */

struct vector {
	char name[40];
	char direction[8]; /* "c>s", "r>s", "s>c", "s>r" */
	struct in6_addr src;
	struct in6_addr dst;
	uint16_t src_port;
	uint16_t dst_port;
	bool classified;       /* the XDP program takes it */
	enum drop_reason drop; /* of the decoders at a server */
	char treatment[12];    /* offer ack silent discard client */
	char subnet[12];       /* "10.10.10", "10.20.20" or "-" */
	uint8_t levels;        /* of relays, or VECTOR_NONE */
	uint8_t type;          /* of the DHCPv4 message, or VECTOR_NONE */
	uint8_t *payload;      /* of UDP */
	size_t len;
};

struct vectors {
	struct vector *all;
	size_t count;
};

/* 0 or -errno; a line or file that makes no sense is -EBADMSG. */
int vectors_load(struct vectors *set);
void vectors_free(struct vectors *set);
/* NULL if there is none of this name. */
const struct vector *vectors_find(const struct vectors *set, const char *name);

/* Path of a file below the directory of vectors; 0 or -ENOENT. */
int vectors_path(const char *file, char *path, size_t size);
/* Reads a file of hex digits and white space; the caller frees *data. */
int vectors_read_hex(const char *path, uint8_t **data, size_t *len);

/*
 * The vector in Ethernet, vlan_count (0 to 2) 802.1Q tags with these ids,
 * outermost first, IPv6 and UDP. From 02:00:00:00:00:01 to the multicast
 * address's MAC, or 02:00:00:00:00:05 for a unicast destination. Returns the
 * length of the frame, or 0 if size is too small.
 */
size_t vector_frame(const struct vector *v, const uint16_t *vlan_id,
		    unsigned int vlan_count, uint8_t *frame, size_t size);

#endif /* DHCP4O6_TESTS_VECTORS_H */
