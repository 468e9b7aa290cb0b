/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client - a client's file while it is read: one node for all that is global,
 * and one for each interface, in the order of the file. Models are made of
 * nodes: each by itself, which is printed, and each over the global one, which
 * applies.
 */
#ifndef CONF_CLIENT_H
#define CONF_CLIENT_H

#include "dhcp4o6.h"
#include "dhcp4o6/conf/client_conf.h"
#include "stmt.h"

enum {
	CLIENT_OPTIONS_MAX = 256, /* of one scope and one keyword */
	CLIENT_CODES_MAX = 256,
	CLIENT_REJECTS_MAX = 256,
	CLIENT_INTERFACES_MAX = 64,
	CLIENT_TIMES = 7,
};

struct client_codes {
	bool is_set; /* false: what there is stands behind `also' */
	size_t count;
	struct client_conf_code codes[CLIENT_CODES_MAX];
};

struct client_node {
	const char *name;    /* of an interface; NULL: global */
	struct conf_pos pos; /* where it is named first */
	struct conf_node options[CLIENT_CONF_HOW_COUNT];
	size_t option_count[CLIENT_CONF_HOW_COUNT];
	struct client_codes request;
	struct client_codes require;
	struct client_conf_reject reject[CLIENT_REJECTS_MAX];
	size_t reject_count;
	struct client_conf_times times;
	uint32_t times_set; /* bits: by client_time_rows */
	const char *script; /* NULL: none */
	struct in_addr alias;
	uint8_t alias_prefix_len;
	struct conf_hardware hardware; /* hlen 0: none */
};

/* An alias while it is read. */
struct client_alias {
	const char *interface; /* NULL: none yet */
	bool has_addr;
	struct in_addr addr;
	uint8_t prefix_len;
};

struct conf_client {
	struct client_conf *conf; /* being filled */
	struct client_node *global;
	struct client_node *interfaces[CLIENT_INTERFACES_MAX];
	size_t interface_count;
	struct client_alias *alias; /* whose block is read */
};

/* What a scope says by itself, for printing. */
struct client_own {
	struct client_conf_scope scope;
	bool has_require;
	uint32_t times_set;
};

struct client_model {
	struct conf *conf; /* definitions, spaces, and all memory */
	struct client_own global;
	const struct client_own *interfaces; /* as those of client_conf */
};

struct client_time_row {
	const char *name;
	size_t offset; /* in struct client_conf_times */
	uint32_t usual;
	uint32_t min;
};

extern const struct client_time_row client_time_rows[CLIENT_TIMES];
extern const struct conf_4o6_tables client_4o6_tables;
/* The keywords, by enum client_conf_how. */
extern const char *const client_how_names[CLIENT_CONF_HOW_COUNT];

/* The node of an interface, made if there is none. -EINVAL after an error. */
int client_interface(struct conf_parser *p, const struct conf_pos *pos,
		     const char *name, struct client_node **node);
/*
 * Sets an option, over the same one or beside it as its keyword asks. pos is
 * for errors, which are reported. 0 or -ENOMEM.
 */
int client_put_value(struct conf_parser *p, struct client_node *node,
		     enum client_conf_how how,
		     const struct conf_node_option *value);
/* The value of an option there, or NULL. */
struct conf_node_option *client_find_value(const struct client_node *node,
					   enum client_conf_how how,
					   enum conf_universe universe,
					   uint32_t code);
/* Options 81 and dhcp6.39 of what is sent of space fqdn. 0 or -ENOMEM. */
int client_put_fqdn(struct conf_parser *p, struct client_node *node);
/* A code that is there already is not added again. False: no room. */
bool client_add_code(struct client_codes *list,
		     const struct client_conf_code *code);

/* Fills in the model from p->client. 0 or -ENOMEM. */
int client_build(struct conf_parser *p);

/* Handlers, by file. */
conf_handler client_handle_value; /* client_value.c */
conf_handler client_handle_codes; /* client_stmt.c */
conf_handler client_handle_also;
conf_handler client_handle_time;
conf_handler client_handle_reject;
conf_handler client_handle_script;
conf_handler client_handle_default_duid;
conf_handler client_handle_interface; /* client_interface.c */
conf_handler client_handle_hardware;
conf_handler client_handle_alias;
conf_handler client_handle_fixed_address;
conf_handler client_handle_option;

#endif /* CONF_CLIENT_H */
