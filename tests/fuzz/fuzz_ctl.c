/* SPDX-License-Identifier: BSD-2-Clause */
/* A request line of the control protocol, and the arguments out of it. */
#include <stdlib.h>

#include "dhcp4o6/ctl/ctl_server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ctl_request request = { 0 };
	const char *word = NULL;
	json_t *root = NULL;
	uint64_t number = 0;

	if (ctl_request_decode((const char *)data, size, &root,
			       &request.command, &request.args)) {
		if (root || request.command)
			abort();
		return 0;
	}
	if (!root || !request.command)
		abort();
	if (ctl_arg_string(&request, "state", &word) == 1 && !word)
		abort();
	ctl_arg_uint(&request, "limit", &number);
	json_decref(root);
	return 0;
}
