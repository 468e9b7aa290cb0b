/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

void count_finding(void *arg, enum conf_severity severity, const char *text)
{
	struct findings *findings = arg;

	findings->warnings += severity == CONF_WARNING;
	findings->errors += severity == CONF_ERROR;
	strbuf_add(&findings->text, text);
	strbuf_add_char(&findings->text, '\n');
}

static struct conf *parse(const char *text, enum conf_family family)
{
	struct findings findings = { 0 };
	struct conf *conf;
	int err;

	err = conf_parse(&conf, text, strlen(text), "test", family, true,
			 count_finding, &findings);
	if (err)
		fail_msg("%s", strbuf_text(&findings.text));
	strbuf_fini(&findings.text);
	return conf;
}

struct conf *parse4(const char *text)
{
	return parse(text, CONF_DHCP4);
}

struct conf *parse6(const char *text)
{
	return parse(text, CONF_DHCP6);
}
