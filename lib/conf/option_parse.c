// SPDX-License-Identifier: BSD-2-Clause
/* Values of options: text to octets, letter by letter of the format. */
#include <errno.h>
#include <string.h>

#include "dhcp4o6/wire/wire.h"
#include "expr_ast.h"
#include "stmt.h"

enum { LABEL_MAX = 63, DOMAIN_MAX = 255 };

typedef int encode_field(struct conf_parser *p, char letter,
			 struct wire_writer *w);

static int encode_ip4(struct conf_parser *p, char letter, struct wire_writer *w)
{
	struct in_addr addr;
	int err = conf_get_ip4(p, &addr);

	(void)letter;
	if (!err)
		wire_put_mem(w, &addr, sizeof(addr));
	return err;
}

static int encode_ip6(struct conf_parser *p, char letter, struct wire_writer *w)
{
	struct in6_addr addr;
	int err = conf_get_ip6(p, &addr);

	(void)letter;
	if (!err)
		wire_put_mem(w, &addr, sizeof(addr));
	return err;
}

static int encode_flag(struct conf_parser *p, char letter,
		       struct wire_writer *w)
{
	bool flag;
	int err = conf_get_flag(p, &flag);

	(void)letter;
	if (!err)
		wire_put_u8(w, flag);
	return err;
}

static int encode_seconds(struct conf_parser *p, char letter,
			  struct wire_writer *w)
{
	uint32_t seconds;
	int err = conf_get_seconds(p, &seconds);

	(void)letter;
	if (!err)
		wire_put_u32(w, seconds);
	return err;
}

/*
 * A signed one may be written as its octets unsigned, as in ISC: the routes of
 * `option NAME code 121 = array of integer 8' have numbers over 127.
 */
static int encode_integer(struct conf_parser *p, char letter,
			  struct wire_writer *w)
{
	static const struct {
		char letter;
		unsigned int octets;
		struct conf_number_limits limits;
	} integers[] = {
		{ 'B', 1, { 0, UINT8_MAX } },
		{ 'b', 1, { INT8_MIN, UINT8_MAX } },
		{ 'S', 2, { 0, UINT16_MAX } },
		{ 's', 2, { INT16_MIN, UINT16_MAX } },
		{ 'L', 4, { 0, UINT32_MAX } },
		{ 'l', 4, { INT32_MIN, UINT32_MAX } },
	};
	int64_t value;
	size_t i = 0;
	int err;

	while (integers[i].letter != letter)
		i++;
	err = conf_get_number(p, integers[i].limits, &value);
	if (err)
		return err;
	if (integers[i].octets == 1)
		wire_put_u8(w, (uint8_t)value);
	else if (integers[i].octets == 2)
		wire_put_u16(w, (uint16_t)value);
	else
		wire_put_u32(w, (uint32_t)value);
	return 0;
}

static int encode_text(struct conf_parser *p, char letter,
		       struct wire_writer *w)
{
	const struct conf_token *token = conf_peek(p);

	(void)letter;
	if (token->type != CONF_TOKEN_STRING && token->type != CONF_TOKEN_WORD)
		return conf_fail_expected(p, "a string");
	wire_put_mem(w, token->text, token->len);
	conf_take(p);
	return 0;
}

static int encode_octets(struct conf_parser *p, char letter,
			 struct wire_writer *w)
{
	const uint8_t *data;
	size_t len;
	int err = conf_get_octets(p, &data, &len);

	(void)letter;
	if (!err)
		wire_put_mem(w, data, len);
	return err;
}

/* Labels of RFC 1035 section 3.1; a dot at the end is allowed. */
static bool put_domain(struct wire_writer *w, const char *name, size_t len)
{
	size_t at = 0;

	if (len > 0 && name[len - 1] == '.')
		len--;
	if (len + 2 > DOMAIN_MAX)
		return false;
	while (at < len) {
		const char *dot = memchr(name + at, '.', len - at);
		size_t label = dot ? (size_t)(dot - name) - at : len - at;

		if (label < 1 || label > LABEL_MAX)
			return false;
		wire_put_u8(w, (uint8_t)label);
		wire_put_mem(w, name + at, label);
		at += label;
		if (at < len && ++at == len)
			return false;
	}
	wire_put_u8(w, 0);
	return true;
}

static int encode_domain(struct conf_parser *p, char letter,
			 struct wire_writer *w)
{
	const struct conf_token *token = conf_peek(p);

