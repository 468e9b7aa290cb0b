// SPDX-License-Identifier: BSD-2-Clause
/* Values of options: text to octets, letter by letter of the format. */
#include <errno.h>
#include <string.h>

#include "expr_ast.h"
#include "stmt.h"

/* The value being made. */
struct encoder {
	struct conf_parser *p;
	struct wire_writer w;
	struct conf_domains domains;
};

typedef int encode_field(struct encoder *e, char letter);

static int encode_ip4(struct encoder *e, char letter)
{
	struct in_addr addr;
	int err = conf_get_ip4(e->p, &addr);

	(void)letter;
	if (!err)
		wire_put_mem(&e->w, &addr, sizeof(addr));
	return err;
}

static int encode_ip6(struct encoder *e, char letter)
{
	struct in6_addr addr;
	int err = conf_get_ip6(e->p, &addr);

	(void)letter;
	if (!err)
		wire_put_mem(&e->w, &addr, sizeof(addr));
	return err;
}

/* ISC's third value has the client decide. */
static int encode_flag(struct encoder *e, char letter)
{
	bool flag;
	int err;

	(void)letter;
	if (conf_accept_word(e->p, "ignore") ||
	    conf_accept_word(e->p, "unknown")) {
		wire_put_u8(&e->w, 2);
		return 0;
	}
	err = conf_get_flag(e->p, &flag);
	if (!err)
		wire_put_u8(&e->w, flag);
	return err;
}

static int encode_seconds(struct encoder *e, char letter)
{
	uint32_t seconds;
	int err = conf_get_seconds(e->p, &seconds);

	(void)letter;
	if (!err)
		wire_put_u32(&e->w, seconds);
	return err;
}

/*
 * A signed one may be written as its octets unsigned, as in ISC: the routes of
 * `option NAME code 121 = array of integer 8' have numbers over 127.
 */
static int encode_integer(struct encoder *e, char letter)
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
	err = conf_get_number(e->p, integers[i].limits, &value);
	if (err)
		return err;
	if (integers[i].octets == 1)
		wire_put_u8(&e->w, (uint8_t)value);
	else if (integers[i].octets == 2)
		wire_put_u16(&e->w, (uint16_t)value);
	else
		wire_put_u32(&e->w, (uint32_t)value);
	return 0;
}

static int encode_status(struct encoder *e, char letter)
{
	const struct conf_token *token = conf_peek(e->p);
	uint16_t code;

	(void)letter;
	if (token->type != CONF_TOKEN_WORD ||
	    !conf_status_find(token->text, token->len, &code))
		return encode_integer(e, 'S');
	wire_put_u16(&e->w, code);
	conf_take(e->p);
	return 0;
}

static int encode_text(struct encoder *e, char letter)
{
	const struct conf_token *token = conf_peek(e->p);

	(void)letter;
	if (token->type != CONF_TOKEN_STRING && token->type != CONF_TOKEN_WORD)
		return conf_fail_expected(e->p, "a string");
	wire_put_mem(&e->w, token->text, token->len);
	conf_take(e->p);
	return 0;
}

static int encode_optional_text(struct encoder *e, char letter)
{
	if (conf_token_is_punct(conf_peek(e->p), ';') ||
	    conf_peek(e->p)->type == CONF_TOKEN_END)
		return 0;
	return encode_text(e, letter);
}

static int encode_octets(struct encoder *e, char letter)
{
	const uint8_t *data;
	size_t len;
	int err = conf_get_octets(e->p, &data, &len);

	(void)letter;
	if (!err)
		wire_put_mem(&e->w, data, len);
	return err;
}

/* A dot at the end is allowed. */
static int encode_domain(struct encoder *e, char letter)
{
	const struct conf_token *token = conf_peek(e->p);

	e->domains.is_compressed = letter == 'C';
	if (token->type != CONF_TOKEN_STRING && token->type != CONF_TOKEN_WORD)
		return conf_fail_expected(e->p, "a domain name");
	if (!conf_domain_put(&e->domains, &e->w, token->text, token->len))
		conf_error(e->p, &token->pos,
			   "labels of a domain name have 1 to 63 octets, the "
			   "whole at most 253");
	conf_take(e->p);
	return 0;
}

static int encode_domains(struct encoder *e, char letter)
{
	int err;

	do {
		err = encode_domain(e, letter);
	} while (!err && conf_accept_punct(e->p, ','));
	return err;
}

static int encode_texts(struct encoder *e, char letter)
{
	const struct conf_token *token;
	int err;

	do {
		token = conf_peek(e->p);
		wire_put_u16(&e->w, (uint16_t)token->len);
		err = encode_text(e, letter);
	} while (!err && conf_accept_punct(e->p, ','));
	return err;
}

