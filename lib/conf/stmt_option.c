// SPDX-License-Identifier: BSD-2-Clause
/* `option': values, and definitions of options that are not in the table. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "stmt.h"

enum { CLIENT_ID_LEN_MAX = 255 };

struct option_name {
	struct conf_token token;
	enum conf_universe universe;
	const char *text; /* without `dhcp.' */
	size_t len;
};

static int get_name(struct conf_parser *p, struct option_name *name)
{
	const struct conf_space *space;
	const char *dot;
	size_t len;
	int err;

	err = conf_expect_word(p, &name->token, "the name of an option");
	if (err)
		return err;
	name->text = name->token.text;
	name->len = name->token.len;
	name->universe = CONF_OPTIONS_DHCP4;
	dot = memchr(name->text, '.', name->len);
	if (!dot)
		return 0;
	len = (size_t)(dot - name->text);
	space = conf_space_find(p->conf, name->text, len);
	if (!space)
		return conf_fail_space(p, &name->token.pos, name->text, len);
	if (len + 1 == name->len)
		return conf_error(p, &name->token.pos,
				  "the name of the option is missing behind "
				  "the dot");
	name->universe = space->universe;
	if (space->universe == CONF_OPTIONS_DHCP4) {
		name->text += len + 1;
		name->len -= len + 1;
		if (memchr(name->text, '.', name->len))
			return conf_error(p, &name->token.pos,
					  "names of DHCPv4 options have no "
					  "dots");
	}
	return 0;
}

/* The part behind the space's. */
static const char *own_name(const struct option_name *name, size_t *len)
{
	const char *dot = memchr(name->text, '.', name->len);
	const char *text = dot ? dot + 1 : name->text;

	*len = name->len - (size_t)(text - name->text);
	return text;
}

/* `unknown-N', a name that every code has, as in ISC. */
static int find_numbered(struct conf_parser *p, const struct option_name *name,
			 const struct conf_option_def **found)
{
	const struct conf_space *space = &p->conf->spaces[name->universe];
	struct conf_option_def *def;
	const char *text;
	int64_t code;
	size_t len;

	*found = NULL;
	text = own_name(name, &len);
	if (!conf_scan_numbered(text, len, &code) || code < 1 ||
	    code > conf_space_code_max(space))
		return 0;
	*found = conf_option_def_find(p->conf, name->universe, (uint32_t)code);
	if (*found)
		return 0;
	def = conf_arena_alloc(&p->scratch, sizeof(*def));
	if (!def)
		return -ENOMEM;
	def->universe = name->universe;
	def->code = (uint32_t)code;
	def->format = "X";
	def->name = conf_arena_dup(&p->scratch, name->text, name->len);
	*found = def;
	return def->name ? 0 : -ENOMEM;
}

static int fail_unknown(struct conf_parser *p, const struct option_name *name)
{
	size_t best = name->len < 6 ? 1 : name->len / 3;
	int shown = (int)(name->len < 60 ? name->len : 60);
	const char *near = NULL;
	size_t i;

	for (i = 0; i < p->options.count; i++) {
		const char *known = p->options.sorted[i]->name;
		size_t distance;

		distance =
			conf_edit_distance(name->text, name->len, known, best);
		if (distance < best || (distance == best && !near)) {
			best = distance;
			near = known;
		}
	}
	if (near)
		return conf_error(p, &name->token.pos,
				  "unknown option `%.*s'; "
				  "did you mean `%s'?",
				  shown, name->text, near);
	return conf_error(p, &name->token.pos, "unknown option `%.*s'", shown,
			  name->text);
}

static int set_client_id(struct conf_parser *p, const struct conf_option *value)
{
	struct conf_host *host = p->node->u.host;

	if (value->expr)
		return conf_error(p, &p->keyword_pos,
				  "the client identifier of a host has to be "
				  "constant");
	if (host->client_id)
		conf_error(p, &p->keyword_pos,
			   "a host has one dhcp-client-identifier");
	if (value->len == 0 || value->len > CLIENT_ID_LEN_MAX)
		conf_error(p, &p->keyword_pos,
			   "a client identifier has 1 to %d octets",
			   CLIENT_ID_LEN_MAX);
	host->client_id = value->data;
	host->client_id_len = value->len;
	return 0;
}

int conf_add_option(struct conf_parser *p, const struct conf_option *value)
{
	struct conf_node *node = conf_node_settings(p->node);
	struct conf_node_option *option;

	option = conf_arena_alloc(&p->scratch, sizeof(*option));
	if (!option)
		return -ENOMEM;
	option->pos = p->keyword_pos;
	option->option = *value;
	if (node->last_option)
		node->last_option->next = option;
	else
		node->options = option;
	node->last_option = option;
	return 0;
}

