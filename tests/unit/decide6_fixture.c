/* SPDX-License-Identifier: BSD-2-Clause */
/* decide6_fixture - see the header. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "conf_fixture.h"
#include "decide6_fixture.h"

const char decider6_conf[] = "default-lease-time 1000;\n" NETWORKS6;

static const struct siphash_key key = { { 1, 2 } };
static const uint8_t our_duid[] = { FIXTURE6_DUID };

/* ---- the server ---- */

static int load_one(void *arg, const struct lease *lease)
{
	return alloc6_load(arg, lease);
}

static void start(struct decider6 *f, const char *conf)
{
	uint64_t mark = f->rkap.durable;
	struct in6_addr addr;

	f->conf = parse6(conf);
	assert_int_equal(alloc6_new(&f->alloc, &key, f->now, f->wall), 0);
	assert_int_equal(lease_store_load(f->store, load_one, f->alloc), 0);
	alloc6_load_end(f->alloc);
	assert_int_equal(alloc6_apply_conf(f->alloc, f->conf), 0);
	inet_pton(AF_INET6, "2001:db8:1::1", &addr);
	assert_int_equal(alloc6_set_interface(f->alloc, "s0", &addr, 1, NULL),
			 0);
	rkap_init(&f->rkap, "secret", 6);
	rkap_note_mark(&f->rkap, mark);
	rkap_start(&f->rkap, f->wall);
	rkap_reserve(&f->rkap, rkap_next_mark(&f->rkap));
	rkap_end_reserve(&f->rkap, true);
	f->server = (struct decide6_server){
		.alloc = f->alloc,
		.conf = f->conf,
		.duid = our_duid,
		.duid_len = sizeof(our_duid),
		.rkap = &f->rkap,
	};
}

void decider6_open(struct decider6 *f, const char *conf)
{
	*f = (struct decider6){
		.now = { 1000 * NS_PER_S },
		.wall = { FIXTURE6_WALL },
		.room = FIXTURE6_PACKET,
	};
	assert_int_equal(lease_memory_open(&f->store), 0);
	start(f, conf);
}

static void stop(struct decider6 *f)
{
	alloc6_free(f->alloc);
	conf_free(f->conf);
	conf_free(f->former_conf);
	f->former_conf = NULL;
}

void decider6_close(struct decider6 *f)
{
	stop(f);
	lease_store_close(f->store);
}

void decider6_restart(struct decider6 *f, const char *conf)
{
	stop(f);
	start(f, conf);
}

void decider6_forget(struct decider6 *f, const char *conf)
{
	stop(f);
	lease_store_close(f->store);
	assert_int_equal(lease_memory_open(&f->store), 0);
	f->rkap.durable = 0;
	start(f, conf);
}

void decider6_reload(struct decider6 *f, const char *conf)
{
	conf_free(f->former_conf);
	f->former_conf = f->conf;
	f->conf = parse6(conf);
	assert_int_equal(alloc6_apply_conf(f->alloc, f->conf), 0);
	f->server.conf = f->conf;
}

void decider6_pass(struct decider6 *f, int64_t seconds)
{
	f->now = mono_add_s(f->now, seconds);
	f->wall.s += seconds;
	while (alloc6_expire(f->alloc, f->now, 16) == 16)
		;
}

/* ---- taking the answer apart ---- */

static int read_status(struct wire_reader body)
{
	int status = wire_get_u16(&body);

	assert_false(body.failed);
	/* RFC 9915 section 21.13: UTF-8, not null-terminated. */
	while (wire_left(&body))
		assert_in_range(wire_get_u8(&body), ' ', '~');
	return status;
}

static void read_item(struct got6_ia *ia, struct wire_reader body)
{
	struct decide6_item *item = &ia->item[ia->item_count];
	char *text = ia->text[ia->item_count++];
	bool is_prefix = ia->code == DHCP6_OPT_IA_PD;

	assert_true(ia->item_count <= GOT6_ITEMS_MAX);
	item->prefix_len = 128;
	if (!is_prefix)
		wire_get_mem(&body, &item->addr, sizeof(item->addr));
	item->preferred_s = wire_get_u32(&body);
	item->valid_s = wire_get_u32(&body);
	if (is_prefix) {
		item->prefix_len = wire_get_u8(&body);
		wire_get_mem(&body, &item->addr, sizeof(item->addr));
	}
	assert_false(body.failed);
	assert_int_equal(wire_left(&body), 0);
	assert_true(item->preferred_s <= item->valid_s);
	inet_ntop(AF_INET6, &item->addr, text, INET6_ADDRSTRLEN);
	if (is_prefix)
		sprintf(text + strlen(text), "/%u", item->prefix_len);
}

