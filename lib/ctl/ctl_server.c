/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ctl_server - connections of the control protocol.
 *
 * A connection answers one request at a time and does one step per turn of
 * the loop: write what is waiting, then call the handler once if everything
 * was written. While a request is being answered nothing is read, so what a
 * client can make us hold is one request and what a handler gives at a time.
 */
#include "dhcp4o6/ctl/ctl_server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ctl_connection.h"

#define TICK_MS       500
#define IDLE_TIMEOUTS 6 /* times the timeout, without a request */

struct ctl_server {
	struct ctl_server_config config;
	struct loop_timer *timer;
	bool is_ticking; /* the timer is armed */
	bool deaf; /* descriptors ran out: not listening until the next tick */
	unsigned int connection_count;
	struct connection connections[CTL_CLIENTS_MAX];
};

/* ---- a request ---- */

static enum ctl_progress handle_help(struct ctl_request *request, void *ctx)
{
	const struct ctl_server_config *config =
		&connection_of(request)->server->config;
	size_t i;

	(void)ctx;
	for (i = 0; i < config->command_count; i++) {
		const struct ctl_command *row = &config->commands[i];

		if (ctl_reply_item(request,
				   json_pack("{s:s, s:s, s:b}", "command",
					     row->name, "help", row->help,
					     "read_only", row->read_only)))
			break;
	}
	return CTL_DONE;
}

static const struct ctl_command help_command = {
	.name = "help",
	.help = "list the commands",
	.read_only = true,
	.handler = handle_help,
};

static const struct ctl_command *find_command(const struct ctl_server *server,
					      const char *name)
{
	size_t i;

	for (i = 0; i < server->config.command_count; i++) {
		if (strcmp(server->config.commands[i].name, name) == 0)
			return &server->config.commands[i];
	}
	return strcmp(help_command.name, name) == 0 ? &help_command : NULL;
}

static bool is_permitted(const struct connection *conn,
			 const struct ctl_command *command)
{
	uid_t uid = conn->request.peer_uid;

	return command->read_only || uid == 0 || uid == geteuid();
}

static void end_request(struct connection *conn)
{
	struct ctl_request *request = &conn->request;

	if (request->state && request->free_state)
		request->free_state(request->state);
	request->state = NULL;
	request->free_state = NULL;
	request->command = NULL;
	request->args = NULL;
	json_decref(conn->root);
	conn->root = NULL;
	conn->command = NULL;
	conn->waiting = false;
}

/* Every call of a handler comes through here. */
static void call_handler(struct connection *conn)
{
	void *ctx = conn->server->config.ctx;
	enum ctl_progress progress;

	if (conn->waiting)
		return;
	progress = conn->command->handler(&conn->request, ctx);
	conn->waiting = progress == CTL_WAIT;
	if (progress != CTL_DONE && !conn->ended && !conn->out.failed)
		return;
	ctl_reply_end(&conn->request, CTL_OK, "%s", "");
	end_request(conn);
}

static void begin_request(struct connection *conn, const char *line, size_t len)
{
	struct ctl_request *request = &conn->request;
	const struct ctl_command *command;

	conn->ended = false;
	if (ctl_request_decode(line, len, &conn->root, &request->command,
			       &request->args)) {
		ctl_reply_end(request, CTL_SYNTAX, "%s",
			      ctl_code_text(CTL_SYNTAX));
		return;
	}
	command = find_command(conn->server, request->command);
	if (command && is_permitted(conn, command)) {
		conn->command = command;
		call_handler(conn);
		return;
	}
	if (command)
		ctl_reply_end(request, CTL_NOT_PERMITTED,
			      "`%s' is for root or the daemon's own user",
			      command->name);
	else
		ctl_reply_end(request, CTL_UNKNOWN_COMMAND,
			      "no command `%.64s' here; see `help'",
			      request->command);
	end_request(conn);
}

static bool has_line(const struct connection *conn)
{
	return conn->in_len && memchr(conn->in, '\n', conn->in_len);
}

