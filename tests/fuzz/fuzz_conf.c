// SPDX-License-Identifier: BSD-2-Clause
/*
 * A configuration of any octets: parsed as each server's file; what parses is
 * printed, and the print must parse and print the same. The first octet picks
 * the family and -4o6. Nothing is included: files are not the fuzzer's to open.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dhcp4o6/conf/conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void count_error(void *arg, enum conf_severity severity,
			const char *text)
{
	size_t *errors = arg;

	if (strlen(text) == 0)
		abort();
	*errors += severity == CONF_ERROR;
}

static struct conf *parse(const char *text, size_t len, uint8_t mode)
{
	enum conf_family family = mode & 1 ? CONF_DHCP6 : CONF_DHCP4;
	struct conf *conf;
	size_t errors = 0;
	int err;

	err = conf_parse(&conf, text, len, "fuzz", family, mode & 2,
			 count_error, &errors);
	if ((err != 0) != (errors > 0) || (err != 0) != (conf == NULL))
		abort();
	return conf;
}

static void check_print(const struct conf *conf, uint8_t mode)
{
	struct strbuf first = STRBUF_INIT;
	struct strbuf second = STRBUF_INIT;
	struct conf *again;

	conf_print(conf, &first);
	again = parse(strbuf_text(&first), first.len, mode);
	if (!again)
		abort();
	conf_print(again, &second);
	if (strcmp(strbuf_text(&first), strbuf_text(&second)) != 0)
		abort();
	conf_free(again);
	strbuf_fini(&first);
	strbuf_fini(&second);
}

static int has_include(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i + 7 <= len; i++) {
		if (strncasecmp(text + i, "include", 7) == 0)
			return 1;
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data + 1;
	struct conf *conf;

	if (size < 1 || has_include(text, size - 1))
		return 0;
	conf = parse(text, size - 1, data[0]);
	if (conf)
		check_print(conf, data[0]);
	conf_free(conf);
	return 0;
}
