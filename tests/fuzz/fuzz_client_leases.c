/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arbitrary text as a client's lease file. What is read must be printed in a
 * text that gives the same once more, without a finding.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client_lease_same.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Interfaces that inputs may have leases of; others are not compared. */
static const char *const names[] = { "eth0", "c0", "a", "" };

static void touch(void *arg, const char *text)
{
	*(size_t *)arg += strlen(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strbuf out = STRBUF_INIT;
	struct client_leases *leases;
	size_t findings = 0;
	const char *what;
	char *text;

	/* Of its very size, so that a sanitizer sees a step too far. */
	text = malloc(size ? size : 1);
	if (!text || client_leases_new(&leases))
		abort();
	if (size)
		memcpy(text, data, size);
	if (client_leases_parse(leases, text, size, "fuzz", touch, &findings))
		abort();
	free(text);
	what = client_leases_differ(leases, names,
				    sizeof(names) / sizeof(names[0]), &out);
	if (what) {
		fprintf(stderr, "%s\n%s\n", what, strbuf_text(&out));
		abort();
	}
	strbuf_fini(&out);
	client_leases_free(leases);
	return 0;
}
