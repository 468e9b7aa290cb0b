/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ctl_server - the daemon's end of the control protocol, on a struct loop.
 *
 * A command is a row of a table. Its handler gives items and says whether it
 * is finished; a handler with much to tell gives some hundred items a call and
 * returns CTL_MORE, and is called again from the event loop once the client has
 * taken most of them. So millions of leases are listed with bounded memory and
 * without keeping packets waiting. Clients, requests and output are bounded,
 * and a client that takes nothing for ten seconds is disconnected.
 */
#ifndef DHCP4O6_CTL_CTL_SERVER_H
#define DHCP4O6_CTL_CTL_SERVER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "dhcp4o6/base/loop.h"
#include "dhcp4o6/ctl/ctl.h"

#define CTL_CLIENTS_MAX       16
#define CTL_TIMEOUT_MS        10000 /* output that nobody takes */
#define CTL_OUTPUT_HIGH_WATER 65536 /* octets; a handler should pause here */

enum ctl_progress {
	CTL_DONE, /* the answer is complete; its end line is added if missing */
	CTL_MORE, /* there is more to give: call again when there is room */
	/* There is nothing to give yet: call again after ctl_server_wake().
	 * The daemon sees to it that this does not take for ever. */
	CTL_WAIT,
};

/* One request being answered. Fields are for handlers to read. */
struct ctl_request {
	const char *command;
	json_t *args; /* an object, or NULL */
	uid_t peer_uid;
	gid_t peer_gid;
	pid_t peer_pid;
	/*
	 * A handler's own: NULL at the first call, kept between calls. When
	 * the request is over for whatever reason (finished, client gone,
	 * server closed), free_state(state) is called if both are set.
	 */
	void *state;
	void (*free_state)(void *state);
};

/* ctx is the config's. Must not block. */
typedef enum ctl_progress ctl_handler(struct ctl_request *request, void *ctx);

struct ctl_command {
	const char *name;
	const char *help; /* one line */
	bool read_only;   /* anybody who can connect may use it; others only
			     root and the daemon's own user */
	ctl_handler *handler;
};

/* Adds one {"item": ...} line; takes over item, NULL is -ENOMEM. */
int ctl_reply_item(struct ctl_request *request, json_t *item);
/* False once the client should take something before there is more. */
bool ctl_reply_has_room(const struct ctl_request *request);
/* Adds the end line; nothing may follow. Without it the code is 0. */
void ctl_reply_end(struct ctl_request *request, enum ctl_code code,
		   const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/*
 * The string argument `name`: 1 with *value, 0 if it is not given, -EINVAL if
 * it is no string. The second form reads a non-negative integer.
 */
int ctl_arg_string(const struct ctl_request *request, const char *name,
		   const char **value);
int ctl_arg_uint(const struct ctl_request *request, const char *name,
		 uint64_t *value);

/*
 * Makes a listening socket at path, mode 0660, group `group` ((gid_t)-1 leaves
 * it). A socket file that nobody serves is replaced. Returns the descriptor;
 * -EADDRINUSE when a live daemon answers there, -ENOTSOCK when the path is
 * something else. Needs the rights to write the directory; what serves the
 * descriptor does not.
 */
int ctl_listen(const char *path, gid_t group);

struct ctl_server; /* opaque */

struct ctl_server_config {
	struct loop *loop;
	int listen_fd; /* the server closes it, also when it cannot be made */
	const struct ctl_command *commands; /* must stay valid */
	size_t command_count;
	void *ctx;               /* for the handlers */
	unsigned int timeout_ms; /* 0: CTL_TIMEOUT_MS */
};

/* Adds a `help` command of its own: items {"command", "help", "read_only"}. */
int ctl_server_new(struct ctl_server **server,
		   const struct ctl_server_config *config);
/* Whoever waits is called again, from the loop. NULL is allowed. */
void ctl_server_wake(struct ctl_server *server);
/* Ends every connection. The socket file stays: unlink(2) it if you may. */
void ctl_server_free(struct ctl_server *server); /* NULL is allowed */

#endif /* DHCP4O6_CTL_CTL_SERVER_H */
