/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * render - control answers as text for people, by the rules of shapes.h.
 *
 * Nothing here knows the name of a counter: what a daemon adds is shown.
 */
#ifndef DHCP4O6_TOOLS_RENDER_H
#define DHCP4O6_TOOLS_RENDER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#define RENDER_WIDTH 80 /* columns; longer texts are wrapped */

struct render {
	FILE *out;
	bool all;         /* rows that are zero, too */
	json_t *previous; /* the same object, earlier; or NULL */
	double elapsed_s; /* since then */
};

/* A whole answer: {"server6": {...}, "server4": {...}}. */
void render_stats(const struct render *render, json_t *answer);

/* Leases: one a line, or one with all that is known of it. */
void render_lease_heading(FILE *out);
void render_lease(FILE *out, json_t *lease);
void render_lease6_heading(FILE *out);
void render_lease6(FILE *out, json_t *lease);
void render_lease_full(FILE *out, json_t *lease);

#endif /* DHCP4O6_TOOLS_RENDER_H */
