/* SPDX-License-Identifier: BSD-2-Clause */
/* machine6_private - what the parts of machine6 know of each other. */
#ifndef DHCP4O6_CLIENT6_MACHINE6_PRIVATE_H
#define DHCP4O6_CLIENT6_MACHINE6_PRIVATE_H

#include "machine6.h"

#define OFFERS_MAX    4  /* ADVERTISEs that are remembered, the best ones */
#define RATE_MESSAGES 20 /* RFC 9915 section 14.1 */
#define RATE_S        20
#define BACK_OFF_MAX  120 /* seconds */
#define EXTEND_HOLD_S 10  /* REN_TIMEOUT: RFC 9915 section 7.6 */

struct held_item {
	struct dhcp6_ia_item item;
	struct mono_time since; /* lifetimes count from here */
	bool is_deprecated;     /* and that was told */
};

/* What is held of the wish with the same index. */
struct held_ia {
	struct mono_time since; /* T1 and T2 count from here */
	uint32_t t1_s;
	uint32_t t2_s;
	bool is_forgotten; /* NoBinding, said the server */
	size_t count;
	struct held_item item[CLIENT_IA_ITEMS_MAX];
};

/* IAs as they go into a message. */
struct ia_list {
	size_t ia_count;
	struct dhcp6_ia ia[CLIENT_IA_MAX];
	size_t item_count;
	struct dhcp6_ia_item item[CLIENT_IA_MAX * CLIENT_IA_ITEMS_MAX];
};

struct server_id {
	size_t len; /* 0: not known */
	uint8_t duid[CLIENT_DUID_MAX];
};

struct offer {
	struct server_id server;
	uint8_t preference;
	bool has_dhcp4o6;
	size_t ias; /* with something in them */
	struct ia_list list;
};

/* How an exchange is repeated: a row of RFC 9915 section 7.6. */
enum timing {
	TIMING_SOLICIT,
	TIMING_REQUEST,
	TIMING_CONFIRM,
	TIMING_RENEW,
	TIMING_REBIND,
	TIMING_INFORM,
	TIMING_RELEASE,
	TIMING_DECLINE,
};

/* A message and its repetitions. */
struct exchange {
	uint8_t type; /* enum dhcp6_msg_type; 0: none is under way */
	enum timing timing;
	bool names_server;
	uint32_t xid;
	uint32_t sent;
	int64_t rt_ns;          /* what RFC 9915 section 15 calls RT */
	struct mono_time first; /* when the first was sent */
	struct mono_time next;  /* the next is sent, or it is over */
};

struct reconfigure_key {
	bool is_known;
	uint8_t key[DHCP6_RKAP_LEN];
	uint64_t replay; /* the last that was seen */
	struct server_id server;
};

struct machine6 {
	struct machine6_config conf;
	enum machine6_state state;
	bool is_link_down;
	bool is_in_use;
	bool has_no_hints; /* they were refused */
	bool is_refuted;   /* NotOnLink, said a server that was asked CONFIRM */
	uint32_t back_off_s; /* of a SOLICIT behind a refusal */
	uint32_t sol_max_rt_s;
	uint32_t inf_max_rt_s;
	/* What ADVERTISEs said of them, if they agree; 0: none said anything.
	 */
	uint32_t advertised_sol_s;
	uint32_t advertised_inf_s;
	struct mono_time refresh; /* 0: never */
	struct held_ia held[CLIENT_IA_MAX];
	struct client_options options;
	struct server_id server; /* whom an exchange is with, if with one */
	struct exchange exchange;
	struct ia_list leaving; /* what is released or declined */
	size_t offer_count;
	struct offer offer[OFFERS_MAX]; /* the best first */
	struct reconfigure_key key;
	struct dhcp4o6_servers servers;
	size_t sent_count;
	struct mono_time sent[RATE_MESSAGES]; /* a ring */
};

/* One call of machine6_handle(). */
struct turn {
	struct machine6 *m;
	struct mono_time now;
	const struct machine6_event *event;
	const struct dhcp6_server_msg *msg;
	struct machine6_step *step;
};

/* RFC 9915 section 7.6, until a server says something else. */
#define SOL_MAX_RT_S 3600
#define INF_MAX_RT_S 3600

/* SOL_MAX_RT and INF_MAX_RT are those above again. */
void machine6_reset_max_rt(struct machine6 *m);

/* ---- exchange6.c: RFC 9915 sections 14.1 and 15 ---- */

