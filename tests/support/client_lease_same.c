/* SPDX-License-Identifier: BSD-2-Clause */
/* client_lease_same - see the header. */
#include "client_lease_same.h"

#include <string.h>

static bool options_same(const struct client_options *a,
			 const struct client_options *b)
{
	size_t i;

	if (a->count != b->count || a->used != b->used)
		return false;
	for (i = 0; i < a->count; i++) {
		const struct client_option *one = &a->option[i];
		const struct client_option *other = &b->option[i];

		if (one->universe != other->universe ||
		    one->code != other->code || one->len != other->len ||
		    memcmp(one->body, other->body, one->len) != 0)
			return false;
	}
	return true;
}

bool client_lease4_same(const struct client_lease4 *a,
			const struct client_lease4 *b)
{
	return strcmp(a->interface, b->interface) == 0 &&
	       a->addr.s_addr == b->addr.s_addr &&
	       a->next_server.s_addr == b->next_server.s_addr &&
	       IN6_ARE_ADDR_EQUAL(&a->server6, &b->server6) &&
	       a->renew.s == b->renew.s && a->rebind.s == b->rebind.s &&
	       a->expire.s == b->expire.s &&
	       strcmp(a->server_name, b->server_name) == 0 &&
	       strcmp(a->filename, b->filename) == 0 &&
	       options_same(&a->options, &b->options);
}

static bool item_same(const struct client_item *a, const struct client_item *b)
{
	return IN6_ARE_ADDR_EQUAL(&a->addr, &b->addr) &&
	       a->prefix_len == b->prefix_len && a->starts.s == b->starts.s &&
	       a->preferred_s == b->preferred_s && a->valid_s == b->valid_s;
}

static bool ia_same(const struct client_ia *a, const struct client_ia *b)
{
	size_t i;

	if (a->code != b->code || a->iaid != b->iaid ||
	    a->starts.s != b->starts.s || a->t1_s != b->t1_s ||
	    a->t2_s != b->t2_s || a->item_count != b->item_count)
		return false;
	for (i = 0; i < a->item_count; i++) {
		if (!item_same(&a->item[i], &b->item[i]))
			return false;
	}
	return true;
}

bool client_lease6_same(const struct client_lease6 *a,
			const struct client_lease6 *b)
{
	size_t i;

	if (strcmp(a->interface, b->interface) != 0 ||
	    a->released != b->released || a->ia_count != b->ia_count)
		return false;
	for (i = 0; i < a->ia_count; i++) {
		if (!ia_same(&a->ia[i], &b->ia[i]))
			return false;
	}
	return options_same(&a->options, &b->options);
}

static const char *compare(const struct client_leases *a,
			   const struct client_leases *b, const char *interface)
{
	const struct client_lease4 *one4 = client_leases_find4(a, interface);
	const struct client_lease4 *other4 = client_leases_find4(b, interface);
	const struct client_lease6 *one6 = client_leases_find6(a, interface);
	const struct client_lease6 *other6 = client_leases_find6(b, interface);

	if (!one4 != !other4 || (one4 && !client_lease4_same(one4, other4)))
		return "a lease of DHCPv4";
	if (!one6 != !other6 || (one6 && !client_lease6_same(one6, other6)))
		return "a lease of DHCPv6";
	return NULL;
}

static void note(void *arg, const char *text)
{
	(void)text;
	++*(unsigned int *)arg;
}

const char *client_leases_differ(const struct client_leases *leases,
				 const char *const *interfaces, size_t count,
				 struct strbuf *out)
{
	const uint8_t *duid, *back_duid;
	struct client_leases *back;
	unsigned int findings = 0;
	const char *what = NULL;
	size_t len, back_len, i;

	client_leases_print(leases, out);
	if (out->failed || client_leases_new(&back))
		return "no memory";
	if (client_leases_parse(back, strbuf_text(out), out->len, "print", note,
				&findings))
		what = "the text is refused";
	else if (findings)
		what = "something is wrong in the text";
	duid = client_leases_duid(leases, &len);
	back_duid = client_leases_duid(back, &back_len);
	if (!what && (len != back_len || memcmp(duid, back_duid, len) != 0))
		what = "the DUID";
	for (i = 0; i < count && !what; i++)
		what = compare(leases, back, interfaces[i]);
	client_leases_free(back);
	return what;
}
