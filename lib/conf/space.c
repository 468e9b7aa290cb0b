// SPDX-License-Identifier: BSD-2-Clause
/* Options of a space, merged from scopes, as the value of another option. */
#include "dhcp4o6/conf/space.h"

#include <errno.h>
#include <string.h>

#include "dhcp4o6/wire/wire.h"

/* The first of a scope's options of universe whose code is not below from. */
static const struct conf_option *first_from(const struct conf_scope *scope,
					    enum conf_universe universe,
					    uint64_t from)
{
	size_t low = 0, high = scope->option_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct conf_option *o = &scope->options[middle];

		if (o->universe < universe ||
		    (o->universe == universe && o->code < from))
			low = middle + 1;
		else
			high = middle;
	}
	if (low == scope->option_count ||
	    scope->options[low].universe != universe)
		return NULL;
	return &scope->options[low];
}

/* The lowest code from e->next on, of the first scope that has it. */
static const struct conf_option *next_option(struct conf_encoding *e,
					     enum conf_universe universe)
{
	const struct conf_option *best = NULL;
	size_t i;

	for (i = 0; i < e->scope_count && e->next <= UINT32_MAX; i++) {
		const struct conf_option *o =
			first_from(e->scopes[i], universe, e->next);

		if (o && (!best || o->code < best->code))
			best = o;
	}
	e->next = best ? (uint64_t)best->code + 1 : UINT64_MAX;
	return best;
}

static void put_number(struct wire_writer *w, uint8_t width, uint32_t value)
{
	if (width == 1)
		wire_put_u8(w, (uint8_t)value);
	else if (width == 2)
		wire_put_u16(w, (uint16_t)value);
	else if (width == 4)
		wire_put_u32(w, value);
}

static bool put_option(const struct conf_space *space, uint32_t code,
		       const uint8_t *data, size_t len, struct wire_writer *w)
{
	size_t most = space->length_width == 1 ? UINT8_MAX : UINT16_MAX;

	if (len > most ||
	    wire_room(w) < len + space->code_width + space->length_width)
		return false;
	put_number(w, space->code_width, code);
	put_number(w, space->length_width, (uint32_t)len);
	wire_put_mem(w, data, len);
	return true;
}

static bool is_skipped(const struct conf_encoding *e,
		       const struct conf_option *o, size_t len)
{
	return len == 0 && e->skips_empty && !o->may_be_empty;
}

/* A missing value is no option. */
static void put_expression(struct conf_encoding *e,
			   const struct conf_space *space,
			   const struct conf_option *o, struct wire_writer *w)
{
	uint8_t value[CONF_SPACE_VALUE_MAX];
	int len = -ENODATA;

	if (e->packet)
		len = conf_expr_data(o->expr, e->packet, value, sizeof(value));
	if (len >= 0 && is_skipped(e, o, (size_t)len))
		return;
	if (len >= 0)
		e->dropped +=
			!put_option(space, o->code, value, (size_t)len, w);
	else
		e->dropped += len == -EMSGSIZE;
}

static int encode_value(struct conf_encoding *e, const struct conf_option *o,
			unsigned int depth, uint8_t *out, size_t size);

/* One option of space; one that holds a space itself may become several. */
static void put_from(struct conf_encoding *e, const struct conf_space *space,
		     const struct conf_option *o, unsigned int depth,
		     struct wire_writer *w)
{
	struct conf_encoding inner = *e;
	uint8_t value[CONF_SPACE_VALUE_MAX];
	int len;

	if (o->expr) {
		put_expression(e, space, o, w);
		return;
	}
	if (!o->space && is_skipped(e, o, o->len))
		return;
	if (!o->space) {
		e->dropped += !put_option(space, o->code, o->data, o->len, w);
		return;
	}
	inner.next = 0;
	inner.dropped = 0;
	while (depth < CONF_SPACE_DEPTH_MAX &&
	       (len = encode_value(&inner, o, depth + 1, value,
				   sizeof(value))) >= 0)
		inner.dropped +=
			!put_option(space, o->code, value, (size_t)len, w);
	e->dropped += inner.dropped;
}

/* RFC 2242 section 3.2: NWIP_EXIST_IN_OPTIONS_AREA goes first. */
static void put_head(const struct conf_space *space, struct wire_writer *w)
{
	if (space->universe == CONF_OPTIONS_NWIP)
		wire_put_u16(w, 2 << 8);
}

static int encode_value(struct conf_encoding *e, const struct conf_option *o,
			unsigned int depth, uint8_t *out, size_t size)
{
	struct wire_writer w = wire_writer(out, size);
	const struct conf_option *member;
	bool is_first = e->next == 0;
	size_t start;

	if (e->next > UINT32_MAX)
		return -ENODATA;
	wire_put_mem(&w, o->data, o->len);
	put_head(o->space, &w);
	start = wire_len(&w);
	do {
		member = next_option(e, o->space->universe);
		if (member && !w.failed)
			put_from(e, o->space, member, depth, &w);
	} while (member &&
		 (o->space->length_width > 0 || wire_len(&w) == start));
	e->dropped += w.failed;
	if (w.failed || (wire_len(&w) == start && (o->len == 0 || !is_first)))
		return -ENODATA;
	return (int)wire_len(&w);
}

int conf_space_encode(struct conf_encoding *e, const struct conf_option *option,
		      uint8_t *out, size_t size)
{
	return encode_value(e, option, 0, out, size);
}
