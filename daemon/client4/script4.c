/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * script4 - calls of the script, one after the other. Each is filled when it is
 * made, so that it tells what was true then. One that finds no room is left
 * out, and that is said.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "head4.h"

#define CALLS_MAX 6  /* waiting, and the one that runs */
#define CALL_S    60 /* a call may run */
#define STOP_S    20 /* the last one: less than the hands wait for us */

struct call {
	enum script_reason reason;
	uint64_t turn; /* of the lease it is about */
	struct script_env env;
};

struct script4 {
	bool is_running; /* the first one */
	uint32_t serial;
	size_t count;
	struct call call[CALLS_MAX];
};

int script4_new(struct script4 **calls)
{
	*calls = calloc(1, sizeof(**calls));
	return *calls ? 0 : -ENOMEM;
}

void script4_free(struct script4 *calls)
{
	free(calls);
}

bool script4_is_idle(const struct head4 *head)
{
	return head->calls->count == 0;
}

static void fill(struct head4 *head, struct call *call, bool has_before)
{
	const struct client_conf_scope *scope = &head->scope;
	const struct script_call about = {
		.reason = call->reason,
		.interface = head->interface,
		.pid = getppid(),
		.defs = head->conf->option_defs,
		.def_count = head->conf->option_def_count,
		.requested = scope->request,
		.requested_count = scope->request_count,
	};
	const struct script_lease4 now = {
		.lease = &head->machine.lease,
		.options = &head->options[head->current],
	};
	const struct script_lease4 before = {
		.lease = client_leases_find4(head->leases, head->interface),
		.options = &head->options[!head->current],
	};

	script_env_fill4(&call->env, &about, &now,
			 has_before && before.lease ? &before : NULL);
	if (call->env.unsafe || call->env.unroomed)
		log_info("script %s: %u values are not safe, %u find no room",
			 script_reason_name(call->reason), call->env.unsafe,
			 call->env.unroomed);
}

static void remove_first(struct script4 *calls)
{
	calls->is_running = false;
	calls->count--;
	memmove(&calls->call[0], &calls->call[1],
		calls->count * sizeof(calls->call[0]));
}

static int start(struct head4 *head, const struct call *call)
{
	struct hands_request *request = &head->request;
	int err;

	request->type = HANDS_RUN_SCRIPT;
	request->slot = 0;
	request->timeout_s = head->is_ending ? STOP_S : CALL_S;
	memcpy(&request->env, &call->env, sizeof(request->env));
	err = hands_ask(head->requests_fd, request, NULL);
	head->calls->serial = request->serial;
	return err;
}

/* One that cannot be run has not refused anything. */
void script4_run(struct head4 *head)
{
	struct script4 *calls = head->calls;
	int err;

	while (calls->count && !calls->is_running) {
		err = start(head, &calls->call[0]);
		calls->is_running = !err;
		if (!err)
			return;
		log_error("script %s: %s",
			  script_reason_name(calls->call[0].reason),
			  strerror(-err));
		remove_first(calls);
	}
}

void script4_add(struct head4 *head, enum script_reason reason, bool has_before)
{
	struct script4 *calls = head->calls;
	struct call *call;

	if (!head->script)
		return;
	if (calls->count == CALLS_MAX) {
		log_warning("script %s is left out: %d calls wait already",
			    script_reason_name(reason), CALLS_MAX);
		return;
	}
	call = &calls->call[calls->count++];
	call->reason = reason;
	call->turn = head->turn;
	fill(head, call, has_before);
}

void script4_cancel(struct head4 *head)
{
	struct script4 *calls = head->calls;

	if (calls->count > (calls->is_running ? 1 : 0))
		calls->count--;
}

static bool may_refuse(enum script_reason reason)
{
	return reason == SCRIPT_BOUND || reason == SCRIPT_RENEW ||
	       reason == SCRIPT_REBIND || reason == SCRIPT_REBOOT;
}

void script4_ended(struct head4 *head, const struct hands_script_end *end)
{
	struct script4 *calls = head->calls;
	enum script_reason reason;
	bool refuses;

	if (!calls->is_running || end->serial != calls->serial)
		return;
	reason = calls->call[0].reason;
	/* An answer about a lease that is not the one in use says nothing. */
	refuses = end->status != 0 && may_refuse(reason) &&
		  calls->call[0].turn == head->turn && !head->is_ending;
	remove_first(calls);
	if (end->status != 0)
		log_warning("script %s: exit status %d%s",
			    script_reason_name(reason), (int)end->status,
			    end->timed_out ? ", it took too long" : "");
	script4_run(head);
	if (refuses)
		head4_tell(head, MACHINE4_ON_REFUSED);
}
