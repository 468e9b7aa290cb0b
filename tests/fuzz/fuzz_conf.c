// SPDX-License-Identifier: BSD-2-Clause
/*
 * A configuration of any octets: parsed as each server's file; what parses is
 * printed, and the print must parse and print the same. Its expressions are
 * evaluated and its option spaces encoded for a message made of the same
 * octets, and those of the print must give the same. The first octet picks the
 * family and -4o6, and which options are there. Nothing is included: files are
 * not the fuzzer's to open.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dhcp4o6/base/checksum.h"
#include "dhcp4o6/conf/space.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void count_error(void *arg, enum conf_severity severity,
			const char *text)
{
	size_t *errors = arg;

	if (strlen(text) == 0)
		abort();
	*errors += severity == CONF_ERROR;
}

static struct conf *parse(const char *text, size_t len, uint8_t mode)
{
	enum conf_family family = mode & 1 ? CONF_DHCP6 : CONF_DHCP4;
	struct conf *conf;
	size_t errors = 0;
	int err;

	err = conf_parse(&conf, text, len, "fuzz", family, mode & 2,
			 count_error, &errors);
	if ((err != 0) != (errors > 0) || (err != 0) != (conf == NULL))
		abort();
	return conf;
}

struct input {
	const uint8_t *data;
	size_t size;
};

static struct conf_data slice(const struct input *input, size_t at, size_t len)
{
	at = at < input->size ? at : input->size;
	len = len < input->size - at ? len : input->size - at;
	return (struct conf_data){ input->data + at, len };
}

static bool find_option(const void *ctx, enum conf_universe universe,
			uint32_t code, struct conf_data *value)
{
	const struct input *input = ctx;

	if (input->data[0] & 4 << (code + universe) % 6)
		return false;
	*value = slice(input, code * 3 % 256, code % 2 ? code : 4096);
	return true;
}

static bool find_relay_option(const void *ctx, unsigned int relay,
			      enum conf_universe universe, uint32_t code,
			      struct conf_data *value)
{
	return relay < 3 && find_option(ctx, universe, code + relay, value);
}

/* All that a configuration makes of a message, in one number. */
struct digest {
	const struct conf_packet *packet;
	uint32_t crc;
};

static void add(struct digest *digest, const void *data, size_t len)
{
	uint64_t size = len;

	digest->crc = crc32c(digest->crc, &size, sizeof(size));
	if (len)
		digest->crc = crc32c(digest->crc, data, len);
}

/* As if no other scope applied. */
static void add_space(struct digest *digest, const struct conf_scope *scope,
		      const struct conf_option *option)
{
	struct conf_encoding e = {
		.scopes = &scope,
		.scope_count = 1,
		.packet = digest->packet,
	};
	uint8_t octets[300];
	size_t rounds = 0;
	int len;

	while ((len = conf_space_encode(&e, option, octets, sizeof(octets))) >=
	       0) {
		if (len > (int)sizeof(octets) || rounds++ > scope->option_count)
			abort();
		add(digest, octets, (size_t)len);
	}
	add(digest, &e.dropped, sizeof(e.dropped));
}

static void add_expr(struct digest *digest, const struct conf_expr *expr)
{
	uint8_t octets[CONF_EXPR_DATA_MAX];
	int len = conf_expr_data(expr, digest->packet, octets, sizeof(octets));

	add(digest, octets, len > 0 ? (size_t)len : 0);
	add(digest, &len, sizeof(len));
}

static void add_options(struct digest *digest, const struct conf_scope *scope)
{
	size_t i;

	for (i = 0; i < scope->option_count; i++) {
		const struct conf_option *option = &scope->options[i];

		if (option->space)
			add_space(digest, scope, option);
		if (option->expr)
			add_expr(digest, option->expr);
		else
			add(digest, option->data, option->len);
	}
}

static void add_params(struct digest *digest, const struct conf_params *params)
{
	const struct conf_expr *const exprs[] = {
		params->next_server_expr,
		params->filename_expr,
		params->server_name_expr,
	};
	size_t i;

	for (i = 0; i < sizeof(exprs) / sizeof(exprs[0]); i++) {
		if (exprs[i])
			add_expr(digest, exprs[i]);
	}
	if (params->filename)
		add(digest, params->filename, strlen(params->filename));
	if (params->server_name)
		add(digest, params->server_name, strlen(params->server_name));
	add(digest, &params->next_server, sizeof(params->next_server));
}

