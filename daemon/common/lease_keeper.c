/* SPDX-License-Identifier: BSD-2-Clause */
#include "lease_keeper.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "dhcp4o6/base/log.h"
#include "takeover.h"

#define SNAPSHOT_STEP   256 /* records handed over in one turn */
#define EXPIRE_STEP     256 /* expiries in one turn */
#define REWRITE_RETRY_S 60
#define DRAIN_S         5

static enum daemon_exit exit_of(int err)
{
	static const int not_allowed[] = { -EACCES, -EPERM, -EROFS };
	size_t i;

	for (i = 0; i < sizeof(not_allowed) / sizeof(not_allowed[0]); i++) {
		if (not_allowed[i] == err)
			return DAEMON_EXIT_NOPERM;
	}
	return DAEMON_EXIT_FAILURE;
}

enum daemon_exit lease_keeper_open(struct lease_keeper *keeper,
				   uint32_t compact_mib)
{
	struct isc_leases_report taken = { 0 };
	const struct journal_options options = {
		.family = keeper->family,
		.take_over = &taken,
		.wall_now = wall_now,
		.mono_now = mono_now,
		.compact_octets = (uint64_t)compact_mib << 20,
	};
	char text[JOURNAL_ERROR_MAX];
	int err;

	err = lease_journal_open(&keeper->store, keeper->path, &options, text,
				 sizeof(text));
	daemon_log_take_over(keeper->path, &taken,
			     err ? NULL : "was taken over, and is kept");
	if (!err)
		return DAEMON_EXIT_NONE;
	log_error("%s", text);
	return exit_of(err);
}

static int load_one(void *arg, const struct lease *lease)
{
	struct lease_keeper *keeper = arg;

	return keeper->ops->load(keeper->arg, lease);
}

enum daemon_exit lease_keeper_load(struct lease_keeper *keeper)
{
	const struct journal_info *info = lease_journal_info(keeper->store);
	int err;

	if (info->text[0])
		log_warning("%s", info->text);
	err = lease_store_load(keeper->store, load_one, keeper);
	if (err) {
		log_error("%s: reading the leases: %s", keeper->path,
			  strerror(-err));
		return DAEMON_EXIT_FAILURE;
	}
	if (keeper->ops->load_end(keeper->arg))
		log_warning("the wall clock stands before the newest record of "
			    "%s: no lease in it expires until the clock is "
			    "right",
			    keeper->path);
	return DAEMON_EXIT_NONE;
}

static void log_health(struct lease_keeper *keeper)
{
	struct lease_store_status status;

	lease_store_get_status(keeper->store, &status);
	if (status.health == keeper->health)
		return;
	keeper->health = status.health;
	if (status.health == LEASE_STORE_FAILED)
		log_error("no lease is given or renewed until this is mended: "
			  "%s",
			  status.error_text);
	else
		log_notice("%s can be written again; serving resumes",
			   keeper->path);
}

/* Hands over one piece; the journal's own event asks for the next. */
static void step_snapshot(struct lease_keeper *keeper, struct mono_time now)
{
	struct lease records[SNAPSHOT_STEP];
	uint32_t cursor = keeper->snapshot_cursor;
	size_t count;
	int err = 0;

	count = keeper->ops->visit(keeper->arg, &cursor, records,
				   SNAPSHOT_STEP);
	if (count)
		err = lease_store_snapshot_add(keeper->store, records, count);
	if (!err) {
		keeper->snapshot_cursor = cursor;
		if (cursor != UINT32_MAX) {
			loop_timer_arm(keeper->snapshot_step, now);
			return;
		}
		err = lease_store_snapshot_end(keeper->store);
	}
	if (err == -EBUSY) /* the same again after the next event */
		return;
	keeper->snapshot_is_open = false;
	if (err && err != -ECANCELED)
		log_warning("%s: rewriting it failed: %s", keeper->path,
			    strerror(-err));
}

static void begin_snapshot(struct lease_keeper *keeper, struct mono_time now)
{
	bool rewrites = keeper->must_rewrite &&
			keeper->rewrite_at.ns <= now.ns &&
			!keeper->snapshot_rewrites;
	struct lease_store_status status;

	if (!rewrites && !lease_store_wants_snapshot(keeper->store))
		return;
	lease_store_get_status(keeper->store, &status);
	if (lease_store_snapshot_begin(keeper->store))
		return;
	keeper->snapshot_is_open = true;
	keeper->snapshot_cursor = 0;
	keeper->snapshot_rewrites = keeper->must_rewrite;
	keeper->rewritten_before = status.compactions;
}

