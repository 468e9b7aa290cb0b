/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine4_lease - a lease as an ACK gives it, as a file kept it, and its
 * times. Monotonic times drive the machine; those on the wall are for the file.
 */
#include <string.h>

#include "machine4_private.h"

#define INFINITE_LEASE UINT32_MAX /* RFC 2131 section 3.3 */

bool machine4_is_usable(struct in_addr addr)
{
	uint32_t high = ntohl(addr.s_addr) >> 24;

	return high != 0 && high != 127 && high < 224;
}

/* ---- times ---- */

/*
 * RFC 2131 section 4.4.5: T1 before T2 before the end; what a server says
 * otherwise is not listened to.
 */
static void set_times(struct machine4 *m, const struct dhcp4_msg *msg)
{
	uint32_t lease_s = dhcp4_get_u32(msg, DHCP4_OPT_LEASE_TIME, 0);
	int64_t lease_ns = lease_s * NS_PER_S;
	int64_t t1_ns =
		NS_PER_S * dhcp4_get_u32(msg, DHCP4_OPT_RENEWAL_TIME, 0);
	int64_t t2_ns =
		NS_PER_S * dhcp4_get_u32(msg, DHCP4_OPT_REBINDING_TIME, 0);

	m->t1.ns = m->t2.ns = m->expire.ns = MACHINE4_NEVER;
	if (lease_s == INFINITE_LEASE)
		return;
	if (t2_ns == 0 || t2_ns >= lease_ns)
		t2_ns = lease_ns / 8 * 7;
	if (t1_ns == 0 || t1_ns >= t2_ns)
		t1_ns = lease_ns / 2;
	if (t1_ns >= t2_ns)
		t1_ns = t2_ns / 2;
	m->t1.ns = m->requested.ns + t1_ns;
	m->t2.ns = m->requested.ns + t2_ns;
	m->expire.ns = m->requested.ns + lease_ns;
}

/* Whole seconds, never later than it is. */
static struct wall_time to_wall(struct mono_time t,
				const struct machine4_turn *turn)
{
	int64_t ns = mono_diff_ns(t, turn->now);
	int64_t s = ns / NS_PER_S;

	if (t.ns == MACHINE4_NEVER)
		return (struct wall_time){ .s = CLIENT_TIME_NEVER };
	if (ns % NS_PER_S < 0)
		s--;
	return (struct wall_time){ .s = turn->wall.s + s };
}

/*
 * A time that a file has; it may be any number. No lease is longer than the
 * server said, whatever a clock that was set says.
 */
static struct mono_time from_wall(struct wall_time t, struct mono_time now,
				  struct wall_time wall, int64_t most_s)
{
	int64_t s;

	if (t.s == CLIENT_TIME_NEVER)
		return (struct mono_time){ .ns = MACHINE4_NEVER };
	if (t.s <= wall.s)
		return now;
	if (__builtin_sub_overflow(t.s, wall.s, &s) || s > most_s)
		s = most_s;
	return mono_add_s(now, s);
}

/* ---- from an ACK ---- */

bool machine4_has_room(const struct dhcp4_msg *msg)
{
	size_t count = 0, used = 0;
	unsigned int code;

	for (code = 1; code < DHCP4_OPT_END; code++) {
		struct dhcp4_option opt = dhcp4_option(msg, (uint8_t)code);

		count += opt.data != NULL;
		used += opt.len;
	}
	return count <= CLIENT_OPTIONS_MAX && used <= CLIENT_OPTION_OCTETS;
}

static void copy_options(struct client_options *options,
			 const struct dhcp4_msg *msg)
{
	unsigned int code;

	client_options_clear(options);
	for (code = 1; code < DHCP4_OPT_END; code++) {
		struct dhcp4_option opt = dhcp4_option(msg, (uint8_t)code);

		if (opt.data) /* there is room: machine4_has_room() */
			client_options_set(options, CONF_OPTIONS_DHCP4,
					   (uint16_t)code, opt.data, opt.len);
	}
}

/* A field with text and no end mark if it is full. */
static void copy_text(char *text, size_t size, const uint8_t *field)
{
	size_t len = strnlen((const char *)field, size - 1);

	memcpy(text, field, len);
	text[len] = 0;
}

void machine4_fill_lease(struct machine4_turn *turn)
{
	struct machine4 *m = turn->machine;
	const struct dhcp4_msg *msg = turn->msg;
	struct client_lease4 *lease = &m->lease;

	copy_options(&lease->options, msg);
	copy_text(lease->interface, sizeof(lease->interface),
		  (const uint8_t *)m->setup.interface);
	lease->addr = msg->yiaddr;
	lease->next_server = msg->siaddr;
	lease->server6 = *turn->server6;
	lease->server_name[0] = lease->filename[0] = 0;
	if (!(msg->overload & DHCP4_OVERLOAD_SNAME))
		copy_text(lease->server_name, sizeof(lease->server_name),
			  msg->sname);
	if (!(msg->overload & DHCP4_OVERLOAD_FILE))
		copy_text(lease->filename, sizeof(lease->filename), msg->file);
	set_times(m, msg);
	lease->renew = to_wall(m->t1, turn);
	lease->rebind = to_wall(m->t2, turn);
	lease->expire = to_wall(m->expire, turn);
	m->has_lease = true;
	m->is_doubtful = m->is_link_down;
}

/* ---- from the file ---- */

static void copy_lease(struct client_lease4 *to,
		       const struct client_lease4 *from)
{
	memcpy(to->interface, from->interface, sizeof(to->interface));
	to->addr = from->addr;
	to->next_server = from->next_server;
	to->server6 = from->server6;
	to->renew = from->renew;
	to->rebind = from->rebind;
	to->expire = from->expire;
	memcpy(to->server_name, from->server_name, sizeof(to->server_name));
	memcpy(to->filename, from->filename, sizeof(to->filename));
	client_options_copy(&to->options, &from->options);
}

/* The lease time in the file; a day too many does not matter without one. */
static int64_t longest_s(const struct client_lease4 *kept)
{
	const struct client_option *opt = client_options_find(
		&kept->options, CONF_OPTIONS_DHCP4, DHCP4_OPT_LEASE_TIME);
	struct wire_reader r;

	if (!opt || opt->len != 4)
		return UINT32_MAX;
	r = wire_reader(opt->body, opt->len);
	return wire_get_u32(&r);
}

bool machine4_adopt(struct machine4 *machine, const struct client_lease4 *kept,
		    struct mono_time now, struct wall_time wall)
{
	int64_t most_s = longest_s(kept);

	if (!machine4_is_usable(kept->addr))
		return false;
	machine->expire = from_wall(kept->expire, now, wall, most_s);
	machine->t2 = from_wall(kept->rebind, now, wall, most_s);
	machine->t1 = from_wall(kept->renew, now, wall, most_s);
	if (machine->t2.ns > machine->expire.ns)
		machine->t2 = machine->expire;
	if (machine->t1.ns > machine->t2.ns)
		machine->t1 = machine->t2;
	copy_lease(&machine->lease, kept);
	machine->wish = kept->addr;
	machine->has_lease = !machine4_is_due(machine->expire, now);
	return machine->has_lease;
}

void machine4_forget(struct machine4 *machine, bool is_wished)
{
	machine->wish.s_addr = is_wished ? machine->lease.addr.s_addr : 0;
	machine->has_lease = false;
	machine->is_held = false;
	machine->t1.ns = machine->t2.ns = machine->expire.ns = MACHINE4_NEVER;
}
