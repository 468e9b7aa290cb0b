/* SPDX-License-Identifier: BSD-2-Clause */
/* machine4_private - what the files of machine4 share. */
#ifndef DHCP4O6_CLIENT4_MACHINE4_PRIVATE_H
#define DHCP4O6_CLIENT4_MACHINE4_PRIVATE_H

#include "machine4.h"

#define MACHINE4_POLL_S 60 /* as ISC's client does */
/* RFC 2131 section 3.1 step 5: after a DECLINE. */
#define MACHINE4_DECLINE_PAUSE_S 10
/* RFC 2131 section 4.4.5: between REQUESTs of a renewal. */
#define MACHINE4_RENEW_MIN_S 60
/* A NAK of a server that is not the lease's waits for an ACK of one that is. */
#define MACHINE4_NAK_WAIT_S 2
/*
 * What starts an exchange again and again, be it from outside or the short
 * times of a lease, does so no faster.
 */
#define MACHINE4_SPACING_S 4

/* One event. */
struct machine4_turn {
	struct machine4 *machine;
	struct mono_time now;
	struct wall_time wall;
	const struct dhcp4_msg *msg; /* of a server; else NULL */
	const struct in6_addr *server6;
	enum drop_reason drop;
	struct machine4_step *step;
};

/* ---- machine4.c ---- */

/* A state, and no deadline of the one before. */
void machine4_enter(struct machine4 *machine, enum machine4_state state);

/* ---- machine4_table.c ---- */

/* The cell of the state that the machine is in. */
void machine4_dispatch(struct machine4_turn *turn, enum machine4_event event);

/* ---- machine4_exchange.c: what is sent and when ---- */

void machine4_begin_init(struct machine4_turn *turn, struct mono_time at);
/* After a try without any OFFER: the next one has its time. */
void machine4_retry(struct machine4_turn *turn);
/* After the n-th bad end in a row, which this one is. */
void machine4_restart(struct machine4_turn *turn, int64_t least_s);
void machine4_begin_reboot(struct machine4_turn *turn, struct mono_time at);
/* By the time: BOUND, RENEWING or REBINDING; not before `at'. */
void machine4_resume(struct machine4_turn *turn, struct mono_time at);
void machine4_begin_wait(struct machine4_turn *turn, enum machine4_state state);
/* No sooner than the spacing allows. */
struct mono_time machine4_spaced(const struct machine4_turn *turn);
void machine4_send_discover(struct machine4_turn *turn);
/* The REQUEST of SELECTING, REBOOTING, RENEWING or REBINDING. */
void machine4_send_request(struct machine4_turn *turn);
/* RENEWING or REBINDING, from now on. */
void machine4_begin_renewal(struct machine4_turn *turn,
			    enum machine4_state state, struct mono_time at);
void machine4_select(struct machine4_turn *turn);
void machine4_decline(struct machine4_turn *turn, const char *text);
void machine4_release(struct machine4_turn *turn);

/* ---- machine4_answer.c: what servers say ---- */

/* Is the message for us, and of a server that counts? */
enum drop_reason machine4_judge(const struct machine4 *machine,
				const struct dhcp4_msg *msg,
				const struct in6_addr *server6);
/* Probed first, if it is to be; news: NEW, REBOOT or TIMED_OUT. */
void machine4_use_lease(struct machine4_turn *turn, enum machine4_change news);
void machine4_take_offer(struct machine4_turn *turn);
void machine4_take_first_ack(struct machine4_turn *turn); /* REQUESTING */
void machine4_take_reboot_ack(struct machine4_turn *turn);
void machine4_take_renewal_ack(struct machine4_turn *turn);
void machine4_take_nak(struct machine4_turn *turn);
void machine4_take_any_nak(struct machine4_turn *turn); /* or REBINDING */
void machine4_obey_nak(struct machine4_turn *turn);

/* ---- machine4_lease.c: what a lease is ---- */

/* An address that a host can have. */
bool machine4_is_usable(struct in_addr addr);
/* Do its options find room in a lease? */
bool machine4_has_room(const struct dhcp4_msg *msg);
/* The lease and its times from an ACK that has room. */
void machine4_fill_lease(struct machine4_turn *turn);
/* From the lease file; false: it has run out. */
bool machine4_adopt(struct machine4 *machine, const struct client_lease4 *kept,
		    struct mono_time now, struct wall_time wall);
/* The lease is not ours any more; its address is asked for, if wished. */
void machine4_forget(struct machine4 *machine, bool is_wished);

static inline bool machine4_is_due(struct mono_time deadline,
				   struct mono_time now)
{
	return now.ns >= deadline.ns;
}

#endif /* DHCP4O6_CLIENT4_MACHINE4_PRIVATE_H */
