/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client_lease - see the header. Each lease is an allocation of its own, for an
 * empty file costs next to nothing.
 */
#include "dhcp4o6/lease/client_lease.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client_lease_impl.h"
#include "dhcp4o6/wire/dhcp6_proto.h"

/* ---- options ---- */

void client_options_clear(struct client_options *options)
{
	options->count = 0;
	options->used = 0;
}

void client_options_copy(struct client_options *to,
			 const struct client_options *from)
{
	size_t i;

	if (to == from)
		return;
	to->count = from->count;
	to->used = from->used;
	memcpy(to->octets, from->octets, from->used);
	for (i = 0; i < from->count; i++) {
		to->option[i] = from->option[i];
		to->option[i].body =
			to->octets + (from->option[i].body - from->octets);
	}
}

static struct client_option *find(const struct client_options *options,
				  enum conf_universe universe, uint16_t code)
{
	size_t i;

	for (i = 0; i < options->count; i++) {
		if (options->option[i].universe == universe &&
		    options->option[i].code == code)
			return (struct client_option *)&options->option[i];
	}
	return NULL;
}

const struct client_option *
client_options_find(const struct client_options *options,
		    enum conf_universe universe, uint16_t code)
{
	return find(options, universe, code);
}

/* The octets behind its body move down; it keeps its place among the options.
 */
static void drop_body(struct client_options *options,
		      struct client_option *option)
{
	uint8_t *body = options->octets + (option->body - options->octets);
	const uint8_t *behind = body + option->len;
	size_t i;

	memmove(body, behind,
		options->used - (size_t)(behind - options->octets));
	for (i = 0; i < options->count; i++) {
		if (options->option[i].body >= behind)
			options->option[i].body -= option->len;
	}
	options->used -= option->len;
	option->len = 0;
}

int client_options_set(struct client_options *options,
		       enum conf_universe universe, uint16_t code,
		       const void *body, size_t len)
{
	struct client_option *option = find(options, universe, code);
	size_t former = option ? option->len : 0;

	if (len > sizeof(options->octets) - (options->used - former) ||
	    len > UINT16_MAX)
		return -ENOSPC;
	if (!option && options->count == CLIENT_OPTIONS_MAX)
		return -ENOSPC;
	if (option)
		drop_body(options, option);
	else
		option = &options->option[options->count++];
	*option = (struct client_option){
		.universe = universe,
		.code = code,
		.len = (uint16_t)len,
		.body = options->octets + options->used,
	};
	if (len)
		memcpy(options->octets + options->used, body, len);
	options->used += len;
	return 0;
}

/* ---- the content of a file ---- */

int client_leases_new(struct client_leases **leases)
{
	*leases = calloc(1, sizeof(**leases));
	return *leases ? 0 : -ENOMEM;
}

void client_leases_free(struct client_leases *leases)
{
	size_t i;

	if (!leases)
		return;
	for (i = 0; i < leases->count4; i++)
		free(leases->lease4[i]);
	for (i = 0; i < leases->count6; i++)
		free(leases->lease6[i]);
	free(leases);
}

const uint8_t *client_leases_duid(const struct client_leases *leases,
				  size_t *len)
{
	*len = leases->duid_len;
	return leases->duid;
}

int client_leases_set_duid(struct client_leases *leases, const uint8_t *duid,
			   size_t len)
{
	if (!len || len > sizeof(leases->duid))
		return -EINVAL;
	memmove(leases->duid, duid, len);
	leases->duid_len = len;
	return 0;
}

static size_t index4(const struct client_leases *leases, const char *interface)
{
	size_t i;

	for (i = 0; i < leases->count4; i++) {
		if (strcmp(leases->lease4[i]->interface, interface) == 0)
			break;
	}
	return i;
}

static size_t index6(const struct client_leases *leases, const char *interface)
{
	size_t i;

	for (i = 0; i < leases->count6; i++) {
		if (strcmp(leases->lease6[i]->interface, interface) == 0)
			break;
	}
	return i;
}

