/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * render - headings and aligned rows out of nested objects.
 *
 * An object becomes one table: the rows of its "state" member, then its own.
 * Members that are objects become tables after it, headed by the path to them.
 */
#include "render.h"

#include <ctype.h>
#include <string.h>
#include <time.h>

#define NAME_MIN   12
#define NAME_MAX_W 36
#define PATH_MAX_W 256

/* Text comes from daemons, and partly from their clients: no control bytes. */
static void put_clean(FILE *out, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		fputc(isprint((unsigned char)text[i]) ? text[i] : '?', out);
}

static void put_padded(FILE *out, const char *text, size_t width)
{
	size_t len = strlen(text);

	put_clean(out, text, len);
	fprintf(out, "%*s", (int)(len < width ? width - len : 0), "");
}

/* Words up to RENDER_WIDTH; following lines begin at column indent. */
static void put_wrapped(FILE *out, const char *text, size_t indent)
{
	size_t column = indent;

	while (*text) {
		size_t word = strcspn(text, " ");

		if (column > indent) {
			if (column + 1 + word > RENDER_WIDTH) {
				fprintf(out, "\n%*s", (int)indent, "");
				column = indent;
			} else {
				fputc(' ', out);
				column++;
			}
		}
		put_clean(out, text, word);
		column += word;
		text += word;
		while (*text == ' ')
			text++;
	}
}

static bool is_scalar(const json_t *value)
{
	return !json_is_object(value) && !json_is_array(value);
}

static bool is_table(const json_t *value)
{
	return json_is_array(value) && json_is_object(json_array_get(value, 0));
}

static bool is_empty(const json_t *value)
{
	if (json_is_string(value))
		return json_string_length(value) == 0;
	if (json_is_number(value))
		return json_number_value(value) == 0;
	return json_is_null(value);
}

/* A scalar, or an array of scalars, as text. */
static void put_value(FILE *out, json_t *value, size_t indent)
{
	json_t *element;
	size_t i;

	switch (json_typeof(value)) {
	case JSON_STRING:
		put_wrapped(out, json_string_value(value), indent);
		break;
	case JSON_INTEGER:
		fprintf(out, "%" JSON_INTEGER_FORMAT,
			json_integer_value(value));
		break;
	case JSON_REAL:
		fprintf(out, "%.3f", json_real_value(value));
		break;
	case JSON_TRUE:
		fputs("yes", out);
		break;
	case JSON_FALSE:
		fputs("no", out);
		break;
	case JSON_ARRAY:
		json_array_foreach(value, i, element)
		{
			if (i)
				fputc(' ', out);
			if (is_scalar(element))
				put_value(out, element, indent);
		}
		break;
	case JSON_OBJECT:
	case JSON_NULL:
		fputc('-', out);
		break;
	}
}

static bool is_shown(const struct render *render, json_t *value)
{
	return is_scalar(value) && (render->all || !is_empty(value));
}

static size_t name_width(const struct render *render, json_t *object,
			 size_t width)
{
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value)
	{
		size_t len = strlen(name);

		if (is_shown(render, value) && len > width)
			width = len < NAME_MAX_W ? len : NAME_MAX_W;
	}
	return width;
}

/* What the counter `name` grew by a second, or nothing if that is unknown. */
static void put_rate(const struct render *render, json_t *before, json_t *value)
{
	json_int_t grown;

	if (!json_is_integer(before) || render->elapsed_s <= 0)
		return;
	grown = json_integer_value(value) - json_integer_value(before);
	if (grown >= 0)
		fprintf(render->out, "  %14.1f/s",
			(double)grown / render->elapsed_s);
}

struct rows {
	size_t width;      /* of the column of names */
	bool are_counters; /* integers grow, so a rate makes sense */
};

static void put_rows(const struct render *render, json_t *object,
		     json_t *before, const struct rows *rows)
{
	FILE *out = render->out;
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value)
	{
		size_t len = strlen(name);

		if (!is_shown(render, value))
			continue;
		fputs("  ", out);
		put_clean(out, name, len);
		fprintf(out, "%*s  ",
			(int)(len < rows->width ? rows->width - len : 0), "");
		if (json_is_integer(value) && rows->are_counters) {
			fprintf(out, "%14" JSON_INTEGER_FORMAT,
				json_integer_value(value));
			put_rate(render, json_object_get(before, name), value);
		} else {
			put_value(out, value, rows->width + 4);
		}
		fputc('\n', out);
	}
}

static bool has_rows(const struct render *render, json_t *object)
{
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value)
	{
		if (is_shown(render, value))
			return true;
	}
	return false;
}

#define TEXT_CELL   18
#define NUMBER_CELL 12

/* Of a column of numbers: the addresses of a /64 are many digits. */
static int number_width(json_t *array, const char *name)
{
	int width = NUMBER_CELL, len;
	json_t *row;
	size_t i;

	json_array_foreach(array, i, row)
	{
		len = snprintf(NULL, 0, "%" JSON_INTEGER_FORMAT,
			       json_integer_value(json_object_get(row, name)));
		if (len > width)
			width = len;
	}
	return width;
}

static void put_cell(FILE *out, json_t *cell, int width)
{
	const char *text = json_string_value(cell);

	fputc(' ', out);
	if (json_is_integer(cell))
		fprintf(out, "%*" JSON_INTEGER_FORMAT, width,
			json_integer_value(cell));
	else
		put_padded(out, text ? text : "-", TEXT_CELL);
}

