/* SPDX-License-Identifier: BSD-2-Clause */
#include "isc_fixture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dhcp4o6/lease/lease_record.h"

int isc_parse_copy(isc_parse *parse, const char *text, size_t len,
		   lease_store_visit *visit, void *arg,
		   struct isc_leases_report *report)
{
	char *copy = malloc(len ? len : 1);
	int err;

	if (!copy)
		abort();
	if (len)
		memcpy(copy, text, len);
	err = parse(copy, len, visit, arg, report);
	free(copy);
	return err;
}

size_t isc_read(const char *name, char *text, size_t size)
{
	FILE *f = fopen(name, "r");
	size_t len;

	assert_non_null(f);
	len = fread(text, 1, size, f);
	fclose(f);
	assert_true(len > 1000 && len < size);
	return len;
}

struct visits {
	isc_is_same *is_same;
	uint64_t leases;
};

static int check(void *arg, const struct lease *lease)
{
	uint8_t octets[LEASE_RECORD_MAX];
	struct wire_writer w = wire_writer(octets, sizeof(octets));
	struct visits *visits = arg;
	struct wire_reader r;
	struct lease back;

	visits->leases += lease->kind != LEASE_DUID6;
	if (lease_encode(lease, &w))
		abort();
	r = wire_reader(octets, wire_len(&w));
	if (lease_decode(&r, &back) || !visits->is_same(&back, lease))
		abort();
	return 0;
}

void isc_parse_anything(isc_parse *parse, const uint8_t *data, size_t size,
			isc_is_same *is_same)
{
	struct visits visits = { .is_same = is_same };
	struct isc_leases_report report;
	int err;

	err = isc_parse_copy(parse, (const char *)data, size, check, &visits,
			     &report);
	if ((err == -EBADMSG) != (report.fault_count > 0) &&
	    err != -EMEDIUMTYPE)
		abort();
	if (!err && visits.leases != report.declarations)
		abort();
}
