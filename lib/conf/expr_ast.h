/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf_expr_ast - expressions as trees, made by the parser in the model's
 * arena and never changed after that.
 *
 * Every node knows its type, so that nothing but missing values is left to be
 * found out for a message. Depth and size of a tree are limited where it is
 * parsed. Chains of `and', and of `or', are one node with many operands: they
 * are long in real files, and are not to be deep.
 */
#ifndef CONF_EXPR_AST_H
#define CONF_EXPR_AST_H

#include "dhcp4o6/conf/expr.h"

struct conf_parser;
struct conf_regex;

enum {
	CONF_EXPR_DEPTH_MAX = 64,
	CONF_EXPR_NODES_MAX = 16384,  /* in one expression */
	CONF_EXPR_REGEX_MAX = 255,    /* octets of a regular expression */
	CONF_EXPR_REGEX_VALUE = 1024, /* octets that one is tried on */
};

enum conf_expr_type {
	CONF_EXPR_CONDITION,
	CONF_EXPR_DATA,
	CONF_EXPR_NUMBER,
};

enum conf_expr_op {
	CONF_OP_AND,
	CONF_OP_OR,
	CONF_OP_NOT,
	CONF_OP_EQUAL,
	CONF_OP_NOT_EQUAL,
	CONF_OP_MATCH,        /* ~= */
	CONF_OP_MATCH_NOCASE, /* ~~ */
	CONF_OP_EXISTS,
	CONF_OP_KNOWN,
	CONF_OP_STATIC,

	CONF_OP_OCTETS,
	CONF_OP_OPTION,
	CONF_OP_SUBSTRING,
	CONF_OP_SUFFIX,
	CONF_OP_LCASE,
	CONF_OP_UCASE,
	CONF_OP_CONCAT,
	CONF_OP_TO_ASCII,
	CONF_OP_REVERSE,
	CONF_OP_PICK,
	CONF_OP_PACKET,
	CONF_OP_V6RELAY,
	CONF_OP_ENCODE_INT,
	CONF_OP_HARDWARE,
	CONF_OP_LEASED_ADDRESS,
	CONF_OP_HOST_DECL_NAME,
	CONF_OP_FILENAME,
	CONF_OP_SERVER_NAME,
	CONF_OP_GETHOSTNAME,
	CONF_OP_NULL,

	CONF_OP_NUMBER,
	CONF_OP_EXTRACT_INT,
	CONF_OP_LEASE_TIME,
	CONF_OP_ADD,
	CONF_OP_SUBTRACT,
	CONF_OP_MULTIPLY,
	CONF_OP_DIVIDE,
	CONF_OP_REMAINDER,
	CONF_OP_BIT_AND,
	CONF_OP_BIT_OR,
	CONF_OP_BIT_XOR,
	CONF_OP_COUNT,
};

struct conf_expr_option {
	const char *name; /* as in a configuration */
	enum conf_universe universe;
	uint32_t code;
	uint8_t code_width; /* octets, of a space as in struct conf_space */
	uint8_t length_width;
	const struct conf_expr_option *outer; /* NULL: of the message */
};

struct conf_expr {
	enum conf_expr_op op;
	enum conf_expr_type type;
	uint16_t depth;               /* of the tree: 1 is a leaf */
	bool is_constant;             /* the same for every message */
	const struct conf_expr *next; /* operand of the same node */
	const struct conf_expr *first;
	struct conf_expr *last;
	union {
		struct conf_data data; /* OCTETS, GETHOSTNAME */
		uint64_t number;       /* NUMBER; bits of the *_INT */
		struct conf_expr_option option;
		struct conf_regex *regex; /* of the second operand */
	} u;
};

/* An operator between two operands. The higher level binds closer. */
struct conf_expr_operator {
	const char *name; /* of one or two octets, or a word */
	enum conf_expr_op op;
	uint8_t level;
	enum conf_expr_type type;    /* of its value */
	enum conf_expr_type operand; /* of both sides; NUMBER may be DATA too
				      * where the type is CONDITION */
};

/* operands: d data, n number, b bits (8, 16, 32); `+': the last repeats. */
struct conf_expr_function {
	const char *name;
	enum conf_expr_op op;
	enum conf_expr_type type;
	const char *operands; /* NULL: stands without parentheses */
	bool is_constant;     /* if its operands are */
};

struct conf_expr_refused {
	const char *name;
	const char *reason;
};

/* The tables end with a row whose name is NULL. */
extern const struct conf_expr_operator conf_expr_operators[];
extern const struct conf_expr_function conf_expr_functions[];
extern const struct conf_expr_refused conf_expr_refusals[];

/*
 * Takes an expression of the given type; *expr is in the model. 0, -EINVAL
 * after an error was reported, -ENOMEM.
 */
int conf_expr_parse(struct conf_parser *p, enum conf_expr_type type,
		    const struct conf_expr **expr);

/*
 * The same for data. What is the same for every message is written to octets,
 * and *expr is NULL, unless it is missing.
 */
int conf_expr_parse_data(struct conf_parser *p, const struct conf_expr **expr,
			 uint8_t octets[CONF_EXPR_DATA_MAX], size_t *len);

/* The same for an expression that is data or a number. */
int conf_expr_parse_value(struct conf_parser *p, const struct conf_expr **expr);

/* The name of an option, as in `option NAME'. The same. */
int conf_expr_get_option(struct conf_parser *p,
			 struct conf_expr_option *option);

/* The order of subclasses by their values. */
int conf_compare_data(const struct conf_data *a, const struct conf_data *b);

#endif /* CONF_EXPR_AST_H */
