/* SPDX-License-Identifier: BSD-2-Clause */
#include "hands_msg.h"

#include <errno.h>
#include <string.h>

#include "../common/seqpacket.h"
#include "dhcp4o6/wire/wire.h"

/* ---- addresses ---- */

/* RFC 1122 section 3.2.1.3: an address of a host. */
static bool is_host_addr4(struct in_addr addr)
{
	uint32_t a = ntohl(addr.s_addr);

	return a >> 24 != 0 && a >> 24 != 127 && a >> 28 < 0xe;
}

/* One that a DHCPv6 server can give. */
static bool is_host_addr6(const struct in6_addr *addr)
{
	return !IN6_IS_ADDR_UNSPECIFIED(addr) && !IN6_IS_ADDR_LOOPBACK(addr) &&
	       !IN6_IS_ADDR_LINKLOCAL(addr) && !IN6_IS_ADDR_MULTICAST(addr) &&
	       !IN6_IS_ADDR_V4MAPPED(addr);
}

static bool is_addr(const struct net_conf_addr *addr)
{
	if (addr->prefix_len == 0)
		return false;
	if (addr->family == AF_INET)
		return addr->prefix_len <= 32 && is_host_addr4(addr->v4);
	return addr->family == AF_INET6 && addr->prefix_len <= 128 &&
	       is_host_addr6(&addr->v6);
}

static bool is_route(const struct net_conf_route4 *route)
{
	uint32_t host =
		route->prefix_len < 32 ? UINT32_MAX >> route->prefix_len : 0;

	return route->prefix_len <= 32 && !(ntohl(route->dest.s_addr) & host) &&
	       (!route->gateway.s_addr || is_host_addr4(route->gateway)) &&
	       (!route->source.s_addr || is_host_addr4(route->source));
}

/* ---- one request, by fields ---- */

/* What is behind the head of a request; each goes both ways. */
struct codec {
	struct wire_reader *r; /* NULL: it is written */
	struct wire_writer *w;
};

static void code_u8(struct codec *c, uint8_t *value)
{
	if (c->r)
		*value = wire_get_u8(c->r);
	else
		wire_put_u8(c->w, *value);
}

static void code_u32(struct codec *c, uint32_t *value)
{
	if (c->r)
		*value = wire_get_u32(c->r);
	else
		wire_put_u32(c->w, *value);
}

static void code_mem(struct codec *c, void *value, size_t len)
{
	if (c->r)
		wire_get_mem(c->r, value, len);
	else
		wire_put_mem(c->w, value, len);
}

/* True is 1; whatever else is not 0 is no answer to the question. */
static bool code_bool(struct codec *c, bool *value)
{
	uint8_t octet = *value ? 1 : 0;

	code_u8(c, &octet);
	*value = octet == 1;
	return octet <= 1;
}

static bool code_addr(struct codec *c, struct hands_request *q)
{
	uint8_t version = q->addr.family == AF_INET ? 4 : 6;
	bool is_good;

	code_u8(c, &version);
	q->addr.family = version == 4 ? AF_INET : AF_INET6;
	code_u8(c, &q->addr.prefix_len);
	is_good = code_bool(c, &q->addr.no_prefix_route);
	if (version == 4) {
		code_mem(c, &q->addr.v4, sizeof(q->addr.v4));
		code_mem(c, &q->addr.broadcast, sizeof(q->addr.broadcast));
	} else {
		code_mem(c, &q->addr.v6, sizeof(q->addr.v6));
	}
	if (q->type == HANDS_PUT_ADDR) {
		code_u32(c, &q->addr.preferred_s);
		code_u32(c, &q->addr.valid_s);
		is_good = is_good && q->addr.valid_s > 0 &&
			  q->addr.preferred_s <= q->addr.valid_s;
	}
	q->addr.ifindex = q->ifindex;
	return is_good && (version == 4 || version == 6) && is_addr(&q->addr);
}

static bool code_route(struct codec *c, struct net_conf_route4 *route)
{
	bool is_good;

	code_mem(c, &route->dest, sizeof(route->dest));
	code_u8(c, &route->prefix_len);
	code_mem(c, &route->gateway, sizeof(route->gateway));
	is_good = code_bool(c, &route->is_onlink);
	code_mem(c, &route->source, sizeof(route->source));
	code_u32(c, &route->metric);
	return is_good && is_route(route);
}

static bool code_routes(struct codec *c, struct hands_request *q)
{
	uint32_t count = (uint32_t)q->route_count;
	size_t i;

	code_u32(c, &count);
	if (count > NET_CONF_ROUTE_MAX)
		return false;
	q->route_count = count;
	for (i = 0; i < count; i++) {
		if (!code_route(c, &q->route[i]))
			return false;
	}
	return true;
}