const struct client_lease4 *
client_leases_find4(const struct client_leases *leases, const char *interface)
{
	size_t i = index4(leases, interface);

	return i < leases->count4 ? leases->lease4[i] : NULL;
}

const struct client_lease6 *
client_leases_find6(const struct client_leases *leases, const char *interface)
{
	size_t i = index6(leases, interface);

	return i < leases->count6 ? leases->lease6[i] : NULL;
}

bool client_item_is_good(uint16_t code, const struct client_item *item)
{
	bool is_prefix = code == DHCP6_OPT_IA_PD;

	return isc_is_unicast(&item->addr) &&
	       (is_prefix ? item->prefix_len >= 1 && item->prefix_len <= 128
			  : item->prefix_len == 128) &&
	       item->preferred_s <= item->valid_s;
}

static bool ia_is_good(const struct client_ia *ia)
{
	size_t i;

	if ((ia->code != DHCP6_OPT_IA_NA && ia->code != DHCP6_OPT_IA_PD) ||
	    ia->item_count > CLIENT_IA_ITEMS_MAX)
		return false;
	for (i = 0; i < ia->item_count; i++) {
		if (!client_item_is_good(ia->code, &ia->item[i]))
			return false;
	}
	return true;
}

static bool lease6_is_good(const struct client_lease6 *lease)
{
	size_t i;

	if (lease->ia_count > CLIENT_IA_MAX)
		return false;
	for (i = 0; i < lease->ia_count; i++) {
		if (!ia_is_good(&lease->ia[i]))
			return false;
	}
	return true;
}

static bool name_is_good(const char *interface)
{
	return interface[0] && memchr(interface, '\0', IF_NAMESIZE);
}

int client_leases_put4(struct client_leases *leases,
		       const struct client_lease4 *lease)
{
	struct client_lease4 *to;
	size_t i;

	if (!name_is_good(lease->interface) || !isc_ip4_is_host(lease->addr))
		return -EINVAL;
	i = index4(leases, lease->interface);
	if (i == CLIENT_LEASES_MAX)
		return -ENOSPC;
	if (i == leases->count4) {
		leases->lease4[i] = calloc(1, sizeof(*to));
		if (!leases->lease4[i])
			return -ENOMEM;
		leases->count4++;
	}
	to = leases->lease4[i];
	if (to == lease)
		return 0;
	/* All in front of the options, which have pointers. */
	memcpy(to, lease, offsetof(struct client_lease4, options));
	client_options_copy(&to->options, &lease->options);
	return 0;
}

int client_leases_put6(struct client_leases *leases,
		       const struct client_lease6 *lease)
{
	struct client_lease6 *to;
	size_t i;

	if (!name_is_good(lease->interface) || !lease6_is_good(lease))
		return -EINVAL;
	i = index6(leases, lease->interface);
	if (i == CLIENT_LEASES_MAX)
		return -ENOSPC;
	if (i == leases->count6) {
		leases->lease6[i] = calloc(1, sizeof(*to));
		if (!leases->lease6[i])
			return -ENOMEM;
		leases->count6++;
	}
	to = leases->lease6[i];
	if (to == lease)
		return 0;
	memcpy(to, lease, offsetof(struct client_lease6, options));
	client_options_copy(&to->options, &lease->options);
	return 0;
}

void client_leases_remove(struct client_leases *leases, const char *interface)
{
	size_t i = index4(leases, interface);

	/* The name may be in the lease: freed last. The order is kept. */
	struct client_lease4 *lease4 = NULL;
	struct client_lease6 *lease6 = NULL;

	if (i < leases->count4) {
		lease4 = leases->lease4[i];
		leases->count4--;
		memmove(&leases->lease4[i], &leases->lease4[i + 1],
			(leases->count4 - i) * sizeof(leases->lease4[0]));
	}
	i = index6(leases, interface);
	if (i < leases->count6) {
		lease6 = leases->lease6[i];
		leases->count6--;
		memmove(&leases->lease6[i], &leases->lease6[i + 1],
			(leases->count6 - i) * sizeof(leases->lease6[0]));
	}
	free(lease4);
	free(lease6);
}
