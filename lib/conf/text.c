// SPDX-License-Identifier: BSD-2-Clause
/*
 * Options in a text that is no configuration. The parser of configurations is
 * set on one span at a time; what it allocates is gone with the next one, but
 * for the findings.
 */
#include "dhcp4o6/conf/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "stmt.h"

#define TEXT_LEN_MAX (UINT32_MAX - 1) /* offsets have 32 bits */

/* What was found once and is not to be found again. */
struct seen {
	const char *what; /* address of a message, or of `option' */
	const char *words;
	size_t len;
};

static const char option_key[] = "option";

struct conf_text {
	struct conf_source source;
	struct conf_arena lasting; /* findings, and what the parser needs */
	struct conf_arena model;   /* of the last option */
	struct conf conf;          /* the standard spaces, and no more */
	struct conf_parser p;
	struct conf_vec seen;
};

static int init(struct conf_text *reader)
{
	size_t rows = CONF_OPTION_ROWS_MAX + CONF_OPTION_DEFS_MAX;
	void *index;

	index = conf_arena_array(&reader->lasting, rows,
				 sizeof(struct conf_option_def *));
	if (!index)
		return -ENOMEM;
	reader->conf.spaces = conf_standard_spaces;
	reader->conf.space_count = CONF_OPTIONS_OWN;
	reader->p.conf = &reader->conf;
	reader->p.model = &reader->model;
	reader->p.diag.arena = &reader->lasting;
	conf_option_index_init(&reader->p.options, index);
	return 0;
}

int conf_text_new(struct conf_text **out, const char *text, size_t len,
		  const char *path)
{
	struct conf_text *reader;

	*out = NULL;
	if (len > TEXT_LEN_MAX)
		return -EFBIG;
	reader = calloc(1, sizeof(*reader));
	if (!reader)
		return -ENOMEM;
	reader->source.text = text;
	reader->source.len = len;
	reader->source.path =
		conf_arena_dup(&reader->lasting, path, strlen(path));
	if (!reader->source.path || init(reader)) {
		conf_text_free(reader);
		return -ENOMEM;
	}
	*out = reader;
	return 0;
}

void conf_text_free(struct conf_text *reader)
{
	if (!reader)
		return;
	conf_arena_fini(&reader->p.scratch);
	conf_arena_fini(&reader->model);
	conf_arena_fini(&reader->lasting);
	free(reader);
}

/* ---- findings ---- */

static bool is_seen(const struct conf_text *reader, const struct seen *key)
{
	const struct seen *seen;
	size_t i;

	for (i = 0; i < reader->seen.count; i++) {
		seen = reader->seen.items[i];
		if (seen->what == key->what && seen->len == key->len &&
		    strncasecmp(seen->words, key->words, key->len) == 0)
			return true;
	}
	return false;
}

/* Beyond the number that is reported nobody asks any more. */
static void set_seen(struct conf_text *reader, const struct seen *key)
{
	struct seen *seen;

	if (reader->seen.count >= CONF_FINDINGS_MAX)
		return;
	seen = conf_arena_alloc(&reader->lasting, sizeof(*seen));
	if (!seen)
		return;
	*seen = *key;
	conf_vec_add(&reader->lasting, &reader->seen, seen);
}

static void __attribute__((format(printf, 4, 0)))
add_finding(struct conf_text *reader, enum conf_severity severity,
	    struct conf_span span, const char *fmt, va_list args)
{
	struct conf_pos pos = { .source = &reader->source,
				.offset = (uint32_t)span.offset,
				.line = span.line,
				.order = (uint32_t)span.offset };
	struct conf_place place = { .pos = &pos };

	conf_diag_add(&reader->p.diag, severity, place, fmt, args);
}

void conf_text_find(struct conf_text *reader, enum conf_severity severity,
		    struct conf_span span, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add_finding(reader, severity, span, fmt, args);
	va_end(args);
}

void conf_text_find_once(struct conf_text *reader, enum conf_severity severity,
			 struct conf_span span, const char *fmt, ...)
{
	struct seen key = { .what = fmt,
			    .words = reader->source.text + span.offset,
			    .len = span.len };
	va_list args;

