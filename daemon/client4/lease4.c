/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lease4 - what a change means: to the lease file first, then to the interface,
 * then to the script.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "dhcp4o6/conf/expr.h"
#include "dhcp4o6/lease/client_merge.h"
#include "head4.h"

/* ---- the interface ---- */

static int ask(struct head4 *head, enum hands_request_type type)
{
	head->request.type = type;
	head->request.slot = 0;
	head->request.ifindex = head->ifindex;
	return hands_ask(head->requests_fd, &head->request, NULL);
}

/* Seconds from now, the last one begun counted. */
static uint32_t seconds_left(struct mono_time end)
{
	int64_t ns = end.ns - mono_now().ns;

	if (end.ns == MACHINE4_NEVER)
		return NET_CONF_FOREVER;
	if (ns <= 0)
		return 1;
	return (uint32_t)((ns + NS_PER_S - 1) / NS_PER_S);
}

static int put_addr(struct head4 *head, const struct apply4 *apply)
{
	uint32_t left_s = seconds_left(head->machine.expire);

	head->request.addr = (struct net_conf_addr){
		.family = AF_INET,
		.prefix_len = apply->prefix_len,
		.v4 = apply->addr,
		.broadcast = apply->broadcast,
		.preferred_s = left_s,
		.valid_s = left_s,
	};
	return ask(head, HANDS_PUT_ADDR);
}

static void remove_addr(struct head4 *head)
{
	int err;

	if (!head->applied.is_there)
		return;
	head->request.addr = (struct net_conf_addr){
		.family = AF_INET,
		.prefix_len = head->applied.prefix_len,
		.v4 = head->applied.addr,
		.preferred_s = 1,
		.valid_s = 1,
	};
	err = ask(head, HANDS_REMOVE_ADDR);
	if (err && err != -ENODEV)
		log_error("%s: the address cannot be removed: %s",
			  head->interface, strerror(-err));
	head->applied.is_there = false;
}

static void set_mtu(struct head4 *head, uint32_t mtu)
{
	int err;

	if (mtu == 0 || mtu == head->net.mtu)
		return;
	head->request.mtu = mtu;
	err = ask(head, HANDS_SET_MTU);
	if (err)
		log_warning("%s: MTU %u: %s", head->interface, mtu,
			    strerror(-err));
	else
		head->net.mtu = mtu;
	head->applied.has_mtu = head->net.mtu != head->own_mtu;
}

static void put_routes(struct head4 *head, const struct apply4 *apply)
{
	int err;

	head->request.route_count = apply ? apply->route_count : 0;
	if (apply)
		memcpy(head->request.route, apply->route,
		       apply->route_count * sizeof(apply->route[0]));
	err = ask(head, HANDS_PUT_ROUTES);
	if (err && err != -ENODEV && err != -ENETDOWN)
		log_warning("%s: routes: %s", head->interface, strerror(-err));
}

static void log_ignored(const struct head4 *head, const struct apply4 *apply)
{
	size_t i;

	for (i = 0; i < apply->ignored_count; i++)
		log_info("%s: option %u of the lease is of no use",
			 head->interface, apply->ignored[i]);
	if (apply->routes_left_out)
		log_warning("%s: %zu routes are left out", head->interface,
			    apply->routes_left_out);
}

int head4_apply(struct head4 *head)
{
	static struct apply4 apply;
	const struct apply4_link link = {
		.is_point_to_point = head->net.is_point_to_point,
		.keeps_ipv6 = true,
		.mtu = head->own_mtu,
	};
	const struct head4_applied *had = &head->applied;
	int err;

	if (!head->ifindex) /* put there when it is back */
		return 0;
	apply4_make(&apply, head->machine.lease.addr,
		    &head->options[head->current], &link);
	log_ignored(head, &apply);
	if (had->is_there && (had->addr.s_addr != apply.addr.s_addr ||
			      had->prefix_len != apply.prefix_len))
		remove_addr(head);
	err = put_addr(head, &apply);
	if (err == -ENODEV)
		return 0;
	if (err) {
		log_error("%s: the address cannot be set: %s", head->interface,
			  strerror(-err));
		return err;
	}
	head->applied.is_there = true;
	head->applied.addr = apply.addr;
	head->applied.prefix_len = apply.prefix_len;
	set_mtu(head, apply.mtu);
	put_routes(head, &apply);
	return 0;
}

void head4_unapply(struct head4 *head)
{
	head4_probe(head, PROBE4_ON_LEAVE);
	if (!head->ifindex) {
		head->applied.is_there = false;
		return;
	}
	put_routes(head, NULL);
	remove_addr(head);
	set_mtu(head, head->own_mtu);
}

void head4_adopt(struct head4 *head, const struct net_addr *addr)
{
	const struct client_lease4 *kept =
		client_leases_find4(head->leases, head->interface);

	if (!kept || kept->addr.s_addr != addr->v4.s_addr)
		return;
	head->applied.is_there = true;
	head->applied.addr = addr->v4;
	head->applied.prefix_len = addr->prefix_len;
}

/* ---- the lease file ---- */

static void write_file(struct head4 *head)
{
	int err =
		client_leases_write(head->leases, head->args.common.lease_file);

	if (err)
		log_error("%s cannot be written: %s; after a restart the lease "
			  "is not known",
			  head->args.common.lease_file, strerror(-err));
}

static void keep(struct head4 *head)
{
	int err = client_leases_put4(head->leases, &head->machine.lease);

	if (err)
		log_error("the lease cannot be kept: %s", strerror(-err));
	else
		write_file(head);
}

