/* SPDX-License-Identifier: BSD-2-Clause */
/* decide_fixture - see the header. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "conf_fixture.h"
#include "decide_fixture.h"

const char decider_conf[] = "authoritative;\n"
			    "default-lease-time 3600;\n"
			    "max-lease-time 7200;\n" TWO_NETWORKS;

#define VENDOR_CLASS 60 /* option; the server has no name for it */

static const struct siphash_key key = { { 1, 2 } };

struct in_addr addr4(const char *text)
{
	struct in_addr addr;

	assert_int_equal(inet_pton(AF_INET, text, &addr), 1);
	return addr;
}

static int load_one(void *arg, const struct lease *lease)
{
	return alloc_load(arg, lease);
}

static void start(struct decider *f, const char *conf)
{
	struct in6_addr addr;

	f->conf = parse4(conf);
	assert_int_equal(alloc_new(&f->alloc, &key, f->now, f->wall), 0);
	assert_int_equal(lease_store_load(f->store, load_one, f->alloc), 0);
	alloc_load_end(f->alloc);
	assert_int_equal(alloc_apply_conf(f->alloc, f->conf), 0);
	inet_pton(AF_INET6, "2001:db8:1:1::1", &addr);
	assert_int_equal(alloc_set_interface(f->alloc, "s0", &addr, 1, NULL),
			 0);
	f->server = (struct decide_server){
		.alloc = f->alloc,
		.server_id = addr4("10.10.10.1"),
	};
}

void decider_open(struct decider *f, const char *conf)
{
	*f = (struct decider){
		.now = { 1000 * NS_PER_S },
		.wall = { FIXTURE_WALL },
	};
	assert_int_equal(lease_memory_open(&f->store), 0);
	start(f, conf);
}

static void stop(struct decider *f)
{
	alloc_free(f->alloc);
	conf_free(f->conf);
	conf_free(f->former_conf);
	f->former_conf = NULL;
	f->held = NULL;
}

void decider_close(struct decider *f)
{
	stop(f);
	lease_store_close(f->store);
}

void decider_restart(struct decider *f, const char *conf)
{
	stop(f);
	start(f, conf);
}

void decider_reload(struct decider *f, const char *conf)
{
	conf_free(f->former_conf);
	f->former_conf = f->conf;
	f->conf = parse4(conf);
	assert_int_equal(alloc_apply_conf(f->alloc, f->conf), 0);
}

void decider_pass(struct decider *f, int64_t seconds)
{
	f->now = mono_add_s(f->now, seconds);
	f->wall.s += seconds;
	while (alloc_expire(f->alloc, f->now, 16) == 16)
		;
}

/* ---- writing a message ---- */

static void put_addr(struct wire_writer *w, uint8_t code, const char *text)
{
	if (text)
		dhcp4_put_addr(w, code, addr4(text));
}

static void put_rai(struct wire_writer *w, const struct sent *s)
{
	uint8_t body[1024];
	struct wire_writer b = wire_writer(body, sizeof(body));
	struct in_addr addr;

	if (s->link_selection) {
		addr = addr4(s->link_selection);
		wire_put_u8(&b, DHCP4_RAI_LINK_SELECTION);
		wire_put_u8(&b, 4);
		wire_put_mem(&b, &addr, 4);
	}
	if (s->override) {
		addr = addr4(s->override);
		wire_put_u8(&b, DHCP4_RAI_SERVER_ID_OVERRIDE);
		wire_put_u8(&b, 4);
		wire_put_mem(&b, &addr, 4);
	}
	if (s->rai_padding) {
		wire_put_u8(&b, 1);
		wire_put_u8(&b, (uint8_t)s->rai_padding);
		wire_put_zero(&b, s->rai_padding);
	}
	if (wire_len(&b))
		dhcp4_put_option(w, DHCP4_OPT_RELAY_AGENT_INFORMATION, body,
				 wire_len(&b));
}

static void put_options(struct wire_writer *w, const struct sent *s)
{
	uint8_t id[255];

	dhcp4_put_u8(w, DHCP4_OPT_MESSAGE_TYPE, s->type);
	memset(id, 'i', sizeof(id));
	if (s->id_len)
		dhcp4_put_option(w, DHCP4_OPT_CLIENT_IDENTIFIER, id, s->id_len);
	else if (s->client_id)
		dhcp4_put_option(w, DHCP4_OPT_CLIENT_IDENTIFIER, s->client_id,
				 strlen(s->client_id));
	put_addr(w, DHCP4_OPT_REQUESTED_ADDRESS, s->requested);
	put_addr(w, DHCP4_OPT_SERVER_IDENTIFIER, s->server_id);
	put_addr(w, DHCP4_OPT_SUBNET_SELECTION, s->subnet);
	if (s->lease_s)
		dhcp4_put_u32(w, DHCP4_OPT_LEASE_TIME, s->lease_s);
	if (s->host_name)
		dhcp4_put_option(w, DHCP4_OPT_HOST_NAME, s->host_name,
				 strlen(s->host_name));
	if (s->vendor)
		dhcp4_put_option(w, VENDOR_CLASS, s->vendor, strlen(s->vendor));
	if (s->prl)
		dhcp4_put_option(w, DHCP4_OPT_PARAMETER_REQUEST_LIST, s->prl,
				 strlen(s->prl));
	if (s->max_size) {
		uint8_t size[2] = { (uint8_t)(s->max_size >> 8),
				    (uint8_t)s->max_size };

		dhcp4_put_option(w, DHCP4_OPT_MAX_MESSAGE_SIZE, size, 2);
	}
	put_rai(w, s);
}

