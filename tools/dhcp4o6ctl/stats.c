/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stats - both servers' counters as one answer.
 *
 * The classifier's counters live in pinned maps and outlive server6; when it
 * does not answer they are read from there.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "dhcp4o6/base/clock.h"
#include "dhcp4o6/ctl/shapes.h"
#include "dhcp4o6/xdp/classifier.h"
#include "render.h"
#include "tool.h"

/* Adds the members of the answer's items to `answer`. */
static enum exit_code add_answer(const struct tool *tool, const char *program,
				 json_t *answer)
{
	struct ctl_client *client = NULL;
	json_t *args = json_object();
	enum exit_code code;
	json_t *item = NULL;

	if (tool->interface && strcmp(program, CTL_SERVER6) == 0)
		json_object_set_new(args, "interface",
				    json_string(tool->interface));
	code = tool_ask(tool, program, CTL_COMMAND_STATS, args, &client);
	json_decref(args);
	if (code != EXIT_GOOD)
		return code;
	do {
		code = tool_next(tool, program, client, &item);
		if (item)
			json_object_update(answer, item);
		json_decref(item);
	} while (item && code == EXIT_GOOD);
	ctl_client_close(client);
	return code;
}

/* ---- server6 is not there: its pins ---- */

static json_t *pinned_counters(const char *dir)
{
	struct d4o6_stats stats;
	json_t *counters;
	unsigned int i;

	if (classifier_read_pinned_stats(dir, &stats))
		return NULL;
	counters = json_object();
	for (i = 0; i < D4O6_REASON_COUNT; i++) {
		enum d4o6_reason reason = (enum d4o6_reason)i;

		json_object_set_new(counters, classifier_stat_name(reason),
				    json_integer((json_int_t)classifier_stat(
					    &stats, reason)));
	}
	return counters;
}

static void add_pin(const struct tool *tool, const char *name, json_t *ifaces)
{
	char instance[16];
	char dir[512];
	char ifname[256];
	json_t *counters;
	char *colon;

	snprintf(ifname, sizeof(ifname), "%s", name);
	while ((colon = strchr(ifname, ':')))
		*colon = '.'; /* bpffs refuses dots, so pins have colons */
	if (tool->interface && strcmp(tool->interface, ifname) != 0)
		return;
	snprintf(instance, sizeof(instance), "%u", tool->port);
	if (classifier_pin_dir(dir, sizeof(dir), tool->pin_root, instance,
			       ifname))
		return;
	counters = pinned_counters(dir);
	if (counters)
		json_object_set_new(
			ifaces, ifname,
			json_pack("{s:{s:{s:s}}, s:o}", "xdp", "state", "why",
				  "unknown, since server6 does not answer; "
				  "the counters are from pinned maps",
				  "classifier", counters));
}

static void add_pins(const struct tool *tool, json_t *answer)
{
	json_t *ifaces = json_object();
	const struct dirent *entry;
	char path[512];
	DIR *dir;

	snprintf(path, sizeof(path), "%s/%u", tool->pin_root, tool->port);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] != '.')
			add_pin(tool, entry->d_name, ifaces);
	}
	if (dir)
		closedir(dir);
	if (json_object_size(ifaces))
		json_object_set_new(answer, CTL_SERVER6,
				    json_pack("{s:b, s:O}", "answers", 0,
					      "interfaces", ifaces));
	json_decref(ifaces);
}

/* ---- both ---- */

static enum exit_code collect(const struct tool *tool, json_t *answer)
{
	enum exit_code code6 = add_answer(tool, CTL_SERVER6, answer);
	enum exit_code code4;

	if (code6 != EXIT_GOOD)
		add_pins(tool, answer);
	code4 = add_answer(tool, CTL_SERVER4, answer);
	if (json_object_size(answer) == 0)
		return code6;
	return code6 != EXIT_GOOD ? code6 : code4;
}

static void show(const struct tool *tool, json_t *answer, json_t *previous,
		 double elapsed_s)
{
	struct render render = { .out = stdout,
				 .all = tool->all,
				 .previous = previous,
				 .elapsed_s = elapsed_s };

	if (tool->json) {
		json_dumpf(answer, stdout,
			   tool->watch_s ? JSON_COMPACT : JSON_INDENT(2));
		fputc('\n', stdout);
	} else {
		render_stats(&render, answer);
		if (tool->watch_s)
			fputc('\n', stdout);
	}
	fflush(stdout);
}

static void wait_s(unsigned int seconds)
{
	struct timespec left = { .tv_sec = (time_t)seconds };

	while (nanosleep(&left, &left) && errno == EINTR)
		;
}

enum exit_code stats_run(const struct tool *tool, int argc, char **argv)
{
	struct mono_time before = { 0 };
	json_t *previous = NULL;
	enum exit_code code;
	unsigned int round;

	(void)argc;
	(void)argv;
	for (round = 1;; round++) {
		json_t *answer = json_object();
		struct mono_time now = mono_now();

		code = collect(tool, answer);
		show(tool, answer, previous,
		     (double)mono_diff_ns(now, before) / NS_PER_S);
		json_decref(previous);
		previous = answer;
		before = now;
		if (!tool->watch_s || round == tool->count || ferror(stdout))
			break;
		wait_s(tool->watch_s);
	}
	json_decref(previous);
	return code;
}
