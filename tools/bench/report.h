/* SPDX-License-Identifier: BSD-2-Clause */
/* report - results for people, and as JSON. */
#ifndef DHCP4O6_TOOLS_REPORT_H
#define DHCP4O6_TOOLS_REPORT_H

#include <jansson.h>
#include <stdio.h>

#include "run.h"

/* name: "dora", "renew", ... */
void report_print(FILE *out, const char *name, const struct run_config *config,
		  const struct run_stats *stats);
json_t *report_json(const char *name, const struct run_stats *stats);

/* Messages lost, in per cent of those sent; 0 if none was. */
double report_loss(const struct run_stats *stats);
/*
 * No wrong answer, and no more than allowed_loss per cent of the messages lost
 * or of the transactions refused, given up or not started in time.
 */
bool report_is_good(const struct run_stats *stats, double allowed_loss);

#endif /* DHCP4O6_TOOLS_REPORT_H */
