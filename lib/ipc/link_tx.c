/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link_tx - sending. Neighbours of one length, and a shorter one behind them,
 * leave as one message that the kernel cuts up (UDP_SEGMENT); their order
 * stays, because the window of the v6 half counts on it.
 */
#include <errno.h>
#include <netinet/udp.h>

#include "link_internal.h"

/* Messages of one sendmmsg(2), each a run of datagrams. */
struct tx_plan {
	unsigned int msg_count;
	struct mmsghdr msg[IPC_LINK_BATCH];
	struct tx_control control[IPC_LINK_BATCH];
};

/* How many datagrams from `first` on may leave as one message. */
static unsigned int run_length(const struct ipc_link *link, unsigned int first)
{
	const struct iovec *iov = link->tx_iov;
	size_t total = iov[first].iov_len;
	unsigned int n = 1;

	if (!link->gso)
		return 1;
	while (first + n < link->tx_count && n < TX_SEGMENTS_MAX) {
		size_t len = iov[first + n].iov_len;

		if (len > iov[first].iov_len ||
		    total + len > IPC_LINK_DATAGRAM_MAX)
			break;
		total += len;
		n++;
		if (len < iov[first].iov_len)
			break; /* only the last may be shorter */
	}
	return n;
}

static void put_segment_len(struct msghdr *hdr, struct tx_control *control,
			    uint16_t len)
{
	struct cmsghdr *c;

	memset(control, 0, sizeof(*control));
	hdr->msg_control = control;
	hdr->msg_controllen = sizeof(control->space);
	c = CMSG_FIRSTHDR(hdr);
	c->cmsg_level = IPPROTO_UDP;
	c->cmsg_type = UDP_SEGMENT;
	c->cmsg_len = CMSG_LEN(sizeof(len));
	memcpy(CMSG_DATA(c), &len, sizeof(len));
}

static void make_plan(struct ipc_link *link, unsigned int first,
		      struct tx_plan *plan)
{
	plan->msg_count = 0;
	while (first < link->tx_count) {
		unsigned int m = plan->msg_count++;
		unsigned int n = run_length(link, first);
		struct msghdr *hdr = &plan->msg[m].msg_hdr;

		*hdr = (struct msghdr){ .msg_iov = &link->tx_iov[first],
					.msg_iovlen = n };
		if (n > 1)
			put_segment_len(hdr, &plan->control[m],
					(uint16_t)link->tx_iov[first].iov_len);
		first += n;
	}
}

static unsigned int count_sent(struct ipc_link *link,
			       const struct tx_plan *plan, unsigned int msgs)
{
	unsigned int sent = 0;

	for (unsigned int m = 0; m < msgs; m++) {
		unsigned int n = (unsigned int)plan->msg[m].msg_hdr.msg_iovlen;

		sent += n;
		if (n > 1)
			link->stats.tx_gso += n;
	}
	link->stats.tx += sent;
	link->stats.tx_calls++;
	return sent;
}

/* One system call; *first moves behind what was sent. */
static int send_once(struct ipc_link *link, unsigned int *first)
{
	struct tx_plan plan;
	int n;

	make_plan(link, *first, &plan);
	do {
		n = sendmmsg(link->fd, plan.msg, plan.msg_count,
			     MSG_DONTWAIT | MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	*first += count_sent(link, &plan, (unsigned int)n);
	return 0;
}

/* Errors of a run that a single datagram would not have met. */
static bool is_gso_error(int err)
{
	return err == -EINVAL || err == -EMSGSIZE || err == -EIO ||
	       err == -EOPNOTSUPP || err == -ENOPROTOOPT;
}

/*
 * A refusal may be old news: the kernel keeps it from an earlier send and
 * tells it once. So the first one in a flush is answered with another try; the
 * second is the truth.
 */
static int send_all(struct ipc_link *link, unsigned int *first)
{
	unsigned int refused = 0;

	while (*first < link->tx_count) {
		int err = send_once(link, first);

		if (!err)
			continue;
		if (err == -ECONNREFUSED) {
			link->stats.refused++;
			if (refused++ == 0)
				continue;
			return err;
		}
		if (is_gso_error(err) && run_length(link, *first) > 1) {
			link->gso = false;
			continue;
		}
		return err;
	}
	return refused ? -ECONNREFUSED : 0;
}

static void flush_queue(struct ipc_link *link)
{
	unsigned int first = 0;
	int err = send_all(link, &first);

	link->tx_lost += link->tx_count - first;
	link->stats.tx_dropped += link->tx_count - first;
	if (!link->tx_err)
		link->tx_err = err;
	link->tx_count = 0;
	link->tx_used = 0;
}

int ipc_link_flush(struct ipc_link *link, unsigned int *dropped)
{
	int err;

	if (link->tx_count)
		flush_queue(link);
	err = link->tx_err;
	if (dropped)
		*dropped = link->tx_lost;
	link->tx_err = 0;
	link->tx_lost = 0;
	return err;
}

void ipc_link_begin(struct ipc_link *link, struct wire_writer *w, size_t size)
{
	if (size > IPC_LINK_DATAGRAM_MAX) {
		*w = (struct wire_writer){ .failed = true };
		return;
	}
	if (link->tx_count == IPC_LINK_BATCH ||
	    TX_ARENA_SIZE - link->tx_used < size)
		flush_queue(link);
	*w = wire_writer(link->tx_data + link->tx_used, size);
}

int ipc_link_queue(struct ipc_link *link, const struct wire_writer *w)
{
	size_t len = wire_len(w);

	if (w->failed || len == 0)
		return -EMSGSIZE;
	link->tx_iov[link->tx_count].iov_base = w->start;
	link->tx_iov[link->tx_count].iov_len = len;
	link->tx_count++;
	link->tx_used += len;
	return 0;
}

unsigned int ipc_link_queued(const struct ipc_link *link)
{
	return link->tx_count;
}
