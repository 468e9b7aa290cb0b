/* SPDX-License-Identifier: BSD-2-Clause */
/* Scripts that end well, badly, by themselves and not by themselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../daemon/client/script_run.h"

#define LIMIT_S 30 /* for a test that hangs */

struct world {
	struct loop *loop;
	struct script_run *run;
	char dir[64];
	char script[96];
	char out[96]; /* what the script writes */
	int status;
	bool timed_out;
	unsigned int ends;
};

static const char *const operators[] = { "EXTRA=val", "new_b=mine" };

static void handle_end(void *arg, int status, bool timed_out)
{
	struct world *w = arg;

	w->status = status;
	w->timed_out = timed_out;
	w->ends++;
	loop_stop(w->loop, 1);
}

static void handle_child(void *arg, int signo)
{
	struct world *w = arg;

	(void)signo;
	script_run_reap(w->run);
}

static int setup(void **state)
{
	static struct world world;
	struct world *w = &world;
	struct script_run_config config = {
		.path = w->script,
		.env = operators,
		.env_count = 2,
		.ended = handle_end,
		.arg = w,
	};

	memset(w, 0, sizeof(*w));
	strcpy(w->dir, "/tmp/dhcp4o6-script-XXXXXX");
	if (!mkdtemp(w->dir))
		return -1;
	snprintf(w->script, sizeof(w->script), "%s/script", w->dir);
	snprintf(w->out, sizeof(w->out), "%s/out", w->dir);
	alarm(LIMIT_S);
	if (loop_new(&w->loop) ||
	    loop_add_signal(w->loop, SIGCHLD, handle_child, w))
		return -1;
	config.loop = w->loop;
	*state = w;
	return script_run_new(&w->run, &config);
}

static int teardown(void **state)
{
	struct world *w = *state;

	alarm(0);
	script_run_free(w->run);
	loop_free(w->loop);
	unlink(w->out);
	unlink(w->script);
	return rmdir(w->dir);
}

static void write_script(const struct world *w, const char *body)
{
	FILE *file = fopen(w->script, "w");

	assert_non_null(file);
	fprintf(file, "#!/bin/sh\nout=%s\n%s\n", w->out, body);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(w->script, 0755), 0);
}

static const struct script_env *an_env(void)
{
	static const char text[] = "reason=BOUND\0interface=c0\0pid=1\0"
				   "dad_wait_time=0\0new_a=b c;$(d)\0new_b=x";
	static struct script_env env;

	assert_int_equal(script_env_parse(&env, "c0", text, sizeof(text)), 0);
	return &env;
}

static void run(struct world *w, const char *body, uint32_t timeout_s)
{
	write_script(w, body);
	assert_int_equal(script_run_start(w->run, an_env(), timeout_s), 0);
	assert_true(script_run_is_busy(w->run));
	assert_int_equal(loop_run(w->loop), 1);
	assert_int_equal(w->ends, 1);
	assert_false(script_run_is_busy(w->run));
}

static const char *output(const struct world *w)
{
	static char text[8192];
	FILE *file = fopen(w->out, "r");
	size_t n;

	assert_non_null(file);
	n = fread(text, 1, sizeof(text) - 1, file);
	text[n] = '\0';
	fclose(file);
	return text;
}

static void its_exit_status_is_told(void **state)
{
	struct world *w = *state;

	run(w, "exit 3", 20);
	assert_int_equal(w->status, 3);
	assert_false(w->timed_out);
}

static void a_signal_that_ends_it_is_told(void **state)
{
	struct world *w = *state;

	run(w, "kill -TERM $$; sleep 20", 20);
	assert_int_equal(w->status, 128 + SIGTERM);
	assert_false(w->timed_out);
}

/* What it has not is what is in ours: HOME, and so on. */
static void it_has_its_environment_and_no_other(void **state)
{
	static const char *const wanted[] = {
		"EXTRA=val",       "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
		"dad_wait_time=0", "interface=c0",
		"new_a=b c;$(d)",  "new_b=mine",
		"pid=1",           "reason=BOUND",
	};
	struct world *w = *state;
	char text[512] = "";
	size_t i;

	setenv("LEAK", "yes", 1);
	/* As it was started, before the shell adds what it likes. */
	run(w, "tr '\\0' '\\n' </proc/$$/environ | LC_ALL=C sort >$out", 20);
	unsetenv("LEAK");
	for (i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		strcat(text, wanted[i]);
		strcat(text, "\n");
	}
	assert_string_equal(output(w), text);
}

