// SPDX-License-Identifier: BSD-2-Clause
/*
 * stats - names of the reasons, and sums of the per-CPU counters.
 */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "classifier_impl.h"
#include "dhcp4o6/xdp/classifier.h"

struct reason_row {
	const char *field;
	const char *name;
	const char *text;
};

static const struct reason_row reasons[] = {
#define REASON_ROW(suffix, field, name, text) { #field, name, text },
	D4O6_REASON_TABLE(REASON_ROW)
#undef REASON_ROW
};
_Static_assert(sizeof(reasons) / sizeof(reasons[0]) == D4O6_REASON_COUNT,
	       "one row per reason");

const char *classifier_stat_name(enum d4o6_reason reason)
{
	return (unsigned int)reason < D4O6_REASON_COUNT ? reasons[reason].name
							: "unknown";
}

const char *classifier_stat_text(enum d4o6_reason reason)
{
	return (unsigned int)reason < D4O6_REASON_COUNT ? reasons[reason].text
							: "unknown";
}

uint64_t classifier_stat(const struct d4o6_stats *stats,
			 enum d4o6_reason reason)
{
	uint64_t values[D4O6_REASON_COUNT];

	if ((unsigned int)reason >= D4O6_REASON_COUNT)
		return 0;
	memcpy(values, stats, sizeof(values));
	return values[reason];
}

int classifier_map_read_stats(int map_fd, struct d4o6_stats *stats)
{
	uint64_t sums[D4O6_REASON_COUNT] = { 0 };
	int cpu, err, cpus = libbpf_num_possible_cpus();
	uint64_t(*values)[D4O6_REASON_COUNT];
	uint32_t key = 0;
	size_t i;

	if (cpus < 0)
		return cpus;
	values = calloc((size_t)cpus, sizeof(*values));
	if (!values)
		return -ENOMEM;
	err = bpf_map_lookup_elem(map_fd, &key, values);
	for (cpu = 0; !err && cpu < cpus; cpu++) {
		for (i = 0; i < D4O6_REASON_COUNT; i++)
			sums[i] += values[cpu][i];
	}
	free(values);
	memcpy(stats, sums, sizeof(sums));
	return err;
}

/* Are the fields of this struct ours, by name and in our order? */
static bool are_fields_ours(const struct btf *btf, __u32 type_id)
{
	const struct btf_type *type = btf__type_by_id(btf, type_id);
	const struct btf_member *member;
	const char *name;
	size_t i;

	if (!type || !btf_is_struct(type) ||
	    btf_vlen(type) != D4O6_REASON_COUNT)
		return false;
	member = btf_members(type);
	for (i = 0; i < D4O6_REASON_COUNT; i++) {
		name = btf__name_by_offset(btf, member[i].name_off);
		if (!name || strcmp(name, reasons[i].field) != 0)
			return false;
	}
	return true;
}

bool xdp_stats_map_is_ours(int map_fd)
{
	struct bpf_map_info info = { 0 };
	__u32 len = sizeof(info);
	struct btf *btf;
	bool ours;

	if (bpf_obj_get_info_by_fd(map_fd, &info, &len))
		return false;
	if (info.type != BPF_MAP_TYPE_PERCPU_ARRAY || info.max_entries != 1 ||
	    info.key_size != sizeof(__u32) ||
	    info.value_size != sizeof(struct d4o6_stats) || !info.btf_id)
		return false;
	btf = btf__load_from_kernel_by_id(info.btf_id);
	if (!btf)
		return false;
	ours = are_fields_ours(btf, info.btf_value_type_id);
	btf__free(btf);
	return ours;
}

int classifier_read_pinned_stats(const char *pin_dir, struct d4o6_stats *stats)
{
	char path[XDP_PIN_PATH_MAX];
	int fd, err;

	memset(stats, 0, sizeof(*stats));
	err = xdp_pin_path(path, pin_dir, "d4o6_stats");
	if (err)
		return err;
	fd = bpf_obj_get(path);
	if (fd < 0)
		return fd;
	err = xdp_stats_map_is_ours(fd) ? classifier_map_read_stats(fd, stats)
					: -EPROTO;
	close(fd);
	return err;
}
