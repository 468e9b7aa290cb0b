/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_client - the tools' end of the control protocol. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "dhcp4o6/ctl/ctl.h"

#define READ_CHUNK    65536
#define ITEM_LINE_MAX (64U * 1024 * 1024) /* octets; a daemon gone mad */

struct ctl_client {
	int fd;
	int timeout_ms;
	char *buf;
	size_t len;      /* octets in buf */
	size_t size;     /* of buf */
	size_t taken;    /* octets of buf that were lines already returned */
	size_t searched; /* octets of buf known to hold no newline */
	int code;
	char text[512];
};

/* A daemon that hangs takes nobody in, and its queue is short. */
static int connect_in_time(const struct ctl_client *client,
			   const struct sockaddr_un *addr)
{
	const struct timeval limit = {
		.tv_sec = client->timeout_ms / 1000,
		.tv_usec = client->timeout_ms % 1000 * 1000,
	};

	if (setsockopt(client->fd, SOL_SOCKET, SO_SNDTIMEO, &limit,
		       sizeof(limit)))
		return -errno;
	if (!connect(client->fd, (const struct sockaddr *)addr, sizeof(*addr)))
		return 0;
	return errno == EAGAIN ? -ETIMEDOUT : -errno;
}

int ctl_client_open(struct ctl_client **client, const char *path,
		    int timeout_ms)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	size_t len = strlen(path);
	struct ctl_client *c;
	int err;

	if (len == 0 || len >= sizeof(addr.sun_path))
		return -ENAMETOOLONG;
	memcpy(addr.sun_path, path, len + 1);
	c = calloc(1, sizeof(*c));
	if (!c)
		return -ENOMEM;
	c->timeout_ms = timeout_ms;
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0) {
		err = -errno;
		goto out_client;
	}
	err = connect_in_time(c, &addr);
	if (err)
		goto out_fd;
	*client = c;
	return 0;

out_fd:
	close(c->fd);
out_client:
	free(c);
	return err;
}

void ctl_client_close(struct ctl_client *client)
{
	if (!client)
		return;
	close(client->fd);
	free(client->buf);
	free(client);
}

/* 0 when the socket is ready for events, or has failed. */
static int wait_for(const struct ctl_client *client, short events)
{
	struct pollfd pfd = { .fd = client->fd, .events = events };
	int n;

	do {
		n = poll(&pfd, 1, client->timeout_ms);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return n == 0 ? -ETIMEDOUT : 0;
}

static int send_all(const struct ctl_client *client, const char *data,
		    size_t len)
{
	while (len > 0) {
		ssize_t n = send(client->fd, data, len,
				 MSG_NOSIGNAL | MSG_DONTWAIT);
		int err;

		if (n >= 0) {
			data += n;
			len -= (size_t)n;
			continue;
		}
		if (errno != EAGAIN && errno != EINTR)
			return errno == ECONNRESET ? -EPIPE : -errno;
		err = wait_for(client, POLLOUT);
		if (err)
			return err;
	}
	return 0;
}

int ctl_client_send(struct ctl_client *client, const char *command,
		    json_t *args)
{
	json_t *request = json_pack("{s:s}", "command", command);
	char *line = NULL;
	size_t len;
	int err = -ENOMEM;

	client->code = CTL_FAILED;
	client->text[0] = '\0';
	if (!request || (args && json_object_set(request, "args", args)))
		goto out_request;
	line = json_dumps(request, JSON_COMPACT);
	if (!line)
		goto out_request;
	len = strlen(line);
	line[len] = '\n'; /* in place of the NUL: len + 1 octets go out */
	err = send_all(client, line, len + 1);
	free(line);
out_request:
	json_decref(request);
	return err;
}

/* Makes room for another chunk. */
static int make_room(struct ctl_client *client)
{
	size_t size = client->size;
	char *buf;

	if (client->taken > 0) {
		client->len -= client->taken;
		client->searched -= client->taken;
		memmove(client->buf, client->buf + client->taken, client->len);
		client->taken = 0;
	}
	if (client->len > ITEM_LINE_MAX)
		return -EBADMSG;
	if (size - client->len >= READ_CHUNK)
		return 0;
	size = size ? size * 2 : 2 * READ_CHUNK;
	buf = realloc(client->buf, size);
	if (!buf)
		return -ENOMEM;
	client->buf = buf;
	client->size = size;
	return 0;
}

static int receive(struct ctl_client *client)
{
	ssize_t n;
	int err = make_room(client);

	if (!err)
		err = wait_for(client, POLLIN);
	if (err)
		return err;
	do {
		n = recv(client->fd, client->buf + client->len, READ_CHUNK, 0);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == ECONNRESET ? -EPIPE : -errno;
	if (n == 0)
		return -EPIPE;
	client->len += (size_t)n;
	return 0;
}

/* 0 with the next line, without its newline; it is valid until the next call */
static int next_line(struct ctl_client *client, const char **line, size_t *len)
{
	for (;;) {
		char *start = client->buf + client->searched;
		char *end = NULL;
		int err;

		if (client->len > client->searched)
			end = memchr(start, '\n',
				     client->len - client->searched);
		if (end) {
			*line = client->buf + client->taken;
			*len = (size_t)(end - *line);
			client->taken += *len + 1;
			client->searched = client->taken;
			return 0;
		}
		client->searched = client->len;
		err = receive(client);
		if (err)
			return err;
	}
}

/* 0 if line is a proper end line. */
static int take_end(struct ctl_client *client, json_t *line)
{
	json_t *code = json_object_get(line, "code");
	const char *text = json_string_value(json_object_get(line, "text"));

	if (!json_is_true(json_object_get(line, "end")) ||
	    !json_is_integer(code))
		return -EBADMSG;
	client->code = (int)json_integer_value(code);
	snprintf(client->text, sizeof(client->text), "%s", text ? text : "");
	return 0;
}

int ctl_client_next(struct ctl_client *client, json_t **item)
{
	const char *text;
	json_t *line;
	size_t len;
	int err = next_line(client, &text, &len);

	if (err)
		return err;
	line = json_loadb(text, len, 0, NULL);
	if (!line)
		return -EBADMSG;
	*item = json_object_get(line, "item");
	if (*item) {
		json_incref(*item);
		err = 1;
	} else {
		err = take_end(client, line);
	}
	json_decref(line);
	return err;
}

int ctl_client_code(const struct ctl_client *client)
{
	return client->code;
}

const char *ctl_client_text(const struct ctl_client *client)
{
	return client->text[0] ? client->text : ctl_code_text(client->code);
}
