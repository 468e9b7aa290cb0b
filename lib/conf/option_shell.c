// SPDX-License-Identifier: BSD-2-Clause
/*
 * Options as the variables of dhclient's script: what Debian's dhclient 4.4.3
 * hands over, to the octet, wherever it knows the option as well.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "option.h"

/* The value being printed. */
struct printer {
	struct wire_reader r;
	struct strbuf *out;
	struct conf_domains domains;
};

/* Adds one field; false if the octets are none of its kind. */
typedef bool print_field(struct printer *p, char letter);

static bool print_address(struct printer *p, char letter)
{
	char text[INET6_ADDRSTRLEN];
	const uint8_t *addr = wire_take(&p->r, letter == 'I' ? 4 : 16);

	if (!addr)
		return false;
	inet_ntop(letter == 'I' ? AF_INET : AF_INET6, addr, text, sizeof(text));
	strbuf_add(p->out, text);
	return true;
}

static bool print_flag(struct printer *p, char letter)
{
	uint8_t value = wire_get_u8(&p->r);

	(void)letter;
	strbuf_add(p->out, value ? "true" : "false");
	return !p->r.failed && value <= 1;
}

static bool print_integer(struct printer *p, char letter)
{
	static const struct {
		char letter;
		uint8_t len;
		bool is_signed;
	} kinds[] = {
		{ 'B', 1, false }, { 'b', 1, true },  { 'S', 2, false },
		{ 's', 2, true },  { 'L', 4, false }, { 'l', 4, true },
		{ 'T', 4, false },
	};
	int64_t value = 0;
	size_t i = 0;
	uint8_t n;

	while (kinds[i].letter != letter)
		i++;
	for (n = 0; n < kinds[i].len; n++)
		value = value << 8 | wire_get_u8(&p->r);
	if (kinds[i].is_signed && value >> (8 * kinds[i].len - 1))
		value -= INT64_C(1) << (8 * kinds[i].len);
	strbuf_printf(p->out, "%" PRId64, value);
	return !p->r.failed;
}

static bool print_status(struct printer *p, char letter)
{
	uint16_t code = wire_get_u16(&p->r);
	const char *name = conf_status_name(code);

	(void)letter;
	if (name)
		strbuf_add(p->out, name);
	else
		strbuf_printf(p->out, "%u", code);
	return !p->r.failed;
}

/* What a shell would look at has a backslash; a NUL at the end is none. */
static void add_text(struct strbuf *out, const uint8_t *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (text[i] >= ' ' && text[i] < 0x7f) {
			if (strchr("\"'$`\\|&", text[i]))
				strbuf_add_char(out, '\\');
			strbuf_add_char(out, (char)text[i]);
		} else if (text[i] != '\0' || i + 1 < len) {
			strbuf_printf(out, "\\%03o", text[i]);
		}
	}
}

static bool print_text(struct printer *p, char letter)
{
	size_t len = wire_left(&p->r);

	(void)letter;
	add_text(p->out, wire_take(&p->r, len), len);
	return true;
}

static bool is_text(const uint8_t *data, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if ((data[i] < ' ' || data[i] >= 0x7f) &&
		    (data[i] != '\0' || i + 1 < len))
			return false;
	}
	return true;
}

static bool print_octets(struct printer *p, char letter)
{
	size_t len = wire_left(&p->r), i;
	const uint8_t *data;

	if (is_text(p->r.pos, len))
		return print_text(p, letter);
	data = wire_take(&p->r, len);
	for (i = 0; i < len; i++)
		strbuf_printf(p->out, "%s%x", i > 0 ? ":" : "", data[i]);
	return true;
}

static bool print_domains(struct printer *p, char letter)
{
	bool is_first = true;

	p->domains.is_compressed = letter == 'C';
	while (is_first || (letter != 'd' && wire_left(&p->r) > 0)) {
		if (!is_first)
			strbuf_add_char(p->out, ' ');
		if (!conf_domain_get(&p->domains, &p->r, p->out))
			return false;
		is_first = false;
	}
	return true;
}

