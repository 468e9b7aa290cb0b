// SPDX-License-Identifier: BSD-2-Clause
/*
 * classifier - life cycle: lock, look, load, attach, pin; and back.
 *
 * Each step of opening returns true to go on. One that returns false has
 * written the reason why the socket serves alone; what the steps before it
 * took is given back by classifier_close() or at once.
 */
#include "dhcp4o6/xdp/classifier.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include "classifier_impl.h"
#include "classify.skel.h"
#include "netdev.h"

const char *classifier_mode_name(enum classifier_mode mode)
{
	static const char *const names[] = {
		[CLASSIFIER_NONE] = "none",
		[CLASSIFIER_GENERIC] = "generic",
		[CLASSIFIER_NATIVE] = "native",
		[CLASSIFIER_AUTO] = "auto",
	};

	return (unsigned int)mode <= CLASSIFIER_AUTO ? names[mode] : "unknown";
}

void xdp_report_reason(struct classifier *classifier, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(classifier->report.reason, CLASSIFIER_TEXT_MAX, fmt, args);
	va_end(args);
}

void xdp_report_note(struct classifier *classifier, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(classifier->report.note, CLASSIFIER_TEXT_MAX, fmt, args);
	va_end(args);
}

static bool lock_interface(struct classifier *classifier, const char *file)
{
	int err;

	if (!file)
		return true;
	classifier->lock_fd =
		open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (classifier->lock_fd >= 0 &&
	    !flock(classifier->lock_fd, LOCK_EX | LOCK_NB))
		return true;
	err = errno;
	if (err == EWOULDBLOCK)
		xdp_report_reason(classifier,
				  "another process serves this interface "
				  "(it holds %s)",
				  file);
	else
		xdp_report_reason(classifier, "cannot lock %s: %s", file,
				  strerror(err));
	return false;
}

static void prepare_pins(struct classifier *classifier, const char *dir)
{
	int err;

	if (!dir)
		return;
	err = strlen(dir) < sizeof(classifier->pin_dir) ? xdp_pins_prepare(dir)
							: -ENAMETOOLONG;
	if (!err) {
		strcpy(classifier->pin_dir, dir);
		return;
	}
	xdp_report_note(classifier, "nothing is pinned: %s: %s", dir,
			err == -EXDEV ? "not on a bpffs" : strerror(-err));
}

/* Switched off after a crash: what was left behind goes. */
static void remove_stale(struct classifier *classifier)
{
	int fd = xdp_get_stale_link(classifier);

	if (fd >= 0) {
		bpf_link_detach(fd);
		close(fd);
	}
	if (fd != -EXDEV && classifier->pin_dir[0])
		xdp_pins_remove(classifier->pin_dir);
	classifier->pin_dir[0] = '\0';
}

static bool is_wanted(struct classifier *classifier)
{
	if (classifier->report.wanted != CLASSIFIER_NONE)
		return true;
	remove_stale(classifier);
	xdp_report_reason(classifier, "switched off by configuration");
	return false;
}

/* A master's frames arrive on its ports; its own XDP would see copies. */
static bool is_usable(struct classifier *classifier, bool has_vlans)
{
	static const char *const masters[] = { "bonding", "team", "bridge" };
	const char *ifname = classifier->report.ifname;
	char driver[NETDEV_DRIVER_MAX];
	size_t i;

	xdp_netdev_driver(ifname, driver);
	for (i = 0; i < sizeof(masters) / sizeof(masters[0]); i++) {
		if (strcmp(driver, masters[i]) != 0)
			continue;
		xdp_report_reason(classifier,
				  "%s is the master of other interfaces "
				  "(driver %s)",
				  ifname, driver);
		return false;
	}
	if (has_vlans && xdp_netdev_keep_vlan_tags(ifname)) {
		xdp_report_reason(classifier,
				  "%s has VLAN devices, but takes tags out of "
				  "frames (RX VLAN offload, driver %s), and "
				  "this cannot be switched off",
				  ifname, driver);
		return false;
	}
	return true;
}

static int ignore_message(enum libbpf_print_level level, const char *fmt,
			  va_list args)
{
	(void)level;
	(void)fmt;
	(void)args;
	return 0;
}

/* Counters of a dead process go on, if they mean the same. */
static void reuse_stats(struct classifier *classifier)
{
	char path[XDP_PIN_PATH_MAX];
	int fd;

	if (!classifier->pin_dir[0] ||
	    xdp_pin_path(path, classifier->pin_dir, "d4o6_stats"))
		return;
	fd = bpf_obj_get(path);
	if (fd < 0)
		return;
	if (xdp_stats_map_is_ours(fd))
		bpf_map__reuse_fd(classifier->skel->maps.d4o6_stats, fd);
	close(fd);
}

