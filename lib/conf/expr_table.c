// SPDX-License-Identifier: BSD-2-Clause
/* Operators and functions of expressions, for the parser and the printer. */
#include "expr_ast.h"

#define CONDITION CONF_EXPR_CONDITION
#define DATA      CONF_EXPR_DATA
#define NUMBER    CONF_EXPR_NUMBER

/*
 * The levels are those of ISC's parser, surprising as they are: arithmetic
 * binds more loosely than comparison, and `+' closer than `*'.
 */
const struct conf_expr_operator conf_expr_operators[] = {
	{ "=", CONF_OP_EQUAL, 4, CONDITION, NUMBER },
	{ "!=", CONF_OP_NOT_EQUAL, 4, CONDITION, NUMBER },
	{ "~=", CONF_OP_MATCH, 4, CONDITION, DATA },
	{ "~~", CONF_OP_MATCH_NOCASE, 4, CONDITION, DATA },
	{ "and", CONF_OP_AND, 3, CONDITION, CONDITION },
	{ "or", CONF_OP_OR, 3, CONDITION, CONDITION },
	{ "+", CONF_OP_ADD, 2, NUMBER, NUMBER },
	{ "-", CONF_OP_SUBTRACT, 2, NUMBER, NUMBER },
	{ "*", CONF_OP_MULTIPLY, 1, NUMBER, NUMBER },
	{ "/", CONF_OP_DIVIDE, 1, NUMBER, NUMBER },
	{ "%", CONF_OP_REMAINDER, 1, NUMBER, NUMBER },
	{ "&", CONF_OP_BIT_AND, 5, NUMBER, NUMBER },
	{ "|", CONF_OP_BIT_OR, 5, NUMBER, NUMBER },
	{ "^", CONF_OP_BIT_XOR, 5, NUMBER, NUMBER },
	{ .name = NULL },
};

const struct conf_expr_function conf_expr_functions[] = {
	{ "known", CONF_OP_KNOWN, CONDITION, NULL, false },
	{ "static", CONF_OP_STATIC, CONDITION, NULL, false },
	{ "substring", CONF_OP_SUBSTRING, DATA, "dnn", true },
	{ "suffix", CONF_OP_SUFFIX, DATA, "dn", true },
	{ "lcase", CONF_OP_LCASE, DATA, "d", true },
	{ "ucase", CONF_OP_UCASE, DATA, "d", true },
	{ "concat", CONF_OP_CONCAT, DATA, "dd+", true },
	{ "binary-to-ascii", CONF_OP_TO_ASCII, DATA, "nndd", true },
	{ "reverse", CONF_OP_REVERSE, DATA, "nd", true },
	{ "pick-first-value", CONF_OP_PICK, DATA, "d+", true },
	{ "pick", CONF_OP_PICK, DATA, "d+", true },
	{ "packet", CONF_OP_PACKET, DATA, "nn", false },
	{ "v6relay", CONF_OP_V6RELAY, DATA, "nd", true },
	{ "encode-int", CONF_OP_ENCODE_INT, DATA, "nb", true },
	{ "hardware", CONF_OP_HARDWARE, DATA, NULL, false },
	{ "leased-address", CONF_OP_LEASED_ADDRESS, DATA, NULL, false },
	{ "host-decl-name", CONF_OP_HOST_DECL_NAME, DATA, NULL, false },
	{ "filename", CONF_OP_FILENAME, DATA, NULL, false },
	{ "server-name", CONF_OP_SERVER_NAME, DATA, NULL, false },
	{ "gethostname", CONF_OP_GETHOSTNAME, DATA, "", false },
	{ "null", CONF_OP_NULL, DATA, NULL, true },
	{ "extract-int", CONF_OP_EXTRACT_INT, NUMBER, "db", true },
	{ "lease-time", CONF_OP_LEASE_TIME, NUMBER, NULL, false },
	{ .name = NULL },
};

#define NO_VARIABLES "variables are not kept"
#define NO_DNS       "DNS is not updated"

const struct conf_expr_refused conf_expr_refusals[] = {
	{ "check", "name what makes a client a member of the class" },
	{ "client-state", "what state a client is in cannot be asked for" },
	{ "config-option", "write the value of the option itself" },
	{ "defined", NO_VARIABLES },
	{ "encapsulate", "write the octets of the option" },
	{ "gethostbyname", "names are not looked up" },
	{ "ns-update", NO_DNS },
	{ "updated-dns-rr", NO_DNS },
	{ "dns-update", NO_DNS },
	{ "dns-delete", NO_DNS },
	{ "execute", "commands are not run" },
	{ "function", "functions cannot be defined" },
	{ .name = NULL },
};
