/* SPDX-License-Identifier: BSD-2-Clause */
/* chain - see chain.h. */
#include "chain.h"

#include <errno.h>

#include "dhcp4o6/wire/dhcp6.h"

static uint8_t peek_u8(struct wire_reader in)
{
	return wire_get_u8(&in);
}

static int decode_level(struct wire_reader in, struct ipc_chain_level *level,
			struct wire_reader *relay_msg)
{
	const uint8_t *start = in.pos;
	struct dhcp6_option opt;
	bool found = false;
	int err;

	wire_take(&in, DHCP6_RELAY_HEADER_LEN);
	if (in.failed)
		return -EBADMSG;
	while ((err = dhcp6_next_option(&in, &opt)) > 0) {
		if (opt.code != DHCP6_OPT_RELAY_MSG)
			continue;
		if (found)
			return -EBADMSG;
		found = true;
		*relay_msg = opt.body;
	}
	if (err < 0 || !found)
		return -EBADMSG;
	level->head = wire_reader(start, (size_t)(relay_msg->pos - start));
	level->tail =
		wire_reader(relay_msg->end, (size_t)(in.end - relay_msg->end));
	return 0;
}

int ipc_chain_decode(struct wire_reader in, uint8_t relay_type,
		     struct ipc_chain *chain)
{
	int err;

	chain->depth = 0;
	while (peek_u8(in) == relay_type) {
		if (chain->depth == DHCP6_RELAY_DEPTH_MAX)
			return -EBADMSG;
		err = decode_level(in, &chain->level[chain->depth], &in);
		if (err)
			return err;
		chain->depth++;
	}
	chain->inner = in;
	return wire_left(&in) ? 0 : -EBADMSG;
}

static void put_reader(struct wire_writer *w, const struct wire_reader *r)
{
	wire_put_mem(w, r->pos, wire_left(r));
}

void ipc_chain_begin(struct wire_writer *w, const struct ipc_chain *chain,
		     struct ipc_chain_mark *mark)
{
	for (unsigned int i = 0; i < chain->depth; i++) {
		put_reader(w, &chain->level[i].head);
		mark->length_at[i] = wire_len(w);
	}
}

void ipc_chain_end(struct wire_writer *w, const struct ipc_chain *chain,
		   const struct ipc_chain_mark *mark)
{
	for (unsigned int i = chain->depth; i-- > 0 && !w->failed;) {
		size_t len = wire_len(w) - mark->length_at[i];

		if (len > UINT16_MAX) {
			w->failed = true;
			return;
		}
		wire_patch_u16(w, mark->length_at[i] - 2, (uint16_t)len);
		put_reader(w, &chain->level[i].tail);
	}
}

bool ipc_chain_has_option(struct wire_reader in, uint16_t code)
{
	uint8_t type = peek_u8(in);
	struct dhcp6_option opt;

	if (type != DHCP6_RELAY_FORW && type != DHCP6_RELAY_REPL)
		return false;
	wire_take(&in, DHCP6_RELAY_HEADER_LEN);
	while (dhcp6_next_option(&in, &opt) > 0) {
		if (opt.code == code)
			return true;
	}
	return false;
}
