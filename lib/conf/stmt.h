/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of statement handlers share. */
#ifndef CONF_STMT_H
#define CONF_STMT_H

#include "parse.h"
#include "value.h"

/*
 * Marks param as set by the statement at hand and returns the values to write
 * it to, or NULL without memory.
 */
struct conf_params *conf_set_param(struct conf_parser *p,
				   enum conf_param param);
/* `members' is taken: which class's. */
int conf_get_members(struct conf_parser *p, struct conf_node_permit *permit);
/* `server-identifier' and the option that means the same. */
int conf_set_server_identifier(struct conf_parser *p);

/*
 * NAME VALUE of an option that is known; the name of one that only the server
 * sets is as good as any other.
 */
int conf_get_option(struct conf_parser *p, struct conf_option *option);
/* The name of an option alone. */
int conf_get_option_def(struct conf_parser *p,
			const struct conf_option_def **def);

struct conf_hardware {
	uint8_t htype; /* RFC 1700 */
	uint8_t hlen;
	uint8_t addr[16];
};

/* TYPE ADDRESS of `hardware'. */
int conf_get_hardware(struct conf_parser *p, struct conf_hardware *hardware);
/* -EINVAL, reported, if the octets are no DUID; is_cut: there were more. */
int conf_check_duid(struct conf_parser *p, const uint8_t *duid, size_t len,
		    bool is_cut);
/* A hardware type by name, RFC 1700; and the name of one of these. */
int conf_get_hardware_type(struct conf_parser *p, uint8_t *htype);
const char *conf_hardware_name(uint8_t htype);

/* IPv6 ranges and prefixes of the node at hand, found valid before. */
void conf_check_use6(struct conf_parser *p, const struct conf_pos *pos,
		     const struct in6_addr *first, const struct in6_addr *last);
void conf_check_prefix6(struct conf_parser *p, const struct conf_pos *pos,
			struct conf_prefix6 *prefix);
/* 0 or -ENOMEM. */
int conf_add_range6(struct conf_parser *p, struct conf_node_range6 *range,
		    struct conf_vec *census);
int conf_add_prefix6(struct conf_parser *p, struct conf_node_prefix6 *prefix,
		     struct conf_vec *census);
/* A value in the scope whose statements are being read. 0 or -ENOMEM. */
int conf_add_option(struct conf_parser *p, const struct conf_option *value);

/* An `if' that is being made: stmt_if.c. NULL without memory. */
struct conf_node_if *conf_chain_new(struct conf_parser *p);
/* node is the scope of the branch, all of it read. 0 or -ENOMEM. */
int conf_chain_add(struct conf_parser *p, struct conf_node_if *chain,
		   const struct conf_expr *condition, struct conf_node *node);
/* It becomes the last one of the scope at hand; pos is for its faults. */
int conf_chain_end(struct conf_parser *p, struct conf_node_if *chain,
		   const struct conf_pos *pos);

/* Option spaces: stmt_space.c. */

/* NULL if there is none of this name. */
const struct conf_space *conf_space_find(const struct conf *conf,
					 const char *name, size_t len);
/* -EINVAL, after the error about a space that is not there. */
int conf_fail_space(struct conf_parser *p, const struct conf_pos *pos,
		    const char *name, size_t len);
/* The name of a space whose options may be inside one option: not one of the
 * spaces of messages. */
int conf_parse_inner_space(struct conf_parser *p,
			   const struct conf_space **space);
int64_t conf_space_code_max(const struct conf_space *space);
/* N of `unknown-N', the name of an option that has no other. */
bool conf_scan_numbered(const char *text, size_t len, int64_t *code);
/* `option space' is taken. */
int conf_declare_space(struct conf_parser *p);
/* An option of the space outer holds those of inner: no space is in itself. */
int conf_space_hold(struct conf_parser *p, const struct conf_pos *pos,
		    enum conf_universe outer, enum conf_universe inner);
/* The statement at hand sets an option of the space. */
void conf_space_used(struct conf_parser *p, enum conf_universe universe);
/* Warns of spaces whose options are set and go nowhere. */
void conf_check_spaces(struct conf_parser *p);
/* The first code of `site-option-space', when all options are defined. */
void conf_set_site_code(const struct conf_parser *p,
			struct conf_params *params);

struct conf_param_row;
/* `allow' or `deny' of a row that conf_param_find_permit() has found. */
int conf_set_permit(struct conf_parser *p, const struct conf_param_row *row,
		    bool allow);

#endif /* CONF_STMT_H */
