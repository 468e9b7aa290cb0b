/* SPDX-License-Identifier: BSD-2-Clause */
#include "script_run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client_args.h"

#define ENV_MAX (SCRIPT_ENV_MAX + CLIENT_ARG_ENV_MAX + 1)

struct script_run {
	struct script_run_config config;
	struct loop_timer *timer;
	pid_t pid; /* 0: none runs */
	bool timed_out;
};

static void handle_timeout(void *arg, struct mono_time now)
{
	struct script_run *run = arg;

	(void)now;
	run->timed_out = true;
	/* Its end comes by SIGCHLD; the group is there until it is waited. */
	kill(-run->pid, SIGKILL);
}

int script_run_new(struct script_run **run,
		   const struct script_run_config *config)
{
	struct script_run *self = calloc(1, sizeof(*self));
	int err;

	if (!self)
		return -ENOMEM;
	self->config = *config;
	err = loop_timer_new(config->loop, &self->timer, handle_timeout, self);
	if (err) {
		free(self);
		return err;
	}
	*run = self;
	return 0;
}

void script_run_free(struct script_run *run)
{
	if (!run)
		return;
	if (run->pid) {
		kill(-run->pid, SIGKILL);
		while (waitpid(run->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	loop_timer_free(run->timer);
	free(run);
}

bool script_run_is_busy(const struct script_run *run)
{
	return run->pid != 0;
}

/* Is it a variable that the operator has set? */
static bool is_overridden(const struct script_run_config *config,
			  const char *variable)
{
	size_t len = strcspn(variable, "=") + 1, i;

	for (i = 0; i < config->env_count; i++) {
		if (strncmp(config->env[i], variable, len) == 0)
			return true;
	}
	return false;
}

/* The environment of the script; pointers into the list. */
static void collect(const struct script_run_config *config,
		    const struct script_env *env, char *out[ENV_MAX + 1])
{
	const char *at;
	size_t n = 0, i;

	if (!is_overridden(config, SCRIPT_RUN_PATH))
		out[n++] = (char *)(uintptr_t)SCRIPT_RUN_PATH;
	for (at = script_env_next(env, NULL); at; at = script_env_next(env, at))
		if (!is_overridden(config, at))
			out[n++] = (char *)(uintptr_t)at;
	for (i = 0; i < config->env_count; i++)
		out[n++] = (char *)(uintptr_t)config->env[i];
	out[n] = NULL;
}

/* Nothing is blocked or ignored in the script, as after a login. */
static int set_attributes(posix_spawnattr_t *attr)
{
	sigset_t none, all;
	int err;

	sigemptyset(&none);
	sigfillset(&all);
	err = posix_spawnattr_setpgroup(attr, 0);
	if (!err)
		err = posix_spawnattr_setsigmask(attr, &none);
	if (!err)
		err = posix_spawnattr_setsigdefault(attr, &all);
	if (!err)
		err = posix_spawnattr_setflags(
			attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
				      POSIX_SPAWN_SETSIGDEF);
	return err;
}

static int set_files(posix_spawn_file_actions_t *files)
{
	int err;

	err = posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null",
					       O_RDONLY, 0);
	if (!err)
		err = posix_spawn_file_actions_addclosefrom_np(
			files, STDERR_FILENO + 1);
	return err;
}

static int spawn(const struct script_run_config *config, char *const env[],
		 pid_t *pid)
{
	char *const argv[] = { (char *)(uintptr_t)config->path, NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	int err;

	err = posix_spawnattr_init(&attr);
	if (err)
		return -err;
	err = posix_spawn_file_actions_init(&files);
	if (err)
		goto out_attr;
	err = set_attributes(&attr);
	if (!err)
		err = set_files(&files);
	if (!err)
		err = posix_spawn(pid, config->path, &files, &attr, argv, env);
	posix_spawn_file_actions_destroy(&files);
out_attr:
	posix_spawnattr_destroy(&attr);
	return -err;
}

int script_run_start(struct script_run *run, const struct script_env *env,
		     uint32_t timeout_s)
{
	char *variables[ENV_MAX + 1];
	int err;

	if (run->pid)
		return -EBUSY;
	collect(&run->config, env, variables);
	err = spawn(&run->config, variables, &run->pid);
	if (err) {
		run->pid = 0;
		return err;
	}
	run->timed_out = false;
	loop_timer_arm(run->timer, mono_add_s(mono_now(), timeout_s));
	return 0;
}

void script_run_reap(struct script_run *run)
{
	int status;

	if (!run->pid || waitpid(run->pid, &status, WNOHANG) != run->pid)
		return;
	run->pid = 0;
	loop_timer_disarm(run->timer);
	run->config.ended(run->config.arg,
			  WIFEXITED(status) ? WEXITSTATUS(status)
					    : 128 + WTERMSIG(status),
			  run->timed_out && WIFSIGNALED(status));
}
