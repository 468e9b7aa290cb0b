/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reload4 - what a new configuration means to server4: laid out on the reload's
 * thread, swapped between two batches. An answer is encoded in the batch that
 * decided it, so none points into the former configuration.
 */
#include <errno.h>
#include <signal.h>

#include "server4.h"

static void free_layout(void *plan)
{
	alloc_plan_free(plan);
}

static int prepare(void *ctx, const struct conf *conf,
		   struct reload_report *report, void **layout)
{
	const struct server4 *server = ctx;
	struct plan *plan = NULL;
	int err = alloc_plan_new(server->alloc, conf, &plan);

	(void)report;
	*layout = plan;
	return err;
}

/* What was given away at start: the journal is open with it. */
static void say_what_stays(const struct server4 *server,
			   const struct conf *conf,
			   struct reload_report *report)
{
	if (conf->dhcp4o6.journal_compact_mib == server->journal_compact_mib)
		return;
	reload_say(report, CONF_WARNING,
		   "journal-compact: %u stays in force until the next start",
		   (unsigned int)server->journal_compact_mib);
}

static int apply(void *ctx, struct conf **conf, void **layout,
		 struct reload_report *report)
{
	struct server4 *server = ctx;
	struct conf *former = server->conf;
	struct plan *plan = *layout;
	int err;

	if (alloc_check_interfaces(server->alloc, plan, reload_say_error,
				   report))
		return -EINVAL;
	err = alloc_apply_plan(server->alloc, &plan);
	if (err)
		return err;
	*layout = plan;
	say_what_stays(server, *conf, report);
	server->conf = *conf;
	*conf = former;
	server4_say_if_empty(server);
	return 0;
}

void server4_say_if_empty(const struct server4 *server)
{
	size_t i;

	for (i = 0; i < server->conf->network_count; i++) {
		if (server->conf->networks[i].subnet_count)
			return;
	}
	log_warning("%s declares no `subnet': no client gets an IPv4 address",
		    server->args.conf_file);
}

static void handle_hangup(void *arg, int signo)
{
	struct server4 *server = arg;

	(void)signo;
	reload_start(server->reload, "SIGHUP");
}

int server4_add_reload(struct server4 *server)
{
	const struct reload_config config = {
		.startup = &server->startup,
		.loop = server->loop,
		.ctl = server->ctl,
		.peer = server->peer,
		.prepare = prepare,
		.apply = apply,
		.free_layout = free_layout,
		.ctx = server,
	};
	int err;

	server->journal_compact_mib = server->conf->dhcp4o6.journal_compact_mib;
	err = reload_new(&server->reload, &config);
	if (err)
		return err;
	return loop_add_signal(server->loop, SIGHUP, handle_hangup, server);
}

enum ctl_progress server4_handle_reload(struct ctl_request *request, void *ctx)
{
	struct server4 *server = ctx;

	return reload_answer(server->reload, request);
}
