/* SPDX-License-Identifier: BSD-2-Clause */
/* probe4 - see the header; sections are those of RFC 5227. */
#include "probe4.h"

#include <string.h>

const struct probe4_config probe4_defaults = {
	.probe_wait_ms = 1000,
	.probe_count = 3,
	.probe_min_ms = 1000,
	.probe_max_ms = 2000,
	.announce_wait_ms = 2000,
	.announce_count = 2,
	.announce_interval_ms = 2000,
	.defend_interval_ms = 10000,
};

/* An event as a handler sees it. */
struct input {
	struct in_addr addr;          /* PROBE, USE */
	const struct arp_packet *arp; /* CONFLICT, RIVAL */
	struct mono_time now;
};

typedef void handler(struct probe4 *probe, const struct input *in,
		     struct probe4_step *step);

static void enter(struct probe4 *probe, enum probe4_state state,
		  struct mono_time next)
{
	probe->state = state;
	probe->next = next;
}

static struct mono_time never(void)
{
	return (struct mono_time){ .ns = PROBE4_NEVER };
}

static struct mono_time later(const struct probe4 *probe, struct mono_time from,
			      uint32_t min_ms, uint32_t max_ms)
{
	int64_t ns = random_between(probe->setup.random, min_ms * NS_PER_MS,
				    max_ms * NS_PER_MS);

	return (struct mono_time){ .ns = from.ns + ns };
}

static void announce(struct probe4 *probe, struct probe4_step *step)
{
	step->sends = true;
	step->packet = arp_announcement(probe->setup.mac, probe->addr);
}

static void ignore(struct probe4 *probe, const struct input *in,
		   struct probe4_step *step)
{
	(void)probe;
	(void)in;
	(void)step;
}

static void leave(struct probe4 *probe, const struct input *in,
		  struct probe4_step *step)
{
	(void)in;
	(void)step;
	probe->addr.s_addr = 0;
	enter(probe, PROBE4_IDLE, never());
}

static void be_free(struct probe4 *probe, struct probe4_step *step)
{
	enter(probe, PROBE4_FREE, never());
	step->change = PROBE4_IS_FREE;
}

static void begin(struct probe4 *probe, const struct input *in,
		  struct probe4_step *step)
{
	const struct probe4_config *config = probe->setup.config;

	probe->addr = in->addr;
	probe->sent = 0;
	if (config->probe_count == 0) {
		be_free(probe, step);
		return;
	}
	enter(probe, PROBE4_WAITING,
	      later(probe, in->now, 0, config->probe_wait_ms));
}

static void send_probe(struct probe4 *probe, const struct input *in,
		       struct probe4_step *step)
{
	const struct probe4_config *config = probe->setup.config;

	step->sends = true;
	step->packet = arp_probe(probe->setup.mac, probe->addr);
	probe->sent++;
	if (probe->sent >= config->probe_count)
		enter(probe, PROBE4_LISTENING,
		      mono_add_ms(in->now, config->announce_wait_ms));
	else
		enter(probe, PROBE4_PROBING,
		      later(probe, in->now, config->probe_min_ms,
			    config->probe_max_ms));
}

static void end_listening(struct probe4 *probe, const struct input *in,
			  struct probe4_step *step)
{
	(void)in;
	be_free(probe, step);
}

static void lose(struct probe4 *probe, const struct input *in,
		 struct probe4_step *step)
{
	step->change = PROBE4_IS_USED;
	memcpy(step->mac, in->arp->sender_mac, ARP_MAC_LEN);
	enter(probe, PROBE4_IDLE, never());
}

static void send_announcement(struct probe4 *probe, const struct input *in,
			      struct probe4_step *step)
{
	const struct probe4_config *config = probe->setup.config;

	announce(probe, step);
	probe->sent++;
	if (probe->sent >= config->announce_count)
		enter(probe, PROBE4_DEFENDING, never());
	else
		enter(probe, PROBE4_ANNOUNCING,
		      mono_add_ms(in->now, config->announce_interval_ms));
}

static void use(struct probe4 *probe, const struct input *in,
		struct probe4_step *step)
{
	probe->addr = in->addr;
	probe->sent = 0;
	probe->has_defended = false;
	if (probe->setup.config->announce_count == 0)
		enter(probe, PROBE4_DEFENDING, never());
	else
		send_announcement(probe, in, step);
}

