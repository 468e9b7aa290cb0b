/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl - the parts of the control protocol that both ends share. */
#include "dhcp4o6/ctl/ctl_server.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const char *ctl_code_text(int code)
{
	switch (code) {
#define CTL_CODE_CASE(suffix, number, text) \
	case number:                        \
		return text;
		CTL_CODE_TABLE(CTL_CODE_CASE)
#undef CTL_CODE_CASE
	default:
		return "unknown code";
	}
}

int ctl_socket_path(char path[CTL_PATH_MAX], const char *dir,
		    const char *program, unsigned int port)
{
	int len = snprintf(path, CTL_PATH_MAX, "%s/%s-%u.sock", dir, program,
			   port);

	return len > 0 && len < CTL_PATH_MAX ? 0 : -ENAMETOOLONG;
}

int ctl_request_decode(const char *line, size_t len, json_t **request,
		       const char **command, json_t **args)
{
	json_t *root = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
	json_t *given;

	*request = NULL;
	*args = NULL;
	*command = json_string_value(json_object_get(root, "command"));
	given = json_object_get(root, "args");
	if (!*command || (given && !json_is_object(given))) {
		json_decref(root);
		*command = NULL;
		return -EBADMSG;
	}
	*args = given;
	*request = root;
	return 0;
}

int ctl_arg_string(const struct ctl_request *request, const char *name,
		   const char **value)
{
	json_t *arg = json_object_get(request->args, name);

	if (!arg)
		return 0;
	if (!json_is_string(arg))
		return -EINVAL;
	*value = json_string_value(arg);
	return 1;
}

int ctl_arg_uint(const struct ctl_request *request, const char *name,
		 uint64_t *value)
{
	json_t *arg = json_object_get(request->args, name);

	if (!arg)
		return 0;
	if (!json_is_integer(arg) || json_integer_value(arg) < 0)
		return -EINVAL;
	*value = (uint64_t)json_integer_value(arg);
	return 1;
}
