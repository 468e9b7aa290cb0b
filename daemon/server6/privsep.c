/* SPDX-License-Identifier: BSD-2-Clause */
#include "privsep.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dhcp4o6/base/clock.h"

#define ANSWER_TIMEOUT_MS 2000

/* Room for the descriptors of one message, aligned as cmsg wants it. */
union fd_space {
	char space[CMSG_SPACE(sizeof(int) * PRIVSEP_FDS_MAX)];
	struct cmsghdr align;
};

int privsep_send(int fd, const struct privsep_msg *msg, const int *fds,
		 size_t count)
{
	union fd_space control = { .space = { 0 } };
	struct iovec iov = { .iov_base = (void *)(uintptr_t)msg,
			     .iov_len = sizeof(*msg) };
	struct msghdr hdr = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *cmsg;

	if (count > PRIVSEP_FDS_MAX)
		return -EINVAL;
	if (count) {
		hdr.msg_control = control.space;
		hdr.msg_controllen = CMSG_SPACE(sizeof(int) * count);
		cmsg = CMSG_FIRSTHDR(&hdr);
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(sizeof(int) * count);
		memcpy(CMSG_DATA(cmsg), fds, sizeof(int) * count);
	}
	while (sendmsg(fd, &hdr, MSG_NOSIGNAL) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return 0;
}

static size_t take_fds(struct msghdr *hdr, int *fds)
{
	struct cmsghdr *cmsg;
	size_t count = 0, here;

	for (cmsg = CMSG_FIRSTHDR(hdr); cmsg; cmsg = CMSG_NXTHDR(hdr, cmsg)) {
		if (cmsg->cmsg_level != SOL_SOCKET ||
		    cmsg->cmsg_type != SCM_RIGHTS)
			continue;
		here = (cmsg->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		if (here > PRIVSEP_FDS_MAX - count)
			here = PRIVSEP_FDS_MAX - count;
		memcpy(fds + count, CMSG_DATA(cmsg), here * sizeof(int));
		count += here;
	}
	return count;
}

static void close_all(const int *fds, size_t count)
{
	while (count)
		close(fds[--count]);
}

int privsep_recv(int fd, struct privsep_msg *msg, int *fds, size_t *count)
{
	union fd_space control;
	struct iovec iov = { .iov_base = msg, .iov_len = sizeof(*msg) };
	struct msghdr hdr = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.space,
		.msg_controllen = sizeof(control.space),
	};
	ssize_t n;

	*count = 0;
	do
		n = recvmsg(fd, &hdr, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == ECONNRESET ? -EPIPE : -errno;
	if (n == 0)
		return -EPIPE;
	*count = take_fds(&hdr, fds);
	if ((size_t)n == sizeof(*msg) && msg->type < PRIVSEP_TYPE_COUNT &&
	    !(hdr.msg_flags & (MSG_TRUNC | MSG_CTRUNC)))
		return 0;
	close_all(fds, *count);
	*count = 0;
	return -EBADMSG;
}

/* The answer with that serial; what an earlier request waited for is dropped.
 */
static int await_answer(int sock, uint32_t serial, struct privsep_msg *answer,
			int *fds, size_t *count)
{
	struct pollfd wait = { .fd = sock, .events = POLLIN };
	struct mono_time limit = mono_add_ms(mono_now(), ANSWER_TIMEOUT_MS);
	int64_t left_ms;
	int err;

	for (;;) {
		left_ms = mono_diff_ms(limit, mono_now());
		if (poll(&wait, 1, left_ms > 0 ? (int)left_ms : 0) != 1)
			return -ETIMEDOUT;
		err = privsep_recv(sock, answer, fds, count);
		if (err || answer->serial == serial)
			return err;
		close_all(fds, *count);
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
	close_all(fds, count);
	if (!answer.error && fd)
		return -EBADMSG;
	return answer.error;
}
