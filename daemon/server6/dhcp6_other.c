/* SPDX-License-Identifier: BSD-2-Clause */
/* dhcp6_other - messages that give no lease (RFC 9915 section 18.3). */
#include <errno.h>

#include "decide6_private.h"

static void answer_with(struct decision6 *d, enum dhcp6_status status)
{
	d->answer->reply_type = DHCP6_REPLY;
	d->answer->has_status = true;
	d->answer->status = status;
}

/*
 * RFC 9915 section 18.3.3: are all addresses those of this link? Without an
 * address there MUST be no answer.
 */
enum drop_reason dhcp6_handle_confirm(struct decision6 *d)
{
	enum dhcp6_status status = DHCP6_STATUS_SUCCESS;
	bool has_address = false;
	unsigned int i, j;

	for (i = 0; i < d->msg->ia_count; i++) {
		const struct dhcp6_ia *ia = &d->msg->ia[i];

		if (ia->code != DHCP6_OPT_IA_NA)
			continue;
		for (j = 0; j < ia->item_count; j++) {
			const struct alloc6_network *home = NULL;

			has_address = true;
			alloc6_find_subnet(
				d->server->alloc,
				&d->msg->item[ia->first_item + j].addr, &home);
			if (home != d->net)
				status = DHCP6_STATUS_NOT_ON_LINK;
		}
	}
	if (!has_address)
		return DROP_NO_ADDRESS_NAMED;
	answer_with(d, status);
	return DROP_NONE;
}

static int found(void *arg, const struct lease *lease)
{
	(void)arg;
	(void)lease;
	return 1;
}

static bool is_known(const struct decision6 *d, const struct dhcp6_ia *ia)
{
	return alloc6_each_of_ia(d->server->alloc, &d->asker,
				 decide6_kind(ia->code), ia->iaid, found,
				 NULL) != 0;
}

/* What the IA does not hold is ignored (sections 18.3.7 and 18.3.8). */
static void note(struct decision6 *d, int err, uint16_t *count)
{
	struct decide6_answer *answer = d->answer;

	if (!err) {
		answer->staged = true;
		(*count)++;
	} else if (err != -ENOENT) {
		answer->status = DHCP6_STATUS_UNSPEC_FAIL;
	}
}

enum drop_reason dhcp6_handle_release(struct decision6 *d)
{
	unsigned int i, j;

	answer_with(d, DHCP6_STATUS_SUCCESS);
	for (i = 0; i < d->msg->ia_count; i++) {
		const struct dhcp6_ia *ia = &d->msg->ia[i];
		const struct dhcp6_ia_item *item =
			&d->msg->item[ia->first_item];

		if (!is_known(d, ia)) {
			decide6_add_ia(d, ia);
			decide6_set_status(d, DHCP6_STATUS_NO_BINDING);
			continue;
		}
		for (j = 0; j < ia->item_count; j++)
			note(d,
			     alloc6_release(d->txn, &d->asker,
					    decide6_kind(ia->code), ia->iaid,
					    &item[j].addr, item[j].prefix_len,
					    &d->now),
			     &d->answer->released);
	}
	return DROP_NONE;
}

/* `deny declines': the client is answered, nothing rests. */
static bool are_declines_heard(const struct decision6 *d)
{
	const struct conf_params *params =
		option6_scopes_param(&d->answer->scopes, CONF_PARAM_DECLINES);

	return !params || params->declines;
}

/* Of addresses alone: nobody finds a prefix in use by another. */
enum drop_reason dhcp6_handle_decline(struct decision6 *d)
{
	uint32_t hold_s = d->server->conf->dhcp4o6.decline_hold_s;
	bool is_heard = are_declines_heard(d);
	unsigned int i, j;

	answer_with(d, DHCP6_STATUS_SUCCESS);
	for (i = 0; i < d->msg->ia_count; i++) {
		const struct dhcp6_ia *ia = &d->msg->ia[i];

		if (!is_known(d, ia)) {
			decide6_add_ia(d, ia);
			decide6_set_status(d, DHCP6_STATUS_NO_BINDING);
			continue;
		}
		if (ia->code != DHCP6_OPT_IA_NA || !is_heard)
			continue;
		for (j = 0; j < ia->item_count; j++)
			note(d,
			     alloc6_decline(
				     d->txn, &d->asker, ia->iaid,
				     &d->msg->item[ia->first_item + j].addr,
				     &d->now, hold_s),
			     &d->answer->declined);
	}
	return DROP_NONE;
}

/*
 * RFC 9915 section 18.3.6. Who is nowhere known gets what is configured for
 * everybody, as from Kea: it promises nothing about a link.
 */
enum drop_reason dhcp6_handle_information_request(struct decision6 *d)
{
	d->answer->reply_type = DHCP6_REPLY;
	return DROP_NONE;
}
