/* SPDX-License-Identifier: BSD-2-Clause */
/* store4 - the journal as server4 sees it: load, health, snapshots, expiry. */
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>

#include "server4.h"

#define SNAPSHOT_STEP   256 /* records handed over in one turn */
#define REWRITE_RETRY_S 60

struct load_state {
	struct alloc *alloc;
	uint64_t count;
};

static int load_one(void *arg, const struct lease *lease)
{
	struct load_state *state = arg;

	state->count++;
	return alloc_load(state->alloc, lease);
}

static enum daemon_exit load_leases(struct server4 *server)
{
	struct load_state state = { .alloc = server->alloc };
	int err;

	err = lease_store_load(server->store, load_one, &state);
	if (err) {
		log_error("%s: reading the leases: %s", server->args.lease_file,
			  strerror(-err));
		return DAEMON_EXIT_FAILURE;
	}
	if (alloc_load_end(server->alloc))
		log_warning("the wall clock stands before the newest record of "
			    "%s: no lease in it expires until the clock is "
			    "right",
			    server->args.lease_file);
	return DAEMON_EXIT_NONE;
}

static const struct {
	int err;
	enum daemon_exit status;
} open_errors[] = {
	{ -EACCES, DAEMON_EXIT_NOPERM },
	{ -EPERM, DAEMON_EXIT_NOPERM },
	{ -EROFS, DAEMON_EXIT_NOPERM },
};

enum daemon_exit server4_open_store(struct server4 *server)
{
	struct isc_leases_report taken = { 0 };
	const struct journal_options options = {
		.take_over = &taken,
		.wall_now = wall_now,
		.mono_now = mono_now,
		.compact_octets =
			(uint64_t)server->conf->dhcp4o6.journal_compact_mib
			<< 20,
	};
	const struct journal_info *info;
	char text[JOURNAL_ERROR_MAX];
	size_t i;
	int err;

	err = lease_journal_open(&server->store, server->args.lease_file,
				 &options, text, sizeof(text));
	server4_log_take_over(server, &taken,
			      err ? NULL : "was taken over, and is kept");
	if (err) {
		log_error("%s", text);
		for (i = 0; i < sizeof(open_errors) / sizeof(open_errors[0]);
		     i++) {
			if (open_errors[i].err == err)
				return open_errors[i].status;
		}
		return DAEMON_EXIT_FAILURE;
	}
	info = lease_journal_info(server->store);
	if (info->text[0])
		log_warning("%s", info->text);
	err = alloc_new(&server->alloc, &info->key, mono_now(), wall_now());
	if (err) {
		log_error("%s", strerror(-err));
		return DAEMON_EXIT_FAILURE;
	}
	return load_leases(server);
}

static void log_health(struct server4 *server)
{
	struct lease_store_status status;

	lease_store_get_status(server->store, &status);
	if (status.health == server->health)
		return;
	server->health = status.health;
	if (status.health == LEASE_STORE_FAILED)
		log_error("no lease is given or renewed until this is mended: "
			  "%s",
			  status.error_text);
	else
		log_notice("%s can be written again; serving resumes",
			   server->args.lease_file);
}

/* Hands over one piece; the journal's own event asks for the next. */
static void step_snapshot(struct server4 *server, struct mono_time now)
{
	struct lease records[SNAPSHOT_STEP];
	uint32_t cursor = server->snapshot_cursor;
	size_t count;
	int err = 0;

	count = alloc_visit(server->alloc, &cursor, records, SNAPSHOT_STEP);
	if (count)
		err = lease_store_snapshot_add(server->store, records, count);
	if (!err) {
		server->snapshot_cursor = cursor;
		if (cursor != ALLOC_CURSOR_END) {
			loop_timer_arm(server->snapshot_step, now);
			return;
		}
		err = lease_store_snapshot_end(server->store);
	}
	if (err == -EBUSY) /* the same again after the next event */
		return;
	server->snapshot_is_open = false;
	if (err && err != -ECANCELED)
		log_warning("%s: rewriting it failed: %s",
			    server->args.lease_file, strerror(-err));
}

static void begin_snapshot(struct server4 *server, struct mono_time now)
{
	bool rewrites = server->must_rewrite &&
			server->rewrite_at.ns <= now.ns &&
			!server->snapshot_rewrites;
	struct lease_store_status status;

	if (!rewrites && !lease_store_wants_snapshot(server->store))
		return;
	lease_store_get_status(server->store, &status);
	if (lease_store_snapshot_begin(server->store))
		return;
	server->snapshot_is_open = true;
	server->snapshot_cursor = 0;
	server->snapshot_rewrites = server->must_rewrite;
	server->rewritten_before = status.compactions;
}

static void drive_snapshot(struct server4 *server, struct mono_time now)
{
	if (!server->snapshot_is_open)
		begin_snapshot(server, now);
	if (server->snapshot_is_open)
		step_snapshot(server, now);
}

/* The times in the file are those of the clock as it was: see alloc.h. */
static void follow_clock(struct server4 *server)
{
	struct mono_time before = mono_now();
	struct wall_time wall = wall_now();
	struct mono_time now = mono_now();

	if (mono_diff_ms(now, before) > 500) /* not the same moment */
		return;
	if (!alloc_set_clock(server->alloc, now, wall))
		return;
	log_notice("the wall clock was set: no lease ends for that, and %s is "
		   "written anew",
		   server->args.lease_file);
	server->must_rewrite = true;
	server->snapshot_rewrites = false; /* if any, it came too early */
	server->rewrite_at = now;
}

static void end_rewrite(struct server4 *server, struct mono_time now)
{
	struct lease_store_status status;

	if (!server->snapshot_rewrites || server->snapshot_is_open)
		return;
	lease_store_get_status(server->store, &status);
	if (status.compacting)
		return;
	server->snapshot_rewrites = false;
	server->must_rewrite = status.compactions == server->rewritten_before;
	server->rewrite_at = mono_add_s(now, REWRITE_RETRY_S);
}

static void handle_snapshot_step(void *arg, struct mono_time now)
{
	drive_snapshot(arg, now);
}

static void handle_store(void *arg, uint32_t events)
{
	struct server4 *server = arg;

	(void)events;
	server4_complete_batches(server);
	log_health(server);
	drive_snapshot(server, loop_now(server->loop));
}

static void handle_expiry(void *arg, struct mono_time now)
{
	struct server4 *server = arg;
	size_t expired;

	expired = alloc_expire(server->alloc, now, SERVER4_EXPIRE_STEP);
	if (expired == SERVER4_EXPIRE_STEP) /* the next turn goes on */
		loop_timer_arm(server->expiry, now);
}

int server4_add_store_handlers(struct server4 *server)
{
	int err;

	err = loop_timer_new(server->loop, &server->snapshot_step,
			     handle_snapshot_step, server);
	if (!err)
		err = loop_timer_new(server->loop, &server->expiry,
				     handle_expiry, server);
	if (!err)
		err = loop_add_fd(server->loop,
				  lease_store_event_fd(server->store), EPOLLIN,
				  handle_store, server);
	return err;
}

void server4_store_tick(struct server4 *server, struct mono_time now)
{
	follow_clock(server);
	end_rewrite(server, now);
	if (alloc_next_expiry(server->alloc).ns <= now.ns)
		loop_timer_arm(server->expiry, now);
	log_health(server);
	drive_snapshot(server, now);
}
