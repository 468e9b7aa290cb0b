// SPDX-License-Identifier: BSD-2-Clause
/* Data: parts of the message, and what functions make of them. */
#include <string.h>

#include "dhcp4o6/wire/wire.h"
#include "expr_eval.h"

/* Fields of a BOOTP message, RFC 2131 section 2. */
enum {
	SNAME_AT = 44,
	SNAME_LEN = 64,
	FILE_AT = 108,
	FILE_LEN = 128,
};

enum { BASE_MIN = 2, BASE_MAX = 16 };

typedef bool eval_data(struct conf_eval *eval, const struct conf_expr *expr,
		       struct conf_data *value);

/* Copies a value to `at' in the space, which is used up to its end then. */
static bool settle(struct conf_eval *eval, size_t at, struct conf_data *value)
{
	if (value->len > sizeof(eval->space) - at)
		return false;
	if (value->len)
		memmove(eval->space + at, value->data, value->len);
	value->data = eval->space + at;
	eval->used = at + value->len;
	return true;
}

/* What stands in the space from `start' on, moved down to `at'. */
static bool settle_from(struct conf_eval *eval, size_t at, size_t start,
			struct conf_data *value)
{
	value->data = eval->space + start;
	value->len = eval->used - start;
	return settle(eval, at, value);
}

static uint32_t get_number(struct wire_reader *r, uint8_t width)
{
	if (width == 1)
		return wire_get_u8(r);
	return width == 2 ? wire_get_u16(r) : wire_get_u32(r);
}

/* Without a length, the option is all that follows its code. */
static bool find_inside(const struct conf_expr_option *option,
			struct conf_data *value)
{
	struct wire_reader r = wire_reader(value->data, value->len);

	while (wire_left(&r) > 0) {
		uint32_t code = get_number(&r, option->code_width);
		size_t len = option->length_width
				     ? get_number(&r, option->length_width)
				     : wire_left(&r);
		struct wire_reader body = wire_split(&r, len);

		if (body.failed)
			return false;
		if (code != option->code)
			continue;
		value->data = body.pos;
		value->len = wire_left(&body);
		return true;
	}
	return false;
}

static bool find_option(const struct conf_eval *eval,
			const struct conf_expr_option *option,
			struct conf_data *value)
{
	const struct conf_packet *packet = eval->packet;

	if (eval->relay > 0)
		return packet->find_relay_option &&
		       packet->find_relay_option(packet->ctx, eval->relay,
						 option->universe, option->code,
						 value);
	return packet->find_option &&
	       packet->find_option(packet->ctx, option->universe, option->code,
				   value);
}

/* Options inside of each other are at most CONF_SPACE_DEPTH_MAX deep. */
bool conf_eval_option(struct conf_eval *eval,
		      const struct conf_expr_option *option,
		      struct conf_data *value)
{
	if (!option->outer)
		return find_option(eval, option, value);
	if (!conf_eval_option(eval, option->outer, value))
		return false;
	if (option->universe == CONF_OPTIONS_FQDN)
		return conf_eval_fqdn(eval, option->code, value);
	return find_inside(option, value);
}

static bool eval_option(struct conf_eval *eval, const struct conf_expr *expr,
			struct conf_data *value)
{
	return conf_eval_option(eval, &expr->u.option, value);
}

static bool eval_constant(struct conf_eval *eval, const struct conf_expr *expr,
			  struct conf_data *value)
{
	(void)eval;
	*value = expr->u.data;
	return true;
}

static bool eval_null(struct conf_eval *eval, const struct conf_expr *expr,
		      struct conf_data *value)
{
	(void)eval;
	(void)expr;
	(void)value;
	return false;
}

/* Behind the end of the value it is empty, not missing. */
static bool eval_substring(struct conf_eval *eval, const struct conf_expr *expr,
			   struct conf_data *value)
{
	const struct conf_expr *start = expr->first->next;
	uint64_t offset, len;

	if (!conf_eval_data(eval, expr->first, value) ||
	    !conf_eval_number(eval, start, &offset) ||
	    !conf_eval_number(eval, start->next, &len))
		return false;
	if (offset >= value->len) {
		value->len = 0;
		return true;
	}
	value->data += offset;
	value->len -= (size_t)offset;
	if (value->len > len)
		value->len = (size_t)len;
	return true;
}

static bool eval_suffix(struct conf_eval *eval, const struct conf_expr *expr,
			struct conf_data *value)
{
	uint64_t len;

