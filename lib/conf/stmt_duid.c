// SPDX-License-Identifier: BSD-2-Clause
/* `server-duid': what the server calls itself (RFC 9915 section 11). */
#include <errno.h>
#include <string.h>

#include "dhcp4o6/wire/wire.h"
#include "stmt.h"

enum {
	DUID_LLT = 1,
	DUID_EN = 2,
	DUID_LL = 3,
	DUID_UUID = 4,
	DUID_LEN_MIN = 3, /* the type, and at least one octet */
	DUID_LEN_MAX = 130,
	UUID_LEN = 16,
};

/* The octets behind what is written already. */
static int put_octets(struct conf_parser *p, struct wire_writer *w)
{
	const uint8_t *data;
	size_t len;
	int err = conf_get_octets(p, &data, &len);

	if (!err)
		wire_put_mem(w, data, len);
	return err;
}

static int put_hardware_type(struct conf_parser *p, struct wire_writer *w)
{
	const struct conf_token *token = conf_peek(p);
	int64_t number = 0;
	uint8_t htype = 0;
	int err;

	if (token->type == CONF_TOKEN_WORD && conf_digit(token->text[0]) < 10) {
		err = conf_get_number(
			p, (struct conf_number_limits){ 0, UINT16_MAX },
			&number);
	} else {
		err = conf_get_hardware_type(p, &htype);
		number = htype;
	}
	wire_put_u16(w, (uint16_t)number);
	return err;
}

static int put_number32(struct conf_parser *p, struct wire_writer *w)
{
	int64_t number = 0;
	int err = conf_get_number(p, CONF_U32, &number);

	wire_put_u32(w, (uint32_t)number);
	return err;
}

static int put_llt(struct conf_parser *p, struct wire_writer *w)
{
	int err = put_hardware_type(p, w);

	if (!err)
		err = put_number32(p, w);
	return err ? err : put_octets(p, w);
}

static int put_ll(struct conf_parser *p, struct wire_writer *w)
{
	int err = put_hardware_type(p, w);

	return err ? err : put_octets(p, w);
}

static int put_en(struct conf_parser *p, struct wire_writer *w)
{
	int err = put_number32(p, w);

	return err ? err : put_octets(p, w);
}

/* Without a value the server makes one of that kind. */
static const struct {
	const char *word;
	uint16_t type;
	int (*put)(struct conf_parser *p, struct wire_writer *w);
	enum conf_duid made;
} kinds[] = {
	{ "LLT", DUID_LLT, put_llt, CONF_DUID_LLT },
	{ "LL", DUID_LL, put_ll, CONF_DUID_LL },
	{ "EN", DUID_EN, put_en, CONF_DUID_NONE },
	{ "UUID", DUID_UUID, put_octets, CONF_DUID_NONE },
};

static int put_any(struct conf_parser *p, struct wire_writer *w)
{
	int64_t type = 0;
	int err;

	if (conf_peek(p)->type != CONF_TOKEN_WORD ||
	    conf_digit(conf_peek(p)->text[0]) > 9)
		return conf_fail_expected(
			p, "LLT, LL, EN, UUID or the number of a type");
	err = conf_get_number(p, (struct conf_number_limits){ 0, UINT16_MAX },
			      &type);
	wire_put_u16(w, (uint16_t)type);
	return err ? err : put_octets(p, w);
}

/* CONF_DUID_EXACT: the octets are in w. */
static int parse_duid(struct conf_parser *p, struct wire_writer *w,
		      enum conf_duid *kind)
{
	size_t i;

	*kind = CONF_DUID_EXACT;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!conf_accept_word(p, kinds[i].word))
			continue;
		if (kinds[i].made != CONF_DUID_NONE &&
		    conf_token_is_punct(conf_peek(p), ';')) {
			*kind = kinds[i].made;
			return 0;
		}
		wire_put_u16(w, kinds[i].type);
		return kinds[i].put(p, w);
	}
	return put_any(p, w);
}

int conf_check_duid(struct conf_parser *p, const uint8_t *duid, size_t len,
		    bool is_cut)
{
	unsigned int type =
		len < 2 ? 0 : (unsigned int)(duid[0] << 8 | duid[1]);

	if (is_cut || len > DUID_LEN_MAX)
		return conf_error(p, &p->keyword_pos,
				  "a DUID has at most %d octets, its type "
				  "included",
				  DUID_LEN_MAX);
	if (len < DUID_LEN_MIN)
		return conf_error(p, &p->keyword_pos, "the DUID is empty");
	if (type == DUID_UUID && len != 2 + UUID_LEN)
		return conf_error(p, &p->keyword_pos,
				  "a UUID has %d octets, not %zu", UUID_LEN,
				  len - 2);
	return 0;
}

int conf_handle_server_duid(struct conf_parser *p)
{
	uint8_t duid[DUID_LEN_MAX + 1];
	struct wire_writer w = wire_writer(duid, sizeof(duid));
	struct conf *conf = p->conf;
	enum conf_duid kind;
	int err;

	err = parse_duid(p, &w, &kind);
	if (err)
		return err;
	if (conf->server_duid != CONF_DUID_NONE)
		conf_warn(p, &p->keyword_pos,
			  "set before; the last one counts");
	conf->server_duid = kind;
	if (kind != CONF_DUID_EXACT)
		return 0;
	conf_check_duid(p, duid, wire_len(&w), w.failed);
	conf->server_duid_len = wire_len(&w);
	conf->server_duid_data = (const uint8_t *)conf_arena_dup(
		p->model, duid, conf->server_duid_len);
	return conf->server_duid_data ? 0 : -ENOMEM;
}
