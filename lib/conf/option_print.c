// SPDX-License-Identifier: BSD-2-Clause
/* Values of options: octets to text that the parser reads back. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>

#include "dhcp4o6/conf/expr.h"
#include "option.h"

/* The value being printed. */
struct decoder {
	struct wire_reader r;
	struct strbuf *out;
	struct conf_domains domains;
};

/* Adds one field; false if the octets are none of its kind. */
typedef bool decode_field(struct decoder *d, char letter);

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

static bool decode_address(struct decoder *d, char letter)
{
	char text[INET6_ADDRSTRLEN];
	const uint8_t *addr = wire_take(&d->r, letter == 'I' ? 4 : 16);

	if (!addr)
		return false;
	inet_ntop(letter == 'I' ? AF_INET : AF_INET6, addr, text, sizeof(text));
	strbuf_add(d->out, text);
	return true;
}

static bool decode_flag(struct decoder *d, char letter)
{
	uint8_t value = wire_get_u8(&d->r);

	(void)letter;
	strbuf_add(d->out, value ? "true" : "false");
	return !d->r.failed && value <= 1;
}

static bool decode_integer(struct decoder *d, char letter)
{
	int64_t value = 0;

	switch (letter) {
	case 'B':
		value = wire_get_u8(&d->r);
		break;
	case 'b':
		value = (int8_t)wire_get_u8(&d->r);
		break;
	case 'S':
		value = wire_get_u16(&d->r);
		break;
	case 's':
		value = (int16_t)wire_get_u16(&d->r);
		break;
	case 'l':
		value = (int32_t)wire_get_u32(&d->r);
		break;
	default:
		value = wire_get_u32(&d->r);
		break;
	}
	strbuf_printf(d->out, "%" PRId64, value);
	return !d->r.failed;
}

static bool decode_status(struct decoder *d, char letter)
{
	uint16_t code = wire_get_u16(&d->r);
	const char *name = conf_status_name(code);

	(void)letter;
	if (name)
		strbuf_add(d->out, name);
	else
		strbuf_printf(d->out, "%u", code);
	return !d->r.failed;
}

static bool decode_text(struct decoder *d, char letter)
{
	size_t len = wire_left(&d->r);

	(void)letter;
	conf_print_quoted(d->out, wire_take(&d->r, len), len);
	return true;
}

