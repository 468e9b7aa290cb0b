// SPDX-License-Identifier: BSD-2-Clause
/* Option spaces: `option space' and `vendor-option-space'. */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "stmt.h"

enum { VENDOR_OPTIONS = 43, HASH_SIZE_MAX = 65535 };

const struct conf_space conf_standard_spaces[] = {
	{ CONF_OPTIONS_DHCP4, "dhcp", 1, 1 },
	{ CONF_OPTIONS_DHCP6, "dhcp6", 2, 2 },
	{ CONF_OPTIONS_AGENT, "agent", 1, 1 },
	{ CONF_OPTIONS_NWIP, "nwip", 1, 1 },
	{ CONF_OPTIONS_FQDN, "fqdn", 1, 1 },
	{ CONF_OPTIONS_VENDOR_CLASS, "vendor-class", 4, 1 },
	{ CONF_OPTIONS_VENDOR, "vendor", 4, 1 },
	{ CONF_OPTIONS_VSIO, "vsio", 4, 0 },
	{ CONF_OPTIONS_ISC, "isc", 1, 1 },
	{ CONF_OPTIONS_ISC6, "isc6", 2, 2 },
};

_Static_assert(sizeof(conf_standard_spaces) / sizeof(conf_standard_spaces[0]) ==
		       CONF_OPTIONS_OWN,
	       "one for each universe");

const struct conf_space *conf_space_find(const struct conf *conf,
					 const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < conf->space_count; i++) {
		const struct conf_space *space = &conf->spaces[i];

		if (strlen(space->name) == len &&
		    strncasecmp(space->name, name, len) == 0)
			return space;
	}
	return NULL;
}

int conf_fail_space(struct conf_parser *p, const struct conf_pos *pos,
		    const char *name, size_t len)
{
	int shown = (int)(len < 60 ? len : 60);

	return conf_error(p, pos,
			  "there is no option space `%.*s': declare it by "
			  "`option space %.*s;'",
			  shown, name, shown, name);
}

/* 255 ends the options of a DHCPv4 message. */
int64_t conf_space_code_max(const struct conf_space *space)
{
	if (space->universe == CONF_OPTIONS_DHCP4)
		return 254;
	if (space->code_width == 1)
		return UINT8_MAX;
	return space->code_width == 2 ? UINT16_MAX : UINT32_MAX;
}

bool conf_scan_numbered(const char *text, size_t len, int64_t *code)
{
	static const char prefix[] = "unknown-";
	size_t i = sizeof(prefix) - 1;

	if (len <= i || len > i + 10 || strncasecmp(text, prefix, i) != 0)
		return false;
	for (*code = 0; i < len; i++) {
		if (conf_digit(text[i]) > 9)
			return false;
		*code = *code * 10 + conf_digit(text[i]);
	}
	return true;
}

struct widths {
	int64_t code;
	int64_t length;
};

static int get_width(struct conf_parser *p, int64_t *width, int64_t min)
{
	struct conf_pos pos;
	int err;

	if (!conf_accept_word(p, "width"))
		return conf_fail_expected(p, "`width'");
	pos = conf_peek(p)->pos;
	err = conf_get_number(p, (struct conf_number_limits){ min, 4 }, width);
	if (!err && (*width == 3 || (min == 0 && *width == 4)))
		conf_error(p, &pos, "the width is %s octets",
			   min ? "1, 2 or 4" : "0, 1 or 2");
	return err;
}

static int get_widths(struct conf_parser *p, struct widths *widths)
{
	int64_t size;
	int err = 0;

	while (!err && conf_peek(p)->type == CONF_TOKEN_WORD) {
		if (conf_accept_word(p, "code")) {
			err = get_width(p, &widths->code, 1);
		} else if (conf_accept_word(p, "length")) {
			err = get_width(p, &widths->length, 0);
		} else if (conf_accept_word(p, "hash")) {
			if (!conf_accept_word(p, "size"))
				return conf_fail_expected(p, "`size'");
			err = conf_get_number(
				p,
				(struct conf_number_limits){ 1, HASH_SIZE_MAX },
				&size);
		} else {
			return conf_fail_expected(
				p, "`code width', `length width' or "
				   "`hash size'");
		}
	}
	return err;
}

static int add_space(struct conf_parser *p, const struct conf_token *name,
		     const struct widths *widths)
{
	size_t index = p->conf->space_count;
	struct conf_space *space = (struct conf_space *)p->conf->spaces + index;

	if (index == CONF_SPACES_MAX)
		return conf_error(p, &name->pos,
				  "more than %d option spaces are declared",
				  CONF_OWN_SPACES_MAX);
	space->universe = (enum conf_universe)index;
	space->code_width = (uint8_t)widths->code;
	space->length_width = (uint8_t)widths->length;
	space->name = conf_arena_dup(p->model, name->text, name->len);
	if (!space->name)
		return -ENOMEM;
	p->conf->space_count++;
	return 0;
}

