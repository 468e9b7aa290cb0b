/* SPDX-License-Identifier: BSD-2-Clause */
/* ip_json - see the header. */
#include "ip_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <net/if.h>

#define OUTPUT_MAX (1U << 18)

static char output[OUTPUT_MAX];

void ip_run(const char *command)
{
	if (system(command))
		fail_msg("%s", command);
}

static void read_output(const char *command)
{
	FILE *f = popen(command, "r");
	size_t len;

	assert_non_null(f);
	len = fread(output, 1, sizeof(output) - 1, f);
	output[len] = '\0';
	if (pclose(f))
		fail_msg("%s", command);
}

json_t *ip_json(const char *command)
{
	json_error_t error;
	json_t *all;

	read_output(command);
	all = json_loads(*output ? output : "[]", 0, &error);
	if (!json_is_array(all))
		fail_msg("%s: %s", command, error.text);
	return all;
}

uint32_t ip_ifindex(const char *name)
{
	unsigned int ifindex = if_nametoindex(name);

	assert_true(ifindex > 0);
	return ifindex;
}

json_t *ip_find_addr(const char *name, const char *addr, json_t **all)
{
	char command[128];
	json_t *info, *one;
	size_t i;

	snprintf(command, sizeof(command), "ip -j addr show dev %s", name);
	*all = ip_json(command);
	info = json_object_get(json_array_get(*all, 0), "addr_info");
	json_array_foreach(info, i, one)
	{
		const char *local =
			json_string_value(json_object_get(one, "local"));

		if (local && !strcmp(local, addr))
			return one;
	}
	return NULL;
}

/* Of what `ip route' says, the carrier is no property of the route. */
static void forget(char *text, const char *word)
{
	size_t len = strlen(word);

	for (char *at = text; (at = strstr(at, word));)
		memmove(at, at + len, strlen(at + len) + 1);
}

const char *ip_routes(const char *what)
{
	char command[128];

	snprintf(command, sizeof(command), "ip -4 route show %s", what);
	read_output(command);
	forget(output, " linkdown");
	for (char *at = output; (at = strstr(at, " \n"));)
		memmove(at, at + 1, strlen(at + 1) + 1);
	return output;
}
