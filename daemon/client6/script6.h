/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * script6 - calls of an interface's script, one after the other, by the hands.
 * A call that fails to start counts as one that ended well.
 */
#ifndef DHCP4O6_CLIENT6_SCRIPT6_H
#define DHCP4O6_CLIENT6_SCRIPT6_H

#include "../client/hands_msg.h"

#define SCRIPT6_QUEUE_MAX 128 /* calls that wait; the newest are left out */
#define SCRIPT6_TIMEOUT_S 60

struct script6; /* opaque */

/* What a call was about; of its caller. */
struct script6_about {
	enum script_reason reason;
	struct in6_addr addr; /* :: of none */
};

/* A call has ended, or there is no script. */
typedef void script6_ended(void *arg, const struct script6_about *about,
			   int status);

struct script6_config {
	int requests_fd;
	uint8_t slot;
	const char *interface;
	struct hands_request *request; /* scratch */
	script6_ended *ended;
	void *arg;
};

int script6_new(struct script6 **scripts, const struct script6_config *config);
void script6_free(struct script6 *scripts); /* NULL is allowed */

/* Queues a call: env, of which a copy is kept. */
void script6_call(struct script6 *scripts, const struct script6_about *about,
		  const struct script_env *env);
/* The hands say that a script has ended. */
void script6_handle_end(struct script6 *scripts,
			const struct hands_script_end *end);
bool script6_is_idle(const struct script6 *scripts);

#endif /* DHCP4O6_CLIENT6_SCRIPT6_H */
