/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reload6 - a new configuration in the packet process: laid over the leases
 * between two turns. Answers are encoded in the turn that decided them, so none
 * points into the former one.
 */
#include <errno.h>
#include <stdlib.h>

#include "../common/reload.h"
#include "announce.h"
#include "reconf.h"

/* What prepare() makes of a configuration. */
struct layout6 {
	struct alloc6_plan *plan;
	bool announces; /* clients have something else to hear */
};

static void free_layout(void *arg)
{
	struct layout6 *layout = arg;

	alloc6_plan_free(layout->plan);
	free(layout);
}

static int prepare(void *ctx, const struct conf *conf,
		   struct reload_report *report, void **result)
{
	const struct front *front = ctx;
	struct layout6 *layout = calloc(1, sizeof(*layout));

	(void)report;
	if (!layout)
		return -ENOMEM;
	*result = layout;
	/* Both are walked as a whole, and the one in force stays until then. */
	layout->announces = conf->dhcp4o6.reconfigure &&
			    announce_differs(front->config.conf, conf);
	return alloc6_plan_new(front->serve->alloc, conf, &layout->plan);
}

static void say_stays(struct reload_report *report, const char *name)
{
	reload_say(report, CONF_WARNING,
		   "%s: the former value stays in force until the next start",
		   name);
}

/*
 * What the monitor, the link to the other half or the journal were given at
 * start. The configuration in force says what is in force.
 */
static void keep_what_stays(struct conf_dhcp4o6 *own,
			    const struct conf_dhcp4o6 *former,
			    struct reload_report *report)
{
	if (own->xdp_mode != former->xdp_mode)
		say_stays(report, "xdp");
	if (own->dialect != former->dialect)
		say_stays(report, "dialect");
	if (own->window != former->window)
		say_stays(report, "window");
	if (own->journal_compact_mib != former->journal_compact_mib)
		say_stays(report, "journal-compact");
	own->xdp_mode = former->xdp_mode;
	own->dialect = former->dialect;
	own->window = former->window;
	own->journal_compact_mib = former->journal_compact_mib;
}

static int apply(void *ctx, struct conf **conf, void **result,
		 struct reload_report *report)
{
	struct front *front = ctx;
	struct serve6 *serve = front->serve;
	struct layout6 *layout = *result;
	struct conf *former = front->config.conf;
	int err;

	if (alloc6_check_interfaces(serve->alloc, layout->plan,
				    reload_say_error, report))
		return -EINVAL;
	/* What is decided together is decided under one configuration. */
	serve6_submit(serve);
	err = alloc6_apply_plan(serve->alloc, &layout->plan);
	if (err)
		return err;
	keep_what_stays(&(*conf)->dhcp4o6, &former->dhcp4o6, report);
	front->config.conf = *conf;
	serve6_use_conf(serve, *conf);
	serve6_say_unplaced(serve);
	if (layout->announces)
		reconf_start_all(serve->reconf, DHCP6_RENEW);
	*conf = former;
	return 0;
}

int front_open_reload(struct front *front)
{
	const struct reload_config config = {
		.startup = front->config.startup,
		.loop = front->loop,
		.ctl = front->ctl,
		.peer = front->peer,
		.prepare = prepare,
		.apply = apply,
		.free_layout = free_layout,
		.ctx = front,
	};

	return reload_new(&front->reload, &config);
}

enum ctl_progress front_handle_reload(struct ctl_request *request, void *ctx)
{
	struct front *front = ctx;

	return reload_answer(front->reload, request);
}
