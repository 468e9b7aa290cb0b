// SPDX-License-Identifier: BSD-2-Clause
/*
 * pins - a directory on bpffs that outlives the process.
 */
#include <errno.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "classifier_impl.h"
#include "dhcp4o6/xdp/classifier.h"

#define BPFFS_ROOT "/sys/fs/bpf"

int classifier_pin_dir(char *dir, size_t size, const char *root,
		       const char *instance, const char *ifname)
{
	int len = snprintf(dir, size, "%s/%s/%s", root, instance, ifname);
	char *c;

	if (len < 0 || (size_t)len >= size)
		return -ENAMETOOLONG;
	for (c = dir + strlen(root); *c; c++) {
		if (*c == '.')
			*c = ':';
	}
	return 0;
}

int xdp_pin_path(char path[XDP_PIN_PATH_MAX], const char *dir, const char *name)
{
	int len = snprintf(path, XDP_PIN_PATH_MAX, "%s/%s", dir, name);

	return len < 0 || len >= XDP_PIN_PATH_MAX ? -ENAMETOOLONG : 0;
}

static bool is_bpffs(const char *path)
{
	struct statfs fs;

	return !statfs(path, &fs) && fs.f_type == BPF_FS_MAGIC;
}

static int mount_bpffs(void)
{
	if (is_bpffs(BPFFS_ROOT))
		return 0;
	return mount("bpf", BPFFS_ROOT, "bpf", 0, "mode=0700") ? -errno : 0;
}

/* mkdir -p, but never above a bpffs. */
static int make_dirs(char *path)
{
	char *slash = path;

	while ((slash = strchr(slash + 1, '/'))) {
		*slash = '\0';
		if (access(path, F_OK) && mkdir(path, 0700) && errno != EEXIST)
			return -errno;
		*slash = '/';
	}
	return mkdir(path, 0700) && errno != EEXIST ? -errno : 0;
}

int xdp_pins_prepare(const char *dir)
{
	char path[XDP_PIN_PATH_MAX];
	char *slash;
	int err;

	if (strlen(dir) >= sizeof(path) || dir[0] != '/')
		return -EINVAL;
	if (!strncmp(dir, BPFFS_ROOT "/", sizeof(BPFFS_ROOT))) {
		err = mount_bpffs();
		if (err)
			return err;
	}
	strcpy(path, dir);
	while (access(path, F_OK) && (slash = strrchr(path, '/')) > path)
		*slash = '\0';
	if (!is_bpffs(path))
		return -EXDEV;
	strcpy(path, dir);
	return make_dirs(path);
}

void xdp_pins_remove(const char *dir)
{
	static const char *const names[] = { "link", XDP_MAP_NAMES };
	char path[XDP_PIN_PATH_MAX];
	char *slash;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!xdp_pin_path(path, dir, names[i]))
			unlink(path);
	}
	/* The instance's directory goes with its last interface. */
	strcpy(path, dir);
	if (!rmdir(path) && (slash = strrchr(path, '/'))) {
		*slash = '\0';
		rmdir(path);
	}
}
