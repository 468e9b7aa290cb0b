// SPDX-License-Identifier: BSD-2-Clause
/*
 * attach - puts the program on the interface and takes it off again.
 *
 * A link in our pin directory was left by a dead process of ours; its program
 * is replaced in place, so the driver's rings are not reset and no frame is
 * lost. Anything else on the interface is somebody else's and stays.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <string.h>
#include <unistd.h>

#include "classifier_impl.h"
#include "classify.skel.h"

struct attached {
	uint32_t program_id; /* 0: nothing attached */
	enum classifier_mode mode;
};

static int query_attached(unsigned int ifindex, struct attached *attached)
{
	struct bpf_xdp_query_opts opts = { .sz = sizeof(opts) };
	int err = bpf_xdp_query((int)ifindex, 0, &opts);

	if (err)
		return err;
	attached->mode = opts.attach_mode == XDP_ATTACHED_SKB
				 ? CLASSIFIER_GENERIC
				 : CLASSIFIER_NATIVE;
	attached->program_id = opts.prog_id;
	if (opts.attach_mode == XDP_ATTACHED_MULTI)
		attached->program_id = opts.drv_prog_id  ? opts.drv_prog_id
				       : opts.hw_prog_id ? opts.hw_prog_id
							 : opts.skb_prog_id;
	return 0;
}

/* Empty when we may not ask. */
static void get_program_name(uint32_t id, char name[BPF_OBJ_NAME_LEN])
{
	struct bpf_prog_info info = { 0 };
	__u32 len = sizeof(info);
	int fd = bpf_prog_get_fd_by_id(id);

	name[0] = '\0';
	if (fd < 0)
		return;
	if (!bpf_obj_get_info_by_fd(fd, &info, &len))
		memcpy(name, info.name, BPF_OBJ_NAME_LEN);
	close(fd);
}

static void report_foreign(struct classifier *classifier, uint32_t id)
{
	char name[BPF_OBJ_NAME_LEN];

	get_program_name(id, name);
	xdp_report_reason(classifier,
			  "another XDP program is attached (id %u%s%s); it "
			  "is left alone",
			  id, name[0] ? ", " : "", name);
}

int xdp_get_stale_link(const struct classifier *classifier)
{
	struct bpf_link_info info = { 0 };
	char path[XDP_PIN_PATH_MAX];
	struct attached attached;
	__u32 len = sizeof(info);
	int fd, err;

	if (!classifier->pin_dir[0])
		return -ENOENT;
	err = xdp_pin_path(path, classifier->pin_dir, "link");
	if (err)
		return err;
	fd = bpf_obj_get(path);
	if (fd < 0)
		return fd;
	err = bpf_obj_get_info_by_fd(fd, &info, &len);
	if (err)
		goto out_close;
	/* The interface of that time is gone: so is what the link was. */
	err = -ENOENT;
	if (info.type != BPF_LINK_TYPE_XDP || !info.xdp.ifindex)
		goto out_close;
	err = query_attached(classifier->report.ifindex, &attached);
	if (err)
		goto out_close;
	/* Another network namespace may use the same name and bpffs. */
	err = -EXDEV;
	if (info.xdp.ifindex != classifier->report.ifindex ||
	    info.prog_id != attached.program_id)
		goto out_close;
	return fd;

out_close:
	close(fd);
	return err;
}

static int create_link(const struct classifier *classifier,
		       enum classifier_mode mode)
{
	struct bpf_link_create_opts opts = { .sz = sizeof(opts) };
	int prog_fd = bpf_program__fd(classifier->skel->progs.d4o6_classify);

	opts.flags = mode == CLASSIFIER_NATIVE ? XDP_FLAGS_DRV_MODE
					       : XDP_FLAGS_SKB_MODE;
	return bpf_link_create(prog_fd, (int)classifier->report.ifindex,
			       BPF_XDP, &opts);
}

/* True when the link of a dead process now runs our program. */
static bool take_over(struct classifier *classifier)
{
	struct classifier_report *report = &classifier->report;
	int prog_fd = bpf_program__fd(classifier->skel->progs.d4o6_classify);
	int fd = xdp_get_stale_link(classifier);
	struct attached attached;

	if (fd == -EXDEV) {
		xdp_report_note(classifier,
				"the pins in %s are of another interface or "
				"network namespace: nothing is pinned",
				classifier->pin_dir);
		classifier->pin_dir[0] = '\0';
	}
	if (fd < 0)
		return false;
	if (query_attached(report->ifindex, &attached))
		goto out_close;
	if ((report->wanted == CLASSIFIER_AUTO ||
	     report->wanted == attached.mode) &&
	    !bpf_link_update(fd, prog_fd, NULL)) {
		report->mode = attached.mode;
		report->taken_over = true;
		classifier->link_fd = fd;
		xdp_report_reason(classifier,
				  "%s, on the link that a dead process left",
				  classifier_mode_name(report->mode));
		return true;
	}
	bpf_link_detach(fd);
out_close:
	close(fd);
	return false;
}

static bool attach_new(struct classifier *classifier)
{
	struct classifier_report *report = &classifier->report;
	int native = 0, generic = 0;

	if (report->wanted != CLASSIFIER_GENERIC) {
		native = create_link(classifier, CLASSIFIER_NATIVE);
		if (native >= 0) {
			classifier->link_fd = native;
			report->mode = CLASSIFIER_NATIVE;
			xdp_report_reason(classifier, "runs in the driver");
			return true;
		}
	}
	if (report->wanted != CLASSIFIER_NATIVE) {
		generic = create_link(classifier, CLASSIFIER_GENERIC);
		if (generic >= 0) {
			classifier->link_fd = generic;
			report->mode = CLASSIFIER_GENERIC;
			xdp_report_reason(classifier, "%s%s",
					  native ? "native refused: "
						 : "as configured",
					  native ? strerror(-native) : "");
			return true;
		}
	}
	xdp_report_reason(
		classifier, "attaching failed:%s%s%s%s",
		native ? " native: " : "", native ? strerror(-native) : "",
		generic ? " generic: " : "", generic ? strerror(-generic) : "");
	return false;
}

bool xdp_attach(struct classifier *classifier)
{
	struct attached attached;
	int err;

	if (take_over(classifier))
		return true;
	err = query_attached(classifier->report.ifindex, &attached);
	if (err) {
		xdp_report_reason(classifier, "cannot ask what is attached: %s",
				  strerror(-err));
		return false;
	}
	if (attached.program_id) {
		report_foreign(classifier, attached.program_id);
		return false;
	}
	return attach_new(classifier);
}

void xdp_detach(struct classifier *classifier)
{
	if (classifier->link_fd < 0)
		return;
	/* Explicitly: a copy of the descriptor in another process may live. */
	bpf_link_detach(classifier->link_fd);
	close(classifier->link_fd);
	classifier->link_fd = -1;
}