	if (!conf_eval_data(eval, expr->first, value) ||
	    !conf_eval_number(eval, expr->first->next, &len))
		return false;
	if (value->len > len) {
		value->data += value->len - len;
		value->len = (size_t)len;
	}
	return true;
}

/* Of ASCII alone, whatever the locale. */
static bool eval_case(struct conf_eval *eval, const struct conf_expr *expr,
		      struct conf_data *value)
{
	uint8_t first = expr->op == CONF_OP_LCASE ? 'A' : 'a';
	size_t at = eval->used, i;

	if (!conf_eval_data(eval, expr->first, value) ||
	    !settle(eval, at, value))
		return false;
	for (i = at; i < eval->used; i++) {
		if (eval->space[i] >= first && eval->space[i] < first + 26)
			eval->space[i] ^= 0x20;
	}
	return true;
}

static bool eval_concat(struct conf_eval *eval, const struct conf_expr *expr,
			struct conf_data *value)
{
	const struct conf_expr *operand;
	size_t start = eval->used;

	for (operand = expr->first; operand; operand = operand->next) {
		size_t at = eval->used;

		if (!conf_eval_data(eval, operand, value) ||
		    !settle(eval, at, value))
			return false;
	}
	return settle_from(eval, start, start, value);
}

static bool add(struct conf_eval *eval, const void *data, size_t len)
{
	struct conf_data value = { data, len };

	return settle(eval, eval->used, &value);
}

static bool add_number(struct conf_eval *eval, uint32_t number, uint32_t base)
{
	char text[32];
	size_t at = sizeof(text);

	do {
		text[--at] = "0123456789abcdef"[number % base];
		number /= base;
	} while (number > 0);
	return add(eval, text + at, sizeof(text) - at);
}

struct conversion {
	uint64_t base;
	uint64_t bits;
	struct conf_data separator;
};

static bool get_conversion(struct conf_eval *eval, const struct conf_expr *base,
			   struct conversion *how)
{
	return conf_eval_number(eval, base, &how->base) &&
	       conf_eval_number(eval, base->next, &how->bits) &&
	       conf_eval_data(eval, base->next->next, &how->separator) &&
	       how->base >= BASE_MIN && how->base <= BASE_MAX &&
	       (how->bits == 8 || how->bits == 16 || how->bits == 32);
}

static bool eval_to_ascii(struct conf_eval *eval, const struct conf_expr *expr,
			  struct conf_data *value)
{
	const struct conf_expr *data = expr->last;
	size_t at = eval->used, start;
	struct conversion how;
	struct wire_reader r;

	if (!get_conversion(eval, expr->first, &how) ||
	    !conf_eval_data(eval, data, value) ||
	    value->len % (how.bits / 8) != 0)
		return false;
	r = wire_reader(value->data, value->len);
	start = eval->used;
	while (wire_left(&r) > 0) {
		uint32_t number = how.bits == 8    ? wire_get_u8(&r)
				  : how.bits == 16 ? wire_get_u16(&r)
						   : wire_get_u32(&r);

		if (!add_number(eval, number, (uint32_t)how.base))
			return false;
		if (wire_left(&r) > 0 &&
		    !add(eval, how.separator.data, how.separator.len))
			return false;
	}
	return settle_from(eval, at, start, value);
}

static bool eval_reverse(struct conf_eval *eval, const struct conf_expr *expr,
			 struct conf_data *value)
{
	size_t at = eval->used, start, end;
	uint64_t width;

	if (!conf_eval_number(eval, expr->first, &width) ||
	    !conf_eval_data(eval, expr->last, value) || width == 0 ||
	    value->len % width != 0)
		return false;
	start = eval->used;
	for (end = value->len; end > 0; end -= (size_t)width) {
		if (!add(eval, value->data + end - width, (size_t)width))
			return false;
	}
	return settle_from(eval, at, start, value);
}

static bool eval_pick(struct conf_eval *eval, const struct conf_expr *expr,
		      struct conf_data *value)
{
	const struct conf_expr *operand;
	size_t used = eval->used;

	for (operand = expr->first; operand; operand = operand->next) {
		if (conf_eval_data(eval, operand, value))
			return true;
		eval->used = used;
	}
	return false;
}

/* Missing if it starts behind the end; shorter if it ends there. */
static bool eval_packet(struct conf_eval *eval, const struct conf_expr *expr,
			struct conf_data *value)
{
	uint64_t offset, len;

	*value = eval->packet->message;
	if (!conf_eval_number(eval, expr->first, &offset) ||
	    !conf_eval_number(eval, expr->last, &len) || offset >= value->len)
		return false;
	value->data += offset;
	value->len -= (size_t)offset;
	if (value->len > len)
		value->len = (size_t)len;
	return true;
}

