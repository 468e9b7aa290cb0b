/* SPDX-License-Identifier: BSD-2-Clause */
#include "port.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dhcp4o6/base/log.h"
#include "dhcp4o6/xdp/afxdp.h"

struct port {
	uint32_t ifindex;
	char name[IF_NAMESIZE];
	bool has_vlans;
	struct outbox *outbox;
	struct classifier *classifier; /* NULL: never tried */
	bool is_full_reported;
};

static int get_pin_dir(const struct port_config *config, char dir[PATH_MAX])
{
	char instance[8];

	snprintf(instance, sizeof(instance), "%u", config->instance);
	return classifier_pin_dir(dir, PATH_MAX, config->bpf_dir, instance,
				  config->link->name);
}

/* Switched off, what a crash left on the interface has to go all the same. */
static bool is_something_left(const struct port_config *config)
{
	char dir[PATH_MAX];

	return !get_pin_dir(config, dir) && !access(dir, F_OK);
}

/* A report for an interface on which nothing is even tried. */
static bool never_tried(const struct port_config *config,
			struct classifier_report *report)
{
	const char *reason = NULL;

	if (config->mode == CONF_XDP_OFF && !is_something_left(config))
		reason = "switched off in the configuration";
	else if (!config->link->has_mac)
		reason = "the interface has no Ethernet header";
	if (!reason)
		return false;
	*report = (struct classifier_report){ .mode = CLASSIFIER_NONE };
	report->ifindex = config->link->ifindex;
	snprintf(report->ifname, sizeof(report->ifname), "%s",
		 config->link->name);
	snprintf(report->reason, sizeof(report->reason), "%s", reason);
	return true;
}

static int open_classifier(struct port *port, const struct port_config *config)
{
	static const enum classifier_mode modes[] = {
		[CONF_XDP_AUTO] = CLASSIFIER_AUTO,
		[CONF_XDP_NATIVE] = CLASSIFIER_NATIVE,
		[CONF_XDP_GENERIC] = CLASSIFIER_GENERIC,
		[CONF_XDP_OFF] = CLASSIFIER_NONE,
	};
	char pin_dir[PATH_MAX], lock[PATH_MAX];
	struct classifier_options options = {
		.ifindex = port->ifindex,
		.mode = modes[config->mode],
		.pin_dir = pin_dir,
		.lock_file = lock,
		.has_vlans = port->has_vlans,
	};
	int err;

	err = get_pin_dir(config, pin_dir);
	if (err)
		return err;
	if (snprintf(lock, sizeof(lock), "%s/xdp-%s.lock", config->run_dir,
		     port->name) >= (int)sizeof(lock))
		return -ENAMETOOLONG;
	return classifier_open(&port->classifier, &options);
}

static void log_report(const struct classifier_report *report)
{
	log_notice("%s: XDP mode %s: %s%s%s", report->ifname,
		   classifier_mode_name(report->mode), report->reason,
		   report->note[0] ? "; " : "", report->note);
}

/* Bare sockets, one a queue, behind what is in fds already. */
static uint32_t make_sockets(const struct port *port, int *fds, size_t *count)
{
	int queues = afxdp_queue_count(port->ifindex);
	uint32_t made = 0;
	int fd;

	if (queues > D4O6_QUEUES_MAX)
		queues = D4O6_QUEUES_MAX;
	while ((int)made < queues) {
		fd = afxdp_make_socket();
		if (fd < 0) {
			log_warning("%s: no AF_XDP socket for queue %u: %s",
				    port->name, made, strerror(-fd));
			break;
		}
		fds[(*count)++] = fd;
		made++;
	}
	return made;
}

/* Both or none. */
static int copy_maps(const struct port *port, int fds[2])
{
	fds[0] =
		fcntl(classifier_xsks_fd(port->classifier), F_DUPFD_CLOEXEC, 0);
	if (fds[0] < 0)
		return -errno;
	fds[1] = fcntl(classifier_stats_fd(port->classifier), F_DUPFD_CLOEXEC,
		       0);
	if (fds[1] >= 0)
		return 0;
	close(fds[0]);
	return -errno;
}

