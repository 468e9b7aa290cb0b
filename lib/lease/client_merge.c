/* SPDX-License-Identifier: BSD-2-Clause */
/* client_merge - the parts of each option, put together. */
#include "dhcp4o6/lease/client_merge.h"

#include <string.h>

#include "dhcp4o6/conf/space.h"
#include "dhcp4o6/wire/wire.h"

#define NAME_MAX_LEN  255
#define LABEL_MAX     63
#define LABEL_POINTER 0xc0

/* Of DHCPv4; those of DHCPv6 are never compressed. */
static const uint16_t compressed[] = {
	119, /* RFC 3397 */
	141, /* RFC 6011 */
};

struct merge {
	const struct client_conf_scope *scope;
	enum conf_universe universe;
	const struct client_options *got;
	struct client_options *out;
	struct conf_packet packet; /* what expressions ask */
	size_t left_out;
};

/* An option being put together; parts that are NULL are not there. */
struct parts {
	struct conf_data part[3];
	uint8_t value[3][CONF_SPACE_VALUE_MAX]; /* of those not yet octets */
	unsigned int used;
};

static bool find_option(const void *ctx, enum conf_universe universe,
			uint32_t code, struct conf_data *value)
{
	const struct client_option *opt;

	if (code > UINT16_MAX)
		return false;
	opt = client_options_find(ctx, universe, (uint16_t)code);
	if (!opt)
		return false;
	*value = (struct conf_data){ opt->body, opt->len };
	return true;
}

static const struct conf_option *find(const struct merge *m,
				      enum client_conf_how how, uint16_t code)
{
	const struct conf_option *list = m->scope->options[how];
	size_t i;

	for (i = 0; i < m->scope->option_count[how]; i++) {
		if (list[i].universe == m->universe && list[i].code == code)
			return &list[i];
	}
	return NULL;
}

/* The options of a space: all that the statement `how' has of it. */
static int encode_space(const struct merge *m, enum client_conf_how how,
			const struct conf_option *o, uint8_t *value,
			size_t size)
{
	const struct conf_scope scope = {
		.options = m->scope->options[how],
		.option_count = m->scope->option_count[how],
	};
	const struct conf_scope *const scopes[] = { &scope };
	struct conf_encoding space = { .scopes = scopes,
				       .scope_count = 1,
				       .packet = &m->packet,
				       .skips_empty = true };

	return conf_space_encode(&space, o, value, size);
}

/* False: the configuration has no such value, or it is missing now. */
static bool take(const struct merge *m, enum client_conf_how how, uint16_t code,
		 struct parts *parts, struct conf_data *part)
{
	const struct conf_option *o = find(m, how, code);
	uint8_t *value;
	int len;

	if (!o)
		return false;
	if (!o->space && !o->expr) {
		*part = (struct conf_data){ o->data, o->len };
		return true;
	}
	value = parts->value[parts->used];
	if (o->space)
		len = encode_space(m, how, o, value, CONF_SPACE_VALUE_MAX);
	else
		len = conf_expr_data(o->expr, &m->packet, value,
				     CONF_SPACE_VALUE_MAX);
	if (len < 0)
		return false;
	parts->used++;
	*part = (struct conf_data){ value, (size_t)len };
	return true;
}

static bool is_compressed(const struct merge *m, uint16_t code)
{
	size_t i;

	for (i = 0; i < sizeof(compressed) / sizeof(compressed[0]); i++) {
		if (m->universe == CONF_OPTIONS_DHCP4 && code == compressed[i])
			return true;
	}
	return false;
}

/*
 * One name without pointers; in then stands behind it. Each pointer goes to
 * before the piece it stands in, so that there is an end.
 */
static bool put_name(struct wire_writer *w, const struct conf_data *part,
		     struct wire_reader *in)
{
	size_t piece = (size_t)(in->pos - part->data);
	size_t name_len = 1;
	struct wire_reader at = *in;
	bool is_elsewhere = false;
	const uint8_t *label;
	uint8_t len;

