/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client_lease_impl - a client's lease file between the files that read,
 * print and write it.
 */
#ifndef DHCP4O6_LIB_LEASE_CLIENT_LEASE_IMPL_H
#define DHCP4O6_LIB_LEASE_CLIENT_LEASE_IMPL_H

#include "dhcp4o6/conf/text.h"
#include "dhcp4o6/lease/client_lease.h"
#include "dhcp4o6/lease/journal_disk.h"
#include "isc_value.h"

/*
 * An option by its octets, `option octets-N HEX': what does not fit its type,
 * or is longer than the configuration allows. dhclient does not know the name,
 * and steps over it.
 */
#define CLIENT_OCTETS "octets-"
/* Whom the ACK came from; dhclient knows it, and keeps it. */
#define CLIENT_SOURCE_CODE 60001 /* isc6.4o6-source-address */

struct client_leases {
	size_t duid_len;
	uint8_t duid[CLIENT_DUID_MAX];
	/* In the order they came in. */
	size_t count4;
	size_t count6;
	struct client_lease4 *lease4[CLIENT_LEASES_MAX];
	struct client_lease6 *lease6[CLIENT_LEASES_MAX];
};

/* Can it be in a file? */
bool client_item_is_good(uint16_t code, const struct client_item *item);
/* client_leases_write() on another disk. */
int client_leases_write_on(const struct client_leases *leases, const char *path,
			   const struct journal_disk *disk);

enum client_seen {
	CLIENT_SEEN_INTERFACE = 1 << 0,
	CLIENT_SEEN_ADDRESS = 1 << 1,
	CLIENT_SEEN_EXPIRE = 1 << 2,
	CLIENT_SEEN_STARTS = 1 << 3,
	CLIENT_SEEN_PREFERRED = 1 << 4,
	CLIENT_SEEN_VALID = 1 << 5,
};

struct client_parser {
	struct isc_lex lex; /* of a part of the text, at most */
	const char *text;
	struct conf_text *reader;
	struct client_leases *leases;
	int err; /* -ENOMEM: of no use any more */
	/* The block that is being read. */
	bool is_wrong;     /* it does not count */
	unsigned int seen; /* of enum client_seen */
	struct conf_span keyword;
	struct client_options *options; /* of which lease */
	struct in6_addr *server6;       /* NULL: not in this block */
	char *interface;
	struct client_lease4 lease4;
	struct client_lease6 lease6;
	struct client_ia ia;
	struct client_item item;
	uint8_t octets[CLIENT_OPTION_OCTETS];
};

/* A statement. */
struct client_word {
	const char *word;
	/* Behind the word, up to the `;' or behind the `}'. False: a value was
	 * expected that is not there. NULL: it says nothing that counts. */
	bool (*parse)(struct client_parser *p);
	/* The value; without a parse: NULL, or why it is left out. */
	const char *expected;
	enum {
		CLIENT_PLAIN,  /* if it is wrong, it alone is left out */
		CLIENT_NEEDED, /* the block is */
		CLIENT_BLOCK,
	} kind;
};

/* ---- client_lease_parse.c ---- */

/* The token that is next. */
struct conf_span client_span(const struct client_parser *p);
/*
 * Statements up to the `}', which is taken too, the `{' being taken; false: the
 * text ended.
 */
bool client_parse_block(struct client_parser *p, const struct client_word *rows,
			size_t count);
bool client_parse_interface(struct client_parser *p);
bool client_parse_pseudo(struct client_parser *p);
bool client_parse_option(struct client_parser *p);
/* What put said of a lease, in the file at this place. */
void client_note_put(struct client_parser *p, struct conf_span place, int err);

/* ---- client_lease_parse6.c ---- */

/* Behind `lease6'. */
void client_parse_lease6(struct client_parser *p, struct conf_span place);

#endif /* DHCP4O6_LIB_LEASE_CLIENT_LEASE_IMPL_H */
