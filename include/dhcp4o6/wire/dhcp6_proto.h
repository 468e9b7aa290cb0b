/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * dhcp6_proto - DHCPv6 numbers, and nothing else. No types from libc, so that
 * the XDP classifier, the libraries and the tests all read the same ones.
 */
#ifndef DHCP4O6_WIRE_DHCP6_PROTO_H
#define DHCP4O6_WIRE_DHCP6_PROTO_H

#define DHCP6_PORT_CLIENT 546
#define DHCP6_PORT_SERVER 547

enum dhcp6_msg_type {
	DHCP6_SOLICIT = 1,
	DHCP6_ADVERTISE = 2,
	DHCP6_REQUEST = 3,
	DHCP6_CONFIRM = 4,
	DHCP6_RENEW = 5,
	DHCP6_REBIND = 6,
	DHCP6_REPLY = 7,
	DHCP6_RELEASE = 8,
	DHCP6_DECLINE = 9,
	DHCP6_RECONFIGURE = 10,
	DHCP6_INFORMATION_REQUEST = 11,
	DHCP6_RELAY_FORW = 12,
	DHCP6_RELAY_REPL = 13,
	DHCP6_DHCPV4_QUERY = 20,    /* RFC 7341 */
	DHCP6_DHCPV4_RESPONSE = 21, /* RFC 7341 */
};

enum dhcp6_option_code {
	DHCP6_OPT_CLIENT_ID = 1,
	DHCP6_OPT_SERVER_ID = 2,
	DHCP6_OPT_IA_NA = 3,
	DHCP6_OPT_IA_TA = 4, /* obsolete: RFC 9915 section 21.5 */
	DHCP6_OPT_IAADDR = 5,
	DHCP6_OPT_ORO = 6,
	DHCP6_OPT_PREFERENCE = 7,
	DHCP6_OPT_ELAPSED_TIME = 8,
	DHCP6_OPT_RELAY_MSG = 9,
	DHCP6_OPT_AUTH = 11,
	DHCP6_OPT_UNICAST = 12, /* obsolete: RFC 9915 section 21.12 */
	DHCP6_OPT_STATUS_CODE = 13,
	DHCP6_OPT_RAPID_COMMIT = 14,
	DHCP6_OPT_USER_CLASS = 15,
	DHCP6_OPT_VENDOR_CLASS = 16,
	DHCP6_OPT_VENDOR_OPTS = 17,
	DHCP6_OPT_INTERFACE_ID = 18,
	DHCP6_OPT_RECONF_MSG = 19,
	DHCP6_OPT_RECONF_ACCEPT = 20,
	DHCP6_OPT_IA_PD = 25,
	DHCP6_OPT_IAPREFIX = 26,
	DHCP6_OPT_INFO_REFRESH_TIME = 32,
	DHCP6_OPT_FQDN = 39,             /* RFC 4704 */
	DHCP6_OPT_ERO = 43,              /* RFC 4994 */
	DHCP6_OPT_CLIENT_LINKLAYER = 79, /* RFC 6939 */
	DHCP6_OPT_SOL_MAX_RT = 82,
	DHCP6_OPT_INF_MAX_RT = 83,
	DHCP6_OPT_DHCPV4_MSG = 87,     /* RFC 7341 */
	DHCP6_OPT_DHCP4O6_SERVER = 88, /* RFC 7341 */
	DHCP6_OPT_RELAY_PORT = 135,    /* RFC 8357 */
};

enum dhcp6_status {
	DHCP6_STATUS_SUCCESS = 0,
	DHCP6_STATUS_UNSPEC_FAIL = 1,
	DHCP6_STATUS_NO_ADDRS_AVAIL = 2,
	DHCP6_STATUS_NO_BINDING = 3,
	DHCP6_STATUS_NOT_ON_LINK = 4,
	DHCP6_STATUS_NO_PREFIX_AVAIL = 6,
};

#define DHCP6_HEADER_LEN        4 /* type, 24 bits of transaction id */
#define DHCP6_OPTION_HEADER_LEN 4
#define DHCP6_RELAY_HEADER_LEN  34   /* type, hop count, two addresses */
#define DHCP4O6_HEADER_LEN      4    /* type, 24 bits of flags */
#define DHCP4O6_FLAG_UNICAST    0x80 /* U, in the first flags octet */

#define DHCP6_DUID_MAX 130 /* type and 128 octets: RFC 9915 section 11.1 */
#define DHCP6_INFINITE 0xffffffffU /* seconds: RFC 9915 section 7.7 */

#define DHCP6_RELAY_DEPTH_MAX 32 /* RFC 3315's HOP_COUNT_LIMIT */
#define DHCP6_HOP_COUNT_LIMIT 8  /* RFC 9915's; nine levels */
/* Options walked in all nests together. */
#define DHCP6_RELAY_OPTION_STEPS 256
/* Codes in one Echo Request option (RFC 4994). */
#define DHCP6_ECHO_MAX 32

#endif /* DHCP4O6_WIRE_DHCP6_PROTO_H */