static bool load(struct classifier *classifier)
{
	struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	libbpf_print_fn_t print;
	int err;

	/* Kernels without memcg accounting of BPF want it; others do not. */
	(void)setrlimit(RLIMIT_MEMLOCK, &unlimited);
	print = libbpf_set_print(ignore_message);
	classifier->skel = classify__open();
	if (classifier->skel) {
		reuse_stats(classifier);
		err = classify__load(classifier->skel);
	} else {
		err = -errno;
	}
	libbpf_set_print(print);
	if (!err)
		return true;
	xdp_report_reason(classifier, "loading failed: %s%s", strerror(-err),
			  err == -EPERM || err == -EACCES
				  ? " (needs CAP_BPF, CAP_NET_ADMIN and "
				    "CAP_PERFMON)"
				  : "");
	return false;
}

static int pin_one(const struct classifier *classifier, const char *name,
		   int fd)
{
	char path[XDP_PIN_PATH_MAX];
	int err = xdp_pin_path(path, classifier->pin_dir, name);

	if (err)
		return err;
	unlink(path);
	return bpf_obj_pin(fd, path);
}

/* The link last: whoever finds it finds the rest. */
static void pin_all(struct classifier *classifier)
{
	static const char *const names[] = { XDP_MAP_NAMES };
	struct bpf_object *object = classifier->skel->obj;
	int err = 0;
	size_t i;

	if (!classifier->pin_dir[0])
		return;
	for (i = 0; !err && i < sizeof(names) / sizeof(names[0]); i++)
		err = pin_one(
			classifier, names[i],
			bpf_object__find_map_fd_by_name(object, names[i]));
	if (!err)
		err = pin_one(classifier, "link", classifier->link_fd);
	classifier->report.pinned = !err;
	if (!err)
		return;
	xdp_report_note(classifier, "nothing is pinned: %s: %s",
			classifier->pin_dir, strerror(-err));
	xdp_pins_remove(classifier->pin_dir);
	classifier->pin_dir[0] = '\0';
}

static void read_program_id(struct classifier *classifier)
{
	struct bpf_prog_info info = { 0 };
	__u32 len = sizeof(info);
	int fd = bpf_program__fd(classifier->skel->progs.d4o6_classify);

	if (!bpf_obj_get_info_by_fd(fd, &info, &len))
		classifier->report.program_id = info.id;
}

static bool set_up(struct classifier *classifier,
		   const struct classifier_options *options)
{
	if (!lock_interface(classifier, options->lock_file))
		return false;
	prepare_pins(classifier, options->pin_dir);
	if (!is_wanted(classifier) ||
	    !is_usable(classifier, options->has_vlans) || !load(classifier) ||
	    !xdp_attach(classifier))
		return false;
	read_program_id(classifier);
	pin_all(classifier);
	return true;
}

/* Gives back what a failed set_up() took. Pins of others are not touched. */
static void tear_down(struct classifier *classifier)
{
	classify__destroy(classifier->skel);
	classifier->skel = NULL;
	if (classifier->lock_fd >= 0)
		close(classifier->lock_fd);
	classifier->lock_fd = -1;
}

int classifier_open(struct classifier **classifier,
		    const struct classifier_options *options)
{
	struct classifier *c;

	if ((unsigned int)options->mode > CLASSIFIER_AUTO)
		return -EINVAL;
	c = calloc(1, sizeof(*c));
	if (!c)
		return -ENOMEM;
	c->link_fd = -1;
	c->lock_fd = -1;
	c->report.ifindex = options->ifindex;
	c->report.wanted = options->mode;
	if (!if_indextoname(options->ifindex, c->report.ifname)) {
		free(c);
		return -ENODEV;
	}
	if (!set_up(c, options))
		tear_down(c);
	*classifier = c;
	return 0;
}

void classifier_close(struct classifier *classifier)
{
	if (!classifier)
		return;
	if (classifier->link_fd >= 0) {
		xdp_detach(classifier);
		if (classifier->pin_dir[0])
			xdp_pins_remove(classifier->pin_dir);
	}
	tear_down(classifier);
	free(classifier);
}

void classifier_get_report(const struct classifier *classifier,
			   struct classifier_report *report)
{
	*report = classifier->report;
}
