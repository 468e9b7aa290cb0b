// SPDX-License-Identifier: BSD-2-Clause
/* What files of both languages have: definitions, and the dhcp4o6 block. */
#include <inttypes.h>
#include <string.h>

#include "dhcp4o6.h"
#include "print.h"

void conf_print_defs(const struct conf *conf, struct strbuf *out)
{
	size_t i;

	for (i = CONF_OPTIONS_OWN; i < conf->space_count; i++) {
		const struct conf_space *space = &conf->spaces[i];

		strbuf_printf(out,
			      "option space %s code width %u length width "
			      "%u;\n",
			      space->name, space->code_width,
			      space->length_width);
	}
	for (i = 0; i < conf->option_def_count; i++) {
		const struct conf_option_def *def = &conf->option_defs[i];

		strbuf_printf(out, "option %s code %" PRIu32 " = ", def->name,
			      def->code);
		conf_format_print(conf, def, out);
		strbuf_add(out, ";\n");
	}
}

static void print_choices(const struct conf_4o6_print *own, struct strbuf *out)
{
	const struct conf_4o6_choice *choice = own->tables->choices;
	int value;

	for (; choice->name; choice++) {
		memcpy(&value, (const char *)own->settings + choice->offset,
		       sizeof(value));
		strbuf_printf(out, "\t%s %s;\n", choice->name,
			      choice->words[value]);
	}
}

static void print_numbers(const struct conf_4o6_print *own, struct strbuf *out)
{
	const struct conf_4o6_number *number = own->tables->numbers;
	uint32_t value;
	uint8_t value8;

	for (; number->name; number++) {
		const char *at = (const char *)own->settings + number->offset;

		memcpy(&value8, at, sizeof(value8));
		value = value8;
		if (number->size == sizeof(value))
			memcpy(&value, at, sizeof(value));
		strbuf_printf(out, "\t%s %" PRIu32 ";\n", number->name, value);
	}
}

static void print_flags(const struct conf_4o6_print *own, struct strbuf *out)
{
	static const char *const usual[] = { "off", "on" };
	const struct conf_4o6_flag *flag = own->tables->flags;

	for (; flag->name; flag++) {
		const char *const *words = flag->words[0] ? flag->words : usual;
		const bool *is_set =
			(const void *)((const char *)own->settings +
				       flag->offset);

		strbuf_printf(out, "\t%s %s;\n", flag->name, words[*is_set]);
	}
}

void conf_print_4o6(const struct conf_4o6_print *own, struct strbuf *out)
{
	size_t i;

	strbuf_add(out, "dhcp4o6 {\n");
	print_choices(own, out);
	print_numbers(own, out);
	print_flags(own, out);
	for (i = 0; i < own->user_count; i++) {
		strbuf_add(out, i ? ", " : "\tpeer-user ");
		conf_print_quoted(out, own->users[i], strlen(own->users[i]));
	}
	if (own->user_count > 0)
		strbuf_add(out, ";\n");
	strbuf_add(out, "}\n");
}