static void put_message(struct wire_writer *w, const struct sent *s)
{
	uint8_t chaddr[DHCP4_CHADDR_LEN] = { 2, 0, 0, 0, 0, s->mac };
	struct dhcp4_header header = {
		.op = DHCP4_BOOTREQUEST,
		.htype = 1,
		.hlen = s->no_hardware ? 0 : 6,
		.xid = 0x12345678,
		.flags = s->flags,
		.chaddr = chaddr,
	};

	if (s->ciaddr)
		header.ciaddr = addr4(s->ciaddr);
	if (s->giaddr)
		header.giaddr = addr4(s->giaddr);
	dhcp4_begin(w, &header);
	put_options(w, s);
	dhcp4_end(w, 0, s->pad_to);
}

/* Wraps packet[0..*len) in one RELAY-FORW. */
static void wrap(uint8_t *packet, size_t *len, uint8_t hop,
		 const struct decider_relay *relay)
{
	uint8_t inner[FIXTURE_PACKET];
	struct wire_writer w = wire_writer(packet, FIXTURE_PACKET);
	struct in6_addr link;

	memcpy(inner, packet, *len);
	assert_int_equal(inet_pton(AF_INET6, relay->link, &link), 1);
	wire_put_u8(&w, DHCP6_RELAY_FORW);
	wire_put_u8(&w, hop);
	wire_put_mem(&w, &link, sizeof(link));
	wire_put_zero(&w, sizeof(link));
	if (relay->interface_id)
		dhcp6_put_option(&w, DHCP6_OPT_INTERFACE_ID,
				 relay->interface_id,
				 strlen(relay->interface_id));
	dhcp6_put_option(&w, DHCP6_OPT_RELAY_MSG, inner, *len);
	assert_false(w.failed);
	*len = wire_len(&w);
}

static size_t make_packet(const struct sent *s, uint8_t *packet)
{
	struct wire_writer w = wire_writer(packet, FIXTURE_PACKET);
	uint8_t message[2048];
	struct wire_writer m = wire_writer(message, sizeof(message));
	size_t len;
	uint8_t i;

	put_message(&m, s);
	assert_false(m.failed);
	/* A server, whose encoder this is, has no use for secs. */
	message[8] = (uint8_t)(s->secs >> 8);
	message[9] = (uint8_t)s->secs;
	wire_put_u8(&w, DHCP6_DHCPV4_QUERY);
	wire_put_u8(&w, s->unicast ? DHCP4O6_FLAG_UNICAST : 0);
	wire_put_zero(&w, 2);
	dhcp6_put_option(&w, DHCP6_OPT_DHCPV4_MSG, message, wire_len(&m));
	assert_false(w.failed);
	len = wire_len(&w);
	for (i = 0; i < 4 && s->relay[i].link; i++)
		wrap(packet, &len, i, &s->relay[i]);
	return len;
}

/* ---- sending it ---- */

static void make_durable(struct decider *f, struct alloc_txn *txn)
{
	struct lease_completion done;
	const struct lease *records;
	uint64_t ticket;
	size_t count;

	records = alloc_txn_records(txn, &count);
	if (count) {
		assert_int_equal(
			lease_store_submit(f->store, records, count, &ticket),
			0);
		assert_int_equal(lease_store_next(f->store, &done), 1);
		assert_int_equal(done.result, LEASE_RESULT_OK);
	}
	alloc_txn_commit(txn);
}

void decider_hold(struct decider *f)
{
	assert_int_equal(alloc_txn_begin(f->alloc, &f->held), 0);
}

void decider_let_go(struct decider *f, bool commit)
{
	if (commit)
		make_durable(f, f->held);
	else
		alloc_txn_abort(f->held);
	f->held = NULL;
}

static void encode(const struct decide_query *query, struct got *got)
{
	struct wire_writer w = wire_writer(got->packet, sizeof(got->packet));

	got->type = got->answer.reply_type;
	if (!got->type)
		return;
	decide_encode(&got->answer, query, &w);
	assert_false(w.failed);
	got->len = wire_len(&w);
	assert_int_equal(dhcp4_decode_reply(wire_reader(got->packet, got->len),
					    &got->msg),
			 DROP_NONE);
	assert_int_equal(got->msg.type, got->type);
	got->addr = got->msg.yiaddr;
	inet_ntop(AF_INET, &got->addr, got->text, sizeof(got->text));
}