/* The first message leaves at once, or after a random delay. */
void exchange6_begin(struct turn *t, uint8_t type, enum timing timing);
void exchange6_end(struct machine6 *m);
/* Is it time for the next one? */
bool exchange6_is_due(const struct turn *t);
/* Was the last one sent, and waited for long enough? */
bool exchange6_is_over(const struct turn *t);
/* Has the first one been answered by nobody yet? */
bool exchange6_is_collecting(const struct turn *t);
/* Sends what is due; to be called once a turn, last. */
void exchange6_send_due(struct turn *t);
/* The first message leaves at once after all. */
void exchange6_hurry(struct turn *t);
/* It leaves so much later. */
void exchange6_put_off(struct turn *t, uint32_t s);

/* ---- messages6.c ---- */

/* Writes the message of the exchange into the step. */
void messages6_encode(struct turn *t);

/* ---- held6.c: IAs and what is in them ---- */

bool held6_has_any(const struct machine6 *m);
bool held6_has_prefix(const struct machine6 *m);
void held6_clear(struct machine6 *m);
/* Index of the wish, or wish_count. */
size_t held6_find_wish(const struct machine6 *m, const struct dhcp6_ia *ia);
/* The earliest over all IAs; INT64_MAX: never. */
int64_t held6_t1_ns(const struct machine6 *m);
int64_t held6_t2_ns(const struct machine6 *m);
/* Ends what is over; tells the change. True: something was held, and nothing
 * is any more. */
bool held6_expire(struct turn *t);
/* When held6_expire() has something to do next. */
int64_t held6_next_ns(const struct machine6 *m);
/* When the last item ends; INT64_MAX: never, or there is none. */
int64_t held6_last_ns(const struct machine6 *m);
/* Moves all to m->leaving, or adds the one address. False: it is not held. */
void held6_leave(struct machine6 *m);
bool held6_leave_address(struct machine6 *m, const struct in6_addr *addr);
/* Ends what servers forgot. */
void held6_drop_forgotten(struct machine6 *m);
/* What is held as a list for a message; with_empty: all wishes. */
void held6_list(const struct machine6 *m, bool with_empty,
		struct ia_list *list);
void held6_list_add(struct ia_list *list, const struct machine6_wish *wish);
void held6_list_add_item(struct ia_list *list,
			 const struct dhcp6_ia_item *item);

/* ---- grant6.c: what a REPLY gives ---- */

struct grant {
	size_t taken;       /* IAs that got, kept or lost something by it */
	bool has_forgotten; /* NoBinding of an IA that is wanted */
	bool is_off_link;   /* NotOnLink */
};

/* T1 and T2 of an IA with items; 0: the client chooses. */
void grant6_set_times(struct held_ia *ia, uint32_t given_t1_s,
		      uint32_t given_t2_s);
void grant6_apply(struct turn *t, struct grant *grant);
/* Copies the options of the message over those in use. */
void grant6_take_options(struct turn *t);
/* SOL_MAX_RT and INF_MAX_RT. */
void grant6_take_max_rt(struct turn *t);
void grant6_take_key(struct turn *t);

/* ---- states6.c: ways into a state ---- */

void states6_begin(struct turn *t);
void states6_solicit(struct turn *t);
/* By the best offer; without one: all over again. */
void states6_request(struct turn *t);
void states6_drop_offer(struct machine6 *m);
void states6_confirm(struct turn *t);
void states6_bound(struct turn *t);
void states6_renew(struct turn *t);
void states6_rebind(struct turn *t);
/* Whichever it is time for, so much later. */
void states6_extend_in(struct turn *t, uint32_t s);
/* The SOLICIT that has begun leaves later, and the next one later still. */
void states6_back_off(struct turn *t);
void states6_inform(struct turn *t, bool is_delayed);
void states6_stop(struct turn *t);
void states6_after_decline(struct turn *t);
void states6_lose(struct turn *t, enum machine6_change change);
void states6_set_server(struct machine6 *m, const uint8_t *duid, size_t len);
/* From the Server Identifier of the options in use. */
void states6_set_server_in_use(struct machine6 *m);

/* ---- offers6.c, replies6.c: cells of the table for messages ---- */

void replies6_advertise(struct turn *t);
void replies6_to_solicit(struct turn *t);
void replies6_to_request(struct turn *t);
void replies6_to_confirm(struct turn *t);
/* What is held, and what was asked for, is of another link. */
void replies6_off_link(struct turn *t);
void replies6_to_extend(struct turn *t);
void replies6_to_release(struct turn *t);
void replies6_to_decline(struct turn *t);
void replies6_to_inform(struct turn *t);
void replies6_reconfigure(struct turn *t);

#endif /* DHCP4O6_CLIENT6_MACHINE6_PRIVATE_H */
