/* SPDX-License-Identifier: BSD-2-Clause */
#include "privsep.h"

#include <errno.h>

#define ANSWER_TIMEOUT_MS 2000

_Static_assert(PRIVSEP_FDS_MAX <= SEQPACKET_FDS_MAX, "all go in a message");

int privsep_send(int fd, const struct privsep_msg *msg, const int *fds,
		 size_t count)
{
	return seqpacket_send(fd, msg, sizeof(*msg), fds, count);
}

int privsep_post(struct outbox *box, const struct privsep_msg *msg,
		 const int *fds, size_t count)
{
	return outbox_post(box, msg, sizeof(*msg), fds, count);
}

int privsep_recv(int fd, struct privsep_msg *msg, int *fds, size_t *count)
{
	size_t len = sizeof(*msg);
	int err;

	*count = PRIVSEP_FDS_MAX;
	err = seqpacket_recv(fd, msg, &len, fds, count);
	if (err)
		return err;
	if (len == sizeof(*msg) && msg->type < PRIVSEP_TYPE_COUNT)
		return 0;
	seqpacket_close_all(fds, *count);
	*count = 0;
	return -EBADMSG;
}

/* The answer with that serial; what an earlier request waited for is dropped.
 */
static int await_answer(int sock, uint32_t serial, struct privsep_msg *answer,
			int *fds, size_t *count)
{
	struct mono_time limit = mono_add_ms(mono_now(), ANSWER_TIMEOUT_MS);
	int err;

	for (;;) {
		err = seqpacket_wait(sock, limit);
		if (err)
			return err;
		err = privsep_recv(sock, answer, fds, count);
		if (err || answer->serial == serial)
			return err;
		seqpacket_close_all(fds, *count);
	}
}

int privsep_ask(int sock, const struct privsep_msg *request, int *fd)
{
	static uint32_t last_serial; /* one process asks */
	struct privsep_msg numbered = *request;
	struct privsep_msg answer;
	int fds[PRIVSEP_FDS_MAX];
	size_t count;
	int err;

	numbered.serial = ++last_serial;
	err = privsep_send(sock, &numbered, NULL, 0);
	if (!err)
		err = await_answer(sock, numbered.serial, &answer, fds, &count);
	if (err)
		return err;
	if (fd && !answer.error && count == 1) {
		*fd = fds[0];
		return 0;
	}
	seqpacket_close_all(fds, count);
	if (!answer.error && fd)
		return -EBADMSG;
	return answer.error;
}
