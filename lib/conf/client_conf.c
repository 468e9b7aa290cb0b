// SPDX-License-Identifier: BSD-2-Clause
/* Load, free and look-up of a client's configuration. */
#include "dhcp4o6/conf/client_conf.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "client.h"
#include "load.h"

static int begin(struct conf_parser *p)
{
	struct conf_client *client =
		conf_arena_alloc(&p->scratch, sizeof(*client));

	if (!client)
		return -ENOMEM;
	client->conf = conf_arena_alloc(p->model, sizeof(*client->conf));
	client->global = conf_arena_alloc(&p->scratch, sizeof(*client->global));
	if (!client->conf || !client->global)
		return -ENOMEM;
	p->client = client;
	p->node->u.client = client->global;
	p->settings = &client->conf->dhcp4o6;
	client->conf->dhcp4o6.stop_native = true;
	return 0;
}

static int finish(struct conf_parser *p)
{
	conf_check_spaces(p);
	return p->diag.error_count > 0 ? 0 : client_build(p);
}

static int load(struct client_conf **conf, const struct conf_origin *origin,
		const struct conf_reporter *reporter)
{
	struct conf_parser *p = conf_parser_new(&conf_client_language);
	int err;

	*conf = NULL;
	if (!p)
		return -ENOMEM;
	err = begin(p);
	if (!err)
		err = conf_parser_run(p, origin, finish, reporter);
	if (err)
		conf_free(p->conf);
	else
		*conf = p->client->conf;
	conf_parser_free(p);
	return err;
}

int client_conf_load(struct client_conf **conf, const char *path,
		     conf_report *report, void *arg)
{
	const struct conf_origin origin = { .path = path };
	const struct conf_reporter reporter = { report, arg };

	*conf = NULL;
	if (access(path, F_OK) && errno == ENOENT)
		return -ENOENT;
	return load(conf, &origin, &reporter);
}

int client_conf_parse(struct client_conf **conf, const char *text, size_t len,
		      const char *path, conf_report *report, void *arg)
{
	const struct conf_origin origin = { path, len ? text : "", len };
	const struct conf_reporter reporter = { report, arg };

	return load(conf, &origin, &reporter);
}

void client_conf_free(struct client_conf *conf)
{
	if (conf)
		conf_free(conf->model->conf);
}

const struct client_conf_scope *
client_conf_scope(const struct client_conf *conf, const char *interface)
{
	size_t i;

	for (i = 0; i < conf->interface_count; i++) {
		if (strcmp(conf->interfaces[i].name, interface) == 0)
			return &conf->interfaces[i].scope;
	}
	return &conf->global;
}
