/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decide6_encode - an answer as octets (RFC 9915 section 18.3), and RECONFIGURE
 * messages.
 *
 * What the protocol needs comes first. Configured options that do not fit
 * behind it are left out, each by itself, and counted.
 */
#include <errno.h>
#include <string.h>

#include "decide6_private.h"
#include "dhcp4o6/conf/space.h"

#define REFRESH_TIME_MIN_S 600 /* RFC 9915 section 21.23 */

/* An answer being written. */
struct encoding {
	const struct decide6_server *server;
	const struct decide6_query *query;
	struct decide6_answer *answer;
	struct wire_writer *w;
	struct conf_packet packet;
};

static const char *const status_texts[] = {
	[DHCP6_STATUS_SUCCESS] = "all is well",
	[DHCP6_STATUS_UNSPEC_FAIL] = "out of memory",
	[DHCP6_STATUS_NO_ADDRS_AVAIL] = "no address for this IA",
	[DHCP6_STATUS_NO_BINDING] = "no lease of this IA is known",
	[DHCP6_STATUS_NOT_ON_LINK] = "address of another link",
	[DHCP6_STATUS_NO_PREFIX_AVAIL] = "no prefix for this IA",
};

static void put_item(struct wire_writer *w, uint16_t ia_code,
		     const struct decide6_item *item)
{
	const struct dhcp6_ia_item written = {
		.addr = item->addr,
		.prefix_len = item->prefix_len,
		.preferred_s = item->preferred_s,
		.valid_s = item->valid_s,
	};

	dhcp6_put_ia_item(w, ia_code, &written);
}

static void put_ia(struct wire_writer *w, const struct decide6_answer *answer,
		   const struct decide6_ia *ia)
{
	size_t at = dhcp6_open_option(w, ia->code);
	uint16_t i;

	wire_put_u32(w, ia->iaid);
	wire_put_u32(w, answer->t1_s);
	wire_put_u32(w, answer->t2_s);
	for (i = 0; i < ia->item_count; i++)
		put_item(w, ia->code, &answer->item[ia->first_item + i]);
	if (ia->status != DHCP6_STATUS_SUCCESS)
		dhcp6_put_status(w, ia->status, status_texts[ia->status]);
	dhcp6_close_option(w, at);
}

static void put_key(struct encoding *e)
{
	const struct wire_reader *duid = &e->query->msg->client_id;
	uint8_t key[DHCP6_RKAP_LEN];

	rkap_derive_key(e->server->rkap, duid->pos, wire_left(duid), key);
	dhcp6_put_rkap_key(e->w, e->answer->replay, key);
}

/* A client asks again after this time; less than 600 s MUST NOT be sent. */
static void raise_refresh_time(uint8_t *value, size_t len)
{
	struct wire_reader r = wire_reader(value, len);
	struct wire_writer w = wire_writer(value, len);

	if (len == sizeof(uint32_t) && wire_get_u32(&r) < REFRESH_TIME_MIN_S)
		wire_put_u32(&w, REFRESH_TIME_MIN_S);
}

static void put_value(struct encoding *e, uint32_t code, const void *value,
		      size_t len)
{
	if (wire_room(e->w) < DHCP6_OPTION_HEADER_LEN + len)
		e->answer->options_dropped++;
	else
		dhcp6_put_option(e->w, (uint16_t)code, value, len);
}

/* Options of a space, in one option or in one for each of them. */
static void put_space(struct encoding *e, const struct conf_option *o)
{
	struct conf_encoding values = {
		.scopes = e->answer->scopes.scope,
		.scope_count = e->answer->scopes.count,
		.packet = &e->packet,
	};
	uint8_t value[CONF_SPACE_VALUE_MAX];
	int len;

	while ((len = conf_space_encode(&values, o, value, sizeof(value))) >= 0)
		put_value(e, o->code, value, (size_t)len);
	e->answer->options_dropped += (uint16_t)values.dropped;
}

/* A value that is missing for this client is not sent. */
static void put_configured(struct encoding *e, const struct conf_option *o)
{
	uint8_t value[CONF_EXPR_DATA_MAX];
	int len = o->len;

	if (o->space) {
		put_space(e, o);
		return;
	}
	if (o->expr)
		len = conf_expr_data(o->expr, &e->packet, value, sizeof(value));
	else if ((size_t)len <= sizeof(value))
		memcpy(value, o->data, (size_t)len);
	else
		len = -EMSGSIZE;
	if (len == -EMSGSIZE)
		e->answer->options_dropped++;
	if (len < 0)
		return;
	if (o->code == DHCP6_OPT_INFO_REFRESH_TIME)
		raise_refresh_time(value, (size_t)len);
	put_value(e, o->code, value, (size_t)len);
}

static void put_asked_for(struct encoding *e)
{
	const struct conf_option *list[OPTION6_LIST_MAX];
	size_t count = option6_select(&e->answer->scopes, e->query->msg, list);
	size_t i;

	e->answer->options_dropped = 0;
	for (i = 0; i < count; i++)
		put_configured(e, list[i]);
}

/* An ADVERTISE alone has it: RFC 9915 section 21.8. */
static void put_preference(struct encoding *e)
{
	const struct conf_option *o = option6_scopes_find(
		&e->answer->scopes, CONF_OPTIONS_DHCP6, DHCP6_OPT_PREFERENCE);

	if (o && e->answer->reply_type == DHCP6_ADVERTISE)
		put_configured(e, o);
}

