/* SPDX-License-Identifier: BSD-2-Clause */
/* hands_private - what the files of hands share. */
#ifndef DHCP4O6_CLIENT_HANDS_PRIVATE_H
#define DHCP4O6_CLIENT_HANDS_PRIVATE_H

#include "../common/outbox.h"
#include "dhcp4o6/base/loop.h"
#include "hands.h"
#include "script_run.h"

/* An interface of the command line. */
struct slot {
	struct hands *hands;
	const char *name;
	uint32_t ifindex;       /* 0: there is none of that name */
	struct script_run *run; /* NULL: it has no script */
	uint32_t script_serial; /* of the request that runs it */
};

struct hands {
	struct hands_config config;
	struct loop *loop;
	struct net_mon *mon;
	struct net_conf *conf;
	struct outbox *outbox;
	struct loop_timer *stop_timer;
	struct slot slots[CLIENT_INTERFACES_MAX];
	const char *names[CLIENT_INTERFACES_MAX];
	bool is_synced; /* the start state is known; changes are followed */
	bool is_ready;  /* the head has said so, once */
	bool is_stopping;
	bool head_is_gone;
	int status;
	/* Lines that the head has caused since then: hands_may_complain(). */
	struct mono_time complained_since;
	uint32_t complaints;
	/* The request that is being done. */
	struct hands_request request;
	uint8_t octets[HANDS_REQUEST_MAX];
};

/* May one more line be logged that the head can cause as often as it likes? */
bool hands_may_complain(struct hands *hands);

/* Tells the head; one that does not listen is stopped. */
void hands_post(struct hands *hands, const struct hands_event *event);

/* ---- hands_link.c ---- */

extern const struct net_mon_handlers hands_link_handlers; /* arg: hands */

/* Tells all that is there. */
void hands_tell_links(struct hands *hands);

/* ---- hands_do.c ---- */

/* Does hands->request: 0 or a negative errno; *fd, -1 before, may be set. */
int hands_do(struct hands *hands, int *fd);

#endif /* DHCP4O6_CLIENT_HANDS_PRIVATE_H */