static void decide_one(struct decider *f, const struct decide_query *query,
		       struct got *got)
{
	struct alloc_txn *txn = f->held;
	size_t before, after;

	if (!txn)
		assert_int_equal(alloc_txn_begin(f->alloc, &txn), 0);
	alloc_txn_records(txn, &before);
	decide(&f->server, query, txn, &got->answer);
	alloc_txn_records(txn, &after);
	assert_int_equal(after > before, got->answer.staged);
	got->drop = got->answer.drop;
	got->staged = got->answer.staged;
	encode(query, got);
	if (!f->held)
		make_durable(f, txn);
}

static void deliver(struct decider *f, const uint8_t *packet, size_t len,
		    struct decide_query *query, struct got *got)
{
	struct dhcp6_envelope env;
	struct dhcp4o6_msg outer;
	struct dhcp4_msg msg;

	memset(got, 0, sizeof(*got));
	got->drop = dhcp6_unwrap(wire_reader(packet, len),
				 DHCP6_HOP_COUNT_LIMIT, &env);
	if (got->drop == DROP_NONE)
		got->drop =
			dhcp4o6_decode(env.inner, DHCP6_DHCPV4_QUERY, &outer);
	if (got->drop == DROP_NONE)
		got->drop = dhcp4_decode_request(outer.dhcpv4, &msg);
	if (got->drop != DROP_NONE)
		return;
	query->now = f->now;
	query->wall = f->wall;
	query->envelope = &env;
	query->query = &outer;
	query->msg = &msg;
	decide_one(f, query, got);
}

void decider_send(struct decider *f, const struct sent *sent, struct got *got)
{
	struct decide_query query = {
		.ifname = sent->ifname ? sent->ifname : "s0",
	};
	uint8_t packet[FIXTURE_PACKET];
	size_t len = make_packet(sent, packet);

	assert_int_equal(
		inet_pton(AF_INET6,
			  sent->source ? sent->source : "fe80::ff:fe00:1",
			  &query.source),
		1);
	deliver(f, packet, len, &query, got);
}

void decider_send_packet(struct decider *f, const uint8_t *packet, size_t len,
			 const struct in6_addr *source, struct got *got)
{
	struct decide_query query = { .ifname = "s0", .source = *source };

	deliver(f, packet, len, &query, got);
}

void decider_bind(struct decider *f, const struct sent *who, struct got *got)
{
	struct sent sent = *who;
	char server[INET_ADDRSTRLEN];
	char addr[INET_ADDRSTRLEN];
	struct in_addr id;

	sent.type = DHCP4_DISCOVER;
	decider_send(f, &sent, got);
	assert_int_equal(got->drop, DROP_NONE);
	assert_int_equal(got->type, DHCP4_OFFER);
	memcpy(addr, got->text, sizeof(addr));
	id = dhcp4_get_addr(&got->msg, DHCP4_OPT_SERVER_IDENTIFIER);
	inet_ntop(AF_INET, &id, server, sizeof(server));
	sent.type = DHCP4_REQUEST;
	sent.requested = addr;
	sent.server_id = server;
	decider_send(f, &sent, got);
	assert_int_equal(got->drop, DROP_NONE);
	assert_int_equal(got->type, DHCP4_ACK);
	assert_string_equal(got->text, addr);
}

struct sent sent_request(const struct sent *who, const char *state,
			 const char *addr)
{
	struct sent s = *who;

	s.type = DHCP4_REQUEST;
	if (!strcmp(state, "selecting")) {
		s.requested = addr;
		s.server_id = "10.10.10.1";
	} else if (!strcmp(state, "init-reboot")) {
		s.requested = addr;
	} else {
		s.ciaddr = addr;
		s.unicast = !strcmp(state, "renewing");
	}
	return s;
}

void decider_expect(struct decider *f, const struct sent *sent, uint8_t type,
		    enum drop_reason drop)
{
	struct got got;

	decider_send(f, sent, &got);
	assert_string_equal(drop_reason_name(got.drop), drop_reason_name(drop));
	assert_int_equal(got.type, type);
	assert_int_equal(got.staged, type == DHCP4_ACK);
}

void decider_expect_all(struct decider *f, const struct sent *who,
			const char *addr, uint8_t type, enum drop_reason drop)
{
	static const char *const states[] = { "init-reboot", "renewing",
					      "rebinding" };
	size_t i;

	for (i = 0; i < 3; i++) {
		struct sent s = sent_request(who, states[i], addr);

		decider_expect(f, &s, type, drop);
	}
}

enum lease_state decider_state(const struct decider *f, const char *addr)
{
	struct lease lease;

	if (alloc_get_lease(f->alloc, addr4(addr), 0, 0, &lease))
		return LEASE_STATE_COUNT;
	return lease.state;
}

void decider_ask(const char *conf, const struct sent *sent, struct got *got)
{
	struct decider f;

	decider_open(&f, conf);
	decider_send(&f, sent, got);
	decider_close(&f);
}

uint32_t got_u32(const struct got *got, uint8_t code)
{
	return dhcp4_get_u32(&got->msg, code, 0);
}
