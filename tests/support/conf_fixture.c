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

struct conf *parse4(const char *text)
{
	struct findings findings = { 0 };
	struct conf *conf;
	int err;

	err = conf_parse(&conf, text, strlen(text), "test", CONF_DHCP4, true,
			 count_finding, &findings);
	if (err)
		fail_msg("%s", strbuf_text(&findings.text));
	strbuf_fini(&findings.text);
	return conf;
}