/* Options whose values are read, and go nowhere. */
static bool warn_unused(struct conf_parser *p, const struct conf_pos *pos,
			const struct conf_option_def *def, unsigned int flags)
{
	if (flags & CONF_OPTION_MANAGED)
		conf_warn(p, pos,
			  "the server sets option `%s' itself; this value is "
			  "not used",
			  def->name);
	else if (flags & CONF_OPTION_OBSOLETE)
		conf_warn(p, pos,
			  "option `%s' is obsolete since RFC 9915: it is not "
			  "sent",
			  def->name);
	else if (flags & CONF_OPTION_NESTED)
		conf_warn(p, pos,
			  "option `%s' stands inside of others only: it is "
			  "not sent",
			  def->name);
	else
		return false;
	return true;
}

static int find_option(struct conf_parser *p, const struct option_name *name,
		       const struct conf_option_def **def)
{
	int err = 0;

	*def = conf_option_index_find(&p->options, name->text, name->len);
	if (!*def)
		err = find_numbered(p, name, def);
	if (!err && !*def)
		return fail_unknown(p, name);
	return err;
}

static int handle_value(struct conf_parser *p, const struct option_name *name)
{
	const struct conf_option_def *def;
	const struct conf_option_row *row;
	struct conf_option value;
	unsigned int flags;
	int err;

	err = find_option(p, name, &def);
	if (err)
		return err;
	row = conf_option_row_find(def->universe, def->code);
	flags = row ? row->flags : 0;
	if (flags & CONF_OPTION_SERVER_ID)
		return conf_set_server_identifier(p);
	err = conf_option_parse_values(p, def, &value);
	if (err)
		return err;
	if (flags & CONF_OPTION_CLIENT_ID && p->node->kind == CONF_SCOPE_HOST)
		return set_client_id(p, &value);
	if (warn_unused(p, &name->token.pos, def, flags))
		return 0;
	conf_space_used(p, def->universe);
	conf_option_check(p, &value);
	return conf_add_option(p, &value);
}

int conf_get_option_def(struct conf_parser *p,
			const struct conf_option_def **def)
{
	struct option_name name;
	int err;

	err = get_name(p, &name);
	return err ? err : find_option(p, &name, def);
}

int conf_get_option(struct conf_parser *p, struct conf_option *option)
{
	const struct conf_option_def *def;
	int err;

	err = conf_get_option_def(p, &def);
	if (!err)
		err = conf_option_parse_values(p, def, option);
	if (!err && option->expr)
		conf_error(p, &p->keyword_pos, "this value has to be constant");
	return err;
}

struct format {
	char text[CONF_FORMAT_MAX];
	size_t len;
	enum conf_universe encapsulates;
};

static const struct {
	const char *name;
	char letter;
} simple_types[] = {
	{ "boolean", 'f' },     { "ip-address", 'I' }, { "ip6-address", '6' },
	{ "text", 't' },        { "string", 'X' },     { "domain-name", 'd' },
	{ "domain-list", 'D' }, { "zerolength", 'Z' }, { "encapsulate", 'E' },
};

static int add_letter(struct conf_parser *p, struct format *format, char letter)
{
	if (format->len > 0 &&
	    strchr(CONF_FORMAT_LAST, format->text[format->len - 1]) &&
	    letter != 'A' && letter != 'a')
		return conf_error(p, &p->last_end,
				  "nothing can follow a field without a "
				  "length of its own");
	if (format->len + 1 >= CONF_FORMAT_MAX)
		return conf_error(p, &p->last_end,
				  "a record has at most %d fields",
				  CONF_FORMAT_MAX - 2);
	format->text[format->len++] = letter;
	return 0;
}

static int parse_integer_type(struct conf_parser *p, struct format *format,
			      bool is_signed)
{
	static const struct {
		const char *bits;
		char letters[2]; /* unsigned, signed */
	} sizes[] = { { "8", "Bb" }, { "16", "Ss" }, { "32", "Ll" } };
	size_t i;

	if (!conf_accept_word(p, "integer"))
		return conf_fail_expected(p, "`integer'");
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		if (conf_accept_word(p, sizes[i].bits))
			return add_letter(p, format,
					  sizes[i].letters[is_signed]);
	}
	return conf_fail_expected(p, "8, 16 or 32");
}

static int parse_encapsulate(struct conf_parser *p, struct format *format)
{
	const struct conf_space *space;
	int err = conf_parse_inner_space(p, &space);

	if (err)
		return err;
	format->encapsulates = space->universe;
	return add_letter(p, format, 'E');
}

static int parse_type(struct conf_parser *p, struct format *format)
{
	size_t i;

	for (i = 0; i < sizeof(simple_types) / sizeof(simple_types[0]); i++) {
		if (!conf_accept_word(p, simple_types[i].name))
			continue;
		if (simple_types[i].letter == 'E')
			return parse_encapsulate(p, format);
		if (simple_types[i].letter == 'D' &&
		    conf_accept_word(p, "compressed"))
			return add_letter(p, format, 'C');
		return add_letter(p, format, simple_types[i].letter);
	}
	if (conf_accept_word(p, "unsigned"))
		return parse_integer_type(p, format, false);
	if (conf_accept_word(p, "signed"))
		return parse_integer_type(p, format, true);
	if (conf_token_is_word(conf_peek(p), "integer"))
		return parse_integer_type(p, format, true);
	return conf_fail_expected(p, "the type of an option, as text, string, "
				     "ip-address, ip6-address or integer 8");
}