int conf_declare_space(struct conf_parser *p)
{
	struct widths widths = { 1, 1 };
	const struct conf_space *known;
	struct conf_token name;
	int err;

	err = conf_expect_word(p, &name, "a name for the option space");
	if (err)
		return err;
	if (memchr(name.text, '.', name.len))
		return conf_error(p, &name.pos,
				  "the name of a space has no dots");
	if (p->where != CONF_IN_GLOBAL)
		conf_error(p, &name.pos,
			   "option spaces are declared in the global scope");
	err = get_widths(p, &widths);
	if (err)
		return err;
	known = conf_space_find(p->conf, name.text, name.len);
	if (!known)
		return add_space(p, &name, &widths);
	if (known->code_width != widths.code ||
	    known->length_width != widths.length)
		return conf_error(p, &name.pos,
				  "there is a space of this name: code width "
				  "%u, length width %u",
				  known->code_width, known->length_width);
	return 0;
}

static bool holds(const struct conf_parser *p, enum conf_universe outer,
		  size_t inner)
{
	return p->space_uses[outer].holds[inner / 64] >> inner % 64 & 1;
}

/* Each space knows all that are in it, however deep. */
int conf_space_hold(struct conf_parser *p, const struct conf_pos *pos,
		    enum conf_universe outer, enum conf_universe inner)
{
	size_t words = CONF_SPACES_MAX / 64 + 1, i, k;

	if (outer == inner || holds(p, inner, outer))
		return conf_error(p, pos,
				  "space `%s' would be encapsulated in itself",
				  p->conf->spaces[inner].name);
	if (outer < CONF_OPTIONS_OWN)
		p->space_uses[inner].is_sent = true;
	for (i = 0; i < p->conf->space_count; i++) {
		if (i != outer && !holds(p, (enum conf_universe)i, outer))
			continue;
		p->space_uses[i].holds[inner / 64] |= 1ULL << inner % 64;
		for (k = 0; k < words; k++)
			p->space_uses[i].holds[k] |=
				p->space_uses[inner].holds[k];
	}
	return 0;
}

void conf_space_used(struct conf_parser *p, enum conf_universe universe)
{
	if (!p->space_uses[universe].set_at.source)
		p->space_uses[universe].set_at = p->keyword_pos;
}

/* By itself, or in another one that is. */
static bool is_sent(const struct conf_parser *p, size_t space)
{
	size_t i;

	for (i = 0; i < p->conf->space_count; i++) {
		if (p->space_uses[i].is_sent &&
		    (i == space || holds(p, (enum conf_universe)i, space)))
			return true;
	}
	return false;
}

void conf_check_spaces(struct conf_parser *p)
{
	size_t i;

	for (i = CONF_OPTIONS_OWN; i < p->conf->space_count; i++) {
		const struct conf_space_use *use = &p->space_uses[i];

		if (use->set_at.source && !is_sent(p, i))
			conf_warn(p, &use->set_at,
				  "options of space `%s' are never sent: no "
				  "option that is sent encapsulates it%s",
				  p->conf->spaces[i].name,
				  p->client ? ""
					    : ", and no `vendor-option-space' "
					      "names it");
	}
}

int conf_parse_inner_space(struct conf_parser *p,
			   const struct conf_space **space)
{
	struct conf_token token;
	int err;

	err = conf_expect_word(p, &token, "the name of an option space");
	if (err)
		return err;
	*space = conf_space_find(p->conf, token.text, token.len);
	if (!*space)
		return conf_fail_space(p, &token.pos, token.text, token.len);
	if ((*space)->universe <= CONF_OPTIONS_DHCP6)
		return conf_error(p, &token.pos,
				  "space `%s' is not encapsulated",
				  (*space)->name);
	return 0;
}

int conf_handle_vendor_space(struct conf_parser *p)
{
	struct conf_option value = {
		.universe = CONF_OPTIONS_DHCP4,
		.code = VENDOR_OPTIONS,
		.data = (const uint8_t *)"",
	};
	const struct conf_space *space;
	int err = conf_parse_inner_space(p, &space);

	if (err)
		return err;
	p->space_uses[space->universe].is_sent = true;
	value.space = space;
	return conf_add_option(p, &value);
}

int conf_handle_site_space(struct conf_parser *p)
{
	struct conf_pos pos = conf_peek(p)->pos;
	const struct conf_space *space;
	struct conf_params *params;
	const char *name;
	int err;

	err = conf_get_text(p, &name, "the name of an option space");
	if (err)
		return err;
	space = conf_space_find(p->conf, name, strlen(name));
	if (!space)
		return conf_fail_space(p, &pos, name, strlen(name));
	if (space->universe <= CONF_OPTIONS_DHCP6 || space->code_width != 1)
		return conf_error(p, &pos,
				  "options of space `%s' cannot be those of "
				  "DHCPv4",
				  space->name);
	if (p->conf->family == CONF_DHCP6)
		conf_note_once(p, CONF_NOTE,
			       "`site-option-space' has no effect on DHCPv6");
	p->space_uses[space->universe].is_sent = true;
	params = conf_set_param(p, CONF_PARAM_SITE_SPACE);
	if (!params)
		return -ENOMEM;
	params->site_space = space;
	return 0;
}

/* As in ISC: 224 (RFC 3942), unless the space has options below that. */
void conf_set_site_code(const struct conf_parser *p, struct conf_params *params)
{
	const struct conf_option_def *defs = p->conf->option_defs;
	size_t i;

	if (!params->site_space)
		return;
	params->site_code = 224;
	for (i = 0; i < p->conf->option_def_count; i++) {
		if (defs[i].universe == params->site_space->universe &&
		    defs[i].code < 224)
			params->site_code = 128;
	}
}
