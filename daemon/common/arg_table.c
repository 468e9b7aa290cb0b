/* SPDX-License-Identifier: BSD-2-Clause */
#include "arg_table.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#define ARG_VAL_BASE 0x100 /* beyond what getopt says itself */

enum daemon_exit arg_error(const struct arg_state *state, const char *text)
{
	fprintf(stderr, "%s: -%s: %s; see %s --help\n", state->program->name,
		state->word, text, state->program->name);
	return daemon_usage_status(state->program);
}

enum daemon_exit arg_number(const struct arg_state *state, const char *value,
			    uint32_t min, uint32_t max, uint32_t *number)
{
	char text[64];
	unsigned long long n;
	char *end;

	errno = 0;
	n = strtoull(value, &end, 10);
	if (*value >= '0' && *value <= '9' && !*end && !errno && n >= min &&
	    n <= max) {
		*number = (uint32_t)n;
		return DAEMON_EXIT_NONE;
	}
	snprintf(text, sizeof(text), "expects a number from %u to %u", min,
		 max);
	return arg_error(state, text);
}

static bool is_of_program(const struct arg_row *row,
			  const struct daemon_program *program)
{
	return row->half == ARG_BOTH ||
	       (row->half == ARG_DHCP4) == (program->family == DAEMON_DHCP4);
}

static void print_row(const struct arg_row *row)
{
	char flag[64];

	snprintf(flag, sizeof(flag), "%s%s%s%s%s%s%s", row->isc ? "-" : "",
		 row->isc ? row->isc : "", row->isc && row->gnu ? ", " : "",
		 row->gnu ? "--" : "", row->gnu ? row->gnu : "",
		 row->value ? " " : "", row->value ? row->value : "");
	printf("  %-28s %s\n", flag, row->help);
}

enum daemon_exit arg_handle_help(struct arg_state *state, const char *value)
{
	const struct daemon_program *program = state->program;
	const struct arg_block *block;
	size_t i, k;

	(void)value;
	printf("%s: %s\n\nusage: %s [flags]%s\n\n", program->name,
	       program->purpose, program->name, state->table->usage);
	for (i = 0; i < state->table->block_count; i++) {
		block = state->table->blocks[i];
		for (k = 0; k < block->count; k++) {
			if (block->rows[k].help &&
			    is_of_program(&block->rows[k], program))
				print_row(&block->rows[k]);
		}
	}
	printf("\nDefaults: %s, %s, %s\n", program->conf_file,
	       program->lease_file, program->pid_file);
	return DAEMON_EXIT_OK;
}

/* The rows of a table, and every name of each as a long option. */
struct arg_names {
	const struct arg_row *rows[ARG_ROWS_MAX];
	size_t row_count;
	struct option options[2 * ARG_ROWS_MAX + 1];
	size_t option_count;
};

static void add_row(struct arg_names *names, const struct arg_row *row)
{
	const char *const both[] = { row->isc, row->gnu };
	size_t i;

	if (names->row_count == ARG_ROWS_MAX)
		abort(); /* the tables are ours */
	for (i = 0; i < 2; i++) {
		if (!both[i])
			continue;
		names->options[names->option_count++] = (struct option){
			.name = both[i],
			.has_arg = row->value ? required_argument : no_argument,
			.val = ARG_VAL_BASE + (int)names->row_count,
		};
	}
	names->rows[names->row_count++] = row;
}

static void collect_names(struct arg_names *names,
			  const struct arg_table *table)
{
	size_t i, k;

	names->row_count = 0;
	names->option_count = 0;
	for (i = 0; i < table->block_count; i++) {
		for (k = 0; k < table->blocks[i]->count; k++)
			add_row(names, &table->blocks[i]->rows[k]);
	}
	names->options[names->option_count] = (struct option){ 0 };
}

static enum daemon_exit handle_row(struct arg_state *state,
				   const struct arg_row *row, const char *value)
{
	if (!is_of_program(row, state->program)) {
		fprintf(stderr, "%s: -%s is a flag of %s\n",
			state->program->name, state->word,
			state->program->other_name);
		return daemon_usage_status(state->program);
	}
	if (row->refusal)
		return arg_error(state, row->refusal);
	return row->handle(state, value);
}

enum daemon_exit arg_table_parse(struct arg_state *state, int argc, char **argv)
{
	struct arg_names names;
	const char *name = state->program->name;
	enum daemon_exit status;
	int val, at = -1;

	collect_names(&names, state->table);
	optind = 0; /* from the start, whoever used it before */
	opterr = 1; /* getopt names the unknown or incomplete flag itself */
	while ((val = getopt_long_only(argc, argv, "", names.options, &at)) !=
	       -1) {
		if (val == '?') {
			fprintf(stderr, "%s: see %s --help\n", name, name);
			return daemon_usage_status(state->program);
		}
		state->word = names.options[at].name;
		status = handle_row(state, names.rows[val - ARG_VAL_BASE],
				    optarg);
		if (status != DAEMON_EXIT_NONE)
			return status;
	}
	state->args->interfaces = argv + optind;
	state->args->interface_count = (size_t)(argc - optind);
	return DAEMON_EXIT_NONE;
}
