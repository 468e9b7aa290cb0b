/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ctl - the control protocol: what both ends agree on, and names of sockets.
 *
 * A Unix stream socket carries JSON, one value a line. The client sends
 *	{"command": "leases", "args": {"state": "active"}}
 * and reads zero or more {"item": VALUE} lines, then exactly one
 *	{"end": true, "code": 0, "text": ""}
 * Requests on one connection are answered one after the other. Codes are
 * stable; texts are for people. The shapes of items are in shapes.h.
 */
#ifndef DHCP4O6_CTL_CTL_H
#define DHCP4O6_CTL_CTL_H

#include <jansson.h>
#include <stddef.h>

#define CTL_RUN_DIR     "/run/dhcp4o6"
#define CTL_REQUEST_MAX 65536 /* octets of a request, newline included */
#define CTL_PATH_MAX    108   /* sun_path, NUL included */

/* clang-format off */
/* (enum suffix, number, what it means) */
#define CTL_CODE_TABLE(ROW)                                                    \
	ROW(OK, 0, "the command was carried out")                              \
	ROW(SYNTAX, 100, "the request is not a JSON object with a command")    \
	ROW(TOO_LONG, 101, "the request is longer than 64 KiB")                \
	ROW(UNKNOWN_COMMAND, 102, "there is no such command")                  \
	ROW(ARGUMENT, 103, "an argument is missing, unknown or wrong")         \
	ROW(NOT_PERMITTED, 104, "the command is for root or the daemon's user") \
	ROW(BUSY, 105, "too many control connections are open")                \
	ROW(NOT_FOUND, 200, "what was asked for does not exist")               \
	ROW(FAILED, 201, "the command failed; the text says why")              \
	ROW(NO_MEMORY, 202, "the daemon ran out of memory")                    \
	ROW(CONFIG, 203, "the configuration is bad; the items say where")
/* clang-format on */

enum ctl_code {
#define CTL_CODE_ENUM(suffix, number, text) CTL_##suffix = (number),
	CTL_CODE_TABLE(CTL_CODE_ENUM)
#undef CTL_CODE_ENUM
};

/* Explanation of a code; "unknown code" outside the table, never NULL. */
const char *ctl_code_text(int code);

/*
 * Writes DIR/PROGRAM-PORT.sock, as /run/dhcp4o6/server4-6767.sock. program is
 * "server4", "server6", ... -ENAMETOOLONG if it does not fit a sun_path.
 */
int ctl_socket_path(char path[CTL_PATH_MAX], const char *dir,
		    const char *program, unsigned int port);

/*
 * Reads one request line (without its newline). 0 with *command borrowed from
 * *request, and *args, borrowed or NULL; the caller owns *request. -EBADMSG if
 * it is not what is described above, with *request NULL.
 */
int ctl_request_decode(const char *line, size_t len, json_t **request,
		       const char **command, json_t **args);

/* ---- client end: blocking, with a timeout; for tools ---- */

struct ctl_client; /* opaque */

/*
 * -ENOENT: no such socket; -ECONNREFUSED: a dead daemon left it; -EACCES: no
 * permission. timeout_ms bounds each wait for the daemon.
 */
int ctl_client_open(struct ctl_client **client, const char *path,
		    int timeout_ms);
void ctl_client_close(struct ctl_client *client); /* NULL is allowed */

/* args may be NULL and stays the caller's. */
int ctl_client_send(struct ctl_client *client, const char *command,
		    json_t *args);

/*
 * 1 with *item, which the caller owns; 0 at the end of the answer, when
 * ctl_client_code() and ctl_client_text() tell how it went; -ETIMEDOUT,
 * -EPIPE (the daemon closed the connection), -EBADMSG (not our protocol).
 */
int ctl_client_next(struct ctl_client *client, json_t **item);
int ctl_client_code(const struct ctl_client *client);
const char *ctl_client_text(const struct ctl_client *client); /* never NULL */

#endif /* DHCP4O6_CTL_CTL_H */