/* For relay 0 it is as if there were no `v6relay'. */
static bool eval_v6relay(struct conf_eval *eval, const struct conf_expr *expr,
			 struct conf_data *value)
{
	unsigned int outer = eval->relay;
	uint64_t relay;
	bool found;

	if (!conf_eval_number(eval, expr->first, &relay) ||
	    relay > CONF_RELAY_OUTERMOST)
		return false;
	if (relay > 0)
		eval->relay = (unsigned int)relay;
	found = conf_eval_data(eval, expr->last, value);
	eval->relay = outer;
	return found;
}

static bool eval_encode_int(struct conf_eval *eval,
			    const struct conf_expr *expr,
			    struct conf_data *value)
{
	size_t len = expr->u.number / 8;
	uint64_t number;
	uint8_t octets[4];
	struct wire_writer w = wire_writer(octets, sizeof(octets));

	if (!conf_eval_number(eval, expr->first, &number))
		return false;
	wire_put_u32(&w, (uint32_t)number);
	value->data = octets + sizeof(octets) - len;
	value->len = len;
	return settle(eval, eval->used, value);
}

/* The type, then the address; DHCPv6 has neither. */
static bool eval_hardware(struct conf_eval *eval, const struct conf_expr *expr,
			  struct conf_data *value)
{
	const struct conf_packet *packet = eval->packet;
	size_t at = eval->used;

	(void)expr;
	return packet->chaddr.data && add(eval, &packet->htype, 1) &&
	       add(eval, packet->chaddr.data, packet->chaddr.len) &&
	       settle_from(eval, at, at, value);
}

static bool eval_leased_address(struct conf_eval *eval,
				const struct conf_expr *expr,
				struct conf_data *value)
{
	(void)expr;
	*value = eval->packet->leased_address;
	return value->len > 0;
}

static bool eval_host_name(struct conf_eval *eval, const struct conf_expr *expr,
			   struct conf_data *value)
{
	const char *name = eval->packet->host_decl_name;

	(void)expr;
	if (!name)
		return false;
	value->data = (const uint8_t *)name;
	value->len = strlen(name);
	return true;
}

/* `filename' and `server-name': a field of the message up to its NUL. */
static bool eval_field(struct conf_eval *eval, const struct conf_expr *expr,
		       struct conf_data *value)
{
	bool is_file = expr->op == CONF_OP_FILENAME;
	const struct conf_packet *packet = eval->packet;
	struct wire_reader r =
		wire_reader(packet->message.data, packet->message.len);
	const uint8_t *field, *end;

	if (!packet->chaddr.data)
		return false;
	wire_take(&r, is_file ? FILE_AT : SNAME_AT);
	value->len = is_file ? FILE_LEN : SNAME_LEN;
	field = wire_take(&r, value->len);
	if (!field || field[0] == '\0')
		return false;
	end = memchr(field, '\0', value->len);
	if (end)
		value->len = (size_t)(end - field);
	value->data = field;
	return true;
}

bool conf_eval_data(struct conf_eval *eval, const struct conf_expr *expr,
		    struct conf_data *value)
{
	static eval_data *const evaluate[CONF_OP_COUNT] = {
		[CONF_OP_OCTETS] = eval_constant,
		[CONF_OP_OPTION] = eval_option,
		[CONF_OP_SUBSTRING] = eval_substring,
		[CONF_OP_SUFFIX] = eval_suffix,
		[CONF_OP_LCASE] = eval_case,
		[CONF_OP_UCASE] = eval_case,
		[CONF_OP_CONCAT] = eval_concat,
		[CONF_OP_TO_ASCII] = eval_to_ascii,
		[CONF_OP_REVERSE] = eval_reverse,
		[CONF_OP_PICK] = eval_pick,
		[CONF_OP_PACKET] = eval_packet,
		[CONF_OP_V6RELAY] = eval_v6relay,
		[CONF_OP_ENCODE_INT] = eval_encode_int,
		[CONF_OP_HARDWARE] = eval_hardware,
		[CONF_OP_LEASED_ADDRESS] = eval_leased_address,
		[CONF_OP_HOST_DECL_NAME] = eval_host_name,
		[CONF_OP_FILENAME] = eval_field,
		[CONF_OP_SERVER_NAME] = eval_field,
		[CONF_OP_GETHOSTNAME] = eval_constant,
		[CONF_OP_NULL] = eval_null,
	};

	return evaluate[expr->op](eval, expr, value);
}
