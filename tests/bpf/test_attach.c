// SPDX-License-Identifier: BSD-2-Clause
/*
 * The life of the classifier on an interface: which mode and why, pins that
 * outlive a killed process, and respect for what others attached.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "fixture.h"

#define LOCK_FILE "/run/xdp-test.lock"

static char pin_dir[128];

static struct classifier *open_on(const char *ifname, enum classifier_mode mode)
{
	struct classifier_options options = {
		.ifindex = if_nametoindex(ifname),
		.mode = mode,
		.pin_dir = pin_dir,
		.lock_file = LOCK_FILE,
	};
	struct classifier *classifier;

	assert_int_equal(classifier_pin_dir(pin_dir, sizeof(pin_dir),
					    CLASSIFIER_PIN_ROOT, "6767",
					    ifname),
			 0);
	assert_int_equal(classifier_open(&classifier, &options), 0);
	return classifier;
}

static struct classifier_report report_of(const struct classifier *classifier)
{
	struct classifier_report report;

	classifier_get_report(classifier, &report);
	assert_true(report.reason[0] != '\0');
	return report;
}

static void expect_mode(const struct classifier *classifier,
			enum classifier_mode mode, const char *why)
{
	struct classifier_report report = report_of(classifier);

	if (report.mode != mode || !strstr(report.reason, why))
		print_message("%s: %s\n", classifier_mode_name(report.mode),
			      report.reason);
	assert_int_equal(report.mode, mode);
	assert_non_null(strstr(report.reason, why));
	assert_int_equal(report.program_id != 0, mode != CLASSIFIER_NONE);
}

static uint32_t attached_program(const char *ifname)
{
	struct bpf_xdp_query_opts opts = { .sz = sizeof(opts) };

	assert_int_equal(bpf_xdp_query((int)if_nametoindex(ifname), 0, &opts),
			 0);
	return opts.prog_id;
}

static bool exists(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", pin_dir, name);
	return access(path, F_OK) == 0;
}

/* Any program there is to attach: ours, from another interface. */
static int foreign_program(struct classifier **owner)
{
	int fd;

	*owner = fixture_open_classifier(&fd);
	return fd;
}

static void runs_natively_where_the_driver_can(void **state)
{
	struct classifier *classifier = open_on("veth0", CLASSIFIER_AUTO);
	struct classifier_report report = report_of(classifier);

	(void)state;
	expect_mode(classifier, CLASSIFIER_NATIVE, "in the driver");
	assert_int_equal(report.program_id, attached_program("veth0"));
	assert_string_equal(report.ifname, "veth0");
	assert_true(report.pinned);
	assert_false(report.taken_over);
	assert_true(exists("link"));
	assert_true(exists("d4o6_stats"));
	classifier_close(classifier);
	assert_int_equal(attached_program("veth0"), 0);
	assert_false(exists("link"));
	assert_int_equal(access(pin_dir, F_OK), -1);
	assert_int_equal(access(CLASSIFIER_PIN_ROOT "/6767", F_OK), -1);
}

static void falls_back_to_generic_and_says_why(void **state)
{
	struct classifier *classifier = open_on("lo", CLASSIFIER_AUTO);

	(void)state;
	expect_mode(classifier, CLASSIFIER_GENERIC, "native refused");
	classifier_close(classifier);
	classifier = open_on("lo", CLASSIFIER_NATIVE);
	expect_mode(classifier, CLASSIFIER_NONE, "native: Operation not");
	assert_int_equal(attached_program("lo"), 0);
	classifier_close(classifier);
	classifier = open_on("veth0", CLASSIFIER_GENERIC);
	expect_mode(classifier, CLASSIFIER_GENERIC, "as configured");
	classifier_close(classifier);
}

static void keeps_off_masters(void **state)
{
	struct classifier *classifier;

	(void)state;
	fixture_ip("link add br0 type bridge");
	classifier = open_on("br0", CLASSIFIER_AUTO);
	expect_mode(classifier, CLASSIFIER_NONE, "master");
	assert_int_equal(attached_program("br0"), 0);
	classifier_close(classifier);
	fixture_ip("link del br0");
}

static void is_harmless_in_mode_none(void **state)
{
	struct classifier *classifier = open_on("veth0", CLASSIFIER_NONE);
	struct in6_addr any = IN6ADDR_ANY_INIT;
	struct d4o6_stats stats;

	(void)state;
	expect_mode(classifier, CLASSIFIER_NONE, "switched off");
	assert_int_equal(classifier_set_macs(classifier, &fixture_mac, 1), 0);
	assert_int_equal(classifier_add_addr(classifier, &any, 0), 0);
	assert_int_equal(classifier_put_xsk(classifier, 0, -1), 0);
	assert_int_equal(classifier_read_stats(classifier, &stats), 0);
	assert_int_equal(classifier_xsks_fd(classifier), -1);
	assert_int_equal(stats.not_ipv6, 0);
	classifier_close(classifier);
}