static const struct {
	const char *letters;
	print_field *print;
} fields[] = {
	{ "I6", print_address },      { "f", print_flag },
	{ "TBbSsLl", print_integer }, { "to", print_text },
	{ "XEP", print_octets },      { "dDC", print_domains },
	{ "N", print_status },
};

static bool print_letter(struct printer *p, char letter, bool is_first)
{
	size_t i;

	/* Of what may be missing dhclient shows nothing, not even a blank. */
	if (strchr("oEZ", letter) && wire_left(&p->r) == 0)
		return true;
	if (!is_first)
		strbuf_add_char(p->out, ' ');
	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (strchr(fields[i].letters, letter))
			return fields[i].print(p, letter);
	}
	return false; /* `Z' with octets */
}

static bool print_values(struct printer *p, const char *format)
{
	size_t len = strlen(format), from = 0, i;
	bool is_first = true;
	char repeat = '\0';

	if (format[len - 1] == 'A' || format[len - 1] == 'a')
		repeat = format[--len];
	for (;;) {
		for (i = from; i < len; i++) {
			if (!print_letter(p, format[i], is_first))
				return false;
			is_first = false;
		}
		if (wire_left(&p->r) == 0)
			return true;
		if (!repeat)
			return false;
		from = repeat == 'a' ? len - 1 : 0;
	}
}

/* A shell knows letters, digits and `_' alone. */
static void add_name(struct strbuf *out, const char *text)
{
	for (; *text; text++) {
		if ((*text >= 'a' && *text <= 'z') ||
		    (*text >= 'A' && *text <= 'Z') ||
		    (*text >= '0' && *text <= '9'))
			strbuf_add_char(out, *text);
		else
			strbuf_add_char(out, '_');
	}
}

/* Under the name that dhclient.conf of distributions gives it, hooks know it.
 */
static const struct conf_option_def classless_routes = {
	.universe = CONF_OPTIONS_DHCP4,
	.code = 121,
	.name = "rfc3442-classless-static-routes",
	.format = "BA",
};

static const struct conf_option_def *
find_def(const struct conf_option_def *defs, size_t def_count,
	 enum conf_universe universe, uint32_t code)
{
	const struct conf conf = { .option_defs = defs,
				   .option_def_count = def_count };
	const struct conf_option_def *def =
		conf_option_def_find(&conf, universe, code);

	if (def && universe == CONF_OPTIONS_DHCP4 && code == 121 &&
	    conf_option_row_of(def))
		return &classless_routes;
	return def;
}

void conf_text_shell_name(const struct conf_option_def *defs, size_t def_count,
			  enum conf_universe universe, uint32_t code,
			  struct strbuf *out)
{
	const struct conf_option_def *def =
		find_def(defs, def_count, universe, code);

	if (def)
		add_name(out, def->name);
	else
		strbuf_printf(out, "%sunknown_%" PRIu32,
			      universe == CONF_OPTIONS_DHCP6 ? "dhcp6_" : "",
			      code);
}

bool conf_text_shell_value(const struct conf_option_def *defs, size_t def_count,
			   const struct conf_option *option, struct strbuf *out)
{
	const struct conf_option_def *def =
		find_def(defs, def_count, option->universe, option->code);
	struct strbuf text = STRBUF_INIT;
	struct printer p = {
		.r = wire_reader(option->data, option->len),
		.out = &text,
		.domains = { .start = option->data },
	};
	bool is_good;

	is_good = option->len > 0 &&
		  print_values(&p, def ? def->format : "X") && !text.failed;
	if (is_good)
		strbuf_add_mem(out, strbuf_text(&text), text.len);
	if (text.failed)
		out->failed = true;
	strbuf_fini(&text);
	return is_good;
}