static void read_ia(struct got6 *got, uint16_t code, struct wire_reader body)
{
	struct got6_ia *ia = &got->ia[got->ia_count++];
	struct dhcp6_option opt;
	int more;

	*ia = (struct got6_ia){ .code = code, .status = -1 };
	ia->iaid = wire_get_u32(&body);
	ia->t1_s = wire_get_u32(&body);
	ia->t2_s = wire_get_u32(&body);
	/* A client drops it otherwise: RFC 9915 section 21.4. */
	assert_true(!ia->t2_s || ia->t1_s <= ia->t2_s);
	while ((more = dhcp6_next_option(&body, &opt)) > 0) {
		if (opt.code == DHCP6_OPT_STATUS_CODE)
			ia->status = read_status(opt.body);
		else if (opt.code == (code == DHCP6_OPT_IA_PD
					      ? DHCP6_OPT_IAPREFIX
					      : DHCP6_OPT_IAADDR))
			read_item(ia, opt.body);
		else
			fail_msg("option %u in an IA", opt.code);
	}
	assert_int_equal(more, 0);
}

static void read_options(struct got6 *got)
{
	struct wire_reader area = got->options;
	struct dhcp6_option opt;
	int more;

	while ((more = dhcp6_next_option(&area, &opt)) > 0) {
		if (opt.code == DHCP6_OPT_STATUS_CODE)
			got->status = read_status(opt.body);
		if (opt.code == DHCP6_OPT_IA_NA || opt.code == DHCP6_OPT_IA_PD)
			read_ia(got, opt.code, opt.body);
	}
	assert_int_equal(more, 0);
}

unsigned int got6_option(const struct got6 *got, uint16_t code,
			 struct wire_reader *body)
{
	struct wire_reader area = got->options;
	struct dhcp6_option opt;
	unsigned int count = 0;

	while (dhcp6_next_option(&area, &opt) > 0) {
		if (opt.code != code)
			continue;
		if (!count++ && body)
			*body = opt.body;
	}
	return count;
}

/* What every answer has to have (RFC 9915 section 18.3). */
static void check_answer(const struct got6 *got, const struct dhcp6_msg *msg)
{
	struct wire_reader id;

	assert_int_equal(got6_option(got, DHCP6_OPT_SERVER_ID, &id), 1);
	assert_int_equal(wire_left(&id), sizeof(our_duid));
	assert_memory_equal(id.pos, our_duid, sizeof(our_duid));
	assert_int_equal(got6_option(got, DHCP6_OPT_CLIENT_ID, &id),
			 msg->has_client_id);
	if (msg->has_client_id) {
		assert_int_equal(wire_left(&id), wire_left(&msg->client_id));
		assert_memory_equal(id.pos, msg->client_id.pos, wire_left(&id));
	}
	assert_int_equal(got6_option(got, DHCP6_OPT_UNICAST, NULL), 0);
}

static void encode(struct decider6 *f, const struct decide6_query *query,
		   struct got6 *got)
{
	struct wire_writer w = wire_writer(got->packet, f->room);
	struct wire_reader inner;

	got->type = got->answer.reply_type;
	if (!got->type)
		return;
	decide6_encode(&f->server, query, &got->answer, &w);
	assert_false(w.failed);
	got->len = wire_len(&w);
	assert_int_equal(dhcp6_unwrap_reply(wire_reader(got->packet, got->len),
					    &got->envelope),
			 DROP_NONE);
	assert_int_equal(got->envelope.relay_count,
			 query->envelope->relay_count);
	inner = got->envelope.inner;
	assert_int_equal(wire_get_u32(&inner),
			 (uint32_t)got->type << 24 | query->msg->xid);
	got->options = inner;
	read_options(got);
	check_answer(got, query->msg);
}

/* ---- sending it ---- */

static void make_durable(struct decider6 *f, struct alloc6_txn *txn,
			 bool staged)
{
	struct lease_completion done;
	const struct lease *records;
	uint64_t ticket;
	size_t count;

	records = alloc6_txn_records(txn, &count);
	assert_int_equal(count > 0, staged);
	if (count) {
		assert_int_equal(
			lease_store_submit(f->store, records, count, &ticket),
			0);
		assert_int_equal(lease_store_next(f->store, &done), 1);
		assert_int_equal(done.result, LEASE_RESULT_OK);
	}
	alloc6_txn_commit(txn);
}

static void send_packet(struct decider6 *f, const uint8_t *packet, size_t len,
			struct decide6_query *query, struct got6 *got)
{
	struct dhcp6_envelope env;
	struct alloc6_txn *txn;
	struct dhcp6_msg msg;

