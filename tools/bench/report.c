/* SPDX-License-Identifier: BSD-2-Clause */
#include "report.h"

#include <inttypes.h>

static const char *const phase_names[PHASE_COUNT] = {
	[PHASE_OFFER] = "offer",
	[PHASE_ACK] = "ack",
	[PHASE_TRANSACTION] = "dora",
};

static double seconds(int64_t ns)
{
	return (double)ns / 1e9;
}

static double per_second(const struct run_stats *stats)
{
	if (stats->duration_ns <= 0)
		return 0;
	return (double)stats->completed / seconds(stats->duration_ns);
}

double report_loss(const struct run_stats *stats)
{
	if (stats->sent == 0)
		return 0;
	return 100.0 * (double)stats->lost / (double)stats->sent;
}

/* Transactions that were due and came to nothing, in per cent. */
static double missed(const struct run_stats *stats)
{
	uint64_t due = stats->started + stats->postponed;

	if (due == 0)
		return 0;
	return 100.0 * (double)(stats->failed + stats->postponed) / (double)due;
}

bool report_is_good(const struct run_stats *stats, double allowed_loss)
{
	unsigned int i;

	for (i = 0; i < VERDICT_COUNT; i++) {
		if (stats->verdict[i] && verdict_is_fatal((enum verdict)i))
			return false;
	}
	return stats->completed > 0 && report_loss(stats) <= allowed_loss &&
	       missed(stats) <= allowed_loss;
}

static void print_latency(FILE *out, const struct run_stats *stats)
{
	static const double percents[] = { 50, 90, 99, 99.9 };
	unsigned int phase;
	size_t i;

	if (!stats->latency[PHASE_OFFER].count &&
	    !stats->latency[PHASE_ACK].count)
		return;
	fprintf(out, "  %-12s %9s %9s %9s %9s %9s %9s\n", "latency, ms", "min",
		"p50", "p90", "p99", "p99.9", "max");
	for (phase = 0; phase < PHASE_COUNT; phase++) {
		const struct histogram *h = &stats->latency[phase];

		if (!h->count)
			continue;
		fprintf(out, "    %-10s %9.3f", phase_names[phase],
			(double)h->min_ns / 1e6);
		for (i = 0; i < sizeof(percents) / sizeof(*percents); i++)
			fprintf(out, " %9.3f",
				(double)histogram_percentile(h, percents[i]) /
					1e6);
		fprintf(out, " %9.3f\n", (double)h->max_ns / 1e6);
	}
}

static void print_verdicts(FILE *out, const struct run_stats *stats)
{
	unsigned int i;

	for (i = 0; i < VERDICT_COUNT; i++) {
		if (i == VERDICT_OFFER || i == VERDICT_ACK ||
		    !stats->verdict[i])
			continue;
		fprintf(out, "  %-5s %10" PRIu64 "  %s: %s\n",
			verdict_is_fatal((enum verdict)i) ? "WRONG" : "note",
			stats->verdict[i], verdict_name((enum verdict)i),
			verdict_text((enum verdict)i));
	}
}

void report_print(FILE *out, const char *name, const struct run_config *config,
		  const struct run_stats *stats)
{
	fprintf(out,
		"%s: %.0f/s  (%" PRIu64 " in %.2f s, %s %u)\n"
		"  %" PRIu64 " completed, %" PRIu64 " failed, %" PRIu64
		" messages lost of %" PRIu64 " (%.3f %%), %" PRIu64
		" duplicate addresses\n",
		name, per_second(stats), stats->completed,
		seconds(stats->duration_ns),
		config->rate > 0 ? "open loop, at most" : "window",
		config->window, stats->completed, stats->failed, stats->lost,
		stats->sent, report_loss(stats),
		stats->verdict[VERDICT_DUPLICATE]);
	if (config->rate > 0)
		fprintf(out,
			"  asked for %.0f/s, %" PRIu64
			" not started in time (window or clients used up)\n",
			config->rate, stats->postponed);
	print_latency(out, stats);
	print_verdicts(out, stats);
}

static json_t *json_uint(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static json_t *latency_json(const struct histogram *h)
{
	return json_pack("{s:o, s:f, s:f, s:f, s:f, s:f, s:f, s:f}", "count",
			 json_uint(h->count), "min_us", (double)h->min_ns / 1e3,
			 "mean_us",
			 h->count ? (double)h->sum_ns / (double)h->count / 1e3
				  : 0.0,
			 "p50_us", (double)histogram_percentile(h, 50) / 1e3,
			 "p90_us", (double)histogram_percentile(h, 90) / 1e3,
			 "p99_us", (double)histogram_percentile(h, 99) / 1e3,
			 "p999_us", (double)histogram_percentile(h, 99.9) / 1e3,
			 "max_us", (double)h->max_ns / 1e3);
}

json_t *report_json(const char *name, const struct run_stats *stats)
{
	json_t *object = json_pack(
		"{s:s, s:f, s:f, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:f}",
		"scenario", name, "per_second", per_second(stats), "duration_s",
		seconds(stats->duration_ns), "started",
		json_uint(stats->started), "completed",
		json_uint(stats->completed), "failed", json_uint(stats->failed),
		"postponed", json_uint(stats->postponed), "sent",
		json_uint(stats->sent), "received", json_uint(stats->received),
		"lost", json_uint(stats->lost), "loss_percent",
		report_loss(stats));
	json_t *latency = json_object();
	json_t *answers = json_object();
	unsigned int i;

	for (i = 0; i < PHASE_COUNT; i++) {
		if (stats->latency[i].count)
			json_object_set_new(latency, phase_names[i],
					    latency_json(&stats->latency[i]));
	}
	for (i = 0; i < VERDICT_COUNT; i++)
		json_object_set_new(answers, verdict_name((enum verdict)i),
				    json_uint(stats->verdict[i]));
	json_object_set_new(object, "latency", latency);
	json_object_set_new(object, "answers", answers);
	return object;
}