static void drive_snapshot(struct lease_keeper *keeper, struct mono_time now)
{
	if (!keeper->snapshot_is_open)
		begin_snapshot(keeper, now);
	if (keeper->snapshot_is_open)
		step_snapshot(keeper, now);
}

/* The times in the file are those of the clock as it was: see alloc.h. */
static void follow_clock(struct lease_keeper *keeper)
{
	struct mono_time before = mono_now();
	struct wall_time wall = wall_now();
	struct mono_time now = mono_now();

	if (mono_diff_ms(now, before) > 500) /* not the same moment */
		return;
	if (!keeper->ops->set_clock(keeper->arg, now, wall))
		return;
	log_notice("the wall clock was set: no lease ends for that, and %s is "
		   "written anew",
		   keeper->path);
	keeper->must_rewrite = true;
	keeper->snapshot_rewrites = false; /* if any, it came too early */
	keeper->rewrite_at = now;
}

static void end_rewrite(struct lease_keeper *keeper, struct mono_time now)
{
	struct lease_store_status status;

	if (!keeper->snapshot_rewrites || keeper->snapshot_is_open)
		return;
	lease_store_get_status(keeper->store, &status);
	if (status.compacting)
		return;
	keeper->snapshot_rewrites = false;
	keeper->must_rewrite = status.compactions == keeper->rewritten_before;
	keeper->rewrite_at = mono_add_s(now, REWRITE_RETRY_S);
}

static void handle_snapshot_step(void *arg, struct mono_time now)
{
	drive_snapshot(arg, now);
}

static void handle_store(void *arg, uint32_t events)
{
	struct lease_keeper *keeper = arg;

	(void)events;
	keeper->ops->complete(keeper->arg);
	log_health(keeper);
	drive_snapshot(keeper, loop_now(keeper->loop));
}

static void handle_expiry(void *arg, struct mono_time now)
{
	struct lease_keeper *keeper = arg;
	size_t expired;

	expired = keeper->ops->expire(keeper->arg, now, EXPIRE_STEP);
	if (expired == EXPIRE_STEP) /* the next turn goes on */
		loop_timer_arm(keeper->expiry, now);
}

int lease_keeper_start(struct lease_keeper *keeper, struct loop *loop)
{
	int err;

	keeper->loop = loop;
	err = loop_timer_new(loop, &keeper->snapshot_step, handle_snapshot_step,
			     keeper);
	if (!err)
		err = loop_timer_new(loop, &keeper->expiry, handle_expiry,
				     keeper);
	if (!err)
		err = loop_add_fd(loop, lease_store_event_fd(keeper->store),
				  EPOLLIN, handle_store, keeper);
	return err;
}

void lease_keeper_tick(struct lease_keeper *keeper, struct mono_time now)
{
	follow_clock(keeper);
	end_rewrite(keeper, now);
	if (keeper->ops->next_expiry(keeper->arg).ns <= now.ns)
		loop_timer_arm(keeper->expiry, now);
	log_health(keeper);
	drive_snapshot(keeper, now);
}

void lease_keeper_drain(struct lease_keeper *keeper,
			const struct batch_ring *ring)
{
	struct mono_time limit = mono_add_s(mono_now(), DRAIN_S);
	struct epoll_event event = { .events = EPOLLIN };
	int epoll;

	if (!keeper->store || !ring->count)
		return;
	epoll = epoll_create1(EPOLL_CLOEXEC);
	if (epoll < 0)
		return;
	if (!epoll_ctl(epoll, EPOLL_CTL_ADD,
		       lease_store_event_fd(keeper->store), &event)) {
		do
			keeper->ops->complete(keeper->arg);
		while (ring->count && mono_now().ns < limit.ns &&
		       epoll_wait(epoll, &event, 1, 1000) >= 0);
	}
	close(epoll);
}

void lease_keeper_close(struct lease_keeper *keeper)
{
	if (keeper->loop && keeper->store)
		loop_remove_fd(keeper->loop,
			       lease_store_event_fd(keeper->store));
	lease_store_close(keeper->store);
	loop_timer_free(keeper->snapshot_step);
	loop_timer_free(keeper->expiry);
	*keeper = (struct lease_keeper){ 0 };
}
