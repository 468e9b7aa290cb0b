/* SPDX-License-Identifier: BSD-2-Clause */
#include "startup.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dhcp4o6/base/log.h"

static enum daemon_exit resolve_user(struct startup *startup)
{
	const struct daemon_args *args = startup->args;
	const struct passwd *pw;
	const struct group *gr;

	startup->uid = getuid();
	startup->gid = getgid();
	if (!args->user)
		return DAEMON_EXIT_NONE;
	pw = getpwnam(args->user);
	if (!pw) {
		log_error("-user %s: there is no such user", args->user);
		return daemon_usage_status(startup->program);
	}
	startup->uid = pw->pw_uid;
	startup->gid = pw->pw_gid;
	if (args->group) {
		gr = getgrnam(args->group);
		if (!gr) {
			log_error("-group %s: there is no such group",
				  args->group);
			return daemon_usage_status(startup->program);
		}
		startup->gid = gr->gr_gid;
	}
	if (getuid() != 0 && startup->uid != getuid()) {
		log_error("-user %s: only root can serve as another user",
			  args->user);
		return DAEMON_EXIT_NOPERM;
	}
	return DAEMON_EXIT_NONE;
}

enum daemon_exit startup_init(struct startup *startup,
			      const struct daemon_program *program,
			      const struct daemon_args *args)
{
	*startup = (struct startup){
		.program = program,
		.args = args,
		.ready_fd = -1,
	};
	/* Until it is in the background an operator may be looking. */
	log_open(program->name, LOG_TARGET_STDERR,
		 (enum log_level)args->log_level);
	signal(SIGPIPE, SIG_IGN);
	return resolve_user(startup);
}

void startup_show_finding(void *arg, enum conf_severity severity,
			  const char *text)
{
	const struct startup *startup = arg;

	if (severity == CONF_NOTE && startup->args->quiet)
		return;
	fprintf(stderr, "%s\n", text);
}

enum daemon_exit startup_load_conf(const struct startup *startup,
				   struct conf **conf)
{
	enum conf_family family = startup->program->family == DAEMON_DHCP4
					  ? CONF_DHCP4
					  : CONF_DHCP6;
	int err;

	err = conf_load(conf, startup->args->conf_file, family, true,
			startup_show_finding, (void *)(uintptr_t)startup);
	return startup_end_load(startup, err);
}

enum daemon_exit startup_end_load(const struct startup *startup, int err)
{
	if (!err)
		return DAEMON_EXIT_NONE;
	log_error("%s is not usable%s%s", startup->args->conf_file,
		  err == -EINVAL ? "" : ": ",
		  err == -EINVAL ? "" : strerror(-err));
	return DAEMON_EXIT_CONFIG;
}

enum daemon_exit startup_print_conf(const struct startup *startup,
				    const struct conf *conf)
{
	struct strbuf text = STRBUF_INIT;

	conf_print(conf, &text);
	return startup_print_text(startup, &text);
}

enum daemon_exit startup_print_text(const struct startup *startup,
				    struct strbuf *text)
{
	bool is_good;

	fwrite(strbuf_text(text), 1, text->len, stdout);
	is_good = !text->failed && !fflush(stdout) && !ferror(stdout);
	strbuf_fini(text);
	if (!is_good) {
		log_error("the configuration cannot be printed");
		return DAEMON_EXIT_FAILURE;
	}
	return startup->args->test_config ? DAEMON_EXIT_NONE : DAEMON_EXIT_OK;
}

/* In the parent: hands on what became of the child. */
static void wait_for_child(pid_t child, int fd)
{
	char byte;
	int status;
	ssize_t n;

	do
		n = read(fd, &byte, 1);
	while (n < 0 && errno == EINTR);
	if (n == 1)
		_exit(DAEMON_EXIT_OK);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : DAEMON_EXIT_FAILURE);
}

static int detach_terminal(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	setsid();
	dup2(fd, STDIN_FILENO);
	dup2(fd, STDOUT_FILENO);
	close(fd);
	return 0;
}