/* Begins the next request if there is a whole one. */
static void take_line(struct connection *conn)
{
	char *end = memchr(conn->in, '\n', conn->in_len);
	size_t len;

	if (end) {
		len = (size_t)(end - conn->in);
		begin_request(conn, conn->in, len);
		conn->in_len -= len + 1;
		memmove(conn->in, end + 1, conn->in_len);
	} else if (conn->in_len == CTL_REQUEST_MAX) {
		conn->ended = false;
		ctl_reply_end(&conn->request, CTL_TOO_LONG, "%s",
			      ctl_code_text(CTL_TOO_LONG));
		conn->in_len = 0;
		conn->closing = true; /* where the next one starts is unknown */
	}
}

/* ---- a connection ---- */

static void close_connection(struct connection *conn)
{
	struct ctl_server *server = conn->server;

	if (conn->command)
		end_request(conn);
	loop_remove_fd(server->config.loop, conn->fd);
	close(conn->fd);
	strbuf_fini(&conn->out);
	free(conn->in);
	*conn = (struct connection){ .server = server, .fd = -1 };
	server->connection_count--;
}

/* False if the connection is no good any more. */
static bool read_input(struct connection *conn)
{
	size_t room = CTL_REQUEST_MAX - conn->in_len;
	ssize_t n = recv(conn->fd, conn->in + conn->in_len, room, MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n == 0)
		conn->eof = true;
	conn->in_len += (size_t)n;
	conn->progress = loop_now(conn->server->config.loop);
	return true;
}

static bool write_output(struct connection *conn)
{
	ssize_t n;

	if (conn->out.failed)
		return false;
	if (!connection_pending(conn))
		return true;
	n = send(conn->fd, conn->out.text + conn->out_pos,
		 connection_pending(conn), MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	conn->progress = loop_now(conn->server->config.loop);
	conn->out_pos += (size_t)n;
	if (connection_pending(conn))
		return true;
	conn->out_pos = 0;
	if (conn->out.size > 4 * (size_t)CTL_OUTPUT_HIGH_WATER)
		strbuf_fini(&conn->out);
	else
		strbuf_reset(&conn->out);
	return true;
}

/* False when the connection has nothing more to do. */
static bool update_events(struct connection *conn)
{
	uint32_t events = 0;

	if (conn->waiting && !connection_pending(conn))
		events = 0; /* but for the end of the connection */
	else if (connection_pending(conn) || conn->command || has_line(conn))
		events = EPOLLOUT;
	else if (!conn->eof && !conn->closing)
		events = EPOLLIN;
	else
		return false;
	return loop_change_fd(conn->server->config.loop, conn->fd, events) == 0;
}

static void on_connection(void *arg, uint32_t events)
{
	struct connection *conn = arg;
	bool good = true;

	if (events & EPOLLIN)
		good = read_input(conn);
	else if (events & (EPOLLHUP | EPOLLERR))
		good = false;
	if (good)
		good = write_output(conn);
	if (good && !connection_pending(conn) && !conn->closing) {
		if (conn->command)
			call_handler(conn);
		else if (conn->in_len)
			take_line(conn);
		good = write_output(conn);
	}
	if (!good || !update_events(conn))
		close_connection(conn);
}

/* ---- the server ---- */

static struct connection *find_free(struct ctl_server *server)
{
	size_t i;

	for (i = 0; i < CTL_CLIENTS_MAX; i++) {
		if (server->connections[i].fd < 0)
			return &server->connections[i];
	}
	return NULL;
}

static void refuse(int fd)
{
	char line[128];
	int len = snprintf(line, sizeof(line),
			   "{\"end\":true,\"code\":%d,\"text\":\"%s\"}\n",
			   CTL_BUSY, ctl_code_text(CTL_BUSY));

	(void)!send(fd, line, (size_t)len, MSG_NOSIGNAL | MSG_DONTWAIT);
	close(fd);
}

static void admit(struct ctl_server *server, int fd)
{
	struct connection *conn = find_free(server);
	struct ucred peer = { 0 };
	socklen_t len = sizeof(peer);
	struct loop *loop = server->config.loop;

	if (!conn || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len)) {
		refuse(fd);
		return;
	}
	conn->in = malloc(CTL_REQUEST_MAX);
	if (!conn->in || loop_add_fd(loop, fd, EPOLLIN, on_connection, conn)) {
		free(conn->in);
		conn->in = NULL;
		refuse(fd);
		return;
	}
	conn->fd = fd;
	conn->request.peer_uid = peer.uid;
	conn->request.peer_gid = peer.gid;
	conn->request.peer_pid = peer.pid;
	conn->progress = loop_now(loop);
	server->connection_count++;
}