	memset(got, 0, sizeof(*got));
	got->status = -1;
	got->drop = dhcp6_unwrap(wire_reader(packet, len), 8, &env);
	if (got->drop == DROP_NONE)
		got->drop = dhcp6_decode_msg(env.inner, &msg);
	if (got->drop != DROP_NONE)
		return;
	query->source_port = FIXTURE6_PORT;
	query->now = f->now;
	query->wall = f->wall;
	query->envelope = &env;
	query->msg = &msg;
	assert_int_equal(alloc6_txn_begin(f->alloc, &txn), 0);
	decide6(&f->server, query, txn, &got->answer);
	got->drop = got->answer.drop;
	got->staged = got->answer.staged;
	encode(f, query, got);
	make_durable(f, txn, got->staged);
}

void decider6_send_packet(struct decider6 *f, const uint8_t *packet, size_t len,
			  const char *ifname, struct got6 *got)
{
	struct decide6_query query = { .ifname = ifname };

	sent6_prefix("fe80::c1", &query.source);
	send_packet(f, packet, len, &query, got);
}

void decider6_send(struct decider6 *f, const struct sent6 *sent,
		   struct got6 *got)
{
	uint8_t packet[FIXTURE6_PACKET];
	size_t len = sent6_write(sent, packet);
	struct decide6_query query = {
		.ifname = sent->ifname ? sent->ifname : "s0",
		.is_unicast = sent->is_unicast,
	};

	sent6_prefix(sent->source ? sent->source : "fe80::c1", &query.source);
	send_packet(f, packet, len, &query, got);
}

void decider6_expect(struct decider6 *f, const struct sent6 *sent,
		     struct got6 *got, uint8_t type, enum drop_reason drop)
{
	decider6_send(f, sent, got);
	assert_string_equal(drop_reason_name(got->drop),
			    drop_reason_name(drop));
	assert_int_equal(got->type, type);
}

void decider6_ask(const char *conf, const struct sent6 *sent, struct got6 *got)
{
	struct decider6 f;

	decider6_open(&f, conf);
	decider6_send(&f, sent, got);
	got->answer.network = NULL; /* goes with the configuration */
	decider6_close(&f);
}

struct sent6 sent6_about(const struct sent6 *who, uint8_t type,
			 const struct got6 *got)
{
	struct sent6 s = *who;
	unsigned int i, j;

	s.type = type;
	s.server = type == DHCP6_REBIND || type == DHCP6_CONFIRM ||
				   type == DHCP6_SOLICIT
			   ? NO_SERVER
			   : THIS_SERVER;
	s.rapid_commit = false;
	memset(s.ia, 0, sizeof(s.ia));
	for (i = 0; i < got->ia_count && i < 6; i++) {
		s.ia[i].code = got->ia[i].code;
		s.ia[i].iaid = got->ia[i].iaid;
		for (j = 0; j < got->ia[i].item_count && j < 4; j++)
			s.ia[i].item[j].addr = got->ia[i].text[j];
	}
	return s;
}

void decider6_bind(struct decider6 *f, const struct sent6 *who,
		   struct got6 *got)
{
	struct sent6 s = *who;
	struct got6 offered;
	unsigned int i;

	s.type = DHCP6_SOLICIT;
	s.server = NO_SERVER;
	decider6_expect(f, &s, &offered, DHCP6_ADVERTISE, DROP_NONE);
	s = sent6_about(who, DHCP6_REQUEST, &offered);
	decider6_expect(f, &s, got, DHCP6_REPLY, DROP_NONE);
	assert_true(got->staged);
	for (i = 0; i < got->ia_count; i++) {
		assert_int_equal(got->ia[i].status, -1);
		assert_int_equal(got->ia[i].item_count, 1);
		assert_string_equal(got->ia[i].text[0], offered.ia[i].text[0]);
	}
}

struct lease decider6_lease(const struct decider6 *f, const char *addr)
{
	struct in6_addr prefix;
	struct lease lease;
	uint8_t len = sent6_prefix(addr, &prefix);

	assert_int_equal(alloc6_get_lease(f->alloc,
					  len == 128 ? LEASE_NA6 : LEASE_PD6,
					  &prefix, len, &lease),
			 0);
	return lease;
}

enum lease_state decider6_state(const struct decider6 *f, const char *addr)
{
	struct in6_addr prefix;
	struct lease lease;
	uint8_t len = sent6_prefix(addr, &prefix);

	if (alloc6_get_lease(f->alloc, len == 128 ? LEASE_NA6 : LEASE_PD6,
			     &prefix, len, &lease))
		return LEASE_STATE_COUNT;
	return (enum lease_state)lease.state;
}