static bool decode_optional_text(struct decoder *d, char letter)
{
	return wire_left(&d->r) == 0 || decode_text(d, letter);
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

static bool decode_octets(struct decoder *d, char letter)
{
	size_t len = wire_left(&d->r);

	if (is_printable(d->r.pos, len))
		return decode_text(d, letter);
	strbuf_add_hex(d->out, wire_take(&d->r, len), len, ':');
	return true;
}

static bool decode_domain(struct decoder *d, char letter)
{
	bool is_good;

	d->domains.is_compressed = letter == 'C';
	strbuf_add_char(d->out, '"');
	is_good = conf_domain_get(&d->domains, &d->r, d->out);
	strbuf_add_char(d->out, '"');
	return is_good;
}

static bool decode_domains(struct decoder *d, char letter)
{
	bool is_first = true;

	while (is_first || wire_left(&d->r) > 0) {
		if (!is_first)
			strbuf_add(d->out, ", ");
		if (!decode_domain(d, letter))
			return false;
		is_first = false;
	}
	return true;
}

static bool decode_texts(struct decoder *d, char letter)
{
	const uint8_t *text;
	bool is_first = true;
	uint16_t len;

	(void)letter;
	while (is_first || wire_left(&d->r) > 0) {
		len = wire_get_u16(&d->r);
		text = wire_take(&d->r, len);
		if (!text)
			return false;
		if (!is_first)
			strbuf_add(d->out, ", ");
		conf_print_quoted(d->out, text, len);
		is_first = false;
	}
	return true;
}

static bool decode_nothing(struct decoder *d, char letter)
{
	(void)letter;
	return wire_left(&d->r) == 0;
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
	{ 't', decode_text },    { 'o', decode_optional_text },
	{ 'X', decode_octets },  { 'E', decode_octets },
	{ 'd', decode_domain },  { 'D', decode_domains },
	{ 'C', decode_domains }, { 'P', decode_texts },
	{ 'Z', decode_nothing }, { 'N', decode_status },
};

static bool decode_letter(struct decoder *d, char letter)
{
	size_t i = 0;

	while (fields[i].letter != letter)
		i++;
	if (letter == 'Z' || (strchr("oE", letter) && wire_left(&d->r) == 0))
		return fields[i].decode(d, letter);
	strbuf_add_char(d->out, ' ');
	return fields[i].decode(d, letter);
}

static bool decode_values(struct decoder *d, const char *format, size_t len)
{
	char repeat = '\0';
	size_t from = 0, i;

	if (format[len - 1] == 'A' || format[len - 1] == 'a')
		repeat = format[--len];
	for (;;) {
		for (i = from; i < len; i++) {
			if (!decode_letter(d, format[i]))
				return false;
		}
		if (wire_left(&d->r) == 0)
			return true;
		if (!repeat)
			return false;
		from = repeat == 'a' ? len - 1 : 0;
		strbuf_add_char(d->out, ',');
	}
}

/* Whether a value of no octets is written by nothing behind the name. */
static bool is_bare(const char *format, const struct conf_option *option)
{
	return format[0] == 'Z' || (format[0] == 'E' && option->space);
}

/* A code that has no name of its own answers to its number. */
static void print_name(const struct conf *conf,
		       const struct conf_option_def *def,
		       const struct conf_option *option, struct strbuf *out)
{
	if (def)
		strbuf_add(out, def->name);
	else if (option->universe == CONF_OPTIONS_DHCP4)
		strbuf_printf(out, "unknown-%" PRIu32, option->code);
	else
		strbuf_printf(out, "%s.unknown-%" PRIu32,
			      conf->spaces[option->universe].name,
			      option->code);
}

void conf_option_print(const struct conf *conf,
		       const struct conf_option *option, struct strbuf *out)
{
	const struct conf_option_def *def =
		conf_option_def_find(conf, option->universe, option->code);
	const char *format = def ? def->format : "X";
	size_t format_len = strlen(format);
	struct strbuf text = STRBUF_INIT;
	struct decoder d = {
		.r = wire_reader(option->data, option->len),
		.out = &text,
		.domains = { .start = option->data },
	};

	print_name(conf, def, option, out);
	if (option->expr) {
		strbuf_add(out, " = ");
		conf_expr_print(option->expr, out);
		return;
	}
	/* The space of a record stands for itself. */
	if (option->space && format_len > 1)
		format_len--;
	if (option->len > 0 && decode_values(&d, format, format_len)) {
		strbuf_add(out, strbuf_text(&text));
	} else if (option->len == 0 && is_bare(format, option)) {
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

/* Would the names of a compressed list give the same octets again? Another
 * encoder may use pointers in other places, or not at all. */
static bool is_own_compression(const struct conf_option *option)
{
	struct conf_domains from = { .start = option->data,
				     .is_compressed = true };
	struct wire_reader r = wire_reader(option->data, option->len);
	uint8_t octets[CONF_OPTION_LEN_MAX];
	struct wire_writer w = wire_writer(octets, sizeof(octets));
	struct conf_domains to = { .start = octets, .is_compressed = true };
	struct strbuf name = STRBUF_INIT;
	bool is_good = true;

	while (is_good && wire_left(&r) > 0) {
		strbuf_reset(&name);
		is_good =
			conf_domain_get(&from, &r, &name) &&
			conf_domain_put(&to, &w, strbuf_text(&name), name.len);
	}
	strbuf_fini(&name);
	return is_good && !w.failed && wire_len(&w) == option->len &&
	       memcmp(octets, option->data, option->len) == 0;
}

bool conf_text_print_option(const struct conf_option *option,
			    struct strbuf *out)
{
	static const struct conf standard = {
		.spaces = conf_standard_spaces,
		.space_count = CONF_OPTIONS_OWN,
	};
	const struct conf_option_def *def =
		conf_option_def_find(&standard, option->universe, option->code);
	const char *format = def ? def->format : "X";
	struct strbuf text = STRBUF_INIT;
	struct decoder d = {
		.r = wire_reader(option->data, option->len),
		.out = &text,
		.domains = { .start = option->data },
	};
	bool is_good;

	is_good = option->len <= CONF_OPTION_LEN_MAX &&
		  (option->len > 0 || format[0] == 'Z') &&
		  decode_values(&d, format, strlen(format)) &&
		  (!strchr(format, 'C') || is_own_compression(option)) &&
		  !text.failed;
	if (is_good) {
		print_name(&standard, def, option, out);
		strbuf_add(out, strbuf_text(&text));
	}
	if (text.failed)
		out->failed = true;
	strbuf_fini(&text);
	return is_good;
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
	{ 'E', "encapsulate " },
	{ 'd', "domain-name" },
	{ 'D', "domain-list" },
	{ 'C', "domain-list compressed" },
	{ 'Z', "zerolength" },
};

static const char *type_name(char letter)
{
	size_t i = 0;

	while (type_names[i].letter != letter)
		i++;
	return type_names[i].name;
}

void conf_format_print(const struct conf *conf,
		       const struct conf_option_def *def, struct strbuf *out)
{
	const char *format = def->format;
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
		if (format[i] == 'E')
			strbuf_add(out, conf->spaces[def->encapsulates].name);
	}
	if (is_record)
		strbuf_add(out, " }");
}