static void add_scope(struct digest *digest, const struct conf_scope *scope)
{
	const struct conf_scope *list[CONF_RESOLVED_MAX];
	size_t count, i;

	count = conf_resolve(scope, digest->packet, list, CONF_RESOLVED_MAX);
	if (count == 0 || list[count - 1] != scope)
		abort(); /* the scope itself counts least, and has room */
	for (i = 0; i < count; i++) {
		add_options(digest, list[i]);
		add_params(digest, &list[i]->params);
	}
}

static void add_classes(struct digest *digest, const struct conf *conf)
{
	struct conf_membership list[CONF_CLASSES_MAX];
	uint8_t space[512];
	size_t count, i, k;

	for (i = 0; i < conf->class_count; i++) {
		const struct conf_class *class = &conf->classes[i];

		add_scope(digest, &class->scope);
		for (k = 0; k < class->subclass_count; k++)
			add_scope(digest, &class->subclasses[k].scope);
	}
	count = conf_classify(conf, digest->packet, list, space, sizeof(space));
	for (i = 0; i < count; i++) {
		const struct conf_subclass *sub = list[i].subclass;

		add(digest, list[i].class->name, strlen(list[i].class->name));
		if (sub)
			add(digest, sub->value, sub->value_len);
		add(digest, list[i].spawned.data, list[i].spawned.len);
	}
}

static uint32_t evaluate(const struct conf *conf, const struct input *input)
{
	struct conf_packet packet = {
		.ctx = input,
		.find_option = find_option,
		.find_relay_option = find_relay_option,
		.message = slice(input, 1, 300),
		.htype = input->data[0],
		.chaddr = slice(input, 29, 6),
		.is_known = input->data[0] & 16,
		.is_static = input->data[0] & 32,
		.leased_address = slice(input, 17, 4),
		.host_decl_name = input->data[0] & 64 ? "host" : NULL,
		.lease_time_s = input->data[0],
	};
	struct digest digest = { .packet = &packet };
	size_t i, k;

	add_classes(&digest, conf);
	add_scope(&digest, &conf->global);
	for (i = 0; i < conf->network_count; i++) {
		const struct conf_shared_network *net = &conf->networks[i];

		add_scope(&digest, &net->scope);
		for (k = 0; k < net->subnet_count; k++)
			add_scope(&digest, &net->subnets[k].scope);
		for (k = 0; k < net->subnet6_count; k++)
			add_scope(&digest, &net->subnets6[k].scope);
		for (k = 0; k < net->pool_count; k++)
			add_scope(&digest, &net->pools[k].scope);
	}
	for (i = 0; i < conf->group_count; i++)
		add_scope(&digest, &conf->groups[i].scope);
	for (i = 0; i < conf->host_count; i++)
		add_scope(&digest, &conf->hosts[i].scope);
	return digest.crc;
}

static void check_print(const struct conf *conf, const struct input *input)
{
	uint8_t mode = input->data[0];
	struct strbuf first = STRBUF_INIT;
	struct strbuf second = STRBUF_INIT;
	struct conf *again;

	conf_print(conf, &first);
	again = parse(strbuf_text(&first), first.len, mode);
	if (!again)
		abort();
	if (evaluate(conf, input) != evaluate(again, input))
		abort();
	conf_print(again, &second);
	if (strcmp(strbuf_text(&first), strbuf_text(&second)) != 0)
		abort();
	conf_free(again);
	strbuf_fini(&first);
	strbuf_fini(&second);
}

static int has_include(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i + 7 <= len; i++) {
		if (strncasecmp(text + i, "include", 7) == 0)
			return 1;
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data + 1;
	const struct input input = { data, size };
	struct conf *conf;

	if (size < 1 || has_include(text, size - 1))
		return 0;
	conf = parse(text, size - 1, data[0]);
	if (conf)
		check_print(conf, &input);
	conf_free(conf);
	return 0;
}
