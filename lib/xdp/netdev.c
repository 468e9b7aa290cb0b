// SPDX-License-Identifier: BSD-2-Clause
#include "netdev.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* Runs one ethtool command; its first word says which. */
static int ethtool(const char *ifname, void *command)
{
	struct ifreq req = { .ifr_data = command };
	int fd, err = 0;

	if (strlen(ifname) >= sizeof(req.ifr_name))
		return -EINVAL;
	strcpy(req.ifr_name, ifname);
	fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (ioctl(fd, SIOCETHTOOL, &req))
		err = -errno;
	close(fd);
	return err;
}

void xdp_netdev_driver(const char *ifname, char driver[NETDEV_DRIVER_MAX])
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };

	_Static_assert(sizeof(info.driver) == NETDEV_DRIVER_MAX, "UAPI");
	if (ethtool(ifname, &info))
		info.driver[0] = '\0';
	info.driver[NETDEV_DRIVER_MAX - 1] = '\0';
	memcpy(driver, info.driver, NETDEV_DRIVER_MAX);
}

/* For drivers without channels: what sysfs shows, if it shows it. */
static unsigned int count_sysfs_queues(const char *ifname)
{
	unsigned int count = 0;
	char path[96];
	int len;

	do {
		len = snprintf(path, sizeof(path),
			       "/sys/class/net/%s/queues/rx-%u", ifname, count);
		if (len < 0 || (size_t)len >= sizeof(path))
			return 0;
	} while (!access(path, F_OK) && ++count < 4096);
	return count;
}

unsigned int xdp_netdev_rx_queues(const char *ifname)
{
	struct ethtool_channels channels = { .cmd = ETHTOOL_GCHANNELS };
	unsigned int count;

	if (ethtool(ifname, &channels))
		return count_sysfs_queues(ifname);
	count = channels.combined_count + channels.rx_count;
	return count ? count : count_sysfs_queues(ifname);
}

/* veth hands over what its peer's kernel keeps beside the frame. */
static bool hides_tags_anyway(const char *ifname)
{
	char driver[NETDEV_DRIVER_MAX];

	xdp_netdev_driver(ifname, driver);
	return strcmp(driver, "veth") == 0;
}

int xdp_netdev_keep_vlan_tags(const char *ifname)
{
	struct ethtool_value flags = { .cmd = ETHTOOL_GFLAGS };

	if (hides_tags_anyway(ifname))
		return -EOPNOTSUPP;
	if (ethtool(ifname, &flags) || !(flags.data & ETH_FLAG_RXVLAN))
		return 0;
	flags.cmd = ETHTOOL_SFLAGS;
	flags.data &= ~(__u32)ETH_FLAG_RXVLAN;
	if (ethtool(ifname, &flags))
		return -EOPNOTSUPP;
	flags.cmd = ETHTOOL_GFLAGS;
	if (ethtool(ifname, &flags) || flags.data & ETH_FLAG_RXVLAN)
		return -EOPNOTSUPP;
	return 0;
}