static void leaves_a_foreign_program_alone(void **state)
{
	struct classifier *owner, *classifier;
	int fd = foreign_program(&owner);
	uint32_t id;

	(void)state;
	assert_int_equal(bpf_xdp_attach((int)if_nametoindex("veth0"), fd,
					XDP_FLAGS_DRV_MODE, NULL),
			 0);
	id = attached_program("veth0");
	classifier = open_on("veth0", CLASSIFIER_AUTO);
	expect_mode(classifier, CLASSIFIER_NONE, "another XDP program");
	assert_int_equal(attached_program("veth0"), id);
	classifier_close(classifier);
	assert_int_equal(attached_program("veth0"), id);
	bpf_xdp_detach((int)if_nametoindex("veth0"), XDP_FLAGS_DRV_MODE, NULL);
	close(fd);
	classifier_close(owner);
}

static void one_process_serves_an_interface(void **state)
{
	struct classifier *first = open_on("veth0", CLASSIFIER_AUTO);
	struct classifier *second = open_on("veth0", CLASSIFIER_AUTO);
	uint32_t id = report_of(first).program_id;

	(void)state;
	expect_mode(second, CLASSIFIER_NONE, "another process");
	classifier_close(second);
	assert_int_equal(attached_program("veth0"), id);
	assert_true(exists("link"));
	classifier_close(first);
}

/* What veth0 counts as not IPv6, from its peer. */
static void send_not_ipv6(unsigned int count)
{
	static const uint8_t frame[64] = { [12] = 0x12, [13] = 0x34 };
	int fd = fixture_packet_socket("veth1");

	while (count--)
		assert_int_equal(send(fd, frame, sizeof(frame), 0),
				 sizeof(frame));
	close(fd);
}

/* veth delivers soon, not at once. */
static void expect_not_ipv6(unsigned int count)
{
	struct d4o6_stats stats;
	int tries;

	for (tries = 0; tries < 200; tries++) {
		assert_int_equal(classifier_read_pinned_stats(pin_dir, &stats),
				 0);
		if (stats.not_ipv6 >= count)
			break;
		usleep(10000);
	}
	assert_int_equal(stats.not_ipv6, count);
}

