/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arg_table - command lines with ISC's flags, with one dash, and GNU long names
 * beside them. Rows in blocks drive parsing and --help; a block may be shared
 * by programs.
 */
#ifndef DHCP4O6_DAEMON_ARG_TABLE_H
#define DHCP4O6_DAEMON_ARG_TABLE_H

#include "daemon_args.h"

#define ARG_ROWS_MAX 64 /* of one program */

struct arg_state {
	const struct daemon_program *program;
	struct daemon_args *args;
	void *own; /* what the program has beside them, or NULL */
	const struct arg_table *table;
	const char *word; /* the flag as typed, for messages */
};

typedef enum daemon_exit arg_handler(struct arg_state *state,
				     const char *value);

/* Whose flag it is, of a pair of programs. */
enum arg_half {
	ARG_BOTH,
	ARG_DHCP4,
	ARG_DHCP6,
};

/* One flag, under one or two names. */
struct arg_row {
	const char *isc;   /* ISC's name, or NULL */
	const char *gnu;   /* long name, or NULL */
	const char *value; /* name of its value in --help, or NULL */
	arg_handler *handle;
	const char *help; /* NULL: not listed */
	enum arg_half half;
	/* One of ISC's flags that has no meaning here, and why: it is refused
	 * with these words, and handle is NULL. */
	const char *refusal;
};

#define ARG_ROW(isc_name, gnu_name, value_name, handler, text)         \
	{                                                              \
		.isc = isc_name, .gnu = gnu_name, .value = value_name, \
		.handle = handler, .help = text                        \
	}
#define ARG_REFUSED(isc_name, value_name, why)                       \
	{                                                            \
		.isc = isc_name, .value = value_name, .refusal = why \
	}

struct arg_block {
	const struct arg_row *rows;
	size_t count;
};

struct arg_table {
	const struct arg_block *const *blocks;
	size_t block_count;
	const char *usage; /* what follows the program's name */
};

/*
 * Calls the handlers in the order of the flags; what is no flag is left in
 * args->interfaces. DAEMON_EXIT_NONE, or the first status that is not.
 */
enum daemon_exit arg_table_parse(struct arg_state *state, int argc,
				 char **argv);

/* Prints what is wrong with a flag's value; the status of a usage error. */
enum daemon_exit arg_error(const struct arg_state *state, const char *text);
/* A decimal number from min to max; else an error that names them. */
enum daemon_exit arg_number(const struct arg_state *state, const char *value,
			    uint32_t min, uint32_t max, uint32_t *number);

arg_handler arg_handle_help;

#endif /* DHCP4O6_DAEMON_ARG_TABLE_H */
