/* SPDX-License-Identifier: BSD-2-Clause */
#include "seqpacket.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Room for the descriptors of one message, aligned as cmsg wants it. */
union fd_space {
	char space[CMSG_SPACE(sizeof(int) * SEQPACKET_FDS_MAX)];
	struct cmsghdr align;
};

int seqpacket_send(int sock, const void *msg, size_t len, const int *fds,
		   size_t count)
{
	union fd_space control = { .space = { 0 } };
	struct iovec iov = { .iov_base = (void *)(uintptr_t)msg,
			     .iov_len = len };
	struct msghdr hdr = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *cmsg;

	if (count > SEQPACKET_FDS_MAX)
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
	while (sendmsg(sock, &hdr, MSG_NOSIGNAL) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return 0;
}

/* Those that find no room are closed; false if there were any. */
static bool take_fds(struct msghdr *hdr, int *fds, size_t *count)
{
	size_t room = *count, here, i;
	struct cmsghdr *cmsg;
	bool is_all = true;
	int fd;

	*count = 0;
	for (cmsg = CMSG_FIRSTHDR(hdr); cmsg; cmsg = CMSG_NXTHDR(hdr, cmsg)) {
		if (cmsg->cmsg_level != SOL_SOCKET ||
		    cmsg->cmsg_type != SCM_RIGHTS)
			continue;
		here = (cmsg->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (i = 0; i < here; i++) {
			memcpy(&fd, CMSG_DATA(cmsg) + i * sizeof(int),
			       sizeof(fd));
			if (*count < room) {
				fds[(*count)++] = fd;
				continue;
			}
			close(fd);
			is_all = false;
		}
	}
	return is_all;
}

void seqpacket_close_all(const int *fds, size_t count)
{
	while (count)
		close(fds[--count]);
}

int seqpacket_recv(int sock, void *msg, size_t *len, int *fds, size_t *count)
{
	union fd_space control;
	struct iovec iov = { .iov_base = msg, .iov_len = *len };
	struct msghdr hdr = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.space,
		.msg_controllen = sizeof(control.space),
	};
	size_t room = *count;
	ssize_t n;

	*count = 0;
	do
		n = recvmsg(sock, &hdr, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == ECONNRESET ? -EPIPE : -errno;
	*count = room;
	if (n == 0) {
		/* The end; or an empty message, which may have descriptors. */
		(void)take_fds(&hdr, fds, count);
		seqpacket_close_all(fds, *count);
		*count = 0;
		return -EPIPE;
	}
	if (take_fds(&hdr, fds, count) &&
	    !(hdr.msg_flags & (MSG_TRUNC | MSG_CTRUNC))) {
		*len = (size_t)n;
		return 0;
	}
	seqpacket_close_all(fds, *count);
	*count = 0;
	return -EBADMSG;
}

int seqpacket_wait(int sock, struct mono_time limit)
{
	struct pollfd wait = { .fd = sock, .events = POLLIN };
	int64_t left_ms;
	int n;

	do {
		left_ms = mono_diff_ms(limit, mono_now());
		n = poll(&wait, 1, left_ms > 0 ? (int)left_ms : 0);
	} while (n < 0 && errno == EINTR);
	return n == 1 ? 0 : -ETIMEDOUT;
}
