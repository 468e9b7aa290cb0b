/* SPDX-License-Identifier: BSD-2-Clause */
/* vectors - reads tests/vectors/index.tsv and the hex files beside it. */
#include "vectors.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dhcp4o6/wire/frame.h"

#define COLUMNS  12
#define LINE_MAX 512
#define PATH_LEN 512

enum column {
	COLUMN_NAME,
	COLUMN_DIRECTION,
	COLUMN_SRC,
	COLUMN_DST,
	COLUMN_SPORT,
	COLUMN_DPORT,
	COLUMN_CLASSIFY,
	COLUMN_DROP,
	COLUMN_TREATMENT,
	COLUMN_SUBNET,
	COLUMN_LEVELS,
	COLUMN_TYPE,
};

int vectors_path(const char *file, char *path, size_t size)
{
	static const char *const base[] = {
		"tests/vectors",
		"../tests/vectors",
		"../../tests/vectors",
		"../../../tests/vectors",
		"../../../../tests/vectors",
	};
	const char *given = getenv("DHCP4O6_VECTORS");
	size_t i;

	if (given) {
		snprintf(path, size, "%s/%s", given, file);
		return access(path, R_OK) ? -ENOENT : 0;
	}
	for (i = 0; i < sizeof(base) / sizeof(base[0]); i++) {
		snprintf(path, size, "%s/%s", base[i], file);
		if (access(path, R_OK) == 0)
			return 0;
	}
	return -ENOENT;
}

