// SPDX-License-Identifier: BSD-2-Clause
/* A client's configuration as text: each scope as it was written. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "client.h"
#include "print.h"

struct client_printer {
	const struct conf *conf;
	struct strbuf *out;
	unsigned int indent;
};

static void start(const struct client_printer *pr, const char *keyword)
{
	conf_print_indent(pr->out, pr->indent);
	strbuf_add(pr->out, keyword);
	strbuf_add_char(pr->out, ' ');
}

static void end(const struct client_printer *pr)
{
	strbuf_add(pr->out, ";\n");
}

static void print_text(const struct client_printer *pr, const char *keyword,
		       const char *text)
{
	start(pr, keyword);
	conf_print_quoted(pr->out, text, strlen(text));
	end(pr);
}

static void print_times(const struct client_printer *pr,
			const struct client_own *own)
{
	uint32_t value;
	size_t i;

	for (i = 0; i < CLIENT_TIMES; i++) {
		const struct client_time_row *row = &client_time_rows[i];

		if (!(own->times_set & 1U << i))
			continue;
		memcpy(&value, (const char *)&own->scope.times + row->offset,
		       sizeof(value));
		start(pr, row->name);
		if (value == UINT32_MAX)
			strbuf_add(pr->out, "infinite");
		else
			strbuf_printf(pr->out, "%" PRIu32, value);
		end(pr);
	}
}

static void print_code(const struct client_printer *pr,
		       const struct client_conf_code *code)
{
	const struct conf_option_def *def =
		conf_option_def_find(pr->conf, code->universe, code->code);

	if (def)
		strbuf_add(pr->out, def->name);
	else
		strbuf_printf(pr->out, "%sunknown-%u",
			      code->universe == CONF_OPTIONS_DHCP6 ? "dhcp6."
								   : "",
			      code->code);
}

struct codes {
	bool is_set;
	const struct client_conf_code *codes;
	size_t count;
};

static void print_codes(const struct client_printer *pr, const char *keyword,
			const struct codes *list)
{
	size_t i;

	if (!list->is_set && list->count == 0)
		return;
	conf_print_indent(pr->out, pr->indent);
	strbuf_printf(pr->out, "%s%s", list->is_set ? "" : "also ", keyword);
	for (i = 0; i < list->count; i++) {
		strbuf_add(pr->out, i ? ", " : " ");
		print_code(pr, &list->codes[i]);
	}
	end(pr);
}

/* What holds nothing but a space follows from the options in it. */
static void print_options(const struct client_printer *pr,
			  const struct client_conf_scope *scope)
{
	size_t how, i;

	for (how = 0; how < CLIENT_CONF_HOW_COUNT; how++) {
		for (i = 0; i < scope->option_count[how]; i++) {
			const struct conf_option *o = &scope->options[how][i];

			if (o->space && o->len == 0)
				continue;
			start(pr, client_how_names[how]);
			conf_option_print(pr->conf, o, pr->out);
			end(pr);
		}
	}
}

static void print_rejects(const struct client_printer *pr,
			  const struct client_conf_scope *scope)
{
	char text[INET6_ADDRSTRLEN];
	size_t i;

	for (i = 0; i < scope->reject_count; i++) {
		const struct client_conf_reject *reject = &scope->reject[i];

		if (i == 0)
			start(pr, "reject");
		inet_ntop(reject->family, &reject->v6, text, sizeof(text));
		strbuf_printf(pr->out, "%s%s/%u", i ? ", " : "", text,
			      reject->prefix_len);
	}
	if (scope->reject_count > 0)
		end(pr);
}

static void print_scope(const struct client_printer *pr,
			const struct client_own *own)
{
	const struct client_conf_scope *scope = &own->scope;
	const struct codes request = { scope->has_request, scope->request,
				       scope->request_count };
	const struct codes require = { own->has_require, scope->require,
				       scope->require_count };

	print_times(pr, own);
	if (scope->script)
		print_text(pr, "script", scope->script);
	print_rejects(pr, scope);
	print_codes(pr, "request", &request);
	print_codes(pr, "require", &require);
	print_options(pr, scope);
}

static void print_hardware(const struct client_printer *pr,
			   const struct client_conf_interface *interface)
{
	if (!interface->has_hardware)
		return;
	start(pr, "hardware");
	strbuf_printf(pr->out, "%s ", conf_hardware_name(interface->htype));
	strbuf_add_hex(pr->out, interface->chaddr, interface->hlen, ':');
	end(pr);
}

static void print_alias(struct client_printer *pr,
			const struct client_conf_interface *interface)
{
	const struct client_conf_scope *scope = &interface->scope;
	uint32_t len = scope->alias_prefix_len;
	struct in_addr mask = conf_in_addr(len ? UINT32_MAX << (32 - len) : 0);
	char text[INET_ADDRSTRLEN];

	if (!scope->alias.s_addr)
		return;
	strbuf_add(pr->out, "alias {\n");
	pr->indent++;
	print_text(pr, "interface", interface->name);
	start(pr, "fixed-address");
	strbuf_add(pr->out,
		   inet_ntop(AF_INET, &scope->alias, text, sizeof(text)));
	end(pr);
	start(pr, "option subnet-mask");
	strbuf_add(pr->out, inet_ntop(AF_INET, &mask, text, sizeof(text)));
	end(pr);
	pr->indent--;
	strbuf_add(pr->out, "}\n");
}

static void print_interface(struct client_printer *pr,
			    const struct client_conf_interface *interface,
			    const struct client_own *own)
{
	strbuf_add(pr->out, "interface ");
	conf_print_quoted(pr->out, interface->name, strlen(interface->name));
	strbuf_add(pr->out, " {\n");
	pr->indent++;
	print_hardware(pr, interface);
	print_scope(pr, own);
	pr->indent--;
	strbuf_add(pr->out, "}\n");
	print_alias(pr, interface);
}

void client_conf_print(const struct client_conf *conf, struct strbuf *out)
{
	struct client_printer pr = { .conf = conf->model->conf, .out = out };
	const struct conf_4o6_print own = {
		.tables = &client_4o6_tables,
		.settings = &conf->dhcp4o6,
		.users = conf->dhcp4o6.peer_users,
		.user_count = conf->dhcp4o6.peer_user_count,
	};
	size_t i;

	conf_print_defs(conf->model->conf, out);
	if (conf->default_duid) {
		start(&pr, "default-duid");
		strbuf_add_hex(out, conf->default_duid, conf->default_duid_len,
			       ':');
		end(&pr);
	}
	print_scope(&pr, &conf->model->global);
	conf_print_4o6(&own, out);
	for (i = 0; i < conf->interface_count; i++)
		print_interface(&pr, &conf->interfaces[i],
				&conf->model->interfaces[i]);
}
