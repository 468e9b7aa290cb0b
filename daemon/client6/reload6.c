/* SPDX-License-Identifier: BSD-2-Clause */
/* reload6 - the configuration of a client that runs, read again. */
#include <errno.h>
#include <string.h>

#include "head6.h"

static void show_finding(void *arg, enum conf_severity severity,
			 const char *text)
{
	(void)arg;
	if (severity != CONF_NOTE)
		log_warning("%s", text);
}

static int load(const struct head6 *head, struct client_conf **conf)
{
	const char *path = head->config->args->common.conf_file;
	int err = client_conf_load(conf, path, show_finding, NULL);

	/* As at the start: without a file in its place there are defaults. */
	if (err == -ENOENT && strcmp(path, client_program6.conf_file) == 0)
		err = client_conf_parse(conf, "", 0, path, NULL, NULL);
	return err;
}

static int find_peers(const struct head6 *head, const struct client_conf *conf,
		      struct instance_peers *peers)
{
	char text[INSTANCE_TEXT_SIZE];
	int err;

	err = client_find_peers(peers, head->config->startup, conf, text);
	if (err)
		log_warning("%s", text);
	return err;
}

static void apply(struct uplink *uplink)
{
	int err = 0;

	uplink->scope = client_conf_scope(uplink->head->conf, uplink->name);
	if (!uplink->machine)
		return;
	wants6_fill_again(uplink);
	err = machine6_ask(uplink->machine, &uplink->wants);
	if (err)
		log_error("%s: %s", uplink->name, strerror(-err));
}

void reload6(struct head6 *head)
{
	const char *path = head->config->args->common.conf_file;
	struct client_conf *conf = NULL, *former = head->loaded;
	struct instance_peers peers;
	int err = load(head, &conf);
	size_t i;

	if (!err)
		err = find_peers(head, conf, &peers);
	if (err) {
		log_error("%s is not usable%s%s; the former one stays in force",
			  path, err == -EINVAL ? "" : ": ",
			  err == -EINVAL ? "" : strerror(-err));
		client_conf_free(conf);
		return;
	}
	head->conf = conf;
	head->loaded = conf;
	for (i = 0; i < head->uplink_count; i++)
		apply(&head->uplink[i]);
	ipc_peer_set_uids(head->peer, peers.uids, peers.count);
	/* Nothing points into it any more. */
	client_conf_free(former);
	log_notice("%s is in force", path);
}