/* `array of' is taken; repeat is `A' for a whole value, `a' for a field. */
static int finish_array(struct conf_parser *p, struct format *format,
			char repeat)
{
	if (strchr(CONF_FORMAT_LAST, format->text[format->len - 1]))
		return conf_error(p, &p->last_end,
				  "an array of fields without a length of "
				  "their own");
	return add_letter(p, format, repeat);
}

static int accept_array_of(struct conf_parser *p, bool *is_array)
{
	*is_array = conf_accept_word(p, "array");
	if (*is_array && !conf_accept_word(p, "of"))
		return conf_fail_expected(p, "`of'");
	return 0;
}

/* The `{' is taken. */
static int parse_record(struct conf_parser *p, struct format *format)
{
	bool is_array;
	int err;

	do {
		err = accept_array_of(p, &is_array);
		if (!err)
			err = parse_type(p, format);
		if (!err && is_array)
			err = finish_array(p, format, 'a');
		if (err)
			return err;
	} while (!is_array && conf_accept_punct(p, ','));
	return conf_expect_punct(p, '}');
}

static int parse_format(struct conf_parser *p, struct format *format)
{
	bool is_array, is_record;
	int err;

	err = accept_array_of(p, &is_array);
	if (err)
		return err;
	conf_accept_word(p, "record");
	is_record = conf_accept_punct(p, '{');
	err = is_record ? parse_record(p, format) : parse_type(p, format);
	if (err == -EINVAL && is_record)
		conf_skip_braces(p);
	if (err || !is_array)
		return err;
	if (format->text[format->len - 1] == 'a')
		return conf_error(p, &p->last_end, "an array in an array");
	return finish_array(p, format, 'A');
}

static int add_def(struct conf_parser *p, const struct option_name *name,
		   uint32_t code, const struct format *format)
{
	const struct conf_option_def *known;
	struct conf_option_def *def;
	const char *text;
	int64_t number;
	size_t len;

	text = own_name(name, &len);
	if (conf_scan_numbered(text, len, &number) && number != code)
		return conf_error(p, &name->token.pos,
				  "this name belongs to option %" PRId64,
				  number);
	known = conf_option_index_find(&p->options, name->text, name->len);
	if (known && known->code != code)
		return conf_error(p, &name->token.pos,
				  "this name belongs to option %u already",
				  known->code);
	if (p->conf->option_def_count == CONF_OPTION_DEFS_MAX)
		return conf_error(p, &name->token.pos,
				  "more than %d options are defined",
				  CONF_OPTION_DEFS_MAX);
	def = (struct conf_option_def *)p->conf->option_defs +
	      p->conf->option_def_count;
	def->universe = name->universe;
	def->code = code;
	def->encapsulates = format->encapsulates;
	def->name = conf_arena_dup(p->model, name->text, name->len);
	def->format = conf_arena_dup(p->model, format->text, format->len);
	if (!def->name || !def->format)
		return -ENOMEM;
	p->conf->option_def_count++;
	conf_option_index_add(&p->options, def);
	return 0;
}

/* `code' is taken. */
static int handle_definition(struct conf_parser *p,
			     const struct option_name *name)
{
	const struct conf_space *space = &p->conf->spaces[name->universe];
	struct conf_number_limits limits = { 1, conf_space_code_max(space) };
	struct format format = { .len = 0 };
	int64_t code;
	int err;

	if (p->where != CONF_IN_GLOBAL)
		conf_error(p, &name->token.pos,
			   "options are defined in the global scope");
	err = conf_get_number(p, limits, &code);
	if (!err)
		err = conf_expect_punct(p, '=');
	if (!err)
		err = parse_format(p, &format);
	if (!err && format.encapsulates)
		err = conf_space_hold(p, &name->token.pos, name->universe,
				      format.encapsulates);
	if (err)
		return err;
	return add_def(p, name, (uint32_t)code, &format);
}

/* A space, a definition, or else `otherwise' with the name taken. */
static int handle_any(struct conf_parser *p,
		      int (*otherwise)(struct conf_parser *p,
				       const struct option_name *name))
{
	struct option_name name;
	int err;

	err = get_name(p, &name);
	if (err)
		return err;
	if (conf_token_is_word(&name.token, "space") &&
	    conf_peek(p)->type == CONF_TOKEN_WORD)
		return conf_declare_space(p);
	if (conf_accept_word(p, "code"))
		return handle_definition(p, &name);
	return otherwise(p, &name);
}

int conf_handle_option(struct conf_parser *p)
{
	return handle_any(p, handle_value);
}

static int refuse_value(struct conf_parser *p, const struct option_name *name)
{
	return conf_error(p, &name->token.pos,
			  "`option' defines options; a value stands behind "
			  "`send', `default', `supersede', `prepend' or "
			  "`append'");
}

int conf_handle_declaration(struct conf_parser *p)
{
	return handle_any(p, refuse_value);
}