	(void)letter;
	if (token->type != CONF_TOKEN_STRING && token->type != CONF_TOKEN_WORD)
		return conf_fail_expected(p, "a domain name");
	if (!put_domain(w, token->text, token->len))
		conf_error(p, &token->pos,
			   "labels of a domain name have 1 to 63 octets, the "
			   "whole at most 253");
	conf_take(p);
	return 0;
}

static int encode_domains(struct conf_parser *p, char letter,
			  struct wire_writer *w)
{
	int err;

	do {
		err = encode_domain(p, letter, w);
	} while (!err && conf_accept_punct(p, ','));
	return err;
}

static int encode_nothing(struct conf_parser *p, char letter,
			  struct wire_writer *w)
{
	(void)p;
	(void)letter;
	(void)w;
	return 0;
}

static const struct {
	char letter;
	encode_field *encode;
} fields[] = {
	{ 'I', encode_ip4 },     { '6', encode_ip6 },
	{ 'f', encode_flag },    { 'T', encode_seconds },
	{ 'B', encode_integer }, { 'b', encode_integer },
	{ 'S', encode_integer }, { 's', encode_integer },
	{ 'L', encode_integer }, { 'l', encode_integer },
	{ 't', encode_text },    { 'X', encode_octets },
	{ 'd', encode_domain },  { 'D', encode_domains },
	{ 'Z', encode_nothing },
};

static int encode_letter(struct conf_parser *p, char letter,
			 struct wire_writer *w)
{
	size_t i = 0;

	while (fields[i].letter != letter)
		i++;
	return fields[i].encode(p, letter, w);
}

/* Fields of a record stand side by side, repetitions behind commas, as ISC. */
static int encode_values(struct conf_parser *p, const char *format,
			 struct wire_writer *w)
{
	size_t len = strlen(format);
	char repeat = '\0';
	size_t from = 0, i;
	int err;

	if (format[len - 1] == 'A' || format[len - 1] == 'a')
		repeat = format[--len];
	do {
		for (i = from; i < len; i++) {
			err = encode_letter(p, format[i], w);
			if (err)
				return err;
		}
		from = repeat == 'a' ? len - 1 : 0;
	} while (repeat && conf_accept_punct(p, ','));
	return 0;
}

/*
 * `=' is taken: octets as they are, whatever the format. An expression stays
 * one if messages have a say in it, or if it has no value.
 */
static int encode_expression(struct conf_parser *p, struct wire_writer *w,
			     const struct conf_expr **expr)
{
	static const struct conf_packet nothing;
	uint8_t octets[CONF_EXPR_DATA_MAX];
	int err, len;

	err = conf_expr_parse(p, CONF_EXPR_DATA, expr);
	if (err || !(*expr)->is_constant)
		return err;
	len = conf_expr_data(*expr, &nothing, octets, sizeof(octets));
	if (len < 0)
		return 0;
	*expr = NULL;
	wire_put_mem(w, octets, (size_t)len);
	return 0;
}

/* Only options that mean something without a value may have none. */
static bool accept_empty(struct conf_parser *p,
			 const struct conf_option_def *def)
{
	const struct conf_option_row *row = conf_option_row_of(def);
	const struct conf_token *token = conf_peek(p);

	if (!row || !(row->flags & CONF_OPTION_EMPTY))
		return false;
	if (conf_token_is_punct(token, ';'))
		return true;
	if (token->type != CONF_TOKEN_STRING || token->len > 0)
		return false;
	conf_take(p);
	return true;
}

int conf_option_parse_values(struct conf_parser *p,
			     const struct conf_option_def *def,
			     struct conf_option *option)
{
	uint8_t octets[CONF_OPTION_LEN_MAX];
	struct wire_writer w = wire_writer(octets, sizeof(octets));
	struct conf_pos pos = p->keyword_pos;
	int err = 0;

	*option = (struct conf_option){ .universe = def->universe,
					.code = def->code };
	if (conf_accept_punct(p, '='))
		err = encode_expression(p, &w, &option->expr);
	else if (!accept_empty(p, def))
		err = encode_values(p, def->format, &w);
	if (err)
		return err;
	if (w.failed)
		conf_error(p, &pos, "the value has more than %d octets",
			   CONF_OPTION_LEN_MAX);
	option->len = (uint16_t)wire_len(&w);
	option->data =
		(const uint8_t *)conf_arena_dup(p->model, octets, wire_len(&w));
	return option->data ? 0 : -ENOMEM;
}
