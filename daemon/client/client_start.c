/* SPDX-License-Identifier: BSD-2-Clause */
#include "client_start.h"

#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "dhcp4o6/base/log.h"
#include "dhcp4o6/base/strbuf.h"

#define END_PATIENCE_MS 35000 /* of hands for a head that has a last script */
#define PROCESS_NAME    15    /* characters that Linux keeps of one */

enum daemon_exit client_load_conf(const struct startup *startup,
				  struct client_conf **conf)
{
	const char *path = startup->args->conf_file;
	void *arg = (void *)(uintptr_t)startup;
	int err;

	err = client_conf_load(conf, path, startup_show_finding, arg);
	if (err == -ENOENT && strcmp(path, startup->program->conf_file) == 0)
		err = client_conf_parse(conf, "", 0, path, startup_show_finding,
					arg);
	return startup_end_load(startup, err);
}

enum daemon_exit client_print_conf(const struct startup *startup,
				   const struct client_conf *conf)
{
	struct strbuf text = STRBUF_INIT;

	client_conf_print(conf, &text);
	return startup_print_text(startup, &text);
}

static void show_lease_finding(void *arg, const char *text)
{
	(void)arg;
	log_warning("%s", text);
}

/* By who serves, whose directory it is in: a link there shows no more to it. */
static int read_as_server(const struct startup *startup,
			  struct client_leases *leases, const char *path)
{
	int err, back;

	err = startup_act_as_server(startup, true);
	if (!err)
		err = client_leases_read(leases, path, show_lease_finding,
					 NULL);
	back = startup_act_as_server(startup, false);
	return back ? back : err;
}

enum daemon_exit client_read_leases(const struct startup *startup,
				    struct client_leases **leases)
{
	const char *path = startup->args->lease_file;
	int err;

	err = client_leases_new(leases);
	if (!err)
		err = read_as_server(startup, *leases, path);
	if (err && err != -ENOENT) {
		log_error("%s: %s", path, strerror(-err));
		return err == -EACCES || err == -EPERM ? DAEMON_EXIT_NOPERM
						       : DAEMON_EXIT_CONFIG;
	}
	return startup_check_writable(startup, path);
}

static struct conf_dhcp4o6 peers_of(const struct client_conf *conf)
{
	return (struct conf_dhcp4o6){
		.peer_users = conf->dhcp4o6.peer_users,
		.peer_user_count = conf->dhcp4o6.peer_user_count,
	};
}

enum daemon_exit client_open_instance(struct instance *instance,
				      const struct startup *startup,
				      const struct client_conf *conf,
				      const char *half_name)
{
	const struct conf_dhcp4o6 own = peers_of(conf);

	return instance_open(instance, startup, &own, half_name);
}

int client_find_peers(struct instance_peers *peers,
		      const struct startup *startup,
		      const struct client_conf *conf,
		      char text[INSTANCE_TEXT_SIZE])
{
	const struct conf_dhcp4o6 own = peers_of(conf);

	return instance_find_peers(peers, startup, &own, text);
}

/* ---- the client that runs already ---- */

static bool read_text(const char *path, char *text, size_t size)
{
	/* A pipe may have been laid there. */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, text, size - 1);
	close(fd);
	if (n < 0)
		return false;
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return true;
}

/* The pid that the file has, or 0. */
static pid_t named_pid(const struct startup *startup)
{
	char text[32];
	long pid;

	if (!startup->args->pid_file ||
	    !read_text(startup->args->pid_file, text, sizeof(text)))
		return 0;
	pid = strtol(text, NULL, 10);
	return pid <= 1 || pid > INT32_MAX ? 0 : (pid_t)pid;
}

static bool is_client(const struct startup *startup, pid_t pid)
{
	char text[32], path[64];

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	return read_text(path, text, sizeof(text)) &&
	       strncmp(text, startup->program->name, PROCESS_NAME) == 0;
}

/*
 * A pidfd of the client of this family that runs; -ESRCH if none does. It is
 * looked at when it is held: another process may get the number meanwhile.
 */
static int hold_running(const struct startup *startup, pid_t *pid)
{
	int fd;

	*pid = named_pid(startup);
	if (!*pid)
		return -ESRCH;
	fd = (int)syscall(SYS_pidfd_open, *pid, 0);
	if (fd < 0)
		return errno == EINVAL || errno == ENOENT ? -ESRCH : -errno;
	if (is_client(startup, *pid))
		return fd;
	close(fd);
	return -ESRCH;
}

/* 0, or a negative errno: -ETIMEDOUT, it has not ended. */
static int end_process(int fd)
{
	struct pollfd gone = { .fd = fd, .events = POLLIN };
	int ready;

	if (syscall(SYS_pidfd_send_signal, fd, SIGTERM, NULL, 0) < 0)
		return errno == ESRCH ? 0 : -errno;
	do
		ready = poll(&gone, 1, END_PATIENCE_MS);
	while (ready < 0 && errno == EINTR);
	return ready == 1 ? 0 : -ETIMEDOUT;
}

enum daemon_exit client_end_running(const struct startup *startup)
{
	pid_t pid;
	int fd = hold_running(startup, &pid), err = fd;

	if (fd == -ESRCH) {
		log_info("no client is running that %s names",
			 startup->args->pid_file ? startup->args->pid_file
						 : "a pid file");
		return DAEMON_EXIT_NONE;
	}
	if (fd >= 0) {
		err = end_process(fd);
		close(fd);
	}
	if (!err)
		return DAEMON_EXIT_NONE;
	if (err == -ETIMEDOUT)
		log_error("process %d does not end", (int)pid);
	else
		log_error("process %d cannot be ended: %s", (int)pid,
			  strerror(-err));
	return err == -EPERM ? DAEMON_EXIT_NOPERM : DAEMON_EXIT_FAILURE;
}

enum daemon_exit client_check_capabilities(void)
{
	capng_get_caps_process();
	if (capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_ADMIN) &&
	    capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_RAW))
		return DAEMON_EXIT_NONE;
	log_error("no permission: addresses are set with CAP_NET_ADMIN and "
		  "CAP_NET_RAW, which root has");
	return DAEMON_EXIT_NOPERM;
}

enum daemon_exit client_check_script(const char *script)
{
	if (!script || access(script, X_OK) == 0)
		return DAEMON_EXIT_NONE;
	log_error("the script %s cannot be run: %s", script, strerror(errno));
	return DAEMON_EXIT_CONFIG;
}
