/* SPDX-License-Identifier: BSD-2-Clause */
#include "script6.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp4o6/base/log.h"

struct call {
	struct call *next;
	struct script6_about about;
	size_t count;
	size_t used;
	char text[];
};

struct script6 {
	struct script6_config config;
	struct call *first; /* the one that runs, if one does */
	struct call **last;
	size_t count;
	bool is_running;
	uint32_t serial; /* of the request that runs it */
};

int script6_new(struct script6 **scripts, const struct script6_config *config)
{
	struct script6 *self = calloc(1, sizeof(*self));

	*scripts = self;
	if (!self)
		return -ENOMEM;
	self->config = *config;
	self->last = &self->first;
	return 0;
}

static void drop_first(struct script6 *scripts)
{
	struct call *call = scripts->first;

	scripts->first = call->next;
	if (!scripts->first)
		scripts->last = &scripts->first;
	scripts->count--;
	free(call);
}

void script6_free(struct script6 *scripts)
{
	if (!scripts)
		return;
	while (scripts->first)
		drop_first(scripts);
	free(scripts);
}

/* The request's environment is where hands_encode() reads it. */
static int start(struct script6 *scripts, const struct call *call)
{
	struct hands_request *request = scripts->config.request;
	int err;

	request->type = HANDS_RUN_SCRIPT;
	request->slot = scripts->config.slot;
	request->timeout_s = SCRIPT6_TIMEOUT_S;
	request->env.count = call->count;
	request->env.used = call->used;
	memcpy(request->env.text, call->text, call->used);
	err = hands_ask(scripts->config.requests_fd, request, NULL);
	scripts->serial = request->serial;
	return err;
}

static void end_first(struct script6 *scripts, int status)
{
	const struct script6_about about = scripts->first->about;

	drop_first(scripts);
	scripts->config.ended(scripts->config.arg, &about, status);
}

/* Until one runs. What ends may add more. */
static void go_on(struct script6 *scripts)
{
	int err;

	while (scripts->first && !scripts->is_running) {
		err = start(scripts, scripts->first);
		scripts->is_running = !err;
		if (!err)
			return;
		if (err != -ENOENT)
			log_warning("%s: the script is not run for %s: %s",
				    scripts->config.interface,
				    script_reason_name(
					    scripts->first->about.reason),
				    strerror(-err));
		end_first(scripts, 0);
	}
}

static void say_what_is_missing(const struct script6 *scripts,
				const struct script_env *env)
{
	if (env->unsafe || env->unroomed)
		log_info("%s: the script is not told %u values that are not "
			 "safe and %u that find no room",
			 scripts->config.interface, env->unsafe, env->unroomed);
}

void script6_call(struct script6 *scripts, const struct script6_about *about,
		  const struct script_env *env)
{
	struct call *call = NULL;

	if (scripts->count < SCRIPT6_QUEUE_MAX)
		call = malloc(sizeof(*call) + env->used);
	if (!call) {
		log_warning("%s: the script is not run for %s: too many calls "
			    "wait",
			    scripts->config.interface,
			    script_reason_name(about->reason));
		return;
	}
	say_what_is_missing(scripts, env);
	call->next = NULL;
	call->about = *about;
	call->count = env->count;
	call->used = env->used;
	memcpy(call->text, env->text, env->used);
	*scripts->last = call;
	scripts->last = &call->next;
	scripts->count++;
	if (scripts->count == 1)
		go_on(scripts);
}

void script6_handle_end(struct script6 *scripts,
			const struct hands_script_end *end)
{
	if (!scripts->is_running || end->serial != scripts->serial)
		return;
	scripts->is_running = false;
	end_first(scripts, end->status);
	go_on(scripts);
}

bool script6_is_idle(const struct script6 *scripts)
{
	return scripts->count == 0;
}
