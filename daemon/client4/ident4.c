/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ident4 - who the client is: the DUID of client6's lease file, so that servers
 * see one client in both families (RFC 4361), and the interface.
 *
 * Looked for in this order: -df FILE, or client6's lease file in its default
 * place; our own lease file; `default-duid' of the configuration. If there is
 * none, one is made and kept in our own lease file.
 */
#include <errno.h>
#include <string.h>

#include "../client/client_id.h"
#include "dhcp4o6/base/strbuf.h"
#include "dhcp4o6/wire/dhcp6_proto.h"
#include "head4.h"

/* What was found, and where. */
struct found {
	struct client_duid duid;
	uint32_t iaid;
	const char *where;
};

static void take_duid(struct found *found, const uint8_t *duid, size_t len,
		      const char *where)
{
	if (found->duid.len || !duid || len == 0 || len > CLIENT_DUID_MAX)
		return;
	memcpy(found->duid.octets, duid, len);
	found->duid.len = len;
	found->where = where;
}

/* RFC 4361 section 6.1: the IAID of the interface's IA_NA, if it has one. */
static void take_iaid(struct found *found, const struct client_lease6 *lease)
{
	size_t i;

	for (i = 0; lease && i < lease->ia_count; i++) {
		if (lease->ia[i].code != DHCP6_OPT_IA_NA)
			continue;
		found->iaid = lease->ia[i].iaid;
		return;
	}
}

static void look_in_file(struct head4 *head, struct found *found,
			 const char *path, bool is_asked_for)
{
	struct client_leases *leases = NULL;
	const uint8_t *duid;
	size_t len = 0;
	int err;

	err = client_leases_new(&leases);
	if (!err)
		err = client_leases_read(leases, path, NULL, NULL);
	if (err) {
		log_line(is_asked_for ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO,
			 "no DUID from %s: %s", path, strerror(-err));
	} else {
		duid = client_leases_duid(leases, &len);
		take_duid(found, duid, len, path);
		take_iaid(found, client_leases_find6(leases, head->interface));
	}
	client_leases_free(leases);
}

static int make_duid(struct head4 *head, struct found *found)
{
	const char *path = head->args.common.lease_file;
	int err;

	err = client_duid_make(&found->duid, head->args.duid_type, &head->net,
			       wall_now());
	if (!err)
		err = client_leases_set_duid(head->leases, found->duid.octets,
					     found->duid.len);
	if (!err)
		err = client_leases_write(head->leases, path);
	if (err)
		return err;
	log_notice("there is no DUID of client6 yet: one was made and is kept "
		   "in %s",
		   path);
	return 0;
}

static int find_duid(struct head4 *head, struct found *found)
{
	const char *other = head->args.duid_file;
	const uint8_t *own;
	size_t len;

	look_in_file(head, found, other ? other : client_program6.lease_file,
		     other != NULL);
	own = client_leases_duid(head->leases, &len);
	take_duid(found, own, len, head->args.common.lease_file);
	take_duid(found, head->conf->default_duid, head->conf->default_duid_len,
		  "the configuration");
	return found->duid.len ? 0 : make_duid(head, found);
}

static void log_identity(const struct head4 *head, const char *where)
{
	struct strbuf id = STRBUF_INIT;

	strbuf_add_hex(&id, head->identity.id, head->identity.id_len, ':');
	log_info("%s: client identifier %s, DUID from %s", head->interface,
		 strbuf_text(&id), where);
	strbuf_fini(&id);
}

int head4_identify(struct head4 *head)
{
	const struct client4_link link = {
		.type = head->net.hw_type,
		.addr = head->net.mac,
		.addr_len = head->net.has_mac ? sizeof(head->net.mac) : 0,
	};
	struct found found = { .iaid = client_iaid(&head->net),
			       .where = "this run" };
	int err;

	err = find_duid(head, &found);
	if (!err)
		err = client4_identify(&head->identity, &link, found.iaid,
				       found.duid.octets, found.duid.len);
	if (!err)
		log_identity(head, found.where);
	return err;
}