/* An array of objects: columns are the members of the first. */
static void put_table(const struct render *render, const char *path,
		      json_t *array)
{
	json_t *first = json_array_get(array, 0);
	FILE *out = render->out;
	const char *name;
	json_t *value;
	json_t *row;
	size_t i;

	put_clean(out, path, strlen(path));
	fputs("\n ", out);
	json_object_foreach(first, name, value)
	{
		fputc(' ', out);
		if (json_is_integer(value))
			fprintf(out, "%*s", number_width(array, name), name);
		else
			put_padded(out, name, TEXT_CELL);
	}
	fputc('\n', out);
	json_array_foreach(array, i, row)
	{
		fputc(' ', out);
		json_object_foreach(first, name, value)
			put_cell(out, json_object_get(row, name),
				 number_width(array, name));
		fputc('\n', out);
	}
}

static void put_object(const struct render *render, const char *path,
		       json_t *object, json_t *before);

static void put_nested(const struct render *render, const char *path,
		       json_t *object, json_t *before)
{
	char inner[PATH_MAX_W];
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value)
	{
		if (strcmp(name, "state") == 0)
			continue;
		snprintf(inner, sizeof(inner), "%s%s%s", path, *path ? " " : "",
			 name);
		if (json_is_object(value))
			put_object(render, inner, value,
				   json_object_get(before, name));
		else if (is_table(value))
			put_table(render, inner, value);
	}
}

static void put_object(const struct render *render, const char *path,
		       json_t *object, json_t *before)
{
	json_t *state = json_object_get(object, "state");
	/* Directly in a server's object are facts, which are no counters. */
	struct rows rows = { .width = NAME_MIN,
			     .are_counters = strchr(path, ' ') != NULL };
	struct rows state_rows;

	if (has_rows(render, object) || has_rows(render, state)) {
		rows.width = name_width(render, object, rows.width);
		rows.width = name_width(render, state, rows.width);
		state_rows = rows;
		state_rows.are_counters = false;
		if (*path) {
			put_clean(render->out, path, strlen(path));
			fputc('\n', render->out);
		}
		put_rows(render, state, NULL, &state_rows);
		put_rows(render, object, before, &rows);
	}
	put_nested(render, path, object, before);
}

void render_stats(const struct render *render, json_t *answer)
{
	put_nested(render, "", answer, render->previous);
}

void render_lease_heading(FILE *out)
{
	fprintf(out, "%-15s  %-8s  %-20s  %s\n", "ADDRESS", "STATE",
		"EXPIRES (UTC)", "CLIENT");
}

static const char *member(json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "-";
}

/* Seconds since 1970 as a date; null is "never". */
static void format_time(json_t *value, char text[32])
{
	time_t t = (time_t)json_integer_value(value);
	struct tm tm;

	if (!json_is_integer(value))
		snprintf(text, 32, "never");
	else if (!gmtime_r(&t, &tm) ||
		 !strftime(text, 32, "%Y-%m-%d %H:%M:%S", &tm))
		snprintf(text, 32, "?");
}

void render_lease(FILE *out, json_t *lease)
{
	const char *client = member(lease, "client_id");
	char expires[32];

	format_time(json_object_get(lease, "expires"), expires);
	if (strcmp(client, "-") == 0)
		client = member(lease, "hardware");
	put_padded(out, member(lease, "address"), 15);
	fputs("  ", out);
	put_padded(out, member(lease, "state"), 8);
	fprintf(out, "  %-20s  ", expires);
	put_clean(out, client, strlen(client));
	fputc('\n', out);
}

void render_lease6_heading(FILE *out)
{
	fprintf(out, "%-26s  %-8s  %-20s  %-10s  %s\n", "ADDRESS OR PREFIX",
		"STATE", "EXPIRES (UTC)", "IAID", "CLIENT");
}

void render_lease6(FILE *out, json_t *lease)
{
	json_t *prefix = json_object_get(lease, "prefix");
	json_int_t iaid = json_integer_value(json_object_get(lease, "iaid"));
	const char *client = member(lease, "client_id");
	char what[64], expires[32];

	format_time(json_object_get(lease, "expires"), expires);
	if (prefix)
		snprintf(what, sizeof(what), "%s/%" JSON_INTEGER_FORMAT,
			 member(lease, "prefix"),
			 json_integer_value(
				 json_object_get(lease, "prefix_len")));
	else
		snprintf(what, sizeof(what), "%s", member(lease, "address"));
	put_padded(out, what, 26);
	fputs("  ", out);
	put_padded(out, member(lease, "state"), 8);
	fprintf(out, "  %-20s  %-10" JSON_INTEGER_FORMAT "  ", expires, iaid);
	put_clean(out, client, strlen(client));
	fputc('\n', out);
}

void render_lease_full(FILE *out, json_t *lease)
{
	static const char *const times[] = { "starts", "updated", "expires" };
	const struct render render = { .out = out, .all = true };
	json_t *shown = json_copy(lease);
	size_t i;

	for (i = 0; i < sizeof(times) / sizeof(*times); i++) {
		json_t *value = json_object_get(lease, times[i]);
		char text[32];

		format_time(value, text);
		if (value)
			json_object_set_new(shown, times[i], json_string(text));
	}
	put_object(&render, "", shown, NULL);
	json_decref(shown);
}