static int hex_digit(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* The next octet, -1 at a clean end of the file, -EBADMSG for rubbish. */
static int read_octet(FILE *f)
{
	int high, low;

	do {
		high = getc(f);
	} while (high != EOF && isspace(high));
	if (high == EOF)
		return -1;
	low = getc(f);
	if (hex_digit(high) < 0 || hex_digit(low) < 0)
		return -EBADMSG;
	return hex_digit(high) << 4 | hex_digit(low);
}

int vectors_read_hex(const char *path, uint8_t **data, size_t *len)
{
	FILE *f = fopen(path, "re");
	size_t size = 4096;
	int octet = 0;
	int err = -ENOMEM;
	uint8_t *buf;

	if (!f)
		return -errno;
	buf = malloc(size);
	*len = 0;
	while (buf && *len < size) {
		octet = read_octet(f);
		if (octet < 0)
			break;
		buf[(*len)++] = (uint8_t)octet;
	}
	if (buf)
		err = octet == -1 ? 0 : -EBADMSG;
	fclose(f);
	/* Of the exact length, so that sanitizers see reads past the end. */
	*data = err ? NULL : malloc(*len ? *len : 1);
	if (*data && *len)
		memcpy(*data, buf, *len);
	else if (!*data && !err)
		err = -ENOMEM;
	free(buf);
	return err;
}

static int parse_drop(const char *name, enum drop_reason *drop)
{
	unsigned int i;

	for (i = 0; i < DROP_REASON_COUNT; i++) {
		if (!strcmp(name, drop_reason_name((enum drop_reason)i))) {
			*drop = (enum drop_reason)i;
			return 0;
		}
	}
	return -EBADMSG;
}

static bool copy_text(char *to, size_t size, const char *from)
{
	return (size_t)snprintf(to, size, "%s", from) < size;
}

static uint8_t parse_small(const char *text)
{
	return strcmp(text, "-") ? (uint8_t)atoi(text) : VECTOR_NONE;
}

static int split_line(char *line, char **column)
{
	char *rest = line;
	int n = 0;

	line[strcspn(line, "\n")] = '\0';
	while (n < COLUMNS && rest)
		column[n++] = strsep(&rest, "\t");
	return n == COLUMNS && !rest ? 0 : -EBADMSG;
}

static int parse_line(char *line, struct vector *v)
{
	char path[PATH_LEN];
	char *column[COLUMNS];
	char file[64];

	if (split_line(line, column) ||
	    !copy_text(v->name, sizeof(v->name), column[COLUMN_NAME]) ||
	    !copy_text(v->direction, sizeof(v->direction),
		       column[COLUMN_DIRECTION]) ||
	    !copy_text(v->treatment, sizeof(v->treatment),
		       column[COLUMN_TREATMENT]) ||
	    !copy_text(v->subnet, sizeof(v->subnet), column[COLUMN_SUBNET]) ||
	    inet_pton(AF_INET6, column[COLUMN_SRC], &v->src) != 1 ||
	    inet_pton(AF_INET6, column[COLUMN_DST], &v->dst) != 1 ||
	    parse_drop(column[COLUMN_DROP], &v->drop))
		return -EBADMSG;
	v->src_port = (uint16_t)atoi(column[COLUMN_SPORT]);
	v->dst_port = (uint16_t)atoi(column[COLUMN_DPORT]);
	v->classified = !strcmp(column[COLUMN_CLASSIFY], "yes");
	if (!v->classified && strcmp(column[COLUMN_CLASSIFY], "no"))
		return -EBADMSG;
	v->levels = parse_small(column[COLUMN_LEVELS]);
	v->type = parse_small(column[COLUMN_TYPE]);
	snprintf(file, sizeof(file), "%s.hex", v->name);
	if (vectors_path(file, path, sizeof(path)))
		return -ENOENT;
	return vectors_read_hex(path, &v->payload, &v->len);
}

static int load_lines(struct vectors *set, FILE *f)
{
	char line[LINE_MAX];
	int err;

	while (fgets(line, sizeof(line), f)) {
		struct vector *all;

		if (line[0] == '#')
			continue;
		all = realloc(set->all, (set->count + 1) * sizeof(*all));
		if (!all)
			return -ENOMEM;
		set->all = all;
		memset(&all[set->count], 0, sizeof(*all));
		err = parse_line(line, &all[set->count]);
		if (err)
			return err;
		set->count++;
	}
	return 0;
}

int vectors_load(struct vectors *set)
{
	char path[PATH_LEN];
	FILE *f;
	int err;

	*set = (struct vectors){ .count = 0 };
	err = vectors_path("index.tsv", path, sizeof(path));
	if (err)
		return err;
	f = fopen(path, "re");
	if (!f)
		return -errno;
	err = load_lines(set, f);
	fclose(f);
	if (err)
		vectors_free(set);
	return err;
}

void vectors_free(struct vectors *set)
{
	size_t i;

	for (i = 0; i < set->count; i++)
		free(set->all[i].payload);
	free(set->all);
	*set = (struct vectors){ .count = 0 };
}

const struct vector *vectors_find(const struct vectors *set, const char *name)
{
	size_t i;

	for (i = 0; i < set->count; i++)
		if (!strcmp(set->all[i].name, name))
			return &set->all[i];
	return NULL;
}

size_t vector_frame(const struct vector *v, const uint16_t *vlan_id,
		    unsigned int vlan_count, uint8_t *frame, size_t size)
{
	struct frame_addr addr = {
		.src_mac = { 2, 0, 0, 0, 0, 1 },
		.dst_mac = { 2, 0, 0, 0, 0, 5 },
		.vlan_count = (uint8_t)vlan_count,
		.src = v->src,
		.dst = v->dst,
		.src_port = v->src_port,
		.dst_port = v->dst_port,
	};
	size_t header_len = frame_header_len(vlan_count);
	unsigned int i;

	if (vlan_count > FRAME_VLAN_MAX || header_len + v->len > size)
		return 0;
	if (IN6_IS_ADDR_MULTICAST(&v->dst)) { /* RFC 2464 section 7 */
		addr.dst_mac[0] = 0x33;
		addr.dst_mac[1] = 0x33;
		memcpy(addr.dst_mac + 2, v->dst.s6_addr + 12, 4);
	}
	for (i = 0; i < vlan_count; i++) {
		addr.vlan_proto[i] = 0x8100;
		addr.vlan_tci[i] = vlan_id[i];
	}
	memcpy(frame + header_len, v->payload, v->len);
	frame_encode(frame, &addr, 64, v->len);
	return header_len + v->len;
}
