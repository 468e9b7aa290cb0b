// SPDX-License-Identifier: BSD-2-Clause
/* The `dhcp4o6 { }' block: what ISC's grammar has no words for. */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "dhcp4o6.h"
#include "stmt.h"

enum { USERS_MAX = 16, CHOICES_MAX = 4 };

#define OFFSET(field) offsetof(struct conf_dhcp4o6, field)

static const struct conf_4o6_choice choices[] = {
	{ "xdp", OFFSET(xdp_mode), { "auto", "native", "generic", "off" } },
	{ "checksum", OFFSET(checksum), { "auto", "verify", "trust" } },
	{ "dialect", OFFSET(dialect), { "native", "isc", "kea" } },
	{ "inner-hints",
	  OFFSET(inner_hints),
	  { "trust", "relayed-only", "ignore" } },
	{ NULL, 0, { NULL } },
};

static const struct conf_4o6_number numbers[] = {
	{ "relay-depth", OFFSET(relay_depth), 1, { 1, 32 } },
	{ "window", OFFSET(window), 4, { 1, 65536 } },
	{ "offer-hold", OFFSET(offer_hold_s), 4, { 1, 3600 } },
	{ "decline-hold", OFFSET(decline_hold_s), 4, { 0, 31536000 } },
	{ "journal-compact", OFFSET(journal_compact_mib), 4, { 1, 1048576 } },
	{ "leases-max", OFFSET(leases_max), 4, { 1, 1000000000 } },
	{ NULL, 0, 0, { 0, 0 } },
};

static const struct conf_4o6_flag flags[] = {
	{ "reconfigure", OFFSET(reconfigure), { NULL } },
	{ "subnet-selection", OFFSET(subnet_selection), { NULL } },
	{ "source-address-localization",
	  OFFSET(source_address_localization),
	  { NULL } },
	{ NULL, 0, { NULL } },
};

const struct conf_4o6_tables conf_4o6_server_tables = {
	.choices = choices,
	.numbers = numbers,
	.flags = flags,
};

void conf_4o6_defaults(struct conf_dhcp4o6 *settings)
{
	*settings = (struct conf_dhcp4o6){
		.xdp_mode = CONF_XDP_AUTO,
		.checksum = CONF_CHECKSUM_AUTO,
		.dialect = CONF_DIALECT_NATIVE,
		.relay_depth = 8,
		.window = 1024,
		.reconfigure = true,
		.inner_hints = CONF_HINTS_TRUST,
		.subnet_selection = true,
		.offer_hold_s = 120,
		.decline_hold_s = 86400,
		.journal_compact_mib = 64,
		.leases_max = 4000000,
	};
}

int conf_handle_dhcp4o6(struct conf_parser *p)
{
	return conf_parse_block(p, p->node, CONF_IN_DHCP4O6);
}

static void warn_if_set(struct conf_parser *p)
{
	size_t index = conf_row_index(&p->schema, p->row);
	uint64_t bit = 1ULL << index % 64;

	if (p->set_4o6[index / 64] & bit)
		conf_warn(p, &p->keyword_pos,
			  "set before; the last one counts");
	p->set_4o6[index / 64] |= bit;
}

static void *field_at(struct conf_parser *p, size_t offset)
{
	return (char *)p->settings + offset;
}

int conf_handle_4o6_choice(struct conf_parser *p)
{
	const struct conf_4o6_choice *choice = p->schema.language->own->choices;
	int value;

	warn_if_set(p);
	while (strcmp(choice->name, p->row->name) != 0)
		choice++;
	for (value = 0; value < CHOICES_MAX && choice->words[value]; value++) {
		if (conf_accept_word(p, choice->words[value])) {
			memcpy(field_at(p, choice->offset), &value,
			       sizeof(value));
			return 0;
		}
	}
	return conf_fail_form(p);
}

int conf_handle_4o6_number(struct conf_parser *p)
{
	const struct conf_4o6_number *number = p->schema.language->own->numbers;
	uint32_t value32;
	uint8_t value8;
	int64_t value;
	int err;

	warn_if_set(p);
	while (strcmp(number->name, p->row->name) != 0)
		number++;
	err = conf_get_number(p, number->limits, &value);
	if (err)
		return err;
	value32 = (uint32_t)value;
	value8 = (uint8_t)value;
	if (number->size == sizeof(value8))
		memcpy(field_at(p, number->offset), &value8, sizeof(value8));
	else
		memcpy(field_at(p, number->offset), &value32, sizeof(value32));
	return 0;
}

/* ISC's name of `decline-hold', which counts if it is there as well. */
int conf_handle_abandon_time(struct conf_parser *p)
{
	const struct conf_4o6_number *number = numbers;
	const struct conf_row *own;
	size_t index;
	int64_t value;
	int err;

	while (strcmp(number->name, "decline-hold") != 0)
		number++;
	err = conf_get_number(p, number->limits, &value);
	if (err)
		return err;
	warn_if_set(p);
	own = conf_schema_find(&p->schema, number->name, strlen(number->name));
	index = conf_row_index(&p->schema, own);
	if (!(p->set_4o6[index / 64] & 1ULL << index % 64))
		p->conf->dhcp4o6.decline_hold_s = (uint32_t)value;
	return 0;
}

int conf_handle_4o6_flag(struct conf_parser *p)
{
	const struct conf_4o6_flag *flag = p->schema.language->own->flags;
	bool *field;
	size_t i;

	warn_if_set(p);
	while (strcmp(flag->name, p->row->name) != 0)
		flag++;
	field = field_at(p, flag->offset);
	if (!flag->words[0])
		return conf_get_flag(p, field);
	for (i = 0; i < 2; i++) {
		if (conf_accept_word(p, flag->words[i])) {
			*field = i == 1;
			return 0;
		}
	}
	return conf_fail_form(p);
}

int conf_handle_4o6_users(struct conf_parser *p)
{
	const char *names[USERS_MAX];
	const char **copy;
	size_t count = 0;
	int err;

	warn_if_set(p);
	do {
		if (count == USERS_MAX)
			return conf_fail_expected(p, "at most 16 users");
		err = conf_get_text(p, &names[count], "the name of a user");
		if (err)
			return err;
		if (!names[count][0])
			conf_error(p, &p->keyword_pos,
				   "the name of a user is empty");
		count++;
	} while (conf_accept_punct(p, ','));
	copy = conf_arena_array(p->model, count, sizeof(*copy));
	if (!copy)
		return -ENOMEM;
	memcpy(copy, names, count * sizeof(*copy));
	p->conf->dhcp4o6.peer_users = copy;
	p->conf->dhcp4o6.peer_user_count = count;
	return 0;
}
