// SPDX-License-Identifier: BSD-2-Clause
/*
 * A client's configuration of any octets: what parses is printed, and the print
 * must parse, mean the same for every interface, and print the same. Values
 * given by expressions are evaluated for a message made of the same octets.
 * Nothing is included: files are not the fuzzer's to open.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dhcp4o6/base/checksum.h"
#include "dhcp4o6/conf/client_conf.h"
#include "dhcp4o6/conf/expr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void count_error(void *arg, enum conf_severity severity,
			const char *text)
{
	size_t *errors = arg;

	if (strlen(text) == 0)
		abort();
	*errors += severity == CONF_ERROR;
}

static struct client_conf *parse(const char *text, size_t len)
{
	struct client_conf *conf;
	size_t errors = 0;
	int err;

	err = client_conf_parse(&conf, text, len, "fuzz", count_error, &errors);
	if ((err != 0) != (errors > 0) || (err != 0) != (conf == NULL))
		abort();
	return conf;
}

struct input {
	const uint8_t *data;
	size_t size;
};

static bool find_option(const void *ctx, enum conf_universe universe,
			uint32_t code, struct conf_data *value)
{
	const struct input *input = ctx;

	*value = (struct conf_data){ input->data, input->size };
	if (value->len > code)
		value->len = code;
	return (code + universe) % 3 != 0;
}

static void add(uint32_t *crc, const void *data, size_t len)
{
	uint64_t size = len;

	*crc = crc32c(*crc, &size, sizeof(size));
	if (len)
		*crc = crc32c(*crc, data, len);
}

static void add_option(uint32_t *crc, const struct conf_option *option,
		       const struct input *input)
{
	const struct conf_packet packet = {
		.ctx = input,
		.find_option = find_option,
		.message = { input->data, input->size },
		.htype = 1,
		.chaddr = { (const uint8_t *)"abcdef", 6 },
		.leased_address = { (const uint8_t *)"abcd", 4 },
		.lease_time_s = 3600,
	};
	uint8_t octets[CONF_EXPR_DATA_MAX];
	int len = option->len;

	add(crc, &option->universe, sizeof(option->universe));
	add(crc, &option->code, sizeof(option->code));
	if (option->expr)
		len = conf_expr_data(option->expr, &packet, octets,
				     sizeof(octets));
	add(crc, &len, sizeof(len));
	if (len > 0)
		add(crc, option->expr ? octets : option->data, (size_t)len);
}

static void add_codes(uint32_t *crc, const struct client_conf_code *codes,
		      size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		add(crc, &codes[i].universe, sizeof(codes[i].universe));
		add(crc, &codes[i].code, sizeof(codes[i].code));
	}
	add(crc, &count, sizeof(count));
}

static void add_rejects(uint32_t *crc, const struct client_conf_scope *scope)
{
	size_t i;

	for (i = 0; i < scope->reject_count; i++) {
		const struct client_conf_reject *reject = &scope->reject[i];
		bool is_ip4 = reject->family == AF_INET;

		add(crc, &reject->v6,
		    is_ip4 ? sizeof(reject->v4) : sizeof(reject->v6));
		add(crc, &reject->prefix_len, sizeof(reject->prefix_len));
	}
}

static void add_scope(uint32_t *crc, const struct client_conf_scope *scope,
		      const struct input *input)
{
	size_t how, i;

	for (how = 0; how < CLIENT_CONF_HOW_COUNT; how++) {
		for (i = 0; i < scope->option_count[how]; i++)
			add_option(crc, &scope->options[how][i], input);
	}
	add(crc, &scope->has_request, sizeof(scope->has_request));
	add_codes(crc, scope->request, scope->request_count);
	add_codes(crc, scope->require, scope->require_count);
	add_rejects(crc, scope);
	add(crc, &scope->times, sizeof(scope->times));
	if (scope->script)
		add(crc, scope->script, strlen(scope->script));
	add(crc, &scope->alias, sizeof(scope->alias));
	if (scope->alias.s_addr)
		add(crc, &scope->alias_prefix_len, 1);
}

/* All that a configuration means, in one number. */
static uint32_t digest(const struct client_conf *conf,
		       const struct input *input)
{
	const struct client_conf_dhcp4o6 *own = &conf->dhcp4o6;
	uint32_t crc = 0;
	size_t i;

	add_scope(&crc, &conf->global, input);
	for (i = 0; i < conf->interface_count; i++) {
		const struct client_conf_interface *in = &conf->interfaces[i];

		if (client_conf_scope(conf, in->name) != &in->scope)
			abort();
		add(&crc, in->name, strlen(in->name));
		add_scope(&crc, &in->scope, input);
		add(&crc, in->chaddr, in->hlen);
		add(&crc, &in->htype, sizeof(in->htype));
	}
	add(&crc, conf->default_duid, conf->default_duid_len);
	add(&crc, &own->source_check, sizeof(own->source_check));
	add(&crc, &own->stop_native, sizeof(own->stop_native));
	for (i = 0; i < own->peer_user_count; i++)
		add(&crc, own->peer_users[i], strlen(own->peer_users[i]));
	return crc;
}

static void check_print(const struct client_conf *conf,
			const struct input *input)
{
	struct strbuf first = STRBUF_INIT;
	struct strbuf second = STRBUF_INIT;
	struct client_conf *again;

	client_conf_print(conf, &first);
	again = parse(strbuf_text(&first), first.len);
	if (!again || digest(conf, input) != digest(again, input))
		abort();
	client_conf_print(again, &second);
	if (strcmp(strbuf_text(&first), strbuf_text(&second)) != 0)
		abort();
	client_conf_free(again);
	strbuf_fini(&first);
	strbuf_fini(&second);
}

static bool has_include(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i + 7 <= len; i++) {
		if (strncasecmp(text + i, "include", 7) == 0)
			return true;
	}
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct input input = { data, size };
	struct client_conf *conf;

	if (has_include((const char *)data, size))
		return 0;
	conf = parse((const char *)data, size);
	if (conf)
		check_print(conf, &input);
	client_conf_free(conf);
	return 0;
}