/* What ticks already goes on: who comes must not put off the time of others. */
static void arm_tick(struct ctl_server *server)
{
	if (server->is_ticking)
		return;
	server->is_ticking = true;
	loop_timer_arm(server->timer,
		       mono_add_ms(loop_now(server->config.loop), TICK_MS));
}

static void on_listen(void *arg, uint32_t events)
{
	struct ctl_server *server = arg;
	int fd = accept4(server->config.listen_fd, NULL, NULL,
			 SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)events;
	if (fd >= 0) {
		admit(server, fd);
		arm_tick(server);
	} else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
		   errno == ENOBUFS) {
		/* The queue stays readable; do not spin on it. */
		loop_remove_fd(server->config.loop, server->config.listen_fd);
		server->deaf = true;
		arm_tick(server);
	}
}

static void on_tick(void *arg, struct mono_time now)
{
	struct ctl_server *server = arg;
	int64_t timeout_ms = server->config.timeout_ms;
	size_t i;

	server->is_ticking = false;
	for (i = 0; i < CTL_CLIENTS_MAX; i++) {
		struct connection *conn = &server->connections[i];
		int64_t limit_ms;

		if (conn->fd < 0 ||
		    (conn->waiting && !connection_pending(conn)))
			continue;
		limit_ms = connection_pending(conn)
				   ? timeout_ms
				   : IDLE_TIMEOUTS * timeout_ms;
		if (mono_diff_ms(now, conn->progress) >= limit_ms)
			close_connection(conn);
	}
	if (server->deaf &&
	    !loop_add_fd(server->config.loop, server->config.listen_fd, EPOLLIN,
			 on_listen, server))
		server->deaf = false;
	if (server->connection_count || server->deaf)
		arm_tick(server);
}

int ctl_server_new(struct ctl_server **server,
		   const struct ctl_server_config *config)
{
	struct ctl_server *s = calloc(1, sizeof(*s));
	int err = -ENOMEM;
	size_t i;

	if (!s)
		goto out_fd;
	s->config = *config;
	if (!s->config.timeout_ms)
		s->config.timeout_ms = CTL_TIMEOUT_MS;
	for (i = 0; i < CTL_CLIENTS_MAX; i++) {
		s->connections[i].server = s;
		s->connections[i].fd = -1;
	}
	err = loop_timer_new(config->loop, &s->timer, on_tick, s);
	if (err)
		goto out_server;
	err = loop_add_fd(config->loop, config->listen_fd, EPOLLIN, on_listen,
			  s);
	if (err)
		goto out_timer;
	*server = s;
	return 0;

out_timer:
	loop_timer_free(s->timer);
out_server:
	free(s);
out_fd:
	close(config->listen_fd);
	return err;
}

void ctl_server_wake(struct ctl_server *server)
{
	size_t i;

	for (i = 0; server && i < CTL_CLIENTS_MAX; i++) {
		struct connection *conn = &server->connections[i];

		if (conn->fd < 0 || !conn->waiting)
			continue;
		conn->waiting = false;
		conn->progress = loop_now(server->config.loop);
		loop_change_fd(server->config.loop, conn->fd, EPOLLOUT);
	}
}

void ctl_server_free(struct ctl_server *server)
{
	size_t i;

	if (!server)
		return;
	for (i = 0; i < CTL_CLIENTS_MAX; i++) {
		if (server->connections[i].fd >= 0)
			close_connection(&server->connections[i]);
	}
	loop_remove_fd(server->config.loop, server->config.listen_fd);
	close(server->config.listen_fd);
	loop_timer_free(server->timer);
	free(server);
}