	if (is_seen(reader, &key))
		return;
	set_seen(reader, &key);
	va_start(args, fmt);
	add_finding(reader, severity, span, fmt, args);
	va_end(args);
}

int conf_text_report(struct conf_text *reader, conf_report *report, void *arg)
{
	int err = conf_diag_flush(&reader->p.diag, report, arg);

	return reader->lasting.failed ? -ENOMEM : err;
}

/* ---- options ---- */

/* Its value is octets whatever is known of the code: dhclient knows less. */
static bool is_numbered(const struct conf_token *name)
{
	static const char prefix[] = "unknown-";
	size_t len = sizeof(prefix) - 1;
	const char *dot = memchr(name->text, '.', name->len);
	const char *own = dot ? dot + 1 : name->text;

	return name->len - (size_t)(own - name->text) > len &&
	       strncasecmp(own, prefix, len) == 0;
}

static int accept_error(struct conf_parser *p,
			const struct conf_option_def *def,
			struct conf_option *value)
{
	const struct conf_option_row *row = conf_option_row_of(def);

	if (!row || !(row->flags & CONF_OPTION_EMPTY))
		return conf_error(p, &p->keyword_pos,
				  "this option came without a value that fits");
	*value = (struct conf_option){ .universe = def->universe,
				       .code = def->code,
				       .data = (const uint8_t *)"",
				       .may_be_empty = true };
	return 0;
}

static int read_option(struct conf_parser *p, struct conf_option *value)
{
	const struct conf_token name = *conf_peek(p);
	const struct conf_option_def *known;
	struct conf_option_def def;
	int err;

	p->keyword_pos = name.pos;
	err = conf_get_option_def(p, &known);
	if (err)
		return err;
	def = *known;
	if (is_numbered(&name)) {
		def.format = "X";
		known = &def;
	}
	if (conf_accept_word(p, "<error>"))
		err = accept_error(p, known, value);
	else
		err = conf_option_parse_values(p, known, value);
	if (!err && value->expr)
		err = conf_error(p, &name.pos, "this value has to be constant");
	if (!err && conf_peek(p)->type != CONF_TOKEN_END)
		err = conf_fail_expected(p, "`;'");
	return err;
}

/* A source that ends with the span, where the parser cannot go farther. */
static void begin(struct conf_text *reader, struct conf_source *source,
		  struct conf_span span)
{
	struct conf_parser *p = &reader->p;

	conf_arena_fini(&reader->model);
	conf_arena_fini(&p->scratch);
	reader->model = (struct conf_arena){ 0 };
	p->scratch = (struct conf_arena){ 0 };
	*source = reader->source;
	source->len = span.offset + span.len;
	p->lexer = (struct conf_lexer){ .source = source,
					.arena = &reader->model,
					.at = span.offset,
					.line = span.line };
	p->order = (uint32_t)span.offset;
	p->has_next = false;
}

int conf_text_option(struct conf_text *reader, struct conf_span span,
		     struct conf_option *value)
{
	struct conf_parser *p = &reader->p;
	struct conf_diag before = p->diag;
	struct conf_source source;
	struct seen key = { .what = option_key };
	size_t errors;
	bool is_mute;
	int err;

	begin(reader, &source, span);
	key.words = reader->source.text + conf_peek(p)->pos.offset;
	key.len = conf_peek(p)->end - conf_peek(p)->pos.offset;
	is_mute = is_seen(reader, &key);
	if (is_mute) { /* as if there were enough of all kinds */
		p->diag.error_count = CONF_FINDINGS_MAX;
		p->diag.other_count = CONF_FINDINGS_MAX;
	}
	errors = p->diag.error_count;
	err = read_option(p, value);
	if (p->diag.error_count > errors)
		err = err ? err : -EINVAL;
	if (is_mute)
		p->diag = before;
	else if (err)
		set_seen(reader, &key);
	return p->scratch.failed || reader->model.failed ? -ENOMEM : err;
}
