/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * script_run - runs the script of an interface: one at a time, in a process
 * group of its own, with a bound. When its time is over, the whole group is
 * killed. It gets the environment of its list, PATH, the operator's variables,
 * and nothing of ours; no descriptor but the standard ones, of which input is
 * /dev/null.
 */
#ifndef DHCP4O6_CLIENT_SCRIPT_RUN_H
#define DHCP4O6_CLIENT_SCRIPT_RUN_H

#include <sys/types.h>

#include "dhcp4o6/base/loop.h"
#include "script_env.h"

#define SCRIPT_RUN_PATH "PATH=/usr/sbin:/usr/bin:/sbin:/bin"

struct script_run; /* opaque */

/* status: exit status, or 128 and the signal that ended it. */
typedef void script_run_ended(void *arg, int status, bool timed_out);

struct script_run_config {
	struct loop *loop;
	const char *path;       /* of the script; outlives it, as do the env */
	const char *const *env; /* VAR=val of the operator, over the list's */
	size_t env_count;
	script_run_ended *ended;
	void *arg;
};

int script_run_new(struct script_run **run,
		   const struct script_run_config *config);
/* Kills what runs. NULL is allowed. */
void script_run_free(struct script_run *run);

/* 0; -EBUSY while one runs; what was wrong with starting it. */
int script_run_start(struct script_run *run, const struct script_env *env,
		     uint32_t timeout_s);

/* Whoever gets SIGCHLD calls this; the end is told by ended(). */
void script_run_reap(struct script_run *run);

bool script_run_is_busy(const struct script_run *run);

#endif /* DHCP4O6_CLIENT_SCRIPT_RUN_H */
