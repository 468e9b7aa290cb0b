// SPDX-License-Identifier: BSD-2-Clause
#include "param.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "dhcp4o6/conf/expr.h"
#include "print.h"

#define ROW(name_, param_, kind_, field)                       \
	{                                                      \
		.name = name_, .param = CONF_PARAM_##param_,   \
		.kind = CONF_PARAM_AS_##kind_,                 \
		.offset = offsetof(struct conf_params, field), \
	}
/* What may be given by an expression. */
#define VALUE(name_, param_, kind_, field)                                 \
	{                                                                  \
		.name = name_, .param = CONF_PARAM_##param_,               \
		.kind = CONF_PARAM_AS_##kind_,                             \
		.offset = offsetof(struct conf_params, field),             \
		.expr_offset = offsetof(struct conf_params, field##_expr), \
	}
#define NUMBER(name_, param_, kind_, field, min, max)          \
	{                                                      \
		.name = name_, .param = CONF_PARAM_##param_,   \
		.kind = CONF_PARAM_AS_##kind_,                 \
		.offset = offsetof(struct conf_params, field), \
		.limits = { min, max },                        \
	}

const struct conf_param_row conf_param_rows[] = {
	ROW("authoritative", AUTHORITATIVE, NOT, authoritative),
	ROW("default-lease-time", DEFAULT_LEASE_TIME, SECONDS,
	    default_lease_time_s),
	ROW("min-lease-time", MIN_LEASE_TIME, SECONDS, min_lease_time_s),
	ROW("max-lease-time", MAX_LEASE_TIME, SECONDS, max_lease_time_s),
	ROW("preferred-lifetime", PREFERRED_LIFETIME, SECONDS,
	    preferred_lifetime_s),
	ROW("server-identifier", SERVER_IDENTIFIER, ADDRESS, server_identifier),
	VALUE("next-server", NEXT_SERVER, ADDRESS, next_server),
	VALUE("filename", FILENAME, TEXT, filename),
	VALUE("server-name", SERVER_NAME, TEXT, server_name),
	NUMBER("limit-addrs-per-ia", LIMIT_ADDRS_PER_IA, NUMBER,
	       limit_addrs_per_ia, 1, 64),
	NUMBER("limit-prefs-per-ia", LIMIT_PREFS_PER_IA, NUMBER,
	       limit_prefs_per_ia, 1, 64),
	{
		.name = "prefix-length-mode",
		.param = CONF_PARAM_PREFIX_LENGTH_MODE,
		.kind = CONF_PARAM_AS_CHOICE,
		.offset = offsetof(struct conf_params, prefix_length_mode),
		.words = { "ignore", "prefer", "exact", "minimum", "maximum" },
	},
	ROW("dhcpv6-set-tee-times", SET_TEE_TIMES, FLAG, set_tee_times),
	NUMBER("min-secs", MIN_SECS, NUMBER8, min_secs, 0, 255),
	ROW("get-lease-hostnames", GET_LEASE_HOSTNAMES, FLAG,
	    get_lease_hostnames),
	ROW("use-host-decl-names", USE_HOST_DECL_NAMES, FLAG,
	    use_host_decl_names),
	ROW("ignore-client-uids", IGNORE_CLIENT_UIDS, FLAG, ignore_client_uids),
	ROW("one-lease-per-client", ONE_LEASE_PER_CLIENT, FLAG,
	    one_lease_per_client),
	ROW("site-option-space", SITE_SPACE, SPACE, site_space),
	ROW("booting", BOOTING, PERMIT, booting),
	ROW("unknown-clients", UNKNOWN_CLIENTS, PERMIT, unknown_clients),
	ROW("declines", DECLINES, PERMIT, declines),
};

const size_t conf_param_row_count =
	sizeof(conf_param_rows) / sizeof(conf_param_rows[0]);

const struct conf_param_row *conf_param_find_permit(const char *name,
						    size_t len)
{
	size_t i;

	for (i = 0; i < conf_param_row_count; i++) {
		const struct conf_param_row *row = &conf_param_rows[i];

		if (row->kind == CONF_PARAM_AS_PERMIT &&
		    strlen(row->name) == len &&
		    strncasecmp(row->name, name, len) == 0)
			return row;
	}
	return NULL;
}

static void print_text(const char *text, struct strbuf *out)
{
	conf_print_quoted(out, text, strlen(text));
}

static void print_address(const void *field, struct strbuf *out)
{
	char text[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, field, text, sizeof(text));
	strbuf_add(out, text);
}

/* What stands before the name. */
static const char *prefix_of(const struct conf_param_row *row,
			     const void *field)
{
	if (row->kind == CONF_PARAM_AS_PERMIT)
		return *(const bool *)field ? "allow " : "deny ";
	return row->kind == CONF_PARAM_AS_NOT && !*(const bool *)field ? "not "
								       : "";
}

/* What stands behind it. */
static void print_value(const struct conf_param_row *row, const void *field,
			struct strbuf *out)
{
	if (row->kind == CONF_PARAM_AS_NOT || row->kind == CONF_PARAM_AS_PERMIT)
		return;
	strbuf_add_char(out, ' ');
	switch (row->kind) {
	case CONF_PARAM_AS_NUMBER8:
		strbuf_printf(out, "%u", *(const uint8_t *)field);
		break;
	case CONF_PARAM_AS_FLAG:
		strbuf_add(out, *(const bool *)field ? "on" : "off");
		break;
	case CONF_PARAM_AS_CHOICE:
		strbuf_add(out, row->words[*(const unsigned int *)field]);
		break;
	case CONF_PARAM_AS_ADDRESS:
		print_address(field, out);
		break;
	case CONF_PARAM_AS_TEXT:
		print_text(*(const char *const *)field, out);
		break;
	case CONF_PARAM_AS_SPACE:
		print_text((*(const struct conf_space *const *)field)->name,
			   out);
		break;
	default:
		strbuf_printf(out, "%" PRIu32, *(const uint32_t *)field);
		break;
	}
}

static const struct conf_expr *expr_of(const struct conf_param_row *row,
				       const struct conf_params *params)
{
	const struct conf_expr *expr = NULL;

	if (row->expr_offset)
		memcpy(&expr, (const char *)params + row->expr_offset,
		       sizeof(expr));
	return expr;
}

void conf_print_params(const struct conf_params *params, unsigned int indent,
		       struct strbuf *out)
{
	size_t i;

	for (i = 0; i < conf_param_row_count; i++) {
		const struct conf_param_row *row = &conf_param_rows[i];
		const void *field = (const char *)params + row->offset;
		const struct conf_expr *expr = expr_of(row, params);

		if (!(params->set & row->param))
			continue;
		conf_print_indent(out, indent);
		strbuf_add(out, prefix_of(row, field));
		strbuf_add(out, row->name);
		if (expr) {
			strbuf_add(out, " = ");
			conf_expr_print(expr, out);
		} else {
			print_value(row, field, out);
		}
		strbuf_add(out, ";\n");
	}
}
