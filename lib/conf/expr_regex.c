// SPDX-License-Identifier: BSD-2-Clause
#include "expr_regex.h"

#include <errno.h>

static int compile(struct conf_regex *regex)
{
	int err = regcomp(&regex->compiled, regex->pattern, regex->flags);

	regex->is_compiled = !err;
	regex->tried = 0;
	return err;
}

int conf_regex_init(struct conf_regex *regex, const char *pattern, int flags)
{
	regex->pattern = pattern;
	regex->flags = flags;
	return compile(regex);
}

void conf_regex_fini(struct conf_regex *regex)
{
	if (regex->is_compiled)
		regfree(&regex->compiled);
	regex->is_compiled = false;
}

/* A text of any length is tried; the next one pays for it. */
int conf_regex_try(struct conf_regex *regex, const char *text, size_t len,
		   bool *matches)
{
	int err;

	if (regex->tried >= CONF_REGEX_TRIED_MAX)
		conf_regex_fini(regex);
	if (!regex->is_compiled && compile(regex))
		return -ENOMEM;
	regex->tried += len + 1;
	err = regexec(&regex->compiled, text, 0, NULL, 0);
	*matches = err == 0;
	return err == 0 || err == REG_NOMATCH ? 0 : -ENOMEM;
}