enum daemon_exit startup_background(struct startup *startup)
{
	const struct daemon_args *args = startup->args;
	int ready[2];
	pid_t child;

	if (args->foreground) {
		if (!args->log_to_stderr)
			log_open(startup->program->name, LOG_TARGET_SYSLOG,
				 (enum log_level)args->log_level);
		return DAEMON_EXIT_NONE;
	}
	if (pipe2(ready, O_CLOEXEC) < 0)
		goto out_failed;
	child = fork();
	if (child < 0)
		goto out_failed;
	if (child > 0) {
		close(ready[1]);
		wait_for_child(child, ready[0]);
	}
	close(ready[0]);
	startup->ready_fd = ready[1];
	/* Standard error stays until startup_ready(): start errors show. */
	if (detach_terminal() == 0)
		return DAEMON_EXIT_NONE;
out_failed:
	log_error("going to the background failed: %s", strerror(errno));
	return DAEMON_EXIT_FAILURE;
}

/* The directory may be another user's, who may lay a link or a pipe there. */
#define PID_FILE_FLAGS (O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)

/* The pid in the file if that process lives and is not this one; else 0. */
static pid_t live_pid(const char *path)
{
	char text[32] = "";
	ssize_t n;
	long pid;
	int fd;

	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return 0;
	pid = strtol(text, NULL, 10);
	if (pid <= 1 || pid > INT32_MAX || (pid_t)pid == getpid())
		return 0;
	if (kill((pid_t)pid, 0) < 0 && errno == ESRCH)
		return 0;
	return (pid_t)pid;
}

enum daemon_exit startup_pid_file(struct startup *startup)
{
	const char *path = startup->args->pid_file;
	pid_t other;
	int fd, n;

	if (!path)
		return DAEMON_EXIT_NONE;
	other = live_pid(path);
	if (other) {
		log_error("%s names process %d, which is alive: another one "
			  "is running, or remove the file",
			  path, (int)other);
		return DAEMON_EXIT_FAILURE;
	}
	fd = open(path, PID_FILE_FLAGS | O_CREAT | O_TRUNC, 0644);
	if (fd < 0) {
		/* As in ISC's servers: without it one can still serve. */
		log_warning("%s cannot be written: %s", path, strerror(errno));
		return DAEMON_EXIT_NONE;
	}
	n = dprintf(fd, "%d\n", (int)getpid());
	if (n < 0)
		log_warning("%s cannot be written: %s", path, strerror(errno));
	close(fd);
	startup->has_pid_file = true;
	return DAEMON_EXIT_NONE;
}

static void log_in_background(const struct startup *startup)
{
	log_open(startup->program->name, LOG_TARGET_SYSLOG,
		 (enum log_level)startup->args->log_level);
	dup2(STDOUT_FILENO, STDERR_FILENO);
}

void startup_ready(struct startup *startup)
{
	startup_notify("READY=1");
	if (startup->ready_fd < 0)
		return;
	log_in_background(startup);
	if (write(startup->ready_fd, "", 1) != 1)
		log_warning("the starting process has gone away");
	close(startup->ready_fd);
	startup->ready_fd = -1;
}

void startup_leave_to_parent(struct startup *startup)
{
	if (startup->ready_fd < 0)
		return;
	log_in_background(startup);
	close(startup->ready_fd);
	startup->ready_fd = -1;
}

/* Who may not remove it empties it. */
static void remove_pid_file(const char *path)
{
	int fd;

	if (unlink(path) == 0)
		return;
	fd = open(path, PID_FILE_FLAGS | O_TRUNC);
	if (fd < 0) {
		log_warning("%s cannot be removed: %s", path, strerror(errno));
		return;
	}
	close(fd);
}

void startup_fini(struct startup *startup)
{
	startup_notify("STOPPING=1");
	if (startup->has_pid_file)
		remove_pid_file(startup->args->pid_file);
	startup->has_pid_file = false;
}
