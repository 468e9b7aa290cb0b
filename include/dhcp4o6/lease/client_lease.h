/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client_lease - what a client holds, and the readable file that keeps it.
 *
 * The file is in the format of ISC's dhclient, one for DHCPv4 and one for
 * DHCPv6: `lease { }' and `lease6 { }' blocks, `default-duid'. A file that
 * dhclient wrote is read as it stands; of several leases of an interface the
 * last one counts. Files are written whole, beside the old one, synchronised
 * and renamed over it: at every moment there is one that is whole.
 *
 * Options are kept as octets; the file has them in the configuration's syntax
 * where their format is known, and in hex where it is not. The format, and what
 * dhclient makes of a file of ours: docs/lease-format.md.
 */
#ifndef DHCP4O6_LEASE_CLIENT_LEASE_H
#define DHCP4O6_LEASE_CLIENT_LEASE_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dhcp4o6/base/clock.h"
#include "dhcp4o6/conf/conf.h"

#define CLIENT_DUID_MAX         130 /* RFC 9915 section 11.1 */
#define CLIENT_LEASES_MAX       64  /* interfaces in one file */
#define CLIENT_IA_MAX           8   /* IAs of one interface */
#define CLIENT_IA_ITEMS_MAX     16  /* addresses or prefixes of one IA */
#define CLIENT_OPTIONS_MAX      256
#define CLIENT_OPTION_OCTETS    8192 /* of all options of a lease */
#define CLIENT_FILE_MAX         (4U << 20)
#define CLIENT_TIME_NEVER       INT64_MAX  /* wall_time.s: does not end */
#define CLIENT_LIFETIME_FOREVER UINT32_MAX /* of an address, in seconds */

struct client_option {
	enum conf_universe universe; /* CONF_OPTIONS_DHCP4 or _DHCP6 */
	uint16_t code;
	uint16_t len;
	const uint8_t *body; /* not NULL even when len is 0 */
};

/* Bounded and self-contained: bodies point into octets. Not to be copied by
 * value; client_options_copy() does. */
struct client_options {
	size_t count;
	size_t used; /* of octets */
	struct client_option option[CLIENT_OPTIONS_MAX];
	uint8_t octets[CLIENT_OPTION_OCTETS];
};

void client_options_clear(struct client_options *options);
void client_options_copy(struct client_options *to,
			 const struct client_options *from);
/* Adds or replaces; body is not in options. -ENOSPC, and nothing is changed, if
 * there is no room. */
int client_options_set(struct client_options *options,
		       enum conf_universe universe, uint16_t code,
		       const void *body, size_t len);
/* NULL if it is not there. */
const struct client_option *
client_options_find(const struct client_options *options,
		    enum conf_universe universe, uint16_t code);

/* A DHCPv4 lease. */
struct client_lease4 {
	char interface[IF_NAMESIZE];
	struct in_addr addr;
	struct in_addr next_server; /* siaddr; 0.0.0.0: none */
	struct in6_addr server6;    /* whom the ACK came from; ::: not known */
	struct wall_time renew;     /* CLIENT_TIME_NEVER: never */
	struct wall_time rebind;
	struct wall_time expire;
	char server_name[65]; /* "": none */
	char filename[129];
	struct client_options options; /* of the ACK, all that it had */
};

/* An address of an IA_NA, or a prefix of an IA_PD. */
struct client_item {
	struct in6_addr addr;
	uint8_t prefix_len; /* 128: an address */
	struct wall_time starts;
	uint32_t preferred_s; /* from starts */
	uint32_t valid_s;
};

struct client_ia {
	uint16_t code; /* DHCP6_OPT_IA_NA or DHCP6_OPT_IA_PD */
	uint32_t iaid; /* its first octet on the wire is the highest */
	struct wall_time starts;
	uint32_t t1_s; /* from starts, as chosen by the client if it was 0 */
	uint32_t t2_s;
	size_t item_count;
	struct client_item item[CLIENT_IA_ITEMS_MAX];
};

/* What a DHCPv6 server gave to one interface; stateless: no IA. */
struct client_lease6 {
	char interface[IF_NAMESIZE];
	bool released;
	size_t ia_count;
	struct client_ia ia[CLIENT_IA_MAX];
	/* Server Identifier and option 88 among them. */
	struct client_options options;
};

/* The content of a lease file. */
struct client_leases; /* opaque */

int client_leases_new(struct client_leases **leases);
void client_leases_free(struct client_leases *leases); /* NULL is allowed */

/* `default-duid'; *len is 0 if there is none. */
const uint8_t *client_leases_duid(const struct client_leases *leases,
				  size_t *len);
/* -EINVAL if len is 0 or over CLIENT_DUID_MAX. */
int client_leases_set_duid(struct client_leases *leases, const uint8_t *duid,
			   size_t len);

/* NULL if the interface has none. */
const struct client_lease4 *
client_leases_find4(const struct client_leases *leases, const char *interface);
const struct client_lease6 *
client_leases_find6(const struct client_leases *leases, const char *interface);
/*
 * Copies, over a former one of the same interface. -ENOMEM; -ENOSPC; -EINVAL:
 * no file can hold it: no name, an address no host can have, a preferred
 * lifetime beyond the valid one.
 */
int client_leases_put4(struct client_leases *leases,
		       const struct client_lease4 *lease);
int client_leases_put6(struct client_leases *leases,
		       const struct client_lease6 *lease);
/* No lease of that name: no effect. */
void client_leases_remove(struct client_leases *leases, const char *interface);

/*
 * Called for what could not be read: `file:line:column: message' and the line,
 * as findings of a configuration are. A lease that is wrong, or cut short, is
 * left out whole, and so is an IA, an address and a prefix by itself; an option
 * that is wrong is left out alone. All else counts.
 */
typedef void client_leases_report(void *arg, const char *text);

/* Text in memory; path is only shown, report may be NULL. What leases had stays
 * where the text has nothing of it. 0 or -ENOMEM, -EFBIG. */
int client_leases_parse(struct client_leases *leases, const char *text,
			size_t len, const char *path,
			client_leases_report *report, void *arg);
/* A file; that there is none is -ENOENT. Reads at most CLIENT_FILE_MAX. */
int client_leases_read(struct client_leases *leases, const char *path,
		       client_leases_report *report, void *arg);
/* What client_leases_parse() takes for the same leases; times before 1970 are
 * 1970, and those after 9999 never come. */
void client_leases_print(const struct client_leases *leases,
			 struct strbuf *out);
/*
 * Durable when it returns 0; else the former file is what it was. The one thing
 * behind the rename is the sync of the directory: when that fails, the new file
 * has the name, and after a crash either has it. Owner and mode stay; a new
 * file has 0640. Symbolic links are followed.
 */
int client_leases_write(const struct client_leases *leases, const char *path);

#endif /* DHCP4O6_LEASE_CLIENT_LEASE_H */
