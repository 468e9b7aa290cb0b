/* SPDX-License-Identifier: BSD-2-Clause */
/* net_conf_internal - a question to the kernel, and its answer. */
#ifndef DHCP4O6_LIB_NET_NET_CONF_INTERNAL_H
#define DHCP4O6_LIB_NET_NET_CONF_INTERNAL_H

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>

#include "dhcp4o6/net/net_conf.h"

#define NET_CONF_TEXT_MAX 160

struct net_conf {
	struct mnl_socket *socket;
	uint32_t seq;
	char text[NET_CONF_TEXT_MAX];
};

/* Room for the largest question; mnl_* functions write into it. */
struct net_question {
	_Alignas(struct nlmsghdr) uint8_t octets[512];
};

/* Begins a message of a type; extra flags beside NLM_F_REQUEST. */
struct nlmsghdr *net_conf_begin(struct net_question *question, uint16_t type,
				uint16_t flags);

/* Called for each message of the answer but its end; 0 or a negative errno. */
typedef int net_conf_reply(void *arg, const struct nlmsghdr *head);

/* Sends, and waits for the end of the answer. reply may be NULL. */
int net_conf_ask(struct net_conf *conf, struct nlmsghdr *head,
		 net_conf_reply *reply, void *arg);

/* The next attribute of len octets or more; NULL at the end. */
const struct nlattr *net_conf_attr(const struct nlmsghdr *head,
				   size_t fixed_len,
				   const struct nlattr *previous);

#endif /* DHCP4O6_LIB_NET_NET_CONF_INTERNAL_H */