static void put_head(struct encoding *e)
{
	const struct decide6_answer *answer = e->answer;
	const struct dhcp6_msg *msg = e->query->msg;

	if (msg->has_client_id)
		dhcp6_put_option(e->w, DHCP6_OPT_CLIENT_ID, msg->client_id.pos,
				 wire_left(&msg->client_id));
	dhcp6_put_option(e->w, DHCP6_OPT_SERVER_ID, e->server->duid,
			 e->server->duid_len);
	if (answer->has_status)
		dhcp6_put_status(e->w, answer->status,
				 status_texts[answer->status]);
	put_preference(e);
	if (answer->rapid_commit)
		dhcp6_put_option(e->w, DHCP6_OPT_RAPID_COMMIT, NULL, 0);
}

/* An answer to these says nothing but how it went. */
static bool has_options(uint8_t type)
{
	return type != DHCP6_CONFIRM && type != DHCP6_RELEASE &&
	       type != DHCP6_DECLINE;
}

void decide6_encode(const struct decide6_server *server,
		    const struct decide6_query *query,
		    struct decide6_answer *answer, struct wire_writer *w)
{
	struct encoding e = {
		.server = server,
		.query = query,
		.answer = answer,
		.w = w,
	};
	struct dhcp6_reply reply;
	uint16_t i;

	decide6_describe(query, &answer->facts,
			 answer->item_count ? answer->item : NULL, &e.packet);
	dhcp6_begin_reply(w, query->envelope, answer->reply_type,
			  query->msg->xid, &reply);
	put_head(&e);
	for (i = 0; i < answer->ia_count; i++)
		put_ia(w, answer, &answer->ia[i]);
	if (answer->reconfigure)
		dhcp6_put_option(w, DHCP6_OPT_RECONF_ACCEPT, NULL, 0);
	if (answer->reconfigure_key)
		put_key(&e);
	if (has_options(query->msg->type))
		put_asked_for(&e);
	dhcp6_end_reply(w, &reply);
}

/* The relays of a lease, as if it had just been asked for. */
static int read_relay_path(const struct lease *lease,
			   struct dhcp6_envelope *env)
{
	struct wire_reader r =
		wire_reader(lease->relay_path, lease->relay_path_len);

	env->relay_count = 0;
	while (wire_left(&r)) {
		struct dhcp6_relay *relay = &env->relay[env->relay_count];
		uint8_t len;

		if (env->relay_count == DHCP6_RELAY_DEPTH_MAX)
			return -EINVAL;
		*relay = (struct dhcp6_relay){ .hop_count = env->relay_count };
		wire_get_mem(&r, &relay->link_address,
			     sizeof(relay->link_address));
		wire_get_mem(&r, &relay->peer_address,
			     sizeof(relay->peer_address));
		len = wire_get_u8(&r);
		relay->interface_id = wire_split(&r, len);
		relay->has_interface_id = len > 0;
		if (r.failed)
			return -EINVAL;
		env->relay_count++;
	}
	return 0;
}

static int read_relay_ports(const struct lease *lease,
			    struct dhcp6_envelope *env)
{
	struct wire_reader r =
		wire_reader(lease->relay_ports, lease->relay_ports_len);

	if (!wire_left(&r))
		return 0;
	wire_get_u16(&r); /* of the outermost relay itself */
	while (!r.failed && wire_left(&r)) {
		uint8_t at = wire_get_u8(&r);

		if (at >= env->relay_count)
			return -EINVAL;
		env->relay[at].has_relay_port = true;
		env->relay[at].relay_port = wire_split(&r, 2);
	}
	return r.failed ? -EINVAL : 0;
}

static int read_relays(const struct lease *lease, struct dhcp6_envelope *env)
{
	int err = read_relay_path(lease, env);

	return err ? err : read_relay_ports(lease, env);
}

uint16_t decide6_reconfigure_port(const struct lease *lease)
{
	struct wire_reader r =
		wire_reader(lease->relay_ports, lease->relay_ports_len);
	struct dhcp6_envelope env;

	if (!lease->relay_path_len)
		return DHCP6_PORT_CLIENT;
	if (read_relays(lease, &env) ||
	    !env.relay[env.relay_count - 1].has_relay_port)
		return DHCP6_PORT_SERVER;
	return wire_get_u16(&r);
}

int decide6_encode_reconfigure(const struct decide6_server *server,
			       const struct lease *lease, uint8_t asks_for,
			       struct wire_writer *w)
{
	struct dhcp6_envelope env;
	struct dhcp6_reply reply;
	uint8_t key[DHCP6_RKAP_LEN];
	size_t auth_at;

	if (asks_for != DHCP6_RENEW && asks_for != DHCP6_REBIND &&
	    asks_for != DHCP6_INFORMATION_REQUEST)
		return -EINVAL;
	if (!server->rkap || !lease->client_id_len || read_relays(lease, &env))
		return -EINVAL;
	if (!rkap_can_send(server->rkap))
		return -EAGAIN;
	rkap_derive_key(server->rkap, lease->client_id, lease->client_id_len,
			key);
	/* RFC 9915 section 18.3.11: the transaction id is zero. */
	dhcp6_begin_reply(w, &env, DHCP6_RECONFIGURE, 0, &reply);
	dhcp6_put_option(w, DHCP6_OPT_CLIENT_ID, lease->client_id,
			 lease->client_id_len);
	dhcp6_put_option(w, DHCP6_OPT_SERVER_ID, server->duid,
			 server->duid_len);
	dhcp6_put_option(w, DHCP6_OPT_RECONF_MSG, &asks_for, sizeof(asks_for));
	auth_at = dhcp6_put_rkap_hmac(w, rkap_next_replay(server->rkap));
	dhcp6_sign_rkap(w, reply.start, auth_at, key);
	dhcp6_end_reply(w, &reply);
	return w->failed ? -EMSGSIZE : 0;
}
