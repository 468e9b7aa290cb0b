/* SPDX-License-Identifier: BSD-2-Clause */
/* messages6 - what stands in the messages of a DHCPv6 client. */
#include "machine6_private.h"

#include <assert.h>

#define ORO_MAX (MACHINE6_REQUEST_MAX + 4)

enum ias {
	IAS_NONE,
	IAS_HINTS,
	IAS_OFFERED, /* or those held, if a server forgot some */
	IAS_HELD,
	IAS_WANTED, /* those held, and the wishes that nothing is held of */
	IAS_LEAVING,
};

/* RFC 9915 sections 18.2.1 to 18.2.8. */
static const struct form {
	enum ias ias;
	bool is_stateless;
	bool asks; /* for options, of `send' and Reconfigure Accept as well */
} forms[] = {
	[DHCP6_SOLICIT] = { IAS_HINTS, false, true },
	[DHCP6_REQUEST] = { IAS_OFFERED, false, true },
	[DHCP6_CONFIRM] = { IAS_HELD, false, false },
	[DHCP6_RENEW] = { IAS_WANTED, false, true },
	[DHCP6_REBIND] = { IAS_WANTED, false, true },
	[DHCP6_RELEASE] = { IAS_LEAVING, false, false },
	[DHCP6_DECLINE] = { IAS_LEAVING, false, false },
	[DHCP6_INFORMATION_REQUEST] = { IAS_NONE, true, true },
};

static void list_hints(const struct machine6 *m, struct ia_list *list)
{
	size_t i;

	list->ia_count = 0;
	list->item_count = 0;
	for (i = 0; i < m->conf.wish_count; i++) {
		const struct machine6_wish *wish = &m->conf.wish[i];
		const struct dhcp6_ia_item hint = {
			.addr = wish->addr,
			.prefix_len = wish->prefix_len,
		};

		held6_list_add(list, wish);
		if (wish->has_hint && !m->has_no_hints)
			held6_list_add_item(list, &hint);
	}
}

/* scratch is used for lists that the machine does not keep. */
static const struct ia_list *find_ias(const struct machine6 *m, enum ias ias,
				      struct ia_list *scratch)
{
	scratch->ia_count = 0;
	switch (ias) {
	case IAS_NONE:
		return scratch;
	case IAS_HINTS:
		list_hints(m, scratch);
		return scratch;
	case IAS_OFFERED:
		if (!held6_has_any(m))
			return &m->offer[0].list;
		held6_list(m, true, scratch);
		return scratch;
	case IAS_HELD:
	case IAS_WANTED:
		held6_list(m, ias == IAS_WANTED, scratch);
		return scratch;
	case IAS_LEAVING:
		return &m->leaving;
	}
	return scratch;
}

static size_t add_code(uint16_t *oro, size_t count, uint16_t code)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (oro[i] == code)
			return count;
	oro[count] = code;
	return count + 1;
}

/* RFC 9915 section 21.7; option 88 always: RFC 7341 section 9. */
static size_t list_codes(const struct machine6 *m, bool is_stateless,
			 uint16_t oro[ORO_MAX])
{
	size_t i, count = 0;

	for (i = 0; i < m->conf.request_count; i++)
		count = add_code(oro, count, m->conf.request[i]);
	if (is_stateless) {
		count = add_code(oro, count, DHCP6_OPT_INFO_REFRESH_TIME);
		count = add_code(oro, count, DHCP6_OPT_INF_MAX_RT);
	} else {
		count = add_code(oro, count, DHCP6_OPT_SOL_MAX_RT);
	}
	return add_code(oro, count, DHCP6_OPT_DHCP4O6_SERVER);
}

/* What may be asked for may be sent, if it is not the machine's own; two that
 * nobody may ask for are there to be sent. */
static bool may_send(const struct client_option *option)
{
	if (option->universe != CONF_OPTIONS_DHCP6)
		return false;
	return option->code == DHCP6_OPT_USER_CLASS ||
	       option->code == DHCP6_OPT_VENDOR_CLASS ||
	       dhcp6_may_request(option->code);
}

static size_t list_options(const struct machine6 *m,
			   struct dhcp6_option option[MACHINE6_SEND_MAX])
{
	size_t i, count = 0;

	for (i = 0; i < m->conf.send_count && count < MACHINE6_SEND_MAX; i++) {
		const struct client_option *sent = &m->conf.send[i];

		if (!may_send(sent))
			continue;
		option[count].code = sent->code;
		option[count++].body = wire_reader(sent->body, sent->len);
	}
	return count;
}

/* RFC 9915 section 21.9: 0 in the first message of the exchange. */
static uint64_t elapsed_ms(const struct turn *t)
{
	const struct exchange *x = &t->m->exchange;

	if (x->sent == 0)
		return 0;
	return (uint64_t)mono_diff_ms(t->now, x->first);
}

void messages6_encode(struct turn *t)
{
	const struct machine6 *m = t->m;
	const struct exchange *x = &m->exchange;
	const struct form *form = &forms[x->type];
	struct wire_writer w =
		wire_writer(t->step->message, sizeof(t->step->message));
	struct dhcp6_option option[MACHINE6_SEND_MAX];
	struct ia_list scratch;
	const struct ia_list *ias = find_ias(m, form->ias, &scratch);
	uint16_t oro[ORO_MAX];
	struct dhcp6_client_msg msg = {
		.type = x->type,
		.xid = x->xid,
		.client_id = m->conf.duid,
		.client_id_len = m->conf.duid_len,
		.server_id = m->server.duid,
		.server_id_len = x->names_server ? m->server.len : 0,
		.elapsed_ms = elapsed_ms(t),
		.rapid_commit =
			x->type == DHCP6_SOLICIT && m->conf.rapid_commit,
		.ia = ias->ia,
		.ia_count = ias->ia_count,
		.item = ias->item,
	};

	if (form->asks) {
		msg.has_oro = true;
		msg.oro = oro;
		msg.oro_count = list_codes(m, form->is_stateless, oro);
		msg.reconfigure_accept = m->conf.accept_reconfigure;
		msg.option = option;
		msg.option_count = list_options(m, option);
	}
	dhcp6_encode_client_msg(&w, &msg);
	assert(!w.failed); /* by the bounds of machine6_new() */
	t->step->message_len = wire_len(&w);
}