	while ((len = wire_get_u8(&at)) != 0) {
		if (len >= LABEL_POINTER) {
			size_t to = (size_t)(len & ~LABEL_POINTER) << 8;

			to |= wire_get_u8(&at);
			if (at.failed || to >= piece)
				return false;
			if (!is_elsewhere)
				*in = at;
			is_elsewhere = true;
			piece = to;
			at = wire_reader(part->data + to, part->len - to);
			continue;
		}
		name_len += len + 1U;
		if (len > LABEL_MAX || name_len > NAME_MAX_LEN)
			return false;
		label = wire_take(&at, len);
		if (!label)
			return false;
		wire_put_u8(w, len);
		wire_put_mem(w, label, len);
	}
	wire_put_u8(w, 0);
	if (!is_elsewhere)
		*in = at;
	return !at.failed;
}

static bool put_names(struct wire_writer *w, const struct conf_data *part)
{
	struct wire_reader in = wire_reader(part->data, part->len);

	while (wire_left(&in)) {
		if (!put_name(w, part, &in))
			return false;
	}
	return true;
}

/* False: it is no list of names, and cannot be put beside another. */
static bool put_parts(const struct merge *m, uint16_t code,
		      const struct parts *parts, struct wire_writer *w)
{
	bool is_alone = !parts->part[0].data && !parts->part[2].data;
	unsigned int i;

	for (i = 0; i < 3; i++) {
		const struct conf_data *part = &parts->part[i];

		if (!part->data)
			continue;
		if (is_alone || !is_compressed(m, code))
			wire_put_mem(w, part->data, part->len);
		else if (!put_names(w, part))
			return false;
	}
	return true;
}

static void set(struct merge *m, uint16_t code, const void *body, size_t len)
{
	if (client_options_set(m->out, m->universe, code, body, len))
		m->left_out++;
}

/* An option of the configuration, of the server or of both. */
static void merge_option(struct merge *m, uint16_t code,
			 const struct client_option *got)
{
	uint8_t value[CLIENT_OPTION_OCTETS];
	struct wire_writer w = wire_writer(value, sizeof(value));
	struct parts parts = { .used = 0 };
	struct conf_data *part = parts.part;

	if (take(m, CLIENT_CONF_SUPERSEDE, code, &parts, &part[1])) {
		set(m, code, part[1].data, part[1].len);
		return;
	}
	take(m, CLIENT_CONF_PREPEND, code, &parts, &part[0]);
	take(m, CLIENT_CONF_APPEND, code, &parts, &part[2]);
	if (got)
		part[1] = (struct conf_data){ got->body, got->len };
	else
		take(m, CLIENT_CONF_DEFAULT, code, &parts, &part[1]);
	if (!part[0].data && !part[1].data && !part[2].data)
		return;
	if (!put_parts(m, code, &parts, &w)) {
		if (got)
			set(m, code, got->body, got->len);
		else
			m->left_out++;
	} else if (w.failed) {
		m->left_out++;
	} else {
		set(m, code, value, wire_len(&w));
	}
}

/* What the server did not send. */
static void add_missing(struct merge *m, enum client_conf_how how)
{
	size_t i;

	for (i = 0; i < m->scope->option_count[how]; i++) {
		const struct conf_option *o = &m->scope->options[how][i];
		uint16_t code = (uint16_t)o->code;

		if (o->universe != m->universe || o->code > UINT16_MAX ||
		    client_options_find(m->got, m->universe, code) ||
		    client_options_find(m->out, m->universe, code))
			continue;
		merge_option(m, code, NULL);
	}
}

size_t client_options_merge(const struct client_conf_scope *scope,
			    enum conf_universe universe,
			    const struct client_options *got,
			    const struct conf_packet *about,
			    struct client_options *out)
{
	struct merge m = {
		.scope = scope, .universe = universe, .got = got, .out = out
	};
	size_t i;

	if (about)
		m.packet = *about;
	m.packet.ctx = got;
	m.packet.find_option = find_option;
	client_options_clear(out);
	for (i = 0; i < got->count; i++) {
		const struct client_option *opt = &got->option[i];

		if (opt->universe == universe)
			merge_option(&m, opt->code, opt);
		else if (client_options_set(out, opt->universe, opt->code,
					    opt->body, opt->len))
			m.left_out++;
	}
	add_missing(&m, CLIENT_CONF_SUPERSEDE);
	add_missing(&m, CLIENT_CONF_DEFAULT);
	add_missing(&m, CLIENT_CONF_PREPEND);
	add_missing(&m, CLIENT_CONF_APPEND);
	return m.left_out;
}
