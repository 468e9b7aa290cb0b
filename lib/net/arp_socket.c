/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arp_socket - an AF_PACKET socket of type SOCK_DGRAM: the kernel takes the
 * link-layer header away, and makes the one of what is sent. It is bound to its
 * protocol only after the filter is there, so that nothing older waits in it.
 */
#include "dhcp4o6/net/arp_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER_LEN (64 << 10) /* some 80 packets, as the kernel counts them */
#define AD(field)  ((uint32_t)(SKF_AD_OFF + SKF_AD_##field))

/*
 * Offsets are in the ARP packet. Frames that Ethernet has for other hosts, as
 * those of VLANs nobody here has, say nothing about this link.
 */
static int lock_filter(int fd, uint32_t ifindex)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AD(PROTOCOL)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_ARP, 0, 9),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AD(IFINDEX)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ifindex, 0, 7),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AD(PKTTYPE)),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, PACKET_OTHERHOST, 5, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 2),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IP << 16 | 0x0604, 0,
			 3),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6),
		BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, ARP_REPLY, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, ARP_PACKET_LEN),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog program = {
		.len = sizeof(code) / sizeof(*code),
		.filter = code,
	};
	int on = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
		       sizeof(program)) ||
	    setsockopt(fd, SOL_SOCKET, SO_LOCK_FILTER, &on, sizeof(on)))
		return -errno;
	return 0;
}

static int bind_to(int fd, uint32_t ifindex)
{
	struct sockaddr_ll local = { .sll_family = AF_PACKET,
				     .sll_protocol = htons(ETH_P_ARP),
				     .sll_ifindex = (int)ifindex };
	socklen_t len = sizeof(local);
	int buffer_len = BUFFER_LEN;

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer_len,
			 sizeof(buffer_len));
	if (bind(fd, (struct sockaddr *)&local, sizeof(local)))
		return -errno;
	if (getsockname(fd, (struct sockaddr *)&local, &len))
		return -errno;
	if ((local.sll_hatype != ARPHRD_ETHER &&
	     local.sll_hatype != ARPHRD_IEEE802) ||
	    local.sll_halen != ARP_MAC_LEN)
		return -EOPNOTSUPP;
	return 0;
}

int net_arp_open(uint32_t ifindex)
{
	int err, fd;

	if (ifindex == 0 || ifindex > INT_MAX)
		return -ENODEV;
	fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	err = lock_filter(fd, ifindex);
	if (!err)
		err = bind_to(fd, ifindex);
	if (!err)
		return fd;
	close(fd);
	return err;
}

int net_arp_send(int fd, uint32_t ifindex, const struct arp_packet *arp)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(ETH_P_ARP),
				  .sll_ifindex = (int)ifindex,
				  .sll_halen = ARP_MAC_LEN };
	uint8_t octets[ARP_PACKET_LEN];
	struct wire_writer w = wire_writer(octets, sizeof(octets));

	arp_encode(&w, arp);
	memset(to.sll_addr, 0xff, ARP_MAC_LEN);
	if (sendto(fd, octets, wire_len(&w), MSG_DONTWAIT,
		   (struct sockaddr *)&to, sizeof(to)) < 0)
		return -errno;
	return 0;
}

int net_arp_recv(int fd, struct arp_packet *arp, enum drop_reason *why)
{
	uint8_t octets[ARP_PACKET_LEN];
	ssize_t len;

	do {
		len = recv(fd, octets, sizeof(octets), MSG_DONTWAIT);
	} while (len < 0 && errno == EINTR);
	if (len < 0)
		return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -errno;
	*why = arp_decode(wire_reader(octets, (size_t)len), arp);
	return 1;
}
