/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_connection - a connection, as the server and the replies see it. */
#ifndef LIB_CTL_CTL_CONNECTION_H
#define LIB_CTL_CTL_CONNECTION_H

#include "dhcp4o6/base/strbuf.h"
#include "dhcp4o6/ctl/ctl_server.h"

struct connection {
	struct ctl_request request; /* first: handlers get a pointer to it */
	struct ctl_server *server;
	int fd;       /* -1: this place is free */
	bool eof;     /* no more requests will come */
	bool closing; /* close once the output is written */
	bool ended;   /* the end line of the current answer is in out */
	bool waiting; /* the handler is called again after a wake-up */
	const struct ctl_command *command; /* being answered, or NULL */
	json_t *root;                      /* owns the request's strings */
	char *in;                          /* CTL_REQUEST_MAX octets */
	size_t in_len;
	struct strbuf out;
	size_t out_pos; /* octets of out that were written */
	struct mono_time progress;
};

static inline struct connection *connection_of(struct ctl_request *request)
{
	return (struct connection *)(void *)request;
}

/* Octets that the client has not taken yet. */
static inline size_t connection_pending(const struct connection *conn)
{
	return conn->out.len - conn->out_pos;
}

#endif /* LIB_CTL_CTL_CONNECTION_H */
