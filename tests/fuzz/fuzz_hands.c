/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any octets as a request of a client's head. What is accepted is written again
 * octet by octet, and what a script would get is a list of plain variables.
 */
#include <stdlib.h>
#include <string.h>

#include "../../daemon/client/hands_msg.h"
#include "../../daemon/client/script_value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct hands_request request;
static uint8_t again[HANDS_REQUEST_MAX];

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void check_script(const struct script_env *env)
{
	const char *at;
	size_t count = 0;

	for (at = script_env_next(env, NULL); at;
	     at = script_env_next(env, at)) {
		require(script_value_is_plain(at));
		require(strchr(at, '=') && *at != '=');
		require(strncmp(at, "PATH=", 5) != 0);
		require(strncmp(at, "new_ip_address=", 15) != 0 ||
			!strpbrk(at, ";$`& '\""));
		count++;
	}
	require(count == env->count && count >= 4);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const slots[] = { "c0", "c1" };
	size_t again_len;

	if (hands_decode(data, len, slots, 2, &request))
		return 0;
	require(request.slot < 2 && request.type < HANDS_REQUEST_COUNT);
	require(request.type != HANDS_PUT_ADDR ||
		request.addr.ifindex == request.ifindex);
	if (request.type == HANDS_RUN_SCRIPT)
		check_script(&request.env);
	require(!hands_encode(&request, again, sizeof(again), &again_len));
	require(again_len == len && memcmp(again, data, len) == 0);
	return 0;
}
