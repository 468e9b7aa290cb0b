/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reload - a configuration is read anew while the daemon serves.
 *
 * A thread of its own reads and checks the file, with the findings of a start,
 * and has prepare() lay it out; the loop goes on meanwhile. Then the loop's
 * thread, between two handlers, has apply() put it in force. After any error
 * the former configuration is in force as it was. Findings go to the log, to
 * whoever asked by a control request, and in short to the statistics.
 *
 * One run at a time: who asks while one is under way, when the file may have
 * been read already, gets another one behind it, one for all that asked.
 *
 *	err = reload_new(&reload, &config);	after ctl_server_new()
 *	reload_start(reload, "SIGHUP");		from the signal's handler
 *	return reload_answer(reload, request);	from the command's handler
 *	json_object_set_new(out, "reload", reload_json(reload));  in `stats'
 *	ctl_server_free(ctl); reload_free(reload);	then what apply() uses
 */
#ifndef DHCP4O6_DAEMON_RELOAD_H
#define DHCP4O6_DAEMON_RELOAD_H

#include <jansson.h>

#include "dhcp4o6/base/loop.h"
#include "dhcp4o6/ctl/ctl_server.h"
#include "dhcp4o6/ipc/peer.h"
#include "startup.h"

struct reload;        /* opaque */
struct reload_report; /* the findings of one run; opaque */

/* Adds a finding to those of the file; one line. From both threads' hooks. */
void reload_say(struct reload_report *report, enum conf_severity severity,
		const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The same for whoever tells errors to a callback; report: reload_report. */
void reload_say_error(void *report, const char *text);

struct reload_config {
	const struct startup *startup; /* family and name of the file */
	struct loop *loop;
	struct ctl_server *ctl; /* whose requests wait; NULL: none */
	/* Is told whom `peer-user' names now, after apply(); NULL: nobody. A
	 * user that does not exist is an error of the file. */
	struct ipc_peer *peer;
	/*
	 * On the reload's thread: checks conf further and lays it out for
	 * apply(); *layout is NULL before. May look up users and take its time,
	 * and touches nothing that the loop's thread changes. 0, -EINVAL after
	 * reload_say() of a CONF_ERROR, -ENOMEM. NULL: nothing to prepare.
	 */
	int (*prepare)(void *ctx, const struct conf *conf,
		       struct reload_report *report, void **layout);
	/*
	 * On the loop's thread: takes *conf and *layout and gives back the
	 * former ones (or NULL), which are freed when it returns 0. On an
	 * error, those of prepare(), it has changed nothing.
	 */
	int (*apply)(void *ctx, struct conf **conf, void **layout,
		     struct reload_report *report);
	void (*free_layout)(void *layout); /* never called with NULL */
	void *ctx;
};

/* config is copied, what it points to must stay. Warns when the file can not
 * be read by who serves. 0 or -errno. */
int reload_new(struct reload **reload, const struct reload_config *config);
/* Waits for a run under way and drops what it made. NULL is allowed. */
void reload_free(struct reload *reload);

/* why: what it was asked by, for the log. */
void reload_start(struct reload *reload, const char *why);

/*
 * The handler of CTL_COMMAND_RELOAD: starts a run, waits for its end, gives its
 * findings as items and ends with CTL_OK, CTL_CONFIG, CTL_NO_MEMORY or
 * CTL_FAILED; see shapes.h.
 */
enum ctl_progress reload_answer(struct reload *reload,
				struct ctl_request *request);

/* The member "reload" of `stats', see shapes.h; NULL without memory. */
json_t *reload_json(const struct reload *reload);

#endif /* DHCP4O6_DAEMON_RELOAD_H */