static int tell_front(struct port *port, const struct port_config *config)
{
	struct privsep_msg msg = { .type = PRIVSEP_XDP };
	int fds[PRIVSEP_FDS_MAX], err;
	size_t count = 0;

	msg.xdp.ifindex = port->ifindex;
	msg.xdp.frame_count = config->frame_count;
	if (port->classifier)
		classifier_get_report(port->classifier, &msg.xdp.report);
	else
		never_tried(config, &msg.xdp.report);
	log_report(&msg.xdp.report);
	if (msg.xdp.report.mode != CLASSIFIER_NONE) {
		err = copy_maps(port, fds);
		if (err)
			return err;
		count = 2;
		msg.xdp.queue_count = make_sockets(port, fds, &count);
	}
	return privsep_post(port->outbox, &msg, fds, count);
}

int port_new(struct port **port, const struct port_config *config)
{
	struct classifier_report report;
	struct port *self = calloc(1, sizeof(*self));
	int err = 0;

	if (!self)
		return -ENOMEM;
	self->ifindex = config->link->ifindex;
	snprintf(self->name, sizeof(self->name), "%s", config->link->name);
	self->has_vlans = config->has_vlans;
	self->outbox = config->outbox;
	if (!never_tried(config, &report))
		err = open_classifier(self, config);
	if (!err)
		err = tell_front(self, config);
	if (err) {
		port_free(self, false);
		return err;
	}
	*port = self;
	return 0;
}

void port_free(struct port *port, bool tell)
{
	struct privsep_msg msg = { .type = PRIVSEP_XDP_GONE };

	if (!port)
		return;
	if (tell) {
		msg.ifindex = port->ifindex;
		privsep_post(port->outbox, &msg, NULL, 0);
	}
	classifier_close(port->classifier);
	free(port);
}

uint32_t port_ifindex(const struct port *port)
{
	return port->ifindex;
}

bool port_has_vlans(const struct port *port)
{
	return port->has_vlans;
}

/* What does not fit the maps is passed to the kernel, which serves it too. */
static void note_full(struct port *port, int err, const char *what)
{
	if (!err || err == -ENOENT || port->is_full_reported)
		return;
	port->is_full_reported = true;
	log_warning("%s: XDP maps do not take %s (%s); packets to it take the "
		    "slow path",
		    port->name, what, strerror(-err));
}

void port_set_macs(struct port *port, const uint8_t (*macs)[FRAME_MAC_LEN],
		   size_t count)
{
	if (port->classifier)
		note_full(port,
			  classifier_set_macs(port->classifier, macs, count),
			  "all MAC addresses");
}

void port_add_local(struct port *port, const struct net_local *local)
{
	int err;

	/* ::1 never comes from a wire. */
	if (!port->classifier || IN6_IS_ADDR_LOOPBACK(&local->prefix))
		return;
	if (local->prefix_len == 128)
		err = classifier_add_addr(port->classifier, &local->prefix,
					  local->ifindex);
	else
		err = classifier_add_prefix(port->classifier, &local->prefix,
					    local->prefix_len);
	note_full(port, err, "every local address");
}

void port_remove_local(struct port *port, const struct net_local *local)
{
	if (!port->classifier)
		return;
	if (local->prefix_len == 128)
		classifier_remove_addr(port->classifier, &local->prefix,
				       local->ifindex);
	else
		classifier_remove_prefix(port->classifier, &local->prefix,
					 local->prefix_len);
}

static struct d4o6_vlan_key vlan_key(const struct privsep_interface *vlan)
{
	return (struct d4o6_vlan_key){
		.outer_proto = vlan->vlan_proto[0],
		.outer_id = vlan->vlan_id[0],
		.inner_proto = vlan->vlan_proto[1],
		.inner_id = vlan->vlan_id[1],
	};
}

void port_add_vlan(struct port *port, const struct privsep_interface *vlan)
{
	struct d4o6_vlan_key key = vlan_key(vlan);

	if (port->classifier)
		note_full(port,
			  classifier_add_vlan(port->classifier, &key,
					      vlan->ifindex),
			  "every VLAN");
}

void port_remove_vlan(struct port *port, const struct privsep_interface *vlan)
{
	struct d4o6_vlan_key key = vlan_key(vlan);

	if (port->classifier)
		classifier_remove_vlan(port->classifier, &key);
}
