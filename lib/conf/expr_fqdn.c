// SPDX-License-Identifier: BSD-2-Clause
/*
 * Fields of option 81 (RFC 4702 section 2), which ISC names like the options of
 * a space. What it makes of a name this does too: of one that is encoded and
 * has no end, the whole is the host's name; the domain of another one that is
 * encoded starts with a dot.
 */
#include <string.h>

#include "dhcp4o6/wire/wire.h"
#include "expr_eval.h"

enum field {
	NO_CLIENT_UPDATE = 1,
	SERVER_UPDATE,
	ENCODED,
	RCODE1,
	RCODE2,
	HOSTNAME,
	DOMAINNAME,
	FQDN,
};

enum { FLAG_S = 1 << 0, FLAG_E = 1 << 2, FLAG_N = 1 << 3, LABEL_MAX = 63 };

struct name {
	const uint8_t *text;
	size_t len;
	size_t host_len;
	size_t domain_at;
};

/* Labels, in the space with dots in between. */
static bool read_labels(struct conf_eval *eval, struct wire_reader *r,
			struct name *name)
{
	uint8_t *out = eval->space + eval->used;
	bool has_end = false;

	if (wire_left(r) > sizeof(eval->space) - eval->used)
		return false;
	while (wire_left(r) > 0 && !has_end) {
		uint8_t len = wire_get_u8(r);
		const uint8_t *label = wire_take(r, len);

		if (len > LABEL_MAX || !label)
			return false;
		has_end = len == 0;
		if (has_end)
			break;
		if (name->len > 0)
			out[name->len++] = '.';
		else
			name->host_len = len;
		memcpy(out + name->len, label, len);
		name->len += len;
	}
	if (!has_end)
		name->host_len = name->len;
	name->text = out;
	name->domain_at = name->host_len;
	eval->used += name->len;
	return true;
}

/* Octets of text, with NULs at the end or without. */
static bool read_text(struct wire_reader *r, struct name *name)
{
	const uint8_t *dot;

	name->len = wire_left(r);
	name->text = wire_take(r, name->len);
	while (name->len > 0 && name->text[name->len - 1] == '\0')
		name->len--;
	dot = name->len ? memchr(name->text, '.', name->len) : NULL;
	name->host_len = dot ? (size_t)(dot - name->text) : name->len;
	name->domain_at = name->host_len + 1;
	return true;
}

static bool give_octet(struct conf_eval *eval, uint8_t octet,
		       struct conf_data *value)
{
	if (eval->used == sizeof(eval->space))
		return false;
	eval->space[eval->used] = octet;
	*value = (struct conf_data){ eval->space + eval->used++, 1 };
	return true;
}

static bool give_part(const struct name *name, size_t from, size_t to,
		      struct conf_data *value)
{
	if (from >= to)
		return false;
	*value = (struct conf_data){ name->text + from, to - from };
	return true;
}

bool conf_eval_fqdn(struct conf_eval *eval, uint32_t field,
		    struct conf_data *value)
{
	struct wire_reader r = wire_reader(value->data, value->len);
	uint8_t flags = wire_get_u8(&r);
	uint8_t rcode1 = wire_get_u8(&r);
	uint8_t rcode2 = wire_get_u8(&r);
	struct name name = { .text = NULL };

	if (r.failed)
		return false;
	if (flags & FLAG_E ? !read_labels(eval, &r, &name)
			   : !read_text(&r, &name))
		return false;
	switch (field) {
	case NO_CLIENT_UPDATE:
		return give_octet(eval, (flags & FLAG_N) != 0, value);
	case SERVER_UPDATE:
		return give_octet(eval, (flags & FLAG_S) != 0, value);
	case ENCODED:
		return give_octet(eval, (flags & FLAG_E) != 0, value);
	case RCODE1:
		return give_octet(eval, rcode1, value);
	case RCODE2:
		return give_octet(eval, rcode2, value);
	case HOSTNAME:
		return give_part(&name, 0, name.host_len, value);
	case DOMAINNAME:
		return give_part(&name, name.domain_at, name.len, value);
	case FQDN:
		return give_part(&name, 0, name.len, value);
	default:
		return false;
	}
}
