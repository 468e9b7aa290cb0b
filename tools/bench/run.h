/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run - one measured run: starts transactions, matches answers, times out.
 *
 * Closed loop (rate 0): `window` transactions are always under way. Open loop:
 * transactions start on a schedule whatever the server does, and latency counts
 * from the scheduled time, so that a server that stalls does not hide it.
 */
#ifndef DHCP4O6_TOOLS_RUN_H
#define DHCP4O6_TOOLS_RUN_H

#include <signal.h>

#include "client.h"
#include "histogram.h"
#include "link.h"

enum run_phase {
	PHASE_OFFER,       /* DISCOVER to OFFER */
	PHASE_ACK,         /* REQUEST to ACK */
	PHASE_TRANSACTION, /* DISCOVER to ACK */
	PHASE_COUNT,
};

struct run_config {
	bool renew;          /* a renewal each, instead of a DORA */
	uint32_t window;     /* most transactions under way */
	double rate;         /* transactions a second; 0: closed loop */
	int64_t duration_ns; /* 0: each client once */
	int64_t timeout_ns;  /* without an answer a message is lost */
	const volatile sig_atomic_t
		*stop;      /* ends the run when not 0; or NULL */
	unsigned int tries; /* sendings of a message before giving up */
};

struct run_stats {
	struct histogram latency[PHASE_COUNT];
	uint64_t started; /* transactions */
	uint64_t completed;
	uint64_t failed;    /* gave up, NAK, duplicate address */
	uint64_t postponed; /* open loop: due, but no client or window free */
	uint64_t sent;      /* messages */
	uint64_t lost;      /* of these got no answer in time */
	uint64_t received;
	uint64_t verdict[VERDICT_COUNT];
	int64_t duration_ns; /* from the first start to the last end */
};

/* 0, or a negative errno when the network or memory failed. */
int run_bench(struct population *pop, struct link *link,
	      const struct run_config *config, struct run_stats *stats);

#endif /* DHCP4O6_TOOLS_RUN_H */