static void use_again(struct probe4 *probe, const struct input *in,
		      struct probe4_step *step)
{
	if (probe->addr.s_addr != in->addr.s_addr)
		use(probe, in, step);
}

/* The kernel answers probes for an address that is set; this one is not. */
static void claim(struct probe4 *probe, const struct input *in,
		  struct probe4_step *step)
{
	(void)in;
	announce(probe, step);
}

/* Section 2.4 (b). */
static void defend(struct probe4 *probe, const struct input *in,
		   struct probe4_step *step)
{
	uint32_t interval_ms = probe->setup.config->defend_interval_ms;

	if (probe->has_defended &&
	    mono_diff_ns(in->now, probe->defended) < interval_ms * NS_PER_MS) {
		lose(probe, in, step);
		return;
	}
	probe->has_defended = true;
	probe->defended = in->now;
	announce(probe, step);
}

/* In the order of the events: TIMER, PROBE, USE, LEAVE, CONFLICT, RIVAL. */
static handler *const transitions[PROBE4_STATE_COUNT][PROBE4_EVENT_COUNT] = {
	[PROBE4_IDLE] = { ignore, begin, use, leave, ignore, ignore },
	[PROBE4_WAITING] = { send_probe, begin, use, leave, lose, lose },
	[PROBE4_PROBING] = { send_probe, begin, use, leave, lose, lose },
	[PROBE4_LISTENING] = { end_listening, begin, use, leave, lose, lose },
	[PROBE4_FREE] = { ignore, begin, use, leave, lose, claim },
	[PROBE4_ANNOUNCING] = { send_announcement, begin, use_again, leave,
				defend, ignore },
	[PROBE4_DEFENDING] = { ignore, begin, use_again, leave, defend,
			       ignore },
};

static void dispatch(struct probe4 *probe, enum probe4_event event,
		     const struct input *in, struct probe4_step *step)
{
	memset(step, 0, sizeof(*step));
	if (event != PROBE4_ON_TIMER || in->now.ns >= probe->next.ns)
		transitions[probe->state][event](probe, in, step);
	step->wake = probe->next;
}

void probe4_init(struct probe4 *probe, const struct probe4_setup *setup)
{
	memset(probe, 0, sizeof(*probe));
	probe->setup = *setup;
	probe->next = never();
}

void probe4_handle(struct probe4 *probe, enum probe4_event event,
		   struct in_addr addr, struct mono_time now,
		   struct probe4_step *step)
{
	const struct input in = { .addr = addr, .now = now };

	/* Without a packet nobody else has the address, or wants it. */
	if (event == PROBE4_ON_CONFLICT || event == PROBE4_ON_RIVAL)
		event = PROBE4_ON_TIMER;
	dispatch(probe, event, &in, step);
}

static bool is_own(const struct probe4 *probe, const uint8_t mac[ARP_MAC_LEN])
{
	if (!memcmp(mac, probe->setup.mac, ARP_MAC_LEN))
		return true;
	for (size_t i = 0; i < probe->setup.other_mac_count; i++) {
		if (!memcmp(mac, probe->setup.other_macs[i], ARP_MAC_LEN))
			return true;
	}
	return false;
}

void probe4_receive(struct probe4 *probe, const struct arp_packet *arp,
		    struct mono_time now, struct probe4_step *step)
{
	const struct input in = { .arp = arp, .now = now };
	uint32_t addr = probe->addr.s_addr;

	memset(step, 0, sizeof(*step));
	step->wake = probe->next;
	if (!addr || is_own(probe, arp->sender_mac))
		return;
	if (arp->sender.s_addr == addr)
		dispatch(probe, PROBE4_ON_CONFLICT, &in, step);
	else if (arp->op == ARP_REQUEST && !arp->sender.s_addr &&
		 arp->target.s_addr == addr)
		dispatch(probe, PROBE4_ON_RIVAL, &in, step);
}

const char *probe4_state_name(enum probe4_state state)
{
	static const char *const names[PROBE4_STATE_COUNT] = {
		"IDLE", "WAITING",    "PROBING",   "LISTENING",
		"FREE", "ANNOUNCING", "DEFENDING",
	};

	if ((unsigned int)state >= PROBE4_STATE_COUNT)
		return NULL;
	return names[state];
}
