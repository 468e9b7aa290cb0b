// SPDX-License-Identifier: BSD-2-Clause
/* Values of options: octets to text that the parser reads back. */
#include <arpa/inet.h>
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "dhcp4o6/conf/expr.h"
#include "dhcp4o6/wire/wire.h"
#include "option.h"

/* Adds one field; false if the octets are none of its kind. */
typedef bool decode_field(struct wire_reader *r, char letter,
			  struct strbuf *out);

void conf_print_quoted(struct strbuf *out, const void *text, size_t len)
{
	const unsigned char *p = text;
	size_t i;

	strbuf_add_char(out, '"');
	for (i = 0; i < len; i++) {
		if (p[i] == '"' || p[i] == '\\')
			strbuf_printf(out, "\\%c", p[i]);
		else if (p[i] >= ' ' && p[i] < 0x7f)
			strbuf_add_char(out, (char)p[i]);
		else
			strbuf_printf(out, "\\%03o", p[i]);
	}
	strbuf_add_char(out, '"');
}

static bool decode_address(struct wire_reader *r, char letter,
			   struct strbuf *out)
{
	char text[INET6_ADDRSTRLEN];
	const uint8_t *addr = wire_take(r, letter == 'I' ? 4 : 16);

	if (!addr)
		return false;
	inet_ntop(letter == 'I' ? AF_INET : AF_INET6, addr, text, sizeof(text));
	strbuf_add(out, text);
	return true;
}

static bool decode_flag(struct wire_reader *r, char letter, struct strbuf *out)
{
	uint8_t value = wire_get_u8(r);

	(void)letter;
	strbuf_add(out, value ? "true" : "false");
	return !r->failed && value <= 1;
}

static bool decode_integer(struct wire_reader *r, char letter,
			   struct strbuf *out)
{
	int64_t value = 0;

	switch (letter) {
	case 'B':
		value = wire_get_u8(r);
		break;
	case 'b':
		value = (int8_t)wire_get_u8(r);
		break;
	case 'S':
		value = wire_get_u16(r);
		break;
	case 's':
		value = (int16_t)wire_get_u16(r);
		break;
	case 'l':
		value = (int32_t)wire_get_u32(r);
		break;
	default:
		value = wire_get_u32(r);
		break;
	}
	strbuf_printf(out, "%" PRId64, value);
	return !r->failed;
}

static bool decode_text(struct wire_reader *r, char letter, struct strbuf *out)
{
	size_t len = wire_left(r);

	(void)letter;
	conf_print_quoted(out, wire_take(r, len), len);
	return true;
}

static bool is_printable(const uint8_t *data, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (data[i] < ' ' || data[i] >= 0x7f)
			return false;
	}
	return true;
}

static bool decode_octets(struct wire_reader *r, char letter,
			  struct strbuf *out)
{
	size_t len = wire_left(r);

	if (is_printable(r->pos, len))
		return decode_text(r, letter, out);
	strbuf_add_hex(out, wire_take(r, len), len, ':');
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

static bool decode_domain(struct wire_reader *r, char letter,
			  struct strbuf *out)
{
	const uint8_t *start = r->pos;
	uint8_t len;

	(void)letter;
	strbuf_add_char(out, '"');
	while ((len = wire_get_u8(r)) > 0) {
		const uint8_t *label = wire_take(r, len);

		if (!label || len > 63 || !is_host_label(label, len))
			return false;
		strbuf_add_mem(out, label, len);
		strbuf_add_char(out, '.');
	}
	strbuf_add_char(out, '"');
	return !r->failed && r->pos - start <= 255;
}

static bool decode_domains(struct wire_reader *r, char letter,
			   struct strbuf *out)
{
	bool is_first = true;

