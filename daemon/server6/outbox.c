/* SPDX-License-Identifier: BSD-2-Clause */
#include "outbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct event {
	struct event *next;
	struct privsep_msg msg;
	size_t fd_count;
	int fds[PRIVSEP_FDS_MAX];
};

struct outbox {
	struct loop *loop;
	int fd;
	bool is_waiting; /* EPOLLOUT is asked for */
	struct event *first;
	struct event **last;
};

static void event_free(struct event *event)
{
	while (event->fd_count)
		close(event->fds[--event->fd_count]);
	free(event);
}

static void outbox_flush(struct outbox *box)
{
	struct event *event;
	int err;

	while ((event = box->first)) {
		err = privsep_send(box->fd, &event->msg, event->fds,
				   event->fd_count);
		if (err == -EAGAIN)
			break;
		/* Any other error: the front is gone, which SIGCHLD tells. */
		box->first = event->next;
		if (!box->first)
			box->last = &box->first;
		event_free(event);
	}
	if (box->is_waiting != (box->first != NULL)) {
		box->is_waiting = box->first != NULL;
		loop_change_fd(box->loop, box->fd,
			       box->is_waiting ? EPOLLOUT : 0);
	}
}

static void outbox_writable(void *arg, uint32_t events)
{
	struct outbox *box = arg;

	if (events & (EPOLLHUP | EPOLLERR))
		loop_remove_fd(box->loop, box->fd);
	else
		outbox_flush(box);
}

int outbox_new(struct outbox **box, struct loop *loop, int fd)
{
	struct outbox *self = calloc(1, sizeof(*self));
	int flags, err;

	if (!self)
		return -ENOMEM;
	self->loop = loop;
	self->fd = fd;
	self->last = &self->first;
	flags = fcntl(fd, F_GETFL);
	err = fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 ? -errno : 0;
	if (!err)
		err = loop_add_fd(loop, fd, 0, outbox_writable, self);
	if (err) {
		free(self);
		return err;
	}
	*box = self;
	return 0;
}

void outbox_free(struct outbox *box)
{
	struct event *event;

	if (!box)
		return;
	loop_remove_fd(box->loop, box->fd);
	while ((event = box->first)) {
		box->first = event->next;
		event_free(event);
	}
	free(box);
}

int outbox_post(struct outbox *box, const struct privsep_msg *msg,
		const int *fds, size_t count)
{
	struct event *event = calloc(1, sizeof(*event));

	if (!event || count > PRIVSEP_FDS_MAX) {
		while (count)
			close(fds[--count]);
		free(event);
		return -ENOMEM;
	}
	event->msg = *msg;
	event->fd_count = count;
	if (count)
		memcpy(event->fds, fds, count * sizeof(*fds));
	*box->last = event;
	box->last = &event->next;
	outbox_flush(box);
	return 0;
}