static bool code_mtu(struct codec *c, struct hands_request *q)
{
	code_u32(c, &q->mtu);
	return q->mtu >= HANDS_MTU_MIN && q->mtu <= HANDS_MTU_MAX;
}

/* The list itself is put, and taken, by who knows the interface. */
static bool code_script(struct codec *c, struct hands_request *q)
{
	code_u32(c, &q->timeout_s);
	return q->timeout_s >= 1 && q->timeout_s <= HANDS_SCRIPT_S_MAX;
}

static bool code_nothing(struct codec *c, struct hands_request *q)
{
	(void)c;
	(void)q;
	return true;
}

static const struct {
	bool (*code)(struct codec *c, struct hands_request *q);
	bool has_interface; /* it is about one that is there */
} kinds[HANDS_REQUEST_COUNT] = {
	[HANDS_OPEN_UDP] = { code_nothing, true },
	[HANDS_OPEN_ARP] = { code_nothing, true },
	[HANDS_PUT_ADDR] = { code_addr, true },
	[HANDS_REMOVE_ADDR] = { code_addr, true },
	[HANDS_PUT_ROUTES] = { code_routes, true },
	[HANDS_SET_MTU] = { code_mtu, true },
	[HANDS_SET_UP] = { code_nothing, true },
	[HANDS_RUN_SCRIPT] = { code_script, false },
	[HANDS_READY] = { code_nothing, false },
};

int hands_encode(struct hands_request *q, void *octets, size_t size,
		 size_t *len)
{
	struct wire_writer w = wire_writer(octets, size);
	struct codec c = { .w = &w };

	wire_put_u32(&w, q->serial);
	wire_put_u8(&w, (uint8_t)q->type);
	wire_put_u8(&w, q->slot);
	wire_put_u32(&w, q->ifindex);
	if (!kinds[q->type].code(&c, q))
		return -EINVAL;
	if (q->type == HANDS_RUN_SCRIPT)
		wire_put_mem(&w, q->env.text, q->env.used);
	*len = wire_len(&w);
	return w.failed ? -ENOSPC : 0;
}

int hands_decode(const void *octets, size_t len, const char *const slots[],
		 size_t count, struct hands_request *q)
{
	struct wire_reader r = wire_reader(octets, len);
	struct codec c = { .r = &r };
	uint8_t type;

	q->serial = wire_get_u32(&r);
	type = wire_get_u8(&r);
	q->slot = wire_get_u8(&r);
	q->ifindex = wire_get_u32(&r);
	if (r.failed || type >= HANDS_REQUEST_COUNT || q->slot >= count)
		return -EINVAL;
	q->type = (enum hands_request_type)type;
	if (kinds[type].has_interface && q->ifindex == 0)
		return -EINVAL;
	if (!kinds[type].code(&c, q) || r.failed)
		return -EINVAL;
	if (q->type == HANDS_RUN_SCRIPT) {
		len = wire_left(&r);
		return script_env_parse(&q->env, slots[q->slot],
					wire_take(&r, len), len);
	}
	return wire_left(&r) ? -EINVAL : 0;
}

/* ---- the head's side ---- */

/* The answer with that serial; what an earlier request waited for is dropped.
 */
static int await_answer(int sock, uint32_t serial, struct hands_answer *answer,
			int *fd, size_t *count)
{
	struct mono_time limit =
		mono_add_s(mono_now(), HANDS_ANSWER_PATIENCE_S);
	size_t len;
	int err;

	for (;;) {
		err = seqpacket_wait(sock, limit);
		if (err)
			return err;
		len = sizeof(*answer);
		*count = 1;
		err = seqpacket_recv(sock, answer, &len, fd, count);
		if (err)
			return err;
		if (len == sizeof(*answer) && answer->serial == serial)
			return 0;
		seqpacket_close_all(fd, *count);
	}
}

int hands_ask(int sock, struct hands_request *request, int *fd)
{
	static uint8_t octets[HANDS_REQUEST_MAX]; /* one process asks */
	static uint32_t last_serial;
	struct hands_answer answer;
	size_t len, count;
	int got = -1, err;

	request->serial = ++last_serial;
	err = hands_encode(request, octets, sizeof(octets), &len);
	if (!err)
		err = seqpacket_send(sock, octets, len, NULL, 0);
	if (!err)
		err = await_answer(sock, request->serial, &answer, &got,
				   &count);
	if (err)
		return err;
	if (fd && !answer.error && count == 1) {
		*fd = got;
		return 0;
	}
	seqpacket_close_all(&got, count);
	if (!answer.error && fd)
		return -EBADMSG;
	return answer.error;
}

int hands_next_event(int sock, struct hands_event *event)
{
	size_t len = sizeof(*event), count = 0;
	int err = seqpacket_recv(sock, event, &len, NULL, &count);

	if (err)
		return err;
	return len == sizeof(*event) && event->type < HANDS_EVENT_COUNT
		       ? 0
		       : -EBADMSG;
}