static void killed_while_attached(const char *ifname, enum classifier_mode mode)
{
	struct classifier *classifier;
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		classifier = open_on(ifname, mode);
		if (report_of(classifier).pinned)
			raise(SIGKILL);
		_exit(1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
}

static void outlives_a_killed_process_and_is_taken_over(void **state)
{
	struct classifier_report report;
	struct classifier *classifier;
	struct d4o6_stats stats;
	uint32_t id;

	(void)state;
	killed_while_attached("veth0", CLASSIFIER_AUTO);
	id = attached_program("veth0");
	assert_true(id != 0);
	send_not_ipv6(3);
	expect_not_ipv6(3);

	classifier = open_on("veth0", CLASSIFIER_AUTO);
	report = report_of(classifier);
	expect_mode(classifier, CLASSIFIER_NATIVE, "dead process");
	assert_true(report.taken_over);
	assert_true(report.program_id != id);
	assert_int_equal(attached_program("veth0"), report.program_id);
	send_not_ipv6(2);
	/* The counters went on. */
	expect_not_ipv6(5);
	assert_int_equal(classifier_read_stats(classifier, &stats), 0);
	assert_int_equal(stats.not_ipv6, 5);
	classifier_close(classifier);
	assert_int_equal(attached_program("veth0"), 0);
	assert_int_equal(classifier_read_pinned_stats(pin_dir, &stats),
			 -ENOENT);
}

static void changes_mode_over_a_stale_link(void **state)
{
	struct classifier *classifier;

	(void)state;
	killed_while_attached("veth0", CLASSIFIER_GENERIC);
	classifier = open_on("veth0", CLASSIFIER_NATIVE);
	expect_mode(classifier, CLASSIFIER_NATIVE, "in the driver");
	assert_false(report_of(classifier).taken_over);
	classifier_close(classifier);

	killed_while_attached("veth0", CLASSIFIER_AUTO);
	classifier = open_on("veth0", CLASSIFIER_NONE);
	expect_mode(classifier, CLASSIFIER_NONE, "switched off");
	assert_int_equal(attached_program("veth0"), 0);
	assert_false(exists("link"));
	classifier_close(classifier);
}

static void makes_counters_anew_when_they_mean_something_else(void **state)
{
	struct classifier *classifier;
	struct d4o6_stats stats;
	char path[256];
	int fd;

	(void)state;
	killed_while_attached("veth0", CLASSIFIER_AUTO);
	snprintf(path, sizeof(path), "%s/d4o6_stats", pin_dir);
	assert_int_equal(unlink(path), 0);
	/* The same size, but no word on what the fields are. */
	fd = bpf_map_create(BPF_MAP_TYPE_PERCPU_ARRAY, "d4o6_stats", 4,
			    sizeof(stats), 1, NULL);
	assert_true(fd >= 0);
	assert_int_equal(bpf_obj_pin(fd, path), 0);
	assert_int_equal(classifier_read_pinned_stats(pin_dir, &stats),
			 -EPROTO);
	classifier = open_on("veth0", CLASSIFIER_AUTO);
	assert_true(report_of(classifier).taken_over);
	assert_true(report_of(classifier).pinned);
	assert_int_equal(classifier_read_pinned_stats(pin_dir, &stats), 0);
	classifier_close(classifier);
	close(fd);
}

/* As with one bpffs and the same names in several network namespaces. */
static void respects_pins_of_another_interface(void **state)
{
	struct classifier *owner = open_on("veth0", CLASSIFIER_AUTO);
	struct classifier_options options = {
		.ifindex = if_nametoindex("lo"),
		.mode = CLASSIFIER_AUTO,
		.pin_dir = pin_dir,
	};
	struct classifier *other;

	(void)state;
	assert_int_equal(classifier_open(&other, &options), 0);
	expect_mode(other, CLASSIFIER_GENERIC, "native refused");
	assert_false(report_of(other).pinned);
	assert_non_null(strstr(report_of(other).note, "another"));
	classifier_close(other);
	assert_int_equal(attached_program("veth0"),
			 report_of(owner).program_id);
	assert_true(exists("link"));
	classifier_close(owner);
}

static void runs_without_pins_where_there_is_no_bpffs(void **state)
{
	struct classifier_options options = {
		.ifindex = if_nametoindex("veth0"),
		.mode = CLASSIFIER_AUTO,
		.pin_dir = "/run/dhcp4o6-no-bpffs/veth0",
	};
	struct classifier *classifier;

	(void)state;
	assert_int_equal(classifier_open(&classifier, &options), 0);
	expect_mode(classifier, CLASSIFIER_NATIVE, "in the driver");
	assert_false(report_of(classifier).pinned);
	assert_non_null(strstr(report_of(classifier).note, "not on a bpffs"));
	classifier_close(classifier);
	assert_int_equal(attached_program("veth0"), 0);
}

static void mounts_bpffs_where_it_is_missing(void **state)
{
	struct classifier *classifier;

	(void)state;
	assert_int_equal(umount("/sys/fs/bpf"), 0);
	classifier = open_on("veth0", CLASSIFIER_AUTO);
	assert_true(report_of(classifier).pinned);
	classifier_close(classifier);
}

static void names_pins_as_bpffs_allows(void **state)
{
	char dir[64];

	(void)state;
	assert_int_equal(classifier_pin_dir(dir, sizeof(dir), "/x.y", "6767",
					    "eth0.100"),
			 0);
	assert_string_equal(dir, "/x.y/6767/eth0:100");
	assert_int_equal(classifier_pin_dir(dir, 12, "/x", "6767", "eth0"),
			 -ENAMETOOLONG);
}

static void refuses_an_interface_that_is_not_there(void **state)
{
	struct classifier_options options = { .ifindex = 9999 };
	struct classifier *classifier;

	(void)state;
	assert_int_equal(classifier_open(&classifier, &options), -ENODEV);
	options.mode = CLASSIFIER_AUTO + 1;
	assert_int_equal(classifier_open(&classifier, &options), -EINVAL);
}

static int set_up(void **state)
{
	int fd;

	(void)state;
	fixture_make_veth(1);
	classifier_close(fixture_open_classifier(&fd));
	close(fd);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_natively_where_the_driver_can),
		cmocka_unit_test(falls_back_to_generic_and_says_why),
		cmocka_unit_test(keeps_off_masters),
		cmocka_unit_test(is_harmless_in_mode_none),
		cmocka_unit_test(leaves_a_foreign_program_alone),
		cmocka_unit_test(one_process_serves_an_interface),
		cmocka_unit_test(outlives_a_killed_process_and_is_taken_over),
		cmocka_unit_test(changes_mode_over_a_stale_link),
		cmocka_unit_test(
			makes_counters_anew_when_they_mean_something_else),
		cmocka_unit_test(respects_pins_of_another_interface),
		cmocka_unit_test(runs_without_pins_where_there_is_no_bpffs),
		cmocka_unit_test(mounts_bpffs_where_it_is_missing),
		cmocka_unit_test(names_pins_as_bpffs_allows),
		cmocka_unit_test(refuses_an_interface_that_is_not_there),
	};

	fixture_enter_namespaces();
	return cmocka_run_group_tests(tests, set_up, NULL);
}
