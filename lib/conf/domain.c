// SPDX-License-Identifier: BSD-2-Clause
/* Domain names between text and octets, with pointers where they may be. */
#include <ctype.h>
#include <string.h>

#include "option.h"

enum {
	LABEL_MAX = 63,
	DOMAIN_MAX = 255,
	POINTER = 0xc0,
	POINTER_MAX = 0x3fff,
	JUMPS_MAX = 128, /* more than a name has labels */
};

/* The label at text[at..len), without its dot; 0 for one that is none. */
static size_t label_len(const char *text, size_t at, size_t len)
{
	size_t n = 0;

	while (at + n < len && text[at + n] != '.')
		n++;
	return n <= LABEL_MAX ? n : 0;
}

static bool is_domain(const char *name, size_t len)
{
	size_t at = 0;

	if (len + 2 > DOMAIN_MAX)
		return false;
	while (at < len) {
		size_t label = label_len(name, at, len);

		if (label == 0)
			return false;
		at += label;
		if (at < len && ++at == len)
			return false;
	}
	return true;
}

/* Whether the octets at offset of what is written are just this name. */
static bool is_written(const struct wire_writer *w, size_t offset,
		       const char *name, size_t len)
{
	struct wire_reader r = wire_reader(w->start, wire_len(w));
	size_t at = 0, jumps = 0;

	wire_take(&r, offset);
	while (!r.failed && jumps < JUMPS_MAX) {
		uint8_t n = wire_get_u8(&r);
		const uint8_t *label;

		if (n >= POINTER) {
			offset = (size_t)(n & LABEL_MAX) << 8 | wire_get_u8(&r);
			r = wire_reader(w->start, wire_len(w));
			wire_take(&r, offset);
			jumps++;
			continue;
		}
		if (n == 0)
			return at >= len && !r.failed;
		label = wire_take(&r, n);
		if (!label || at + n > len ||
		    memcmp(label, name + at, n) != 0 ||
		    (at + n < len && name[at + n] != '.'))
			return false;
		at += n + 1U;
	}
	return false;
}

/* Puts a pointer to a place that has the same name already. */
static bool put_pointer(const struct conf_domains *domains,
			struct wire_writer *w, const char *name, size_t len)
{
	size_t i;

	for (i = 0; domains->is_compressed && i < domains->label_count; i++) {
		if (!is_written(w, domains->labels[i], name, len))
			continue;
		wire_put_u16(w, (uint16_t)(POINTER << 8 | domains->labels[i]));
		return true;
	}
	return false;
}

static void remember_label(struct conf_domains *domains,
			   const struct wire_writer *w)
{
	size_t count = sizeof(domains->labels) / sizeof(domains->labels[0]);

	if (domains->label_count < count && wire_len(w) <= POINTER_MAX)
		domains->labels[domains->label_count++] = (uint16_t)wire_len(w);
}

bool conf_domain_put(struct conf_domains *domains, struct wire_writer *w,
		     const char *name, size_t len)
{
	size_t at = 0;

	if (len > 0 && name[len - 1] == '.')
		len--;
	if (!is_domain(name, len))
		return false;
	while (at < len) {
		size_t label = label_len(name, at, len);

		if (put_pointer(domains, w, name + at, len - at))
			return true;
		remember_label(domains, w);
		wire_put_u8(w, (uint8_t)label);
		wire_put_mem(w, name + at, label);
		at += label + 1;
	}
	wire_put_u8(w, 0);
	return true;
}

static bool is_host_label(const uint8_t *label, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (!isalnum(label[i]) && label[i] != '-' && label[i] != '_')
			return false;
	}
	return true;
}

/* Labels up to the root, or to a pointer, whose target is returned. */
static bool get_labels(struct wire_reader *r, struct strbuf *out,
		       size_t *pointer)
{
	uint8_t len;

	*pointer = SIZE_MAX;
	while ((len = wire_get_u8(r)) > 0 && len < POINTER) {
		const uint8_t *label = wire_take(r, len);

		if (!label || len > LABEL_MAX || !is_host_label(label, len))
			return false;
		strbuf_add_mem(out, label, len);
		strbuf_add_char(out, '.');
	}
	if (len >= POINTER)
		*pointer = (size_t)(len & LABEL_MAX) << 8 | wire_get_u8(r);
	return !r->failed;
}

/* Each pointer leads to a place before the one before it: there is an end. */
bool conf_domain_get(const struct conf_domains *domains, struct wire_reader *r,
		     struct strbuf *out)
{
	size_t before = (size_t)(r->pos - domains->start);
	struct wire_reader at;
	size_t first = out->len, pointer;

	if (!get_labels(r, out, &pointer))
		return false;
	while (pointer != SIZE_MAX) {
		if (!domains->is_compressed || pointer >= before)
			return false;
		before = pointer;
		at = wire_reader(domains->start,
				 (size_t)(r->end - domains->start));
		wire_take(&at, pointer);
		if (!get_labels(&at, out, &pointer))
			return false;
	}
	return out->len - first + 1 <= DOMAIN_MAX;
}
