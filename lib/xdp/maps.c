// SPDX-License-Identifier: BSD-2-Clause
/*
 * maps - what the classifier is told: addresses, VLANs, sockets. In mode NONE
 * there are no maps and nothing to tell.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>

#include "classifier_impl.h"
#include "classify.skel.h"

static const struct d4o6_local local = { .is_local = 1 };

static int write_config(const struct classifier *classifier)
{
	uint32_t key = 0;

	return bpf_map_update_elem(
		bpf_map__fd(classifier->skel->maps.d4o6_config), &key,
		&classifier->config, BPF_ANY);
}

int classifier_set_macs(struct classifier *classifier, const uint8_t (*macs)[6],
			size_t count)
{
	struct d4o6_config *config = &classifier->config;
	size_t i;

	if (count > D4O6_MACS_MAX)
		return -E2BIG;
	memset(config->mac, 0, sizeof(config->mac));
	for (i = 0; i < count; i++) {
		memcpy(&config->mac[i].head_be, macs[i], 4);
		memcpy(&config->mac[i].tail_be, macs[i] + 4, 2);
	}
	config->mac_count = (uint32_t)count;
	return classifier->skel ? write_config(classifier) : 0;
}

static struct d4o6_addr_key addr_key(const struct in6_addr *addr,
				     unsigned int ifindex)
{
	struct d4o6_addr_key key = {
		.ifindex = IN6_IS_ADDR_LINKLOCAL(addr) ? ifindex : 0,
	};

	memcpy(key.addr_be, addr, sizeof(key.addr_be));
	return key;
}

int classifier_add_addr(struct classifier *classifier,
			const struct in6_addr *addr, unsigned int ifindex)
{
	struct d4o6_addr_key key = addr_key(addr, ifindex);

	if (!classifier->skel)
		return 0;
	return bpf_map_update_elem(
		bpf_map__fd(classifier->skel->maps.d4o6_addrs), &key, &local,
		BPF_ANY);
}

int classifier_remove_addr(struct classifier *classifier,
			   const struct in6_addr *addr, unsigned int ifindex)
{
	struct d4o6_addr_key key = addr_key(addr, ifindex);

	if (!classifier->skel)
		return 0;
	return bpf_map_delete_elem(
		bpf_map__fd(classifier->skel->maps.d4o6_addrs), &key);
}

static int prefixes_fd(const struct classifier *classifier)
{
	return bpf_map__fd(classifier->skel->maps.d4o6_prefixes);
}

/* A trie cannot be asked how full it is, but whether it is empty. */
static int update_has_prefixes(struct classifier *classifier)
{
	struct d4o6_prefix_key key;

	classifier->config.has_prefixes =
		!bpf_map_get_next_key(prefixes_fd(classifier), NULL, &key);
	return write_config(classifier);
}

static int make_prefix_key(const struct in6_addr *prefix,
			   unsigned int prefix_len, struct d4o6_prefix_key *key)
{
	if (prefix_len > 128)
		return -EINVAL;
	key->prefix_len = prefix_len;
	memcpy(key->addr_be, prefix, sizeof(key->addr_be));
	return 0;
}

int classifier_add_prefix(struct classifier *classifier,
			  const struct in6_addr *prefix,
			  unsigned int prefix_len)
{
	struct d4o6_prefix_key key;
	int err = make_prefix_key(prefix, prefix_len, &key);

	if (err || !classifier->skel)
		return err;
	err = bpf_map_update_elem(prefixes_fd(classifier), &key, &local,
				  BPF_ANY);
	if (err)
		return err == -ENOSPC ? -E2BIG : err;
	return update_has_prefixes(classifier);
}

int classifier_remove_prefix(struct classifier *classifier,
			     const struct in6_addr *prefix,
			     unsigned int prefix_len)
{
	struct d4o6_prefix_key key;
	int err = make_prefix_key(prefix, prefix_len, &key);

	if (err || !classifier->skel)
		return err;
	err = bpf_map_delete_elem(prefixes_fd(classifier), &key);
	return err ? err : update_has_prefixes(classifier);
}

int classifier_add_vlan(struct classifier *classifier,
			const struct d4o6_vlan_key *tags, unsigned int ifindex)
{
	struct d4o6_vlan vlan = { .ifindex = ifindex };

	if (!classifier->skel)
		return 0;
	return bpf_map_update_elem(
		bpf_map__fd(classifier->skel->maps.d4o6_vlans), tags, &vlan,
		BPF_ANY);
}

int classifier_remove_vlan(struct classifier *classifier,
			   const struct d4o6_vlan_key *tags)
{
	if (!classifier->skel)
		return 0;
	return bpf_map_delete_elem(
		bpf_map__fd(classifier->skel->maps.d4o6_vlans), tags);
}

int classifier_map_put_xsk(int map_fd, unsigned int queue, int fd)
{
	return bpf_map_update_elem(map_fd, &queue, &fd, BPF_ANY);
}

int classifier_map_remove_xsk(int map_fd, unsigned int queue)
{
	return bpf_map_delete_elem(map_fd, &queue);
}

int classifier_put_xsk(struct classifier *classifier, unsigned int queue,
		       int fd)
{
	int map_fd = classifier_xsks_fd(classifier);

	return map_fd < 0 ? 0 : classifier_map_put_xsk(map_fd, queue, fd);
}

int classifier_remove_xsk(struct classifier *classifier, unsigned int queue)
{
	int map_fd = classifier_xsks_fd(classifier);

	return map_fd < 0 ? 0 : classifier_map_remove_xsk(map_fd, queue);
}

int classifier_xsks_fd(const struct classifier *classifier)
{
	return classifier->skel ? bpf_map__fd(classifier->skel->maps.d4o6_xsks)
				: -1;
}

int classifier_stats_fd(const struct classifier *classifier)
{
	return classifier->skel ? bpf_map__fd(classifier->skel->maps.d4o6_stats)
				: -1;
}

int classifier_read_stats(const struct classifier *classifier,
			  struct d4o6_stats *stats)
{
	int map_fd = classifier_stats_fd(classifier);

	memset(stats, 0, sizeof(*stats));
	return map_fd < 0 ? 0 : classifier_map_read_stats(map_fd, stats);
}
