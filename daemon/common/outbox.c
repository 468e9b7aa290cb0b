/* SPDX-License-Identifier: BSD-2-Clause */
#include "outbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

struct event {
	struct event *next;
	size_t fd_count;
	size_t len;
	int fds[SEQPACKET_FDS_MAX];
	unsigned char msg[];
};

struct outbox {
	struct loop *loop;
	int fd;
	bool is_waiting; /* EPOLLOUT is asked for */
	struct event *first;
	struct event **last;
	size_t count;
};

static void event_free(struct event *event)
{
	seqpacket_close_all(event->fds, event->fd_count);
	free(event);
}

static void outbox_flush(struct outbox *box)
{
	struct event *event;
	int err;

	while ((event = box->first)) {
		err = seqpacket_send(box->fd, event->msg, event->len,
				     event->fds, event->fd_count);
		if (err == -EAGAIN)
			break;
		/* Any other error: who reads is gone, which SIGCHLD tells. */
		box->first = event->next;
		if (!box->first)
			box->last = &box->first;
		box->count--;
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

int outbox_post(struct outbox *box, const void *msg, size_t len, const int *fds,
		size_t count)
{
	struct event *event = calloc(1, sizeof(*event) + len);

	if (!event || count > SEQPACKET_FDS_MAX) {
		seqpacket_close_all(fds, count);
		free(event);
		return -ENOMEM;
	}
	memcpy(event->msg, msg, len);
	event->len = len;
	event->fd_count = count;
	if (count)
		memcpy(event->fds, fds, count * sizeof(*fds));
	*box->last = event;
	box->last = &event->next;
	box->count++;
	outbox_flush(box);
	return 0;
}

size_t outbox_count(const struct outbox *box)
{
	return box->count;
}