	while (is_first || wire_left(r) > 0) {
		if (!is_first)
			strbuf_add(out, ", ");
		if (!decode_domain(r, letter, out))
			return false;
		is_first = false;
	}
	return true;
}

static bool decode_nothing(struct wire_reader *r, char letter,
			   struct strbuf *out)
{
	(void)letter;
	(void)out;
	return wire_left(r) == 0;
}

static const struct {
	char letter;
	decode_field *decode;
} fields[] = {
	{ 'I', decode_address }, { '6', decode_address },
	{ 'f', decode_flag },    { 'T', decode_integer },
	{ 'B', decode_integer }, { 'b', decode_integer },
	{ 'S', decode_integer }, { 's', decode_integer },
	{ 'L', decode_integer }, { 'l', decode_integer },
	{ 't', decode_text },    { 'X', decode_octets },
	{ 'd', decode_domain },  { 'D', decode_domains },
	{ 'Z', decode_nothing },
};

static bool decode_letter(struct wire_reader *r, char letter,
			  struct strbuf *out)
{
	size_t i = 0;

	while (fields[i].letter != letter)
		i++;
	if (letter != 'Z')
		strbuf_add_char(out, ' ');
	return fields[i].decode(r, letter, out);
}

static bool decode_values(struct wire_reader *r, const char *format,
			  struct strbuf *out)
{
	size_t len = strlen(format);
	char repeat = '\0';
	size_t from = 0, i;

	if (format[len - 1] == 'A' || format[len - 1] == 'a')
		repeat = format[--len];
	for (;;) {
		for (i = from; i < len; i++) {
			if (!decode_letter(r, format[i], out))
				return false;
		}
		if (wire_left(r) == 0)
			return true;
		if (!repeat)
			return false;
		from = repeat == 'a' ? len - 1 : 0;
		strbuf_add_char(out, ',');
	}
}

void conf_option_print_values(const struct conf_option_def *def,
			      const struct conf_option *option,
			      struct strbuf *out)
{
	struct wire_reader r = wire_reader(option->data, option->len);
	struct strbuf text = STRBUF_INIT;

	if (option->expr) {
		strbuf_add(out, " = ");
		conf_expr_print(option->expr, out);
		return;
	}
	if (def && option->len > 0 && decode_values(&r, def->format, &text)) {
		strbuf_add(out, strbuf_text(&text));
	} else if (def && def->format[0] == 'Z' && option->len == 0) {
		/* The name says it all. */
	} else if (option->len == 0) {
		strbuf_add(out, " = \"\"");
	} else {
		strbuf_add(out, " = ");
		strbuf_add_hex(out, option->data, option->len, ':');
	}
	if (text.failed)
		out->failed = true;
	strbuf_fini(&text);
}

static const struct {
	char letter;
	const char *name;
} type_names[] = {
	{ 'I', "ip-address" },
	{ '6', "ip6-address" },
	{ 'f', "boolean" },
	{ 'T', "unsigned integer 32" },
	{ 'B', "unsigned integer 8" },
	{ 'b', "signed integer 8" },
	{ 'S', "unsigned integer 16" },
	{ 's', "signed integer 16" },
	{ 'L', "unsigned integer 32" },
	{ 'l', "signed integer 32" },
	{ 't', "text" },
	{ 'X', "string" },
	{ 'd', "domain-name" },
	{ 'D', "domain-list" },
	{ 'Z', "zerolength" },
};

static const char *type_name(char letter)
{
	size_t i = 0;

	while (type_names[i].letter != letter)
		i++;
	return type_names[i].name;
}

void conf_format_print(const char *format, struct strbuf *out)
{
	size_t len = strlen(format), i;
	bool is_record;

	if (format[len - 1] == 'A') {
		strbuf_add(out, "array of ");
		len--;
	}
	is_record = len > 1;
	if (is_record)
		strbuf_add(out, "{ ");
	for (i = 0; i < len; i++) {
		if (format[i] == 'a')
			break;
		if (i > 0)
			strbuf_add(out, ", ");
		if (format[i + 1] == 'a' && i + 1 < len)
			strbuf_add(out, "array of ");
		strbuf_add(out, type_name(format[i]));
	}
	if (is_record)
		strbuf_add(out, " }");
}