static void it_has_no_descriptor_of_ours(void **state)
{
	struct world *w = *state;
	int leak = dup(STDIN_FILENO); /* not closed on exec */

	run(w,
	    "ls /proc/$$/fd | grep -vx 10 >$out; "
	    "[ \"$(readlink /proc/$$/fd/0)\" = /dev/null ]",
	    20);
	close(leak);
	assert_int_equal(w->status, 0);
	/* 10: where dash and bash keep the script itself, 255 of bash. */
	assert_true(strncmp(output(w), "0\n1\n2\n", 6) == 0);
	assert_true(strlen(output(w)) <= strlen("0\n1\n2\n255\n"));
}

static void it_can_be_ended_as_any_program(void **state)
{
	struct world *w = *state;
	unsigned long long blocked, ignored;

	signal(SIGPIPE, SIG_IGN);
	/* Without a child: a shell may block signals while it makes one. */
	run(w,
	    "while read -r line; do case $line in SigBlk*|SigIgn*) "
	    "echo \"$line\" ;; esac; done </proc/self/status >$out",
	    20);
	/* 32 and 33 are the C library's own. */
	assert_int_equal(sscanf(output(w), "SigBlk:%llx SigIgn:%llx", &blocked,
				&ignored),
			 2);
	assert_int_equal(blocked, 0);
	assert_int_equal(ignored & ~0x180000000ULL, 0);
}

/* Its own children hold no lease up. */
static void what_takes_too_long_is_killed_with_its_children(void **state)
{
	struct world *w = *state;
	struct mono_time start = mono_now();
	pid_t child;
	int i;

	run(w, "trap '' TERM INT HUP\nsleep 300 & echo $! >$out; wait; wait",
	    3);
	assert_int_equal(w->status, 128 + SIGKILL);
	assert_true(w->timed_out);
	assert_true(mono_diff_ms(mono_now(), start) >= 3000);
	child = (pid_t)atoi(output(w));
	assert_true(child > 1);
	/* Whoever is its parent by now has to see its end. */
	for (i = 0; i < 500 && kill(child, 0) == 0; i++) {
		char path[64], line[512] = "";
		FILE *file;

		snprintf(path, sizeof(path), "/proc/%d/stat", (int)child);
		file = fopen(path, "r");
		if (!file || !fgets(line, sizeof(line), file) ||
		    strstr(line, ") Z")) {
			if (file)
				fclose(file);
			return;
		}
		fclose(file);
		usleep(10000);
	}
	assert_true(i < 500);
}

static void one_runs_at_a_time(void **state)
{
	struct world *w = *state;

	write_script(w, "exit 0");
	assert_int_equal(script_run_start(w->run, an_env(), 20), 0);
	assert_int_equal(script_run_start(w->run, an_env(), 20), -EBUSY);
	assert_int_equal(loop_run(w->loop), 1);
	/* And another one after it; the bound is its own. */
	write_script(w, "exit 4");
	assert_int_equal(script_run_start(w->run, an_env(), 20), 0);
	assert_int_equal(loop_run(w->loop), 1);
	assert_int_equal(w->status, 4);
	assert_int_equal(w->ends, 2);
}

static void what_cannot_be_run_is_told_at_once(void **state)
{
	struct world *w = *state;

	assert_int_equal(script_run_start(w->run, an_env(), 20), -ENOENT);
	assert_false(script_run_is_busy(w->run));
	write_script(w, "exit 0");
	assert_int_equal(chmod(w->script, 0644), 0);
	assert_int_equal(script_run_start(w->run, an_env(), 20), -EACCES);
	assert_int_equal(w->ends, 0);
}

static void freeing_ends_what_runs(void **state)
{
	struct world *w = *state;

	write_script(w, "exec sleep 300");
	assert_int_equal(script_run_start(w->run, an_env(), 200), 0);
	script_run_free(w->run);
	w->run = NULL;
	assert_int_equal(w->ends, 0);
}

int main(void)
{
#define ROW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		ROW(its_exit_status_is_told),
		ROW(a_signal_that_ends_it_is_told),
		ROW(it_has_its_environment_and_no_other),
		ROW(it_has_no_descriptor_of_ours),
		ROW(it_can_be_ended_as_any_program),
		ROW(what_takes_too_long_is_killed_with_its_children),
		ROW(one_runs_at_a_time),
		ROW(what_cannot_be_run_is_told_at_once),
		ROW(freeing_ends_what_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
