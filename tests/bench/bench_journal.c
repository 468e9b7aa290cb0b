/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_journal - what the lease journal does on a real disk.
 *
 *	bench_journal [DIR [SECONDS [LEASES]]]
 *
 * Durable records per second at batches of 1, 64 and 256, one batch at a time
 * and with 8 on their way; then the time to open and load LEASES of them. It
 * refuses tmpfs and overlay, where fdatasync costs nothing or means nothing.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/magic.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "dhcp4o6/lease/journal.h"

#define BATCH_MAX   256
#define SAMPLES_MAX 1000000
#define IN_FLIGHT   8

static struct lease leases[BATCH_MAX];
static int64_t samples_ns[SAMPLES_MAX];
static int64_t sent_ns[JOURNAL_DEPTH_MAX];

static void make_leases(uint32_t first, uint32_t count)
{
	static uint8_t ids[BATCH_MAX][19];
	static const uint8_t relay[16 + 1 + 12] = { 0xfd, 1, [16] = 12 };
	uint32_t i;

	for (i = 0; i < count; i++) {
		memcpy(ids[i], "\xff\0\0\0\1\0\1", 7);
		memcpy(ids[i] + 7, &(uint32_t){ first + i }, 4);
		leases[i] = (struct lease){
			.addr.s_addr = htonl(0x0a000000 + first + i),
			.state = LEASE_ACTIVE,
			.htype = 1,
			.hlen = 6,
			.epoch = 1,
			.version = 1,
			.client_id = ids[i],
			.client_id_len = sizeof(ids[i]),
			.host_name = (const uint8_t *)"host-000001",
			.host_name_len = 11,
			.relay_path = relay,
			.relay_path_len = sizeof(relay),
		};
	}
}

static int check_file_system(const char *dir)
{
	struct statfs fs;

	if (statfs(dir, &fs)) {
		fprintf(stderr, "%s: %s\n", dir, strerror(errno));
		return -1;
	}
	if (fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC ||
	    fs.f_type == OVERLAYFS_SUPER_MAGIC) {
		fprintf(stderr, "%s: is tmpfs or overlay; give a real disk\n",
			dir);
		return -1;
	}
	return 0;
}

static struct lease_store *open_store(const char *path)
{
	struct journal_options options = { .wall_now = wall_now,
					   .mono_now = mono_now };
	char err_text[JOURNAL_ERROR_MAX];
	struct lease_store *store;

	if (lease_journal_open(&store, path, &options, err_text,
			       sizeof(err_text))) {
		fprintf(stderr, "%s\n", err_text);
		exit(1);
	}
	return store;
}

static int compare(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void wait_one(struct lease_store *store, size_t *samples)
{
	struct pollfd p = { .fd = lease_store_event_fd(store),
			    .events = POLLIN };
	struct lease_completion done;
	int64_t ns;

	while (!lease_store_next(store, &done))
		poll(&p, 1, 10000);
	if (done.result != LEASE_RESULT_OK) {
		fprintf(stderr, "batch %llu failed\n",
			(unsigned long long)done.ticket);
		exit(1);
	}
	ns = mono_now().ns - sent_ns[done.ticket % JOURNAL_DEPTH_MAX];
	if (*samples < SAMPLES_MAX)
		samples_ns[(*samples)++] = ns;
}

static void submit(struct lease_store *store, uint32_t batch)
{
	uint64_t ticket;

	if (lease_store_submit(store, leases, batch, &ticket)) {
		fprintf(stderr, "submit refused\n");
		exit(1);
	}
	sent_ns[ticket % JOURNAL_DEPTH_MAX] = mono_now().ns;
}

static void measure(const char *path, uint32_t batch, uint32_t in_flight,
		    int64_t seconds)
{
	struct lease_store *store = open_store(path);
	struct lease_store_status status;
	int64_t start = mono_now().ns, end = start + seconds * NS_PER_S;
	uint32_t pending = 0;
	size_t samples = 0;

	make_leases(0, batch);
	while (mono_now().ns < end) {
		for (; pending < in_flight; pending++)
			submit(store, batch);
		wait_one(store, &samples);
		pending--;
	}
	for (; pending; pending--)
		wait_one(store, &samples);
	end = mono_now().ns;
	lease_store_get_status(store, &status);
	qsort(samples_ns, samples, sizeof(samples_ns[0]), compare);
	printf("batch %3u, %u on the way: %8.0f records/s, %6.0f syncs/s, "
	       "p50 %.2f ms, p99 %.2f ms\n",
	       batch, in_flight,
	       (double)status.records * 1e9 / (double)(end - start),
	       (double)status.syncs * 1e9 / (double)(end - start),
	       (double)samples_ns[samples / 2] / 1e6,
	       (double)samples_ns[samples * 99 / 100] / 1e6);
	lease_store_close(store);
	unlink(path);
}

static int count_one(void *arg, const struct lease *lease)
{
	(void)lease;
	++*(uint64_t *)arg;
	return 0;
}

static void measure_restart(const char *path, uint32_t count)
{
	struct lease_store *store = open_store(path);
	int64_t start, opened, loaded;
	uint64_t size, records = 0;
	size_t samples = 0;
	uint32_t i;

	for (i = 0; i < count; i += BATCH_MAX) {
		make_leases(i, BATCH_MAX);
		submit(store, BATCH_MAX);
		wait_one(store, &samples);
	}
	lease_store_close(store);
	start = mono_now().ns;
	store = open_store(path);
	opened = mono_now().ns;
	lease_store_load(store, count_one, &records);
	loaded = mono_now().ns;
	size = lease_journal_info(store)->size;
	lease_store_close(store);
	printf("restart: %llu records, %llu octets: open %.0f ms, load %.0f "
	       "ms\n",
	       (unsigned long long)records, (unsigned long long)size,
	       (double)(opened - start) / 1e6, (double)(loaded - opened) / 1e6);
	unlink(path);
}

int main(int argc, char **argv)
{
	static const uint32_t batches[] = { 1, 64, 256 };
	const char *dir = argc > 1 ? argv[1] : ".";
	int64_t seconds = argc > 2 ? atoi(argv[2]) : 3;
	uint32_t count = argc > 3 ? (uint32_t)atoi(argv[3]) : 1000000;
	char path[4096];
	size_t i;

	if (check_file_system(dir))
		return 1;
	snprintf(path, sizeof(path), "%s/bench_journal.%d", dir, getpid());
	for (i = 0; i < sizeof(batches) / sizeof(batches[0]); i++) {
		measure(path, batches[i], 1, seconds);
		measure(path, batches[i], IN_FLIGHT, seconds);
	}
	measure_restart(path, count);
	return 0;
}