static int encode_nothing(struct encoder *e, char letter)
{
	(void)e;
	(void)letter;
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
	{ 't', encode_text },    { 'o', encode_optional_text },
	{ 'X', encode_octets },  { 'd', encode_domain },
	{ 'D', encode_domains }, { 'C', encode_domains },
	{ 'P', encode_texts },   { 'Z', encode_nothing },
	{ 'N', encode_status },
};

static int encode_letter(struct encoder *e, char letter)
{
	size_t i = 0;

	while (fields[i].letter != letter)
		i++;
	return fields[i].encode(e, letter);
}

/*
 * The first len letters of format. Fields of a record stand side by side,
 * repetitions behind commas, as ISC.
 */
static int encode_values(struct encoder *e, const char *format, size_t len)
{
	char repeat = '\0';
	size_t from = 0, i;
	int err;

	if (format[len - 1] == 'A' || format[len - 1] == 'a')
		repeat = format[--len];
	do {
		for (i = from; i < len; i++) {
			err = encode_letter(e, format[i]);
			if (err)
				return err;
		}
		from = repeat == 'a' ? len - 1 : 0;
	} while (repeat && conf_accept_punct(e->p, ','));
	return 0;
}

/*
 * `=' is taken: octets as they are, whatever the format. An expression stays
 * one if messages have a say in it, or if it has no value.
 */
static int encode_expression(struct encoder *e, const struct conf_expr **expr)
{
	uint8_t octets[CONF_EXPR_DATA_MAX];
	size_t len;
	int err;

	err = conf_expr_parse_data(e->p, expr, octets, &len);
	if (!err && !*expr)
		wire_put_mem(&e->w, octets, len);
	return err;
}

static bool is_empty_standard(const struct conf_option_def *def)
{
	const struct conf_option_row *row = conf_option_row_of(def);

	return row && row->flags & CONF_OPTION_EMPTY;
}

static bool can_be_empty(const struct conf_option_def *def)
{
	return is_empty_standard(def) || def->format[0] == 'Z';
}

/* Only options that mean something without a value may have none. */
static bool accept_empty(struct conf_parser *p,
			 const struct conf_option_def *def)
{
	const struct conf_token *token = conf_peek(p);

	if (!is_empty_standard(def))
		return false;
	if (conf_token_is_punct(token, ';'))
		return true;
	if (token->type != CONF_TOKEN_STRING || token->len > 0)
		return false;
	conf_take(p);
	return true;
}

/*
 * Fields, then the options of a space: those that apply to a client (nothing
 * stands there), or octets. Without fields there are always octets: otherwise
 * no statement is needed.
 */
static int encode_holder(struct encoder *e, const struct conf_option_def *def,
			 struct conf_option *option)
{
	size_t fields_len = strlen(def->format) - 1;
	int err = 0;

	if (fields_len > 0)
		err = encode_values(e, def->format, fields_len);
	if (err)
		return err;
	if (fields_len == 0 || !conf_token_is_punct(conf_peek(e->p), ';'))
		return encode_octets(e, 'X');
	option->space = &e->p->conf->spaces[def->encapsulates];
	return 0;
}

/* Of a space whose options have a length of one octet (DHCPv4 splits them). */
static size_t longest(const struct conf_parser *p,
		      const struct conf_option_def *def)
{
	const struct conf_space *space = &p->conf->spaces[def->universe];

	if (def->universe == CONF_OPTIONS_DHCP4 || space->length_width != 1)
		return CONF_OPTION_LEN_MAX;
	return UINT8_MAX;
}

int conf_option_parse_values(struct conf_parser *p,
			     const struct conf_option_def *def,
			     struct conf_option *option)
{
	uint8_t octets[CONF_OPTION_LEN_MAX];
	struct encoder e = {
		.p = p,
		.w = wire_writer(octets, longest(p, def)),
	};
	struct conf_pos pos = p->keyword_pos;
	int err = 0;

	*option = (struct conf_option){
		.universe = def->universe,
		.code = def->code,
		.may_be_empty = can_be_empty(def),
	};
	if (conf_accept_punct(p, '='))
		err = encode_expression(&e, &option->expr);
	else if (strchr(def->format, 'E'))
		err = encode_holder(&e, def, option);
	else if (!accept_empty(p, def))
		err = encode_values(&e, def->format, strlen(def->format));
	if (err)
		return err;
	if (e.w.failed)
		conf_error(p, &pos, "the value has more than %zu octets",
			   longest(p, def));
	option->len = (uint16_t)wire_len(&e.w);
	option->data = (const uint8_t *)conf_arena_dup(p->model, octets,
						       wire_len(&e.w));
	return option->data ? 0 : -ENOMEM;
}