static void forget(struct head4 *head)
{
	client_leases_remove(head->leases, head->interface);
	write_file(head);
}

/* ---- changes ---- */

void head4_merge(struct head4 *head)
{
	const struct client_lease4 *lease = &head->machine.lease;
	const struct conf_packet about = {
		.htype = head->identity.htype,
		.chaddr = { head->identity.chaddr, head->identity.hlen },
		.leased_address = { (const uint8_t *)&lease->addr,
				    sizeof(lease->addr) },
	};
	size_t left_out;

	head->current = !head->current;
	left_out = client_options_merge(&head->scope, CONF_OPTIONS_DHCP4,
					&lease->options, &about,
					&head->options[head->current]);
	if (left_out)
		log_warning("%zu options of the configuration find no room in "
			    "the lease",
			    left_out);
}

static void log_lease(const struct head4 *head, const char *what)
{
	const struct client_lease4 *lease = &head->machine.lease;
	char addr[INET_ADDRSTRLEN], server6[INET6_ADDRSTRLEN];

	inet_ntop(AF_INET, &lease->addr, addr, sizeof(addr));
	inet_ntop(AF_INET6, &lease->server6, server6, sizeof(server6));
	if (head->machine.t1.ns == MACHINE4_NEVER)
		log_notice("%s: %s %s by %s, without an end", head->interface,
			   what, addr, server6);
	else
		log_notice("%s: %s %s by %s, renewal in %u s, end in %u s",
			   head->interface, what, addr, server6,
			   seconds_left(head->machine.t1),
			   seconds_left(head->machine.expire));
}

/* A lease that is new, or goes on. */
static void take_lease(struct head4 *head, enum script_reason reason,
		       const char *what)
{
	head->turn++;
	head4_merge(head);
	/* Filled before the new lease takes the old one's place in the file. */
	script4_add(head, reason, head->is_shown);
	keep(head);
	log_lease(head, what);
	if (head4_apply(head)) {
		script4_cancel(head);
		head4_tell(head, MACHINE4_ON_REFUSED);
		return;
	}
	head->is_shown = true;
	head4_probe(head, PROBE4_ON_USE);
	script4_run(head);
	head4_ready(head);
}

static void call(struct head4 *head, enum script_reason reason)
{
	script4_add(head, reason, false);
	script4_run(head);
}

/* The address is not to be used any longer. */
static void lose_lease(struct head4 *head, enum script_reason reason,
		       const char *what)
{
	char addr[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &head->machine.lease.addr, addr, sizeof(addr));
	log_notice("%s: %s %s", head->interface, what, addr);
	head->turn++;
	head4_unapply(head);
	if (head->is_shown)
		call(head, reason);
	head->is_shown = false;
}

static void change_probe(struct head4 *head)
{
	head4_probe(head, PROBE4_ON_PROBE);
}

static void change_new(struct head4 *head)
{
	take_lease(head, SCRIPT_BOUND, "bound to");
}

static void change_reboot(struct head4 *head)
{
	take_lease(head, SCRIPT_REBOOT, "again bound to");
}

static void change_renewed(struct head4 *head)
{
	take_lease(head, SCRIPT_RENEW, "renewed");
}

static void change_rebound(struct head4 *head)
{
	take_lease(head, SCRIPT_REBIND, "rebound");
}

static void change_failed(struct head4 *head)
{
	log_notice("%s: no server has offered a lease", head->interface);
	call(head, SCRIPT_FAIL);
	head4_give_up(head);
}

static void change_unreleased(struct head4 *head)
{
	log_error("%s: nothing is released: DHCPv4-over-DHCPv6 was not on in "
		  "time",
		  head->interface);
	if (head->args.task == CLIENT_TASK_RELEASE)
		head4_end(head, DAEMON_EXIT_FAILURE);
}

static void change_expired(struct head4 *head)
{
	lose_lease(head, SCRIPT_EXPIRE, "the lease has run out of");
}

static void change_naked(struct head4 *head)
{
	lose_lease(head, SCRIPT_EXPIRE, "a server has taken back");
	forget(head);
}

static void change_declined(struct head4 *head)
{
	lose_lease(head, SCRIPT_EXPIRE, "declined");
	forget(head);
}

/* The script of -r tells of a lease that another run has shown. */
static void change_given_back(struct head4 *head)
{
	if (head->args.task == CLIENT_TASK_RELEASE)
		head->is_shown = true;
	lose_lease(head, SCRIPT_RELEASE, "given back");
	forget(head);
}

/* The lease stays good and so does its address: the kernel takes it away when
 * the lease ends, and the next run goes on with it. */
static void change_ended(struct head4 *head)
{
	if (head->is_shown)
		call(head, SCRIPT_STOP);
	head->is_shown = false;
}

void head4_change(struct head4 *head, enum machine4_change change)
{
	static void (*const handlers[MACHINE4_CHANGE_COUNT])(struct head4 *) = {
		[MACHINE4_PROBE] = change_probe,
		[MACHINE4_NEW] = change_new,
		[MACHINE4_REBOOT] = change_reboot,
		[MACHINE4_RENEWED] = change_renewed,
		[MACHINE4_REBOUND] = change_rebound,
		[MACHINE4_FAILED] = change_failed,
		[MACHINE4_UNRELEASED] = change_unreleased,
		[MACHINE4_EXPIRED] = change_expired,
		[MACHINE4_NAKED] = change_naked,
		[MACHINE4_DECLINED] = change_declined,
		[MACHINE4_GIVEN_BACK] = change_given_back,
		[MACHINE4_ENDED] = change_ended,
	};

	if (handlers[change])
		handlers[change](head);
}
