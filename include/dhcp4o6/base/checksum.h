/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * checksum - the Internet checksum (RFC 1071) and CRC-32C (RFC 3720 B.4).
 */
#ifndef DHCP4O6_BASE_CHECKSUM_H
#define DHCP4O6_BASE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/*
 * Adds len octets to a running one's complement sum. Only the last piece may
 * have an odd length. Start with 0.
 */
uint64_t checksum_add(uint64_t sum, const void *data, size_t len);
/* Folds to 16 bits without inverting; host order of the big-endian value. */
uint16_t checksum_fold(uint64_t sum);

/* crc of data appended to what gave `crc`; start with 0. */
uint32_t crc32c(uint32_t crc, const void *data, size_t len);
/* The same without the CPU's instruction; tests compare the two. */
uint32_t crc32c_portable(uint32_t crc, const void *data, size_t len);

#endif /* DHCP4O6_BASE_CHECKSUM_H */
